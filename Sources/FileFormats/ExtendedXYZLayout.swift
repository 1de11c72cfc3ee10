/// Which column of the rows of an extended XYZ frame means what, from the key `Properties`.
struct ExtendedXYZLayout {
  /// How a value is read.
  enum Kind: Equatable { case real, integer, logical, string, species }

  /// Columns of one name: where their first value stands among the values of their kind in a row.
  struct Field: Equatable {
    var name: String
    var kind: Kind
    var width: Int
    var offset = 0
  }

  /// Where the species come from.
  enum SpeciesSource: Equatable {
    case none
    case symbols
    /// Atomic numbers, at that place among the integers.
    case numbers(Int)
  }

  /// All columns in the order of the rows.
  private(set) var fields: [Field]
  /// Values of each kind in a row; truth values count as integers.
  private(set) var realWidth = 0
  private(set) var integerWidth = 0
  private(set) var stringWidth = 0
  /// Where the positions begin among the reals of a row.
  private(set) var positions = 0
  private(set) var species = SpeciesSource.none
  /// Places of w, x, y, z among the reals of a row.
  private(set) var quaternion: [Int]?
  /// Places of the three axes among the reals of a row, and the factor that makes them semi-axes.
  private(set) var axes: (places: [Int], factor: Double)?
  /// Columns without a meaning of their own; they are carried along.
  private(set) var others: [Field] = []

  /// Columns in a row.
  var width: Int { fields.reduce(0) { $0 + $1.width } }

  /// What is meant where `Properties` is missing.
  static let plain = "species:S:1:pos:R:3"

  /// Throws: `ExtendedXYZSyntaxError` when the text is not made of name:type:count, or a column
  /// has the wrong width for what it means.
  init(_ properties: String) throws {
    fields = try Self.parse(properties)
    guard let position = index(of: ["pos", "positions", "position"]) else {
      throw ExtendedXYZSyntaxError("Properties has no column 'pos'")
    }
    var taken: Set<Int> = [try real(position, width: 3)]
    if let symbols = index(of: ["species", "element", "elements", "symbol", "symbols"]) {
      taken.insert(try symbol(symbols))
    } else if let numbers = index(of: ["numbers", "Z", "atomic_numbers", "atomic_number"]) {
      try require(numbers, width: 1, kinds: [.integer])
      species = .numbers(numbers)
      taken.insert(numbers)
    } else if let types = index(of: ["type", "types"]) {
      taken.insert(try symbol(types))
    }
    let rotation = try columns(["c_q", "quaternions", "quaternion"], count: 4)
    let orientation = try rotation == nil ? columns(["orientation"], count: 4) : nil
    let diameters = try columns(["c_diameter"], count: 3)
    let semiAxes = try diameters == nil ? columns(["aspherical_shape"], count: 3) : nil
    for found in [rotation, orientation, diameters, semiAxes] { taken.formUnion(found ?? []) }

    setOffsets()
    positions = fields[position].offset
    if case .numbers(let index) = species { species = .numbers(fields[index].offset) }
    quaternion =
      rotation.map(places) ?? orientation.map(places).map { [$0[3], $0[0], $0[1], $0[2]] }
    axes = diameters.map { (places($0), 0.5) } ?? semiAxes.map { (places($0), 1) }
    others = fields.indices.filter { !taken.contains($0) }.map { fields[$0] }
  }

  /// Cuts name:type:count:name:type:count.
  private static func parse(_ text: String) throws -> [Field] {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count % 3 == 0, !parts.isEmpty else {
      throw ExtendedXYZSyntaxError(
        "Properties is \(text); expected name:type:count for every column")
    }
    let kinds: [Substring: Kind] = [
      "S": .string, "R": .real, "I": .integer, "L": .logical,
    ]
    var fields: [Field] = []
    for k in stride(from: 0, to: parts.count, by: 3) {
      let name = String(parts[k].filter { $0 != "\\" })
      guard let kind = kinds[parts[k + 1]] else {
        throw ExtendedXYZSyntaxError(
          "type of column '\(name)' is \(parts[k + 1]); expected S, R, I or L")
      }
      guard let width = Int(parts[k + 2]), (1...1_000_000) ~= width else {
        throw ExtendedXYZSyntaxError(
          "width of column '\(name)' is \(parts[k + 2]); expected a positive integer")
      }
      guard !fields.contains(where: { $0.name == name }) else {
        throw ExtendedXYZSyntaxError("Properties names column '\(name)' twice")
      }
      fields.append(Field(name: name, kind: kind, width: width))
    }
    return fields
  }

  private func index(of names: [String]) -> Int? {
    for name in names {
      if let index = fields.firstIndex(where: { $0.name == name }) { return index }
    }
    return nil
  }

  private func require(_ index: Int, width: Int, kinds: [Kind]) throws {
    let field = fields[index]
    guard field.width == width, kinds.contains(field.kind) else {
      throw ExtendedXYZSyntaxError(
        "Properties gives column '\(field.name)' \(field.width) values of type \(field.kind); "
          + "expected \(width) of type \(kinds[0])")
    }
  }

  /// Whole numbers are welcome where reals are meant.
  private mutating func real(_ index: Int, width: Int) throws -> Int {
    try require(index, width: width, kinds: [.real, .integer])
    fields[index].kind = .real
    return index
  }

  private mutating func symbol(_ index: Int) throws -> Int {
    try require(index, width: 1, kinds: [.string, .integer])
    fields[index].kind = .species
    species = .symbols
    return index
  }

  /// One column of `count` values, or `count` columns `name[k]` or `namek` (as ASE renames them).
  private mutating func columns(_ names: [String], count: Int) throws -> [Int]? {
    if let index = index(of: names) { return [try real(index, width: count)] }
    for name in names {
      let found = (1...count).map { index(of: ["\(name)[\($0)]", "\(name)\($0)"]) }
      let complete = found.compactMap { $0 }
      if complete.isEmpty { continue }
      guard complete.count == count else {
        let missing = (1...count).filter { found[$0 - 1] == nil }.map { "\(name)[\($0)]" }
        throw ExtendedXYZSyntaxError(
          "Properties has no column \(missing.joined(separator: ", ")); expected all \(count)")
      }
      for index in complete { _ = try real(index, width: 1) }
      return complete
    }
    return nil
  }

  private mutating func setOffsets() {
    for k in fields.indices {
      switch fields[k].kind {
      case .real:
        fields[k].offset = realWidth
        realWidth += fields[k].width
      case .integer, .logical:
        fields[k].offset = integerWidth
        integerWidth += fields[k].width
      case .string:
        fields[k].offset = stringWidth
        stringWidth += fields[k].width
      case .species: break
      }
    }
  }

  private func places(_ indices: [Int]) -> [Int] {
    indices.flatMap { fields[$0].offset..<fields[$0].offset + fields[$0].width }
  }
}

extension ExtendedXYZLayout {
  /// What became of `Properties` where ASE read a header with unquoted brackets and wrote it again:
  /// `Properties=...:c_q:R:4 1:R:1:c_diameter=T 2:R:1:c_diameter=T 3:R:1:id:I:12=T`. The keys that
  /// are debris, and the `Properties` that was meant; nil when there is no debris.
  static func restored(
    from properties: String, keys: [String]
  ) -> (properties: String, debris: Set<String>)? {
    let debris = keys.filter {
      let parts = $0.split(separator: ":", omittingEmptySubsequences: false)
      return parts.count >= 3 && Int(parts[0]) != nil
        && ["S", "R", "I", "L"].contains(parts[1]) && Int(parts[2]) != nil
    }
    guard let first = debris.first else { return nil }
    // Each piece begins behind a bracket and ends with the name before the next one.
    var text = properties
    if properties.split(separator: ":").count % 3 == 0 {
      let parts = first.split(separator: ":")
      guard parts.count % 3 == 1, let name = parts.last else { return (text, Set(debris)) }
      text += ":\(name)"
    }
    for piece in debris {
      let end = piece.firstIndex(of: ":") ?? piece.endIndex
      text += "[\(piece[..<end])]\(piece[end...])"
    }
    return (text, Set(debris))
  }
}
