import FileFormats
import Foundation
import Geometry
import Learning
public import Mathematics

/// What is to be learned: columns with names, a row for every frame (or particle) of a labelled file,
/// line of a table, or row of an array.
public struct TargetTable: Sendable {
  /// The file as it was named.
  public let name: String
  /// One name a column.
  public let names: [String]
  /// Rows by columns.
  public let values: Matrix
  /// The frame of every row; nil where rows are simply counted.
  public let frames: [Int]?
  /// The particle of every row; nil where rows are frames.
  public let particles: [Int]?
  /// A hash of the particles of the frame of every row, where the file has frames.
  public let hashes: [UInt64]?
  /// How many particles the frame of every row has, where rows are frames.
  public let sizes: [Int]?

  /// Reads the given keys: labels of the frames of any frame format or columns of their particles,
  /// columns of a `.csv` table with a line of heads, or arrays of a `.npz` archive. A label or array of
  /// several numbers becomes several columns, `key[0]`, `key[1]`, ... Tables and archives say by `frame`
  /// and `particle` what their rows are. With a `share` other than the whole frame every value is divided
  /// by the number of particles or molecules of its frame, and its name says so: `energy_per_particle`.
  ///
  /// Throws: `DataError` when the file cannot be read, a key is missing or no number, or values are to be
  /// divided that are no labels of frames.
  public init(contentsOf path: String, keys: [String], per share: TargetShare = .frame) throws {
    name = path
    let format = TableFormat(path: path)
    if let format, share != .frame {
      throw DataError(
        .badData, file: path,
        message: "targets per \(share) need frames; a .\(format) file does not say what they hold")
    }
    switch format {
    case .csv:
      (names, values, frames, particles) = try Self.table(path, keys)
      (hashes, sizes) = (nil, nil)
    case .npz:
      (names, values, frames, particles) = try Self.archive(path, keys)
      (hashes, sizes) = (nil, nil)
    case .mts, .h5:
      throw DataError(
        .unknownFormat, file: path, message: "targets are read from frames, .csv or .npz")
    case nil:
      let labels = try Self.labels(path, keys, share)
      (names, values, hashes) = (labels.names, labels.values, labels.hashes)
      (frames, particles) = (labels.frames, labels.particles)
      sizes = labels.particles == nil ? labels.sizes : nil
    }
  }

  /// What a user should know of the targets: those that grow with the number of particles. The errors of
  /// such targets are those of the size of the frames, and R2 looks excellent whatever is learned.
  ///
  /// A target is told when the number of particles alone explains more than half of its variance.
  public var warnings: [String] {
    guard let sizes, let low = sizes.min(), let high = sizes.max(), low < high else { return [] }
    let numbers = sizes.map(Double.init)
    return names.indices.compactMap { column in
      let part = Self.explained(
        (0..<values.rows).map { values[$0, column] }, by: numbers)
      guard part > 0.5 else { return nil }
      let percent = Int((100 * part).rounded(.down))
      return "target '\(names[column])' grows with the number of particles (\(low) to \(high) a "
        + "frame), which alone explains \(percent) % of its variance: errors and R2 are mostly "
        + "those of the size of frames; --per particles (or molecules) learns it per particle"
    }
  }

  /// The part of the variance of `y` that a straight line in `x` explains (R2 of simple regression).
  private static func explained(_ y: [Double], by x: [Double]) -> Double {
    let count = Double(y.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      xy += (a - meanX) * (b - meanY)
      yy += (b - meanY) * (b - meanY)
    }
    return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0
  }

  /// The rows that belong to the samples of `features`.
  ///
  /// Throws: `DataError` when they do not belong together.
  public func aligned(with features: FeatureTable) throws -> Matrix {
    guard let rows = try rows(for: features) else { return values }
    return values.selecting(rows: rows)
  }

  /// The hashes of the frames of the samples of `features`, where the file has frames.
  ///
  /// Throws: `DataError` when they do not belong together.
  public func alignedHashes(with features: FeatureTable) throws -> [UInt64]? {
    guard let hashes else { return nil }
    guard let rows = try rows(for: features) else { return hashes }
    return rows.map { hashes[$0] }
  }

  /// The row of every sample; nil when they are the same.
  private func rows(for features: FeatureTable) throws -> [Int]? {
    guard let wanted = features.frames else {
      guard features.values.rows == values.rows else {
        throw DataError(
          .badData, file: name,
          message: "\(values.rows) rows of targets for \(features.values.rows) samples of "
            + "\(features.name)")
      }
      return nil
    }
    if let particles, let frames { return try rows(for: features, wanted, frames, particles) }
    var places: [Int: Int] = [:]
    if let frames {
      for (row, frame) in frames.enumerated() where places.updateValue(row, forKey: frame) != nil {
        throw DataError(
          .badData, file: name, message: "frame \(frame) has several rows of targets")
      }
    }
    return try wanted.map { frame in
      let row = frames == nil ? (frame < values.rows && frame >= 0 ? frame : nil) : places[frame]
      guard let row else {
        throw DataError(
          .badData, file: name,
          message: "there is no frame \(frame), which \(features.name) has features of")
      }
      return row
    }
  }

  /// The row of every particle.
  private func rows(
    for features: FeatureTable, _ wanted: [Int], _ frames: [Int], _ particles: [Int]
  ) throws -> [Int] {
    guard let wantedParticles = features.particles else {
      throw DataError(
        .badData, file: name,
        message: "targets of particles for \(features.name), whose samples are frames")
    }
    var places: [[Int]: Int] = [:]
    for (row, key) in zip(frames, particles).enumerated() { places[[key.0, key.1]] = row }
    return try zip(wanted, wantedParticles).map { frame, particle in
      guard let row = places[[frame, particle]] else {
        throw DataError(
          .badData, file: name,
          message: "there is no particle \(particle) of frame \(frame), which \(features.name) has "
            + "features of")
      }
      return row
    }
  }
}

extension TargetTable {
  /// What was read of a file with frames.
  private struct Labels {
    var names: [String] = []
    var values = Matrix(rows: 0, columns: 0)
    var hashes: [UInt64] = []
    var sizes: [Int] = []
    var frames: [Int]?
    var particles: [Int]?
  }

  /// The labels of all frames, or of all particles where a key is a column.
  private static func labels(
    _ path: String, _ keys: [String], _ share: TargetShare
  ) throws -> Labels {
    let reader = try FrameReader.open(path)
    var result = Labels()
    var (values, frames, particles): ([Double], [Int], [Int]) = ([], [], [])
    var count = 0
    while let frame = try reader.next() {
      try StopRequest.check()
      func error(_ message: String) -> DataError {
        DataError(.badData, file: path, frame: count, message: message)
      }
      let parts = try keys.map { key in
        guard let part = Part(frame, key) else {
          let known =
            frame.labels.names.filter { frame.labels[$0]?.numbers != nil }
            + frame.columns.filter { $0.width == 1 && $0.numbers != nil }.map(\.name)
          throw error(
            "there is no number '\(key)'; the frame has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
          )
        }
        return part
      }
      let names = zip(keys, parts).flatMap { Self.names($0 + share.suffix, $1.width) }
      let perParticle = parts.contains { $0.isColumn }
      guard share == .frame || !perParticle else {
        throw error(
          "'\(keys.joined(separator: ", "))' belongs to particles already; --per is for labels of "
            + "frames")
      }
      let divisor: Double
      do {
        divisor = try share.count(frame)
      } catch let problem as InvalidInput {
        throw error(problem.description)
      }
      guard count == 0 || (result.names == names && perParticle == !particles.isEmpty) else {
        throw error(
          "targets \(names.joined(separator: ", ")) where frames before had "
            + result.names.joined(separator: ", ") + (particles.isEmpty ? "" : " of particles"))
      }
      result.names = names
      let hash = frame.stableHash
      for particle in 0..<(perParticle ? frame.count : 1) {
        for part in parts { values += part.row(particle).map { $0 / divisor } }
        result.hashes.append(hash)
        result.sizes.append(frame.count)
        if perParticle {
          frames.append(count)
          particles.append(particle)
        }
      }
      count += 1
    }
    result.values = Matrix(
      rows: result.hashes.count, columns: result.names.count, elements: values)
    if !particles.isEmpty { (result.frames, result.particles) = (frames, particles) }
    return result
  }

  /// A label of a frame, or a column of its particles.
  private struct Part {
    let numbers: [Double]
    let isColumn: Bool

    init?(_ frame: Frame, _ key: String) {
      if let label = frame.labels[key]?.numbers {
        (numbers, isColumn) = (label, false)
      } else if let column = frame.column(key), column.width == 1, let values = column.numbers {
        (numbers, isColumn) = (values, true)
      } else {
        return nil
      }
    }

    var width: Int { isColumn ? 1 : numbers.count }

    func row(_ particle: Int) -> [Double] { isColumn ? [numbers[particle]] : numbers }
  }

  private static func archive(
    _ name: String, _ keys: [String]
  ) throws -> ([String], Matrix, [Int]?, [Int]?) {
    let (path, key) = TableFormat.split(name)
    let archive = try NumPyArchive(contentsOf: path)
    let wanted = keys.isEmpty ? [key ?? "features"] : keys
    let columns = try wanted.map { try FeatureTable.matrix(archive, $0) }
    guard Set(columns.map(\.rows)).count == 1 else {
      throw DataError(.badData, file: path, message: "the arrays asked for differ in length")
    }
    var all = Matrix(rows: columns[0].rows, columns: 0)
    for matrix in columns {
      let offset = all.columns
      all = all.padded(toColumns: offset + matrix.columns)
      for i in 0..<matrix.rows {
        for j in 0..<matrix.columns { all[i, offset + j] = matrix[i, j] }
      }
    }
    let names = zip(wanted, columns).flatMap { Self.names($0, $1.columns) }
    func labels(_ key: String) throws -> [Int]? {
      guard archive.contains(key), let list = try archive[key].integers else { return nil }
      guard list.count == all.rows else {
        throw DataError(
          .badData, file: path,
          message: "\(all.rows) rows of targets and \(list.count) entries of '\(key)'")
      }
      return list
    }
    return (names, all, try labels("frame"), try labels("particle"))
  }

  private static func table(
    _ path: String, _ keys: [String]
  ) throws -> ([String], Matrix, [Int]?, [Int]?) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw DataError(.noInput, file: path, message: "cannot be read as a table")
    }
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    guard let heads = lines.first else {
      throw DataError(.badData, file: path, message: "the table is empty")
    }
    let places = try keys.map { key in
      guard let place = heads.firstIndex(of: key) else {
        throw DataError(
          .badData, file: path,
          message: "there is no column '\(key)'; the table has \(heads.joined(separator: ", "))")
      }
      return place
    }
    func number(_ line: Int, _ place: Int) throws -> Double {
      guard place < lines[line].count, let value = Double(lines[line][place]) else {
        throw DataError(
          .badData, file: path, line: line + 1,
          message: "column '\(heads[place])' is no number")
      }
      return value
    }
    var values: [Double] = []
    for line in lines.indices.dropFirst() {
      try StopRequest.check()
      for place in places { values.append(try number(line, place)) }
    }
    func labels(_ key: String) throws -> [Int]? {
      try heads.firstIndex(of: key).map { place in
        try lines.indices.dropFirst().map { line in
          guard let label = Int(exactly: try number(line, place)) else {
            throw DataError(
              .badData, file: path, line: line + 1, message: "column '\(key)' is no whole number")
          }
          return label
        }
      }
    }
    return (
      keys, Matrix(rows: lines.count - 1, columns: keys.count, elements: values),
      try labels("frame"), try labels("particle")
    )
  }

  private static func names(_ key: String, _ count: Int) -> [String] {
    count == 1 ? [key] : (0..<count).map { "\(key)[\($0)]" }
  }
}

extension Frame.Label {
  /// The value as numbers, if it is one or several.
  fileprivate var numbers: [Double]? {
    switch self {
    case .real(let value): [value]
    case .integer(let value): [Double(value)]
    case .logical(let value): [value ? 1 : 0]
    case .reals(let values): values
    case .integers(let values): values.map(Double.init)
    case .matrix(let rows): rows.flatMap { $0 }
    default: nil
    }
  }
}

extension Frame.Column {
  /// The values as numbers, if they are.
  fileprivate var numbers: [Double]? {
    switch values {
    case .reals(let list): list
    case .integers(let list): list.map(Double.init)
    case .logicals(let list): list.map { $0 ? 1 : 0 }
    case .strings: nil
    }
  }
}

extension Frame {
  /// A hash of cell, species, positions, orientations and shapes, the same in every run.
  var stableHash: UInt64 {
    var hash = StableHash()
    for name in species { hash.combine(name) }
    for r in positions { for k in 0..<3 { hash.combine(r[k]) } }
    for q in orientations ?? [] { for value in [q.w, q.x, q.y, q.z] { hash.combine(value) } }
    for s in semiAxes ?? [] { for value in [s.a, s.b, s.c] { hash.combine(value) } }
    if let cell {
      for k in 0..<3 { for j in 0..<3 { hash.combine(cell.vector(k)[j]) } }
    }
    return hash.value
  }
}
