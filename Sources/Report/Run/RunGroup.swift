internal import FileFormats
internal import Foundation
internal import Geometry
internal import Learning
internal import Mathematics
internal import Jobs
internal import Recipes

/// Datasets of a run that are drawn together, since they have the same features: their properties
/// frame by frame, frames to look at, and maps.
struct RunGroup {
  /// The first two principal components of one kind of features.
  struct Map {
    let suffix: String
    let plane: Matrix
    let shares: [Double]
  }

  let sets: [RunSet]
  private(set) var properties = FrameProperties(labels: [])
  /// The index of the set of every row.
  private(set) var setOfRow: [Int] = []
  /// The frame, in the file of its set, of every row.
  private(set) var frameOfRow: [Int] = []
  private(set) var album = FrameAlbum()
  private(set) var maps: [Map] = []
  private(set) var remarks: [String] = []

  /// More points than this in a plot are thinned out.
  private static let mostPoints = 30_000
  /// Principal components are fitted to at most so many rows.
  private static let mostFitted = 4_000
  /// Larger archives are not read.
  private static let largestArchive = 1_000_000_000

  /// Throws: `DataError` when a file of the run cannot be read.
  init(_ sets: [RunSet]) throws {
    self.sets = sets
    let total = sets.reduce(0) { $0 + $1.count }
    let stride = max(1, (total + Self.mostPoints - 1) / Self.mostPoints)
    var values = RowValues()
    for (index, set) in sets.enumerated() {
      try read(set, index, stride: stride, into: &values)
    }
    properties.columns = values.columns(of: frameOfRow.count)
    if sets.count > 1 {
      let names = FrameProperties.Column(
        name: "set", values: .words(setOfRow.map { sets[$0].name }))
      properties.columns.insert(names, at: 0)
    }
    try addMaps()
    if stride > 1 {
      remarks.append(
        "Plots show every \(stride)th of \(Figures.grouped(total)) frames, so that the page stays "
          + "small.")
    }
    if let remark = album.remark(of: frameOfRow.count) { remarks.append(remark) }
    if album.tooLarge > 0 {
      remarks.append(
        "Frames of more than \(Figures.grouped(FrameAlbum.largestFrame)) particles are not shown.")
    }
  }

  // MARK: Reading

  private mutating func read(
    _ set: RunSet, _ index: Int, stride: Int, into values: inout RowValues
  ) throws {
    let table = try set.order.map { try NumberTable(contentsOf: $0) }
    let reader = try FrameReader.open(set.frames)
    while let frame = try reader.next() {
      let k = reader.frameIndex - 1
      guard k % stride == 0 else { continue }
      let row = frameOfRow.count
      setOfRow.append(index)
      frameOfRow.append(k)
      values.set("frame", .number(Double(k)), row: row)
      // What `order` computed stands for what the generator wrote of the same name.
      for name in frame.labels.names where !["seed", "frame"].contains(name) {
        guard !(table?.heads.contains(name) ?? false) else { continue }
        switch frame.labels[name] {
        case .string(let word): values.set(name, .word(word), row: row)
        case let label?: if let x = label.real { values.set(name, .number(x), row: row) }
        case nil: break
        }
      }
      if let table, k < table.rows.count {
        for (name, x) in zip(table.heads, table.rows[k]) where name != "frame" {
          values.set(name, .number(x), row: row)
        }
      }
      let caption = "\(set.name) \(k)" + Self.details(values, row)
      properties.labels.append(caption)
      album.add(frame, row: row, caption: caption)
    }
  }

  /// Order and energy of a frame, where it has them.
  private static func details(_ values: RowValues, _ row: Int) -> String {
    func text(_ symbol: String, _ names: [String]) -> String {
      guard let value = names.lazy.compactMap({ values.number($0, row: row) }).first else {
        return ""
      }
      return ", \(symbol) = \(Figures.fixed(value, 2))"
    }
    return text("S", ["order"]) + text("tau", ["smectic_order"]) + text("h12", ["h12"])
      + text("U", ["energy"])
  }

  // MARK: Maps

  private mutating func addMaps() throws {
    for suffix in sets[0].features.map(\.suffix) {
      let archives = sets.compactMap { set in set.features.first { $0.suffix == suffix }?.path }
      let size = archives.reduce(0) { sum, path in
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return sum + ((attributes?[.size] as? Int) ?? 0)
      }
      guard size <= Self.largestArchive else {
        remarks.append("The features \(suffix) take \(Figures.bytes(size)): they have no map here.")
        continue
      }
      let parts = try archives.enumerated().map { k, path in
        try features(path, frames: frameOfRow.indices.filter { setOfRow[$0] == k })
      }
      let columns = parts[0].columns
      guard parts.allSatisfy({ $0.columns == columns }), columns >= 2, frameOfRow.count >= 3
      else { continue }
      let all = Matrix(
        rows: frameOfRow.count, columns: columns, elements: parts.flatMap(\.elements))
      let step = max(1, (all.rows + Self.mostFitted - 1) / Self.mostFitted)
      let fitted = all.selecting(rows: Array(stride(from: 0, to: all.rows, by: step)))
      let components = try PrincipalComponents(fitted, count: 2)
      let plane = try components.transform(all)
      maps.append(Map(suffix: suffix, plane: plane, shares: components.varianceRatios))
      for j in 0..<2 {
        properties.columns.append(
          .init(name: "PC \(j + 1) of \(suffix)", values: .numbers(plane.column(j))))
      }
    }
  }

  /// The rows of the features of these rows of the group.
  private func features(_ path: String, frames rows: [Int]) throws -> Matrix {
    let table = try FeatureTable(contentsOf: path)
    let places = Dictionary(
      (table.frames ?? Array(0..<table.values.rows)).enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first })
    return table.values.selecting(
      rows: try rows.map { row in
        guard let place = places[frameOfRow[row]] else {
          throw DataError(
            .badData, file: path, message: "there are no features of frame \(frameOfRow[row])")
        }
        return place
      })
  }

  // MARK: For plots

  /// A property as numbers, if it has them and they differ.
  func numbers(_ names: String...) -> [Double]? {
    for name in names {
      guard let column = properties.columns.first(where: { $0.name == name }), column.varies,
        case .numbers(let values) = column.values
      else { continue }
      return values
    }
    return nil
  }

  /// The rows of a set.
  func rows(of set: Int) -> [Int] { setOfRow.indices.filter { setOfRow[$0] == set } }
}

/// Values of rows by names that come up as they are read.
struct RowValues {
  enum Value {
    case number(Double)
    case word(String)
  }

  private var names: [String] = []
  private var numbers: [String: [Double]] = [:]
  private var words: [String: [String]] = [:]

  /// Rows before that had no such value have none.
  mutating func set(_ name: String, _ value: Value, row: Int) {
    switch value {
    case .number(let number):
      if numbers[name] == nil {
        names.append(name)
        numbers[name] = []
      }
      let missing = row - (numbers[name]?.count ?? 0)
      numbers[name]?.append(contentsOf: Array(repeating: .nan, count: max(0, missing)))
      numbers[name]?.append(number)
    case .word(let word):
      if words[name] == nil {
        names.append(name)
        words[name] = []
      }
      let missing = row - (words[name]?.count ?? 0)
      words[name]?.append(contentsOf: Array(repeating: "", count: max(0, missing)))
      words[name]?.append(word)
    }
  }

  func number(_ name: String, row: Int) -> Double? {
    guard let values = numbers[name], row < values.count, values[row].isFinite else { return nil }
    return values[row]
  }

  /// The properties that a reader may choose from: numbers, and words that are not all different.
  func columns(of count: Int) -> [FrameProperties.Column] {
    names.compactMap { name in
      if let values = numbers[name] {
        guard values.contains(where: \.isFinite) else { return nil }
        let tail = Array(repeating: Double.nan, count: count - values.count)
        return .init(name: name, values: .numbers(values + tail))
      }
      let values = words[name] ?? []
      guard Set(values).count <= 30 else { return nil }
      return .init(
        name: name, values: .words(values + Array(repeating: "", count: count - values.count)))
    }
  }
}

/// A table of numbers with heads, as `order` writes it; what is not there is NaN.
struct NumberTable {
  let heads: [String]
  let rows: [[Double]]
  /// Columns of which no entry is a number, as they stand.
  let texts: [String: [String]]

  /// Throws: `DataError` when the file cannot be read.
  init(contentsOf path: String) throws {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw DataError(.noInput, file: path, message: "cannot be read as a table")
    }
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    heads = lines.first?.map(String.init) ?? []
    rows = lines.dropFirst().map { $0.map { Double($0) ?? .nan } }
    var texts: [String: [String]] = [:]
    for (column, head) in heads.enumerated() {
      let own = lines.dropFirst().compactMap { column < $0.count ? $0[column] : nil }
      if !own.isEmpty, own.allSatisfy({ Double($0) == nil && !$0.isEmpty }) {
        texts[head] = own.map(String.init)
      }
    }
    self.texts = texts
  }
}
