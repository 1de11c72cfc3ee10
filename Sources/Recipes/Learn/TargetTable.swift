import FileFormats
import Foundation
import Geometry
import Learning
public import Mathematics

/// What is to be learned: columns with names, a row for every frame of a labelled file, line of a
/// table, or row of an array.
public struct TargetTable: Sendable {
  /// The file as it was named.
  public let name: String
  /// One name a column.
  public let names: [String]
  /// Rows by columns.
  public let values: Matrix
  /// The frame of every row; nil where rows are simply counted.
  public let frames: [Int]?
  /// A hash of the particles of every frame, where the file has frames.
  public let hashes: [UInt64]?

  /// Reads the given keys: labels of the frames of any frame format, columns of a `.csv` table with a
  /// line of heads, or arrays of a `.npz` archive. A label or array of several numbers becomes several
  /// columns, `key[0]`, `key[1]`, ...
  ///
  /// Throws: `DataError` when the file cannot be read or a key is missing or no number.
  public init(contentsOf path: String, keys: [String]) throws {
    name = path
    if path.hasSuffix(".csv") {
      (names, values, frames) = try Self.table(path, keys)
      hashes = nil
    } else if FeatureTable.split(path).path.hasSuffix(".npz") {
      (names, values, frames) = try Self.archive(path, keys)
      hashes = nil
    } else {
      let labels = try Self.labels(path, keys)
      (names, values, hashes) = (labels.names, labels.values, labels.hashes)
      frames = nil
    }
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
    var places: [Int: Int] = [:]
    if let frames {
      for (row, frame) in frames.enumerated() { places[frame] = row }
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
}

extension TargetTable {
  /// The labels of all frames.
  private static func labels(
    _ path: String, _ keys: [String]
  ) throws -> (names: [String], values: Matrix, hashes: [UInt64]) {
    let reader = try FrameReader.open(path)
    var (names, values, hashes): ([String], [Double], [UInt64]) = ([], [], [])
    while let frame = try reader.next() {
      var (rowNames, row): ([String], [Double]) = ([], [])
      for key in keys {
        guard let numbers = frame.labels[key]?.numbers else {
          let known = frame.labels.names.filter { frame.labels[$0]?.numbers != nil }
          throw DataError(
            .badData, file: path, frame: reader.frameIndex - 1,
            message: "there is no number '\(key)'; the frame has \(known.joined(separator: ", "))")
        }
        rowNames += Self.names(key, numbers.count)
        row += numbers
      }
      guard names.isEmpty || names == rowNames else {
        throw DataError(
          .badData, file: path, frame: reader.frameIndex - 1,
          message: "targets \(rowNames.joined(separator: ", ")) where frames before had "
            + names.joined(separator: ", "))
      }
      names = rowNames
      values += row
      hashes.append(frame.stableHash)
    }
    return (
      names, Matrix(rows: hashes.count, columns: names.count, elements: values), hashes
    )
  }

  private static func archive(
    _ name: String, _ keys: [String]
  ) throws -> ([String], Matrix, [Int]?) {
    let (path, key) = FeatureTable.split(name)
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
    return (names, all, archive.contains("frame") ? try archive["frame"].integers : nil)
  }

  private static func table(
    _ path: String, _ keys: [String]
  ) throws -> ([String], Matrix, [Int]?) {
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
      for place in places { values.append(try number(line, place)) }
    }
    let frames = try heads.firstIndex(of: "frame").map { place in
      try lines.indices.dropFirst().map { Int(try number($0, place)) }
    }
    return (keys, Matrix(rows: lines.count - 1, columns: keys.count, elements: values), frames)
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
    default: nil
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
