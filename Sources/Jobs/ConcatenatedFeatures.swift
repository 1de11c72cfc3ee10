internal import FileFormats
internal import Geometry
internal import Mathematics

/// Archives of features whose columns stand beside those that are computed, each times a weight.
///
/// The labels of columns are those of all blocks, with -1 where a block does not have one, and before them
/// `block`: 0 for what is computed, then 1, 2, ... in the order of the archives.
struct ConcatenatedFeatures {
  private struct Block {
    let table: FeatureTable
    let weight: Double
    let properties: IndexTable
  }

  private let blocks: [Block]
  private let output: String
  private static let label = "block"
  private static let missing = -1

  /// `texts` as `FeatureBlock` reads them, with one weight each.
  ///
  /// Throws: `InvalidInput` for a weight that is none; `DataError` for what is no archive of features.
  init(_ texts: [String], beside output: String) throws {
    self.output = output
    blocks = try texts.map { text in
      let block = try Self.parsed(text)
      return Block(
        table: try FeatureTable(contentsOf: block.features), weight: block.weights[0],
        properties: try Self.properties(block.features))
    }
  }

  /// Throws: `InvalidInput` for several weights, or one that is not positive.
  static func parsed(_ text: String) throws -> FeatureBlock {
    let block = try FeatureBlock(parsing: text, option: "concatenate")
    guard block.weights.count == 1 else {
      throw InvalidInput(
        "concatenate", value: "'\(text)'", expected: "FILE.npz or FILE.npz:WEIGHT, with one weight")
    }
    return block
  }

  /// The labels of the columns of an archive: integers, as many as there are columns.
  private static func properties(_ name: String) throws -> IndexTable {
    let (path, key) = TableFormat.split(name)
    guard TableFormat(path: path) == .npz else { return try FeatureSource(path).properties }
    let archive = try NumPyArchive(contentsOf: path)
    let count = try FeatureTable.matrix(archive, key ?? "features").columns
    var samples: Set<String> = ["frame", "particle", "first", "second", "shift"]
    if archive.contains("particle") { samples.insert("types_center") }
    var (names, columns) = ([String](), [[Int]]())
    if key == nil || key == "features" {
      for array in archive.names where !samples.contains(array) && !array.hasPrefix("gradient_") {
        let values = try archive[array]
        guard values.shape == [count], let numbers = values.integers else { continue }
        names.append(array)
        columns.append(numbers)
      }
    }
    return IndexTable(names: names, rows: (0..<count).map { row in columns.map { $0[row] } })
  }

  /// What a user should know: archives that do not say which frames their rows are.
  var warnings: [String] {
    blocks.filter { $0.table.frames == nil }.map {
      "\($0.table.name) has no array 'frame': its rows are taken for those of the frames in order"
    }
  }

  /// The labels of all columns, those that are computed first.
  func properties(after own: IndexTable) -> IndexTable {
    let tables = [own] + blocks.map(\.properties)
    var names: [String] = []
    for name in tables.flatMap(\.names) where name != Self.label && !names.contains(name) {
      names.append(name)
    }
    var (rows, next) = ([[Int]](), 0)
    for table in tables {
      let inner = table.column(Self.label)
      let columns = names.map { table.column($0) }
      for k in 0..<table.count {
        rows.append(
          [next + (inner?[k] ?? 0)] + columns.map { $0?[k] ?? Self.missing })
      }
      next += 1 + (inner?.max() ?? 0)
    }
    return IndexTable(names: [Self.label] + names, rows: rows)
  }

  /// Rows of a frame with those of the other archives behind them; `first` is the number of rows before.
  ///
  /// Throws: `DataError` where another archive has other frames or particles.
  func widened(_ rows: FeatureRows, frame: Int, first: Int) throws -> FeatureRows {
    guard rows.count > 0 else { return rows }
    let width = rows.values.count / rows.count
    let particles = rows.samples?.column("particle")
    var values: [Double] = []
    for k in 0..<rows.count {
      values += rows.values[k * width..<(k + 1) * width]
      for block in blocks {
        try check(block.table, row: first + k, frame: frame, particle: particles?[k])
        values += block.table.values.row(first + k).map { block.weight * $0 }
      }
    }
    return FeatureRows(values: values, count: rows.count, samples: rows.samples)
  }

  private func check(_ table: FeatureTable, row: Int, frame: Int, particle: Int?) throws {
    let mine = particle.map { "particle \($0) of frame \(frame)" } ?? "frame \(frame)"
    func refuse(_ found: String) -> DataError {
      DataError(
        .badData, file: table.name,
        message: "row \(row) is \(found), where \(output) has \(mine): features stand beside each "
          + "other for the same frames, in the same order")
    }
    guard row < table.values.rows else { throw refuse("missing") }
    if (particle == nil) != (table.particles == nil), table.frames != nil {
      throw refuse(table.particles == nil ? "a whole frame" : "a particle")
    }
    if let frames = table.frames, frames[row] != frame { throw refuse("frame \(frames[row])") }
    if let particle, let particles = table.particles, particles[row] != particle {
      throw refuse("particle \(particles[row])")
    }
  }

  /// Throws: `DataError` where another archive has further rows.
  func finish(rows: Int) throws {
    for block in blocks where block.table.values.rows != rows {
      throw DataError(
        .badData, file: block.table.name,
        message: "\(block.table.values.rows) rows beside \(rows) of \(output)")
    }
  }
}
