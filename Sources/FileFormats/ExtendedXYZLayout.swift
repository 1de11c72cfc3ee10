/// Which column of the rows of an extended XYZ frame means what, from the key `Properties`.
///
/// A class, since all frames of a file share one, which costs one reference and not one for each part.
final class ExtendedXYZLayout {
  /// Where the species come from.
  enum SpeciesSource: Equatable {
    case none
    case symbols
    /// Atomic numbers, at that place among the integers.
    case numbers(Int)
  }

  /// All columns.
  let rows: RowLayout
  /// Where the positions begin among the reals of a row.
  private(set) var positions = 0
  private(set) var species = SpeciesSource.none
  /// Where the names of species that are no elements stand among the strings of a row.
  private(set) var speciesNames: Int?
  /// Places of w, x, y, z among the reals of a row.
  private(set) var quaternion: [Int]?
  /// Places of the three axes among the reals of a row, and the factor that makes them semi-axes.
  private(set) var axes: (places: [Int], factor: Double)?
  /// Places of w, x, y, z of OVITO's orientation, where it stands beside another one.
  private(set) var secondQuaternion: [Int]?
  /// What orientations and shapes were taken for.
  private(set) var assumptions: [String] = []
  /// Columns without a meaning of their own; they are carried along.
  private(set) var others: [RowField] = []

  /// What is meant where `Properties` is missing.
  static let plain = "species:S:1:pos:R:3"

  /// Throws: `ExtendedXYZSyntaxError` when the text is not made of name:type:count, or a column
  /// has the wrong width for what it means.
  init(_ properties: String, options: ReadOptions = ReadOptions()) throws {
    var columns = Columns(fields: try Self.parse(properties), options: options)
    guard let position = columns.index(of: ["pos", "positions", "position"]) else {
      throw ExtendedXYZSyntaxError("Properties has no column 'pos'")
    }
    var taken: Set<Int> = [try columns.real(position, width: 3)]
    let symbols =
      columns.index(of: ["species", "element", "elements", "symbol", "symbols"])
    let numbers = columns.index(of: ["numbers", "Z", "atomic_numbers", "atomic_number"])
    let types = columns.index(of: ["type", "types"])
    if let index = symbols ?? (numbers == nil ? types : nil) {
      taken.insert(try columns.symbol(index))
      species = .symbols
    } else if let numbers {
      try columns.require(numbers, width: 1, kinds: [.integer])
      taken.insert(numbers)
    }
    var nameColumn: Int?
    if symbols != nil, let index = columns.index(of: [ExtendedXYZNames.species]),
      columns.fields[index].width == 1, columns.fields[index].kind == .string
    {
      nameColumn = index
    }
    let rotation = try columns.together(["c_q", "quaternions", "quaternion"], count: 4)
    // OVITO's names may mean something else in other hands: an orientation of three values is none.
    let orientation = columns.whole("orientation", count: 4)
    let diameters = try columns.together(["c_diameter"], count: 3)
    let semiAxes = columns.whole("aspherical_shape", count: 3)
    for found in [rotation, orientation.map { [$0] }, diameters, semiAxes.map { [$0] }] {
      taken.formUnion(found ?? [])
    }

    let rows = RowLayout(columns.fields)
    func places(_ indices: [Int]) -> [Int] { indices.flatMap { rows.fields[$0].places } }
    self.rows = rows
    positions = rows.fields[position].offset
    if symbols == nil, let numbers { species = .numbers(rows.fields[numbers].offset) }
    speciesNames = nameColumn.map { rows.fields[$0].offset }
    let ovito = orientation.map { places([$0]) }.map { [$0[3], $0[0], $0[1], $0[2]] }
    quaternion = rotation.map(places) ?? ovito
    if rotation != nil { secondQuaternion = ovito }
    axes = diameters.map { (places($0), 0.5) } ?? semiAxes.map { (places([$0]), 1) }
    if let rotation {
      let name = ColumnNames.short(rotation.map { rows.fields[$0].name })
      assumptions.append("orientations from \(name), taken as w, x, y, z")
    } else if orientation != nil {
      assumptions.append("orientations from orientation, taken as x, y, z, w, as OVITO has it")
    }
    if let diameters {
      let name = ColumnNames.short(diameters.map { rows.fields[$0].name })
      assumptions.append("full diameters from \(name)")
    } else if semiAxes != nil {
      assumptions.append("semi-axes from aspherical_shape, as OVITO has it")
    }
    others = rows.fields.indices.filter { !taken.contains($0) }.map { rows.fields[$0] }
  }

  /// For reading nothing but the species.
  private(set) lazy var speciesAlone = onlySpecies()

  private init(rows: RowLayout, species: SpeciesSource, names: Int?) {
    (self.rows, self.species, speciesNames) = (rows, species, names)
  }

  /// Rows end behind the last column that tells of the species.
  private func onlySpecies() -> ExtendedXYZLayout {
    var numbers: Int?
    if case .numbers(let offset) = species { numbers = offset }
    func isWanted(_ field: RowField) -> Bool {
      switch field.kind {
      case .species: true
      case .integer: field.offset == numbers
      case .string: field.offset == speciesNames
      case .real, .logical, .unread: false
      }
    }
    var fields = rows.fields
    fields.removeSubrange((fields.lastIndex(where: isWanted).map { $0 + 1 } ?? 0)...)
    for k in fields.indices where !isWanted(fields[k]) { fields[k].kind = .unread }
    var short = RowLayout(fields)
    short.mayGoOn = true
    // The one column of its kind that is left begins at 0.
    return ExtendedXYZLayout(
      rows: short, species: numbers == nil ? species : .numbers(0),
      names: speciesNames.map { _ in 0 })
  }

  /// Cuts name:type:count:name:type:count.
  private static func parse(_ text: String) throws -> [RowField] {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count % 3 == 0, !parts.isEmpty else {
      throw ExtendedXYZSyntaxError(
        "Properties is \(text); expected name:type:count for every column")
    }
    let kinds: [Substring: RowField.Kind] = [
      "S": .string, "R": .real, "I": .integer, "L": .logical,
    ]
    var fields: [RowField] = []
    var (names, total) = (Set<String>(), 0)
    for k in stride(from: 0, to: parts.count, by: 3) {
      let name = String(parts[k].filter { $0 != "\\" })
      guard let kind = kinds[parts[k + 1]] else {
        throw ExtendedXYZSyntaxError(
          "type of column '\(name)' is \(parts[k + 1]); expected S, R, I or L")
      }
      guard let width = Int(parts[k + 2]), (1...InputLimits.rowWidth) ~= width else {
        throw ExtendedXYZSyntaxError(
          "width of column '\(name)' is \(parts[k + 2]); expected a positive integer")
      }
      guard names.insert(name).inserted else {
        throw ExtendedXYZSyntaxError("Properties names column '\(name)' twice")
      }
      total += width
      guard total <= InputLimits.rowWidth else {
        throw ExtendedXYZSyntaxError(
          "Properties asks for more than \(InputLimits.rowWidth) values in a row")
      }
      fields.append(RowField(name: name, kind: kind, width: width))
    }
    return fields
  }

  /// Columns while it is found out what they mean.
  private struct Columns {
    var fields: [RowField]
    let options: ReadOptions

    /// Nothing is guessed of columns that the user has said the meaning of.
    func index(of names: [String]) -> Int? {
      for name in names where !options.isAssigned(name) {
        if let index = fields.firstIndex(where: { $0.name == name }) { return index }
      }
      return nil
    }

    func require(_ index: Int, width: Int, kinds: [RowField.Kind]) throws {
      let field = fields[index]
      guard field.width == width, kinds.contains(field.kind) else {
        throw ExtendedXYZSyntaxError(
          "Properties gives column '\(field.name)' \(field.width) values of type \(field.kind); "
            + "expected \(width) of type \(kinds[0])")
      }
    }

    /// Whole numbers are welcome where reals are meant.
    mutating func real(_ index: Int, width: Int) throws -> Int {
      try require(index, width: width, kinds: [.real, .integer])
      fields[index].kind = .real
      return index
    }

    mutating func symbol(_ index: Int) throws -> Int {
      try require(index, width: 1, kinds: [.string, .integer])
      fields[index].kind = .species
      return index
    }

    /// A column of exactly `count` numbers.
    mutating func whole(_ name: String, count: Int) -> Int? {
      guard let index = index(of: [name]) else { return nil }
      return try? real(index, width: count)
    }

    /// One column of `count` values, or `count` columns `name[k]` or `namek` (as ASE renames them).
    mutating func together(_ names: [String], count: Int) throws -> [Int]? {
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
