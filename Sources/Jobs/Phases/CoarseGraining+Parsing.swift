public import Generators
internal import Geometry

extension CoarseGraining.Shape {
  /// What `init(parsing:)` knows by name.
  public static let names = "van-der-waals (or vdw), gyration"

  /// `van-der-waals`, `gyration`, or three semi-axes.
  ///
  /// Throws: `InvalidInput`.
  public init(parsing text: String) throws {
    switch text {
    case "van-der-waals", "vdw": self = .vanDerWaals
    case "gyration": self = .gyration
    default:
      guard text.contains(",") else {
        throw InvalidInput(
          "shape of the ellipsoids", value: "'\(text)'",
          expected: "\(Self.names), or three semi-axes a,b,c")
      }
      self = .given(try SemiAxes(parsing: text))
    }
  }
}

extension CoarseGraining.Grouping {
  /// Atoms by bonds, by a column, or by lists of atoms as `0:11` (both ends included) or `0,3,5:8`.
  ///
  /// Throws: `InvalidInput` for a list that is none, and for a column beside lists.
  public init(bondTolerance: Double?, column: String?, groups: [String]) throws {
    let ways = [bondTolerance != nil, column != nil, !groups.isEmpty].count { $0 }
    guard ways <= 1 else {
      throw InvalidInput(
        "molecules", value: "given in \(ways) ways",
        expected: "a bond tolerance, or a column, or groups of atoms")
    }
    if let column {
      self = .column(column)
    } else if !groups.isEmpty {
      self = .groups(
        try groups.map { try IntegerRange.list(parsing: $0) })
    } else {
      let tolerance = bondTolerance ?? CoarseGraining.defaultBondTolerance
      guard tolerance > 0, tolerance.isFinite else {
        throw InvalidInput("bond tolerance", value: tolerance, expected: "a positive number")
      }
      self = .bonds(tolerance: tolerance)
    }
  }
}
