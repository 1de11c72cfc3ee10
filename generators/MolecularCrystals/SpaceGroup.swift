internal import CSpglib
public import Geometry

/// One of the 230 space groups, with its operations in the conventional cell, through spglib
/// (A. Togo, K. Shinohara and I. Tanaka, arXiv:1808.01590). This is the only file that uses it.
public struct SpaceGroup: Equatable, Sendable {
  /// The version of spglib that was found at run time.
  public static var libraryVersion: String {
    "\(spg_get_major_version()).\(spg_get_minor_version()).\(spg_get_micro_version())"
  }

  /// x' = W x + w in fractional coordinates.
  public struct Operation: Equatable, Sendable {
    /// W: elements -1, 0, 1.
    public let rotation: Matrix3x3
    /// w, each component at least 0 and below 1.
    public let translation: Vector3

    /// The operation on fractional coordinates.
    public func callAsFunction(_ x: Vector3) -> Vector3 { rotation * x + translation }
  }

  /// The number in International Tables A, 1 to 230.
  public let number: Int
  /// The short Hermann-Mauguin symbol.
  public let symbol: String
  /// All operations, the identity first, centrings included.
  public let operations: [Operation]

  /// The first setting that spglib lists: unique axis b, hexagonal axes, origin choice 1.
  ///
  /// Throws: `InvalidInput` unless the number is from 1 to 230.
  public init(_ number: Int) throws {
    guard let group = Self.all[number] else {
      throw InvalidInput("space group", value: "\(number)", expected: "a number from 1 to 230")
    }
    self = group
  }

  private init(number: Int, symbol: String, operations: [Operation]) {
    self.number = number
    self.symbol = symbol
    self.operations = operations
  }

  /// spglib's table, read once.
  private static let all: [Int: SpaceGroup] = {
    var groups = [Int: SpaceGroup]()
    for hall in 1...530 as ClosedRange<Int32> {
      let type = spg_get_spacegroup_type(hall)
      let number = Int(type.number)
      guard (1...230).contains(number), groups[number] == nil else { continue }
      groups[number] = SpaceGroup(
        number: number, symbol: text(type.international_short), operations: operations(hall))
    }
    return groups
  }()

  private static func operations(_ hall: Int32) -> [Operation] {
    typealias Row = (Int32, Int32, Int32)
    let zero: Row = (0, 0, 0)
    var rotations = [(Row, Row, Row)](repeating: (zero, zero, zero), count: 192)
    var translations = [(Double, Double, Double)](repeating: (0, 0, 0), count: 192)
    let count = Int(spg_get_symmetry_from_database(&rotations, &translations, hall))
    func row(_ r: Row) -> Vector3 { Vector3(Double(r.0), Double(r.1), Double(r.2)) }
    return (0..<count).map { k in
      let (m, t) = (rotations[k], translations[k])
      let w = Vector3(t.0, t.1, t.2)
      return Operation(
        rotation: Matrix3x3(rows: row(m.0), row(m.1), row(m.2)),
        translation: w - w.rounded(.down))
    }
  }

  /// The space group of a frame of atoms with a periodic cell, as spglib finds it; nil where it finds
  /// none.
  ///
  /// `tolerance` is the distance within which two positions count as equal.
  ///
  /// Throws: `InvalidInput` without a cell that repeats along all three directions, or atoms.
  public init?(detectedIn frame: Frame, tolerance: Double = 1e-4) throws {
    guard let cell = frame.cell, cell.isFullyPeriodic, frame.count > 0 else {
      throw InvalidInput(
        "frame for a space group", value: "\(frame.count) atoms",
        expected: "atoms in a cell that repeats along all three directions")
    }
    // spglib's lattice vectors are the columns.
    func triple(_ v: Vector3) -> (Double, Double, Double) { (v.x, v.y, v.z) }
    let m = cell.lattice
    var lattice = [triple(m.columns.0), triple(m.columns.1), triple(m.columns.2)]
    var positions = frame.positions.map { triple(cell.fractional($0)) }
    var kinds = [String: Int32]()
    let types = frame.species.map { name -> Int32 in
      let kind = kinds[name] ?? Int32(kinds.count + 1)
      kinds[name] = kind
      return kind
    }
    var symbol = [CChar](repeating: 0, count: 11)
    let number = spg_get_international(
      &symbol, &lattice, &positions, types, Int32(frame.count), tolerance)
    guard let group = Self.all[Int(number)] else { return nil }
    self = group
  }

  /// A C string in a tuple.
  private static func text<T>(_ tuple: T) -> String {
    withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
