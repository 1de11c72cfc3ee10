internal import AniSOAP
internal import FileFormats
internal import Foundation
internal import Geometry
internal import Mathematics

extension FeaturizeJob: ShardableJob {
  /// Rows of frames or particles in a NumPy archive, without derivatives and columns of other archives.
  public var canBeSharded: Bool {
    frames == nil && !append && calculator.gradients.isEmpty && settings.concatenate.isEmpty
      && rows != .pair && !append
      && TableFormat(path: output) == .npz
  }

  /// Rows that are copied at a time.
  private static let block = 4096

  /// Copies the rows of all parts. Where the parts met other species, and so have other columns, the
  /// features are computed anew from all frames.
  ///
  /// Throws: `DataError`.
  public func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport {
    let files = try parts.files()
    let archives = try files.map { try NumPyArchive(contentsOf: $0) }
    let lists = try archives.map { try Self.species(of: $0) }
    guard let names = lists.first, lists.allSatisfy({ $0 == names }) else {
      let found = Set(lists.map { $0.joined(separator: ",") }).sorted().joined(separator: "; ")
      context.warning(
        "\(output): the parts have different species (\(found)): all features are computed again; "
          + "with species in the recipe that is not needed")
      return try run(context)
    }
    let table = try SpeciesTable(ordered: names)
    let expansion = try calculator.expansion(species: table)
    let archive = try archive(calculator.properties(of: expansion))
    var check = FeatureCheck()
    try lookAtNeighbors(&check)
    for (k, part) in parts.enumerated() {
      let stream = try NumPyMatrixStream(contentsOf: files[k])
      guard stream.columns == archive.columnCount else {
        throw DataError(
          .badData, file: files[k],
          message: "\(stream.columns) columns; expected \(archive.columnCount)")
      }
      let labels = try Labels(archives[k], calculator.sampleNames, rows: stream.rows)
      var row = 0
      while row < stream.rows {
        let values = try stream.next(Self.block)
        let count = archive.columnCount == 0 ? stream.rows : values.count / archive.columnCount
        for i in 0..<count {
          let slice = values[i * archive.columnCount..<(i + 1) * archive.columnCount]
          check.add(row: slice)
          try archive.add(
            FeatureRows(
              values: Array(slice), count: 1,
              samples: labels.sample(row + i, calculator.sampleNames)),
            frame: part.first + labels.frames[row + i])
        }
        row += count
      }
      context.progress(
        JobProgress(task: "join \(output)", done: k + 1, total: parts.count, unit: "parts"))
    }
    try archive.finish(
      description: settings.description(input: input, species: table), gradients: nil)
    let warnings = check.warnings(cutoff: calculator.hyperparameters.cutoff)
    return report(archive, frames: parts.sum("frames"), remarks: warnings)
  }

  /// The first frames, as the job itself looks at them.
  private func lookAtNeighbors(_ check: inout FeatureCheck) throws {
    let reader = try FrameReader.open(input, options: reading)
    let shapes = calculator.shapes
    while !check.hasSeenEnough, let frame = try reader.next() {
      check.add(try shapes.apply(to: frame), cutoff: calculator.hyperparameters.cutoff)
    }
  }

  /// The species that the description of an archive names.
  private static func species(of archive: NumPyArchive) throws -> [String] {
    struct Description: Decodable { let species: String }
    let text = try archive["hyperparameters"].strings?.first ?? ""
    do {
      let description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
      return description.species.split(separator: ",").map(String.init)
    } catch {
      throw DataError(
        .badData, file: archive.path, message: "the array 'hyperparameters' names no species")
    }
  }

  /// What the rows of a part are.
  private struct Labels {
    let frames: [Int]
    let others: [[Int]]

    init(_ archive: NumPyArchive, _ names: [String], rows: Int) throws {
      func integers(_ name: String) throws -> [Int] {
        guard let list = try archive[name].integers, list.count == rows else {
          throw DataError(
            .badData, file: archive.path, message: "array '\(name)' is no integer for each row")
        }
        return list
      }
      frames = try integers("frame")
      others = try names.map(integers)
    }

    func sample(_ row: Int, _ names: [String]) -> IndexTable? {
      names.isEmpty ? nil : IndexTable(names: names, rows: [others.map { $0[row] }])
    }
  }
}
