/// One configuration: particles with positions and species, perhaps orientations and shapes, perhaps
/// a cell, and whatever else a file says about them. A frame is a value; labels are added to it.
public struct Frame: Equatable, Sendable {
  /// Centres of the particles, in the file's length unit.
  public private(set) var positions: [Vector3]
  /// The species of every particle, as the file names it ("X", "C", "A", "1").
  public private(set) var species: [String]
  /// Rotations body to space, one a particle; nil where the file has none.
  public private(set) var orientations: [UnitQuaternion]?
  /// Semi-axes, one a particle; nil where the file has none.
  public private(set) var semiAxes: [SemiAxes]?
  /// The cell; nil for an open frame without one.
  public var cell: Cell?
  /// What is known of the frame as a whole, in the file's order: `energy`, `order`, `phase`.
  public var labels: Labels
  /// Further columns, one row a particle, in the file's order: `forces`, `torques`, `id`.
  public private(set) var columns: [Column]

  /// `species` may have one entry, which then holds for all particles. As many species, orientations and
  /// semi-axes as positions are the caller's duty; `set` checks what comes later.
  public init(
    positions: [Vector3], species: [String] = ["X"], orientations: [UnitQuaternion]? = nil,
    semiAxes: [SemiAxes]? = nil, cell: Cell? = nil, labels: Labels = Labels(),
    columns: [Column] = []
  ) {
    let all =
      species.count == 1 && positions.count != 1
      ? Array(repeating: species[0], count: positions.count) : species
    precondition(all.count == positions.count, "one species a particle")
    precondition(orientations.map { $0.count == positions.count } ?? true, "one rotation each")
    precondition(semiAxes.map { $0.count == positions.count } ?? true, "one shape each")
    self.positions = positions
    self.species = all
    self.orientations = orientations
    self.semiAxes = semiAxes
    self.cell = cell
    self.labels = labels
    self.columns = columns
  }

  /// The number of particles.
  public var count: Int { positions.count }

  /// The column of that name.
  public func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// The one check of what is set: as many entries as there are particles.
  private func require(_ count: Int?, _ quantity: String) throws {
    guard let count, count != self.count else { return }
    throw InvalidInput(
      quantity, value: "\(count) entries", expected: "one for each of \(self.count) particles")
  }

  /// Moves all particles.
  ///
  /// Throws: `InvalidInput` for another number of them.
  public mutating func set(positions: [Vector3]) throws {
    try require(positions.count, "positions")
    self.positions = positions
  }

  /// Gives all particles their species.
  ///
  /// Throws: `InvalidInput` for another number of them.
  public mutating func set(species: [String]) throws {
    try require(species.count, "species")
    self.species = species
  }

  /// Turns all particles; nil takes their orientations away.
  ///
  /// Throws: `InvalidInput` for another number of them.
  public mutating func set(orientations: [UnitQuaternion]?) throws {
    try require(orientations?.count, "orientations")
    self.orientations = orientations
  }

  /// Gives all particles their shapes; nil takes them away.
  ///
  /// Throws: `InvalidInput` for another number of them.
  public mutating func set(semiAxes: [SemiAxes]?) throws {
    try require(semiAxes?.count, "semi-axes")
    self.semiAxes = semiAxes
  }

  /// Adds the column, or replaces the one of the same name.
  ///
  /// Throws: `InvalidInput` unless it has its width of values for every particle.
  public mutating func set(_ column: Column) throws {
    guard column.width >= 1, column.values.count == column.width * count else {
      throw InvalidInput(
        "column \(column.name)", value: "\(column.values.count) values, width \(column.width)",
        expected: "\(column.width) for each of \(count) particles")
    }
    if let index = columns.firstIndex(where: { $0.name == column.name }) {
      columns[index] = column
    } else {
      columns.append(column)
    }
  }

  /// Has these columns and no others.
  ///
  /// Throws: `InvalidInput` unless each has its width of values for every particle.
  public mutating func set(columns: [Column]) throws {
    var changed = self
    changed.columns = []
    for column in columns { try changed.set(column) }
    self = changed
  }

  /// Takes columns away.
  public mutating func removeColumns(where isUnwanted: (Column) -> Bool) {
    columns.removeAll(where: isUnwanted)
  }

  /// Moves one particle.
  public mutating func move(_ particle: Int, to place: Vector3) { positions[particle] = place }

  /// Gives one particle another species.
  public mutating func rename(_ particle: Int, _ species: String) {
    self.species[particle] = species
  }

  /// Turns one particle.
  ///
  /// Throws: `InvalidInput` for a frame without orientations.
  public mutating func turn(_ particle: Int, to orientation: UnitQuaternion) throws {
    guard orientations != nil else {
      throw InvalidInput(
        "orientation of the particles", value: "missing",
        expected: "a quaternion for every particle")
    }
    orientations?[particle] = orientation
  }
}

extension Frame {
  /// A column of per-particle values: `width` of them a particle, rows after each other.
  public struct Column: Equatable, Sendable {
    /// What a file calls it.
    public var name: String
    /// The number of values a particle.
    public var width: Int
    /// The values, `width` a particle.
    public var values: Values

    /// The four kinds of values that extended XYZ knows.
    public enum Values: Equatable, Sendable {
      case reals([Double])
      case integers([Int])
      case logicals([Bool])
      case strings([String])

      /// How many there are.
      public var count: Int {
        switch self {
        case .reals(let list): list.count
        case .integers(let list): list.count
        case .logicals(let list): list.count
        case .strings(let list): list.count
        }
      }
    }

    /// `values` holds `width` entries a particle.
    public init(name: String, width: Int = 1, values: Values) {
      self.name = name
      self.width = width
      self.values = values
    }

    /// A column of vectors: width 3.
    public init(name: String, vectors: [Vector3]) {
      self.init(
        name: name, width: 3, values: .reals(vectors.flatMap { [$0.x, $0.y, $0.z] }))
    }

    /// The rows of some particles, in that order.
    ///
    /// Each is a particle that the column has; that is the caller's duty.
    public func selecting(rows: [Int]) -> Column {
      func pick<T>(_ list: [T]) -> [T] {
        rows.flatMap { list[$0 * width..<($0 + 1) * width] }
      }
      let picked: Values =
        switch values {
        case .reals(let list): .reals(pick(list))
        case .integers(let list): .integers(pick(list))
        case .logicals(let list): .logicals(pick(list))
        case .strings(let list): .strings(pick(list))
        }
      return Column(name: name, width: width, values: picked)
    }

    /// A column of one real number a particle.
    public init(name: String, reals: [Double]) {
      self.init(name: name, width: 1, values: .reals(reals))
    }
  }

  /// A value of the frame as a whole.
  public enum Label: Equatable, Sendable {
    case real(Double)
    case integer(Int)
    case logical(Bool)
    case string(String)
    case reals([Double])
    case integers([Int])
    case logicals([Bool])
    case strings([String])
    /// Rows of equal length.
    case matrix([[Double]])

    /// The value as one real number, if it is a number.
    public var real: Double? {
      switch self {
      case .real(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    }
  }

  /// Labels by name, in the order in which they were added.
  public struct Labels: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    /// The names in the order in which they were added.
    public private(set) var names: [String] = []
    /// The label of each name.
    private var values: [Label] = []
    /// The place of each name, kept where comparing one after the other would take longer.
    private var places: [String: Int] = [:]
    private static let mostCompared = 16

    /// No labels.
    public init() {}

    /// The labels of a literal, in its order.
    public init(dictionaryLiteral elements: (String, Label)...) {
      for (name, value) in elements { self[name] = value }
    }

    /// As many labels as names. That all names differ is the caller's duty: frames of one file share
    /// their names, which are then not compared again and again.
    public init(uniqueNames names: [String], values: [Label]) {
      precondition(names.count == values.count, "one label a name")
      self.names = names
      self.values = values
      if names.count > Self.mostCompared { index() }
    }

    /// The label of that name; setting nil removes it, a new name goes to the end.
    public subscript(name: String) -> Label? {
      get { place(of: name).map { values[$0] } }
      set {
        switch (place(of: name), newValue) {
        case (let place?, let value?): values[place] = value
        case (let place?, nil):
          names.remove(at: place)
          values.remove(at: place)
          places = [:]
          if names.count > Self.mostCompared { index() }
        case (nil, let value?):
          names.append(name)
          values.append(value)
          if !places.isEmpty {
            places[name] = names.count - 1
          } else if names.count > Self.mostCompared {
            index()
          }
        case (nil, nil): break
        }
      }
    }

    /// Whether there is none.
    public var isEmpty: Bool { names.isEmpty }

    private func place(of name: String) -> Int? {
      places.isEmpty ? names.firstIndex(of: name) : places[name]
    }

    private mutating func index() {
      places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }

    /// Whether names, order and labels agree.
    public static func == (first: Labels, second: Labels) -> Bool {
      first.names == second.names && first.values == second.values
    }
  }
}
