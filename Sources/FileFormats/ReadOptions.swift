internal import Geometry

/// What a user says about a file that the file does not say itself.
public struct ReadOptions: Equatable, Sendable {
  /// Which columns are orientations, shapes and so on, beyond those that are known by their names.
  public var columns: [ColumnAssignment] = []
  /// Names of species in place of those of the file: ["1": "C", "2": "H"].
  public var types: [String: String] = [:]
  /// The atom style of a LAMMPS data file that does not name it: "full", "hybrid sphere ellipsoid".
  public var atomStyle: String?
  /// The diameter of the sphere that stands for a particle without extent among particles that have
  /// one; positive. The default is that of HOOMD-blue and of LAMMPS.
  public var pointDiameter = 1.0

  /// Nothing but what the file says.
  public init() {}

  /// Reads `1:C,2:H`: names of species in place of those of the file.
  ///
  /// Throws: `InvalidInput` for anything else, or a name given twice.
  public static func types(parsing text: String) throws -> [String: String] {
    var types: [String: String] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.trimmingBlanks }
      guard words.count == 2, !words[0].isEmpty, !words[1].isEmpty,
        !words[1].contains(where: \.isWhitespace)
      else {
        throw InvalidInput("types", value: "'\(text)'", expected: "type:name, as in 1:C,2:H")
      }
      guard types.updateValue(words[1], forKey: words[0]) == nil else {
        throw InvalidInput("types", value: "'\(text)'", expected: "type \(words[0]) once")
      }
    }
    return types
  }

  /// Throws: `InvalidInput` for a point diameter that is not positive, or two assignments of the same
  /// meaning.
  func validate() throws {
    guard pointDiameter > 0, pointDiameter.isFinite else {
      throw InvalidInput("point diameter", value: pointDiameter, expected: "a positive number")
    }
    for (k, column) in columns.enumerated()
    where columns[..<k].contains(where: { $0.meaning == column.meaning }) {
      throw InvalidInput(
        "columns", value: "'\(column)'", expected: "\(column.meaning.rawValue) once")
    }
  }

  /// Whether an assignment speaks of the column `name` or of a component of it: nothing is then
  /// guessed from the name.
  func isAssigned(_ name: String) -> Bool {
    columns.contains { assignment in
      assignment.names.contains {
        $0 == name || $0 == IndexedName(name)?.base || IndexedName($0)?.base == name
      }
    }
  }
}

/// Says what columns of a file are: `orientation=c_quat[1..4]:wxyz`.
public struct ColumnAssignment: Equatable, Sendable, CustomStringConvertible {
  /// What columns can be.
  public enum Meaning: String, CaseIterable, Sendable {
    /// Quaternions that turn body into space.
    case orientation
    /// The direction of the body's z axis in space, in place of a quaternion.
    case axis
    /// Full lengths of the axes: three, or one for spheres.
    case diameter
    /// Half of these.
    case semiAxes = "semi-axes"
    /// The name of the species.
    case species
    /// The number of the molecule.
    case molecule
    /// The charge.
    case charge

    /// How many values a particle may have.
    var widths: [Int] {
      switch self {
      case .orientation: [4]
      case .axis: [3]
      case .diameter, .semiAxes: [3, 1]
      case .species, .molecule, .charge: [1]
      }
    }
  }

  /// The order of the components of a quaternion.
  public enum QuaternionOrder: String, CaseIterable, Sendable {
    /// The real part first: LAMMPS, HOOMD-blue, AniSOAP.
    case wxyz
    /// The real part last: OVITO, scipy.
    case xyzw
  }

  /// What they are.
  public let meaning: Meaning
  /// The columns, in order: names of whole columns, or `name[k]` for a component, from 1.
  public let names: [String]
  /// The order of a quaternion's components; nil: the usual one of a column of that name.
  public let order: QuaternionOrder?

  /// An assignment; `order` concerns orientations only.
  public init(_ meaning: Meaning, _ names: [String], order: QuaternionOrder? = nil) {
    self.meaning = meaning
    self.names = names
    self.order = order
  }

  /// Reads `orientation=c_quat[1..4]:wxyz,diameter=c_shape[1..3]`. Columns with names of their own are
  /// joined by `+`: `orientation=qw+qx+qy+qz`.
  ///
  /// Throws: `InvalidInput` that says what is wrong.
  public static func list(parsing text: String) throws -> [ColumnAssignment] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map {
      try ColumnAssignment(parsing: $0.trimmingBlanks)
    }
  }

  private init(parsing text: String) throws {
    let example = "meaning=columns, as in orientation=c_quat[1..4]:wxyz or diameter=c_shape[1..3]"
    let parts = text.split(separator: "=", maxSplits: 1).map(\.trimmingBlanks)
    guard parts.count == 2, !parts[1].isEmpty else {
      throw InvalidInput("columns", value: "'\(text)'", expected: example)
    }
    guard let meaning = Meaning(rawValue: parts[0]) else {
      throw InvalidInput(
        "columns", value: "'\(text)'",
        expected: "one of \(Meaning.allCases.map(\.rawValue).joined(separator: ", ")) before =")
    }
    var columns = parts[1]
    var order: QuaternionOrder?
    if let colon = columns.lastIndex(of: ":") {
      order = QuaternionOrder(rawValue: String(columns[columns.index(after: colon)...]))
      guard order != nil, meaning == .orientation else {
        throw InvalidInput(
          "columns", value: "'\(text)'",
          expected: "wxyz or xyzw behind the colon, and that for orientations only")
      }
      columns = String(columns[..<colon])
    }
    let names = try columns.split(separator: "+", omittingEmptySubsequences: false)
      .flatMap { try Self.expanded($0.trimmingBlanks, text) }
    self.init(meaning, names, order: order)
  }

  /// `c_quat[1..4]` is four names; nobody has columns of more than sixteen.
  private static func expanded(_ name: String, _ text: String) throws -> [String] {
    guard !name.isEmpty else {
      throw InvalidInput("columns", value: "'\(text)'", expected: "names of columns joined by +")
    }
    guard name.hasSuffix("]"), let open = name.lastIndex(of: "["),
      case let range = name[name.index(after: open)...].dropLast(), range.contains("..")
    else { return [name] }
    let bounds = range.split(separator: ".").map { Int($0) ?? 0 }
    guard bounds.count == 2, bounds[0] >= 1, bounds[1] >= bounds[0], bounds[1] <= 16 else {
      throw InvalidInput("columns", value: "'\(name)'", expected: "a range such as [1..4]")
    }
    return (bounds[0]...bounds[1]).map { "\(name[..<open])[\($0)]" }
  }

  /// As it is written for `list(parsing:)`.
  public var description: String {
    "\(meaning.rawValue)=\(ColumnNames.short(names))" + (order.map { ":\($0.rawValue)" } ?? "")
  }
}

/// A name with an index, `name[k]`, as programs call one of several columns that belong together.
struct IndexedName: Equatable {
  let base: String
  let index: Int

  /// nil for a name without an index.
  init?(_ name: String) {
    guard name.hasSuffix("]"), let open = name.lastIndex(of: "["), open > name.startIndex,
      let index = Int(name[name.index(after: open)...].dropLast())
    else { return nil }
    base = String(name[..<open])
    self.index = index
  }
}

/// Names of columns for people.
enum ColumnNames {
  /// `c_quat[1..4]` for `c_quat[1]`, ..., `c_quat[4]`; otherwise the names joined by `+`.
  static func short(_ names: [String]) -> String {
    let indexed = names.compactMap(IndexedName.init)
    if let first = indexed.first, names.count > 1, indexed.count == names.count,
      indexed.enumerated().allSatisfy({ $1.base == first.base && $1.index == first.index + $0 })
    {
      return "\(first.base)[\(first.index)..\(first.index + names.count - 1)]"
    }
    return names.joined(separator: "+")
  }
}

extension Substring {
  /// Without blanks at both ends.
  var trimmingBlanks: String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
