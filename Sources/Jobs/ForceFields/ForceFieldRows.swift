internal import Geometry
internal import Mathematics

/// What a frame says of an energy: its rows of the regression, kind by kind.
struct ForceFieldRows: Sendable {
  /// The kinds of rows.
  enum Kind: String, CaseIterable, Sendable {
    /// The energy of the frame over its particles: one row.
    case energy
    /// The forces: 3N rows.
    case forces
    /// The torques in the space frame: 3N rows.
    case torques
    /// The virial over the particles: nine rows.
    case virial

    /// What tables call it: `energy_per_particle`, `forces`, `torques`, `virial_per_particle`.
    var name: String {
      self == .energy || self == .virial ? "\(rawValue)_per_particle" : rawValue
    }
  }

  /// The targets of each kind that the frame has.
  var targets: [Kind: [Double]] = [:]
  /// Its particles.
  let count: Int
}

/// Which labels and columns of a frame are learned from.
struct ForceFieldTargets: Sendable {
  let energy: String
  let forces: String?
  let torques: String?
  let virial: String?

  init(energy: String, _ settings: ForceFieldSettings) {
    self.energy = energy
    (forces, torques, virial) = (settings.forces, settings.torques, settings.virial)
  }

  /// The kinds of rows that there are.
  var kinds: [ForceFieldRows.Kind] {
    var kinds = [ForceFieldRows.Kind.energy]
    if forces != nil { kinds.append(.forces) }
    if torques != nil { kinds.append(.torques) }
    if virial != nil { kinds.append(.virial) }
    return kinds
  }

  /// The targets of a frame.
  ///
  /// Throws: `InvalidInput` for labels and columns that are missing, no numbers, of another shape, or not
  /// finite.
  func rows(of frame: Frame) throws -> ForceFieldRows {
    guard frame.count > 0 else {
      throw InvalidInput("particles", value: "none", expected: "at least one")
    }
    var rows = ForceFieldRows(count: frame.count)
    let energies: [Double]
    switch frame.labels[energy] {
    case .real(let value)?: energies = [value]
    case .integer(let value)?: energies = [Double(value)]
    default:
      throw InvalidInput(
        "label '\(energy)'", value: frame.labels[energy] == nil ? "missing" : "no number",
        expected: "the energy of the frame, without which forces do not tell it")
    }
    rows.targets[.energy] = energies.map { $0 / Double(frame.count) }
    for (kind, name) in [(ForceFieldRows.Kind.forces, forces), (.torques, torques)] {
      guard let name else { continue }
      guard let column = frame.column(name), column.width == 3, case .reals(let v) = column.values
      else {
        throw InvalidInput(
          "column '\(name)'", value: frame.column(name) == nil ? "missing" : "another shape",
          expected: "three real numbers a particle")
      }
      rows.targets[kind] = v
    }
    if let virial {
      let values: [Double]? =
        switch frame.labels[virial] {
        case .matrix(let rows)?: rows.flatMap { $0 }
        case .reals(let list)?: list
        default: nil
        }
      guard let values, values.count == 9 else {
        throw InvalidInput(
          "label '\(virial)'", value: frame.labels[virial] == nil ? "missing" : "another shape",
          expected: "nine numbers, the virial of the frame")
      }
      rows.targets[.virial] = values.map { $0 / Double(frame.count) }
    }
    for (kind, values) in rows.targets where !values.allSatisfy(\.isFinite) {
      throw InvalidInput(
        "\(kind.rawValue) of the frame", value: "not finite", expected: "finite numbers")
    }
    return rows
  }
}
