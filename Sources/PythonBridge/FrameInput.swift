internal import Foundation
internal import Geometry
internal import Mathematics

/// Frames as plain arrays, all after each other. What stands at which place of the numbers that come in:
///
///      0  the number of frames n           1  offsets: int64, n + 1
///      2  positions: float64, 3N           3  quaternions w, x, y, z: float64, 4N, or 0
///      4  semi-axes: float64, 3N, or 0     5  types: int32, N, or 0 (all X)
///      6  names of the types, NUL after each, or 0 (types are atomic numbers)    7  their bytes
///      8  lattices, rows: float64, 9n, or 0     9  periodic directions: uint8, 3n, or 0
///     10  labels: JSON, `[[name, kind, value], ...]` a frame, or 0    11  their bytes
///     12  flags: uint8, n, or 0: 1 quaternions, 2 semi-axes, 4 cell, 8 full lengths for semi-axes
///     13  columns: JSON, `[{"name", "width", "kind", "frames", "pointer", "texts"}]`, or 0   14  their bytes
///
/// A column holds the rows of its frames after each other: float64 for the kind "real", int64 for "integer",
/// uint8 for "logical", and for "string" places in "texts": int32.
/// Whoever calls has seen to it that the arrays are as long as that.
struct FrameInput {
  private let fields: UnsafePointer<Int>?

  init(_ fields: UnsafePointer<Int>?) { self.fields = fields }

  /// The number of frames.
  var count: Int { fields?[0] ?? 0 }

  private func array<Element>(_ place: Int, of type: Element.Type) -> UnsafePointer<Element>? {
    fields.flatMap { UnsafePointer(bitPattern: $0[place]) }
  }

  private func bytes(_ place: Int) -> UnsafeRawBufferPointer? {
    guard let fields, let start = UnsafeRawPointer(bitPattern: fields[place]) else { return nil }
    return UnsafeRawBufferPointer(start: start, count: fields[place + 1])
  }

  /// The frames.
  ///
  /// Throws: `FrameInputError` that names the frame for a quaternion of length zero, semi-axes that are not
  /// positive, a cell without volume.
  func frames() throws -> [Frame] {
    guard count > 0, let offsets = array(1, of: Int64.self) else { return [] }
    let names = bytes(6).map(BridgeText.split)
    let labels = try bytes(10).map { try FrameLabels.parse(Data($0)) }
    let columns = try columns(offsets)
    var symbols: [Int32: String] = [:]
    return try (0..<count).map { k in
      try StopRequest.check()
      let range = Int(offsets[k])..<Int(offsets[k + 1])
      do {
        var frame = try frame(k, range, names, &symbols)
        if let labels, labels.indices.contains(k) { frame.labels = labels[k] }
        for (column, start) in columns[k] ?? [] {
          try frame.set(try column.part(start: start, rows: range.count))
        }
        return frame
      } catch let error as InvalidInput {
        throw FrameInputError(frame: k, error: error)
      }
    }
  }

  /// The columns of each frame that has some, and the row at which its values begin.
  private func columns(
    _ offsets: UnsafePointer<Int64>
  ) throws -> [Int: [(column: FrameLabels.Column, start: Int)]] {
    guard let bytes = bytes(13) else { return [:] }
    var result: [Int: [(FrameLabels.Column, Int)]] = [:]
    for column in try FrameLabels.columns(Data(bytes)) {
      var start = 0
      for frame in column.frames {
        result[frame, default: []].append((column, start))
        start += Int(offsets[frame + 1] - offsets[frame])
      }
    }
    return result
  }

  private func frame(
    _ k: Int, _ range: Range<Int>, _ names: [String]?, _ symbols: inout [Int32: String]
  ) throws -> Frame {
    let flags = array(12, of: UInt8.self)?[k] ?? 7
    let positions =
      array(2, of: Double.self).map { r in
        range.map { Vector3(r[3 * $0], r[3 * $0 + 1], r[3 * $0 + 2]) }
      } ?? []
    var frame = Frame(positions: positions, species: try species(range, names, &symbols))
    if flags & 1 != 0, let q = array(3, of: Double.self) {
      try frame.set(
        orientations: range.map {
          try UnitQuaternion(w: q[4 * $0], x: q[4 * $0 + 1], y: q[4 * $0 + 2], z: q[4 * $0 + 3])
        })
    }
    if flags & 2 != 0, let a = array(4, of: Double.self) {
      let scale = flags & 8 != 0 ? 0.5 : 1
      try frame.set(
        semiAxes: range.map {
          try SemiAxes(scale * a[3 * $0], scale * a[3 * $0 + 1], scale * a[3 * $0 + 2])
        })
    }
    if flags & 4 != 0 { frame.cell = try cell(k) }
    return frame
  }

  private func species(
    _ range: Range<Int>, _ names: [String]?, _ symbols: inout [Int32: String]
  ) throws -> [String] {
    guard let types = array(5, of: Int32.self) else {
      return Array(repeating: "X", count: range.count)
    }
    return try range.map { i in
      let type = types[i]
      if let names {
        guard names.indices.contains(Int(type)) else {
          throw InvalidInput(
            "species of particle \(i - range.lowerBound)", value: "number \(type)",
            expected: "one of \(names.count) names")
        }
        return names[Int(type)]
      }
      if let symbol = symbols[type] { return symbol }
      guard ChemicalElement.symbols.indices.contains(Int(type)) else {
        throw InvalidInput(
          "atomic number of particle \(i - range.lowerBound)", value: "\(type)",
          expected: "0 to \(ChemicalElement.symbols.count - 1)")
      }
      let symbol = ChemicalElement.symbols[Int(type)]
      symbols[type] = symbol
      return symbol
    }
  }

  private func cell(_ k: Int) throws -> Cell? {
    guard let lattices = array(8, of: Double.self) else { return nil }
    let h = lattices + 9 * k
    let periodic = array(9, of: UInt8.self).map { $0 + 3 * k }
    let flags = (0..<3).map { (periodic?[$0] ?? 0) != 0 }
    // ASE has a cell of zeros where there is none.
    if (0..<9).allSatisfy({ h[$0] == 0 }), !flags.contains(true) { return nil }
    return try Cell(
      Vector3(h[0], h[1], h[2]), Vector3(h[3], h[4], h[5]), Vector3(h[6], h[7], h[8]),
      periodic: (flags[0], flags[1], flags[2]))
  }
}

/// What is wrong with one of the frames that came in.
struct FrameInputError: Error {
  let frame: Int
  let error: InvalidInput
}
