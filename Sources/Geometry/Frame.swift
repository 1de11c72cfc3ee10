/// One configuration: particles with positions and species, perhaps orientations and shapes, perhaps
/// a cell, and whatever else a file says about them. A frame is a value; labels are added to it.
public struct Frame: Equatable, Sendable {
  /// Centres of the particles, in the file's length unit.
  public var positions: [Vector3]
  /// The species of every particle, as the file names it ("X", "C", "A", "1").
  public var species: [String]
  /// Rotations body to space, one a particle; nil where the file has none.
  public var orientations: [UnitQuaternion]?
  /// Semi-axes, one a particle; nil where the file has none.
  public var semiAxes: [SemiAxes]?
  /// The cell; nil for an open frame without one.
  public var cell: Cell?
  /// What is known of the frame as a whole, in the file's order: `energy`, `order`, `phase`.
  public var labels: Labels
  /// Further columns, one row a particle, in the file's order: `forces`, `torques`, `id`.
  public var columns: [Column]

  /// `species` may have one entry, which then holds for all particles.
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

  /// Adds the column, or replaces the one of the same name.
  public mutating func set(_ column: Column) {
    if let index = columns.firstIndex(where: { $0.name == column.name }) {
      columns[index] = column
    } else {
      columns.append(column)
    }
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
    private var values: [String: Label] = [:]

    /// No labels.
    public init() {}

    /// The labels of a literal, in its order.
    public init(dictionaryLiteral elements: (String, Label)...) {
      for (name, value) in elements { self[name] = value }
    }

    /// The label of that name; setting nil removes it, a new name goes to the end.
    public subscript(name: String) -> Label? {
      get { values[name] }
      set {
        if let newValue {
          if values.updateValue(newValue, forKey: name) == nil { names.append(name) }
        } else if values.removeValue(forKey: name) != nil {
          names.removeAll { $0 == name }
        }
      }
    }

    /// Whether there is none.
    public var isEmpty: Bool { names.isEmpty }
  }
}
