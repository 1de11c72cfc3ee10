internal import Geometry

/// Turns columns of a frame into what the user says they are, and finds columns that look like
/// orientations or shapes and were not taken.
struct ColumnRoles {
  let options: ReadOptions

  /// Takes the assigned columns out of the frame and sets what they mean. Returns what was assumed.
  ///
  /// Throws: `InvalidInput` that names the column when one is missing or has values that cannot be
  /// used.
  func apply(to frame: inout Frame, points: inout PointParticles) throws -> [String] {
    var assumed: [String] = []
    // Shapes first: a particle without extent needs no quaternion.
    let order: [ColumnAssignment.Meaning] = [
      .diameter, .semiAxes, .orientation, .axis, .species, .molecule, .charge,
    ]
    for meaning in order {
      guard let assignment = options.columns.first(where: { $0.meaning == meaning }) else {
        continue
      }
      let (columns, taken) = try find(assignment, in: frame)
      try set(assignment, columns, &frame, &points)
      frame.removeColumns { taken.contains($0.name) && $0.name != meaning.rawValue }
      assumed.append(text(assignment))
    }
    return assumed
  }

  private func text(_ assignment: ColumnAssignment) -> String {
    let names = ColumnNames.short(assignment.names)
    switch assignment.meaning {
    case .orientation:
      return "orientations from \(names), taken as \(order(assignment).inWords), as was said"
    case .semiAxes: return "semi-axes from \(names), as was said"
    case .diameter: return "full diameters from \(names), as was said"
    default: return "\(assignment.meaning.rawValue) from \(names), as was said"
    }
  }

  /// OVITO's names stand for OVITO's order.
  private func order(_ assignment: ColumnAssignment) -> ColumnAssignment.QuaternionOrder {
    if let order = assignment.order { return order }
    let name = assignment.names[0]
    let base = IndexedName(name)?.base ?? name
    return ["c_orient", "orientation"].contains(base) ? .xyzw : .wxyz
  }

  // MARK: Finding

  /// The columns by name, one list of values for each component, and the names of the columns used.
  private func find(
    _ assignment: ColumnAssignment, in frame: Frame
  ) throws -> (components: [Component], taken: Set<String>) {
    var components: [Component] = []
    var taken: Set<String> = []
    for name in assignment.names {
      if let column = frame.column(name) {
        components += (0..<column.width).map { Component(column: column, place: $0) }
        taken.insert(name)
      } else if let indexed = IndexedName(name), let column = frame.column(indexed.base),
        (1...column.width) ~= indexed.index
      {
        components.append(Component(column: column, place: indexed.index - 1))
        taken.insert(indexed.base)
      } else if case let parts = frame.columns.filter({ IndexedName($0.name)?.base == name }),
        !parts.isEmpty
      {
        for part in parts.sorted(by: { Self.index($0) < Self.index($1) }) {
          components.append(Component(column: part, place: 0))
          taken.insert(part.name)
        }
      } else {
        let known = frame.columns.prefix(20).map(\.name).joined(separator: " ")
        throw InvalidInput(
          "column '\(name)' for \(assignment.meaning.rawValue)", value: "missing",
          expected: known.isEmpty ? "a column, and the frame has none" : "one of \(known)")
      }
    }
    guard assignment.meaning.widths.contains(components.count) else {
      throw InvalidInput(
        "columns \(ColumnNames.short(assignment.names)) for \(assignment.meaning.rawValue)",
        value: "\(components.count) values a particle",
        expected: assignment.meaning.widths.map(String.init).joined(separator: " or "))
    }
    return (components, taken)
  }

  private static func index(_ column: Frame.Column) -> Int { IndexedName(column.name)?.index ?? 0 }

  /// One value a particle.
  private struct Component {
    let column: Frame.Column
    let place: Int

    func real(_ i: Int) throws -> Double {
      let k = i * column.width + place
      switch column.values {
      case .reals(let values): return values[k]
      case .integers(let values): return Double(values[k])
      case .logicals, .strings:
        throw InvalidInput("column '\(column.name)'", value: "no numbers", expected: "numbers")
      }
    }

    func word(_ i: Int) -> String {
      let k = i * column.width + place
      switch column.values {
      case .reals(let values):
        return Int(exactly: values[k]).map(String.init) ?? "\(values[k])"
      case .integers(let values): return "\(values[k])"
      case .logicals(let values): return values[k] ? "T" : "F"
      case .strings(let values): return values[k]
      }
    }
  }

  // MARK: Setting

  private func set(
    _ assignment: ColumnAssignment, _ c: [Component], _ frame: inout Frame,
    _ points: inout PointParticles
  ) throws {
    switch assignment.meaning {
    case .diameter, .semiAxes:
      let factor = assignment.meaning == .diameter ? 0.5 : 1
      let shapes = try (0..<frame.count).map { i -> SemiAxes? in
        let values = try (0..<3).map { try c[c.count == 1 ? 0 : $0].real(i) }
        if values == [0, 0, 0] { return nil }
        return try SemiAxes(values[0] * factor, values[1] * factor, values[2] * factor)
      }
      try frame.set(semiAxes: points.completed(shapes))
    case .orientation:
      let isRealLast = order(assignment) == .xyzw
      let places = isRealLast ? [3, 0, 1, 2] : [0, 1, 2, 3]
      let turns = try (0..<frame.count).map { i -> UnitQuaternion in
        let q = try places.map { try c[$0].real(i) }
        if q == [0, 0, 0, 0], points.isPoint(i) { return .identity }
        points.check(length: q.reduce(0) { $0 + $1 * $1 }.squareRoot(), of: i)
        return try UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3])
      }
      try frame.set(orientations: turns)
    case .axis:
      let turns = try (0..<frame.count).map { i -> UnitQuaternion in
        let axis = Vector3(try c[0].real(i), try c[1].real(i), try c[2].real(i))
        if axis == .zero, points.isPoint(i) { return .identity }
        guard axis.isFinite, axis.length > 0 else {
          throw InvalidInput(
            "axis of particle \(i)", value: "(\(axis.x), \(axis.y), \(axis.z))",
            expected: "a direction")
        }
        return UnitQuaternion(turning: Vector3(0, 0, 1), to: axis.normalized)
      }
      try frame.set(orientations: turns)
    case .species:
      let words = (0..<frame.count).map { c[0].word($0) }
      try frame.set(species: words.map { options.types[$0] ?? $0 })
    case .molecule, .charge:
      var column = c[0].column
      guard column.width == 1 else {
        throw InvalidInput(
          "column '\(column.name)'", value: "\(column.width) values a particle", expected: "1")
      }
      column.name = assignment.meaning.rawValue
      // Under its old name it is removed with the other columns that were taken.
      try frame.set(column)
    }
  }

  // MARK: Columns that nobody took

  /// What a column looks like by its name, but is not.
  struct Suspect: Equatable {
    let meaning: ColumnAssignment.Meaning
    let names: [String]

    /// A sentence without the name of the file.
    var text: String {
      let isOrientation = meaning == .orientation
      let (subject, look, are) =
        names.count == 1 ? ("column", "looks", "is") : ("columns", "look", "are")
      let assigned = ColumnAssignment(meaning, names, order: isOrientation ? .wxyz : nil)
      return "\(subject) \(names.joined(separator: " ")) \(look) like "
        + (isOrientation ? "orientations" : "shapes") + " and \(are) not taken; say what "
        + (names.count == 1 ? "it is" : "they are") + ": --columns \(assigned)"
        + (isOrientation ? " (or :xyzw)" : " (full lengths; semi-axes= for half of them)")
    }
  }

  /// Columns of numbers whose names speak of orientations where the frame has none, or of shapes.
  static func suspects(in frame: Frame) -> [Suspect] {
    func named(_ parts: [String]) -> [String] {
      frame.columns.filter { column in
        if case .strings = column.values { return false }
        if case .logicals = column.values { return false }
        let name = column.name.lowercased()
        let base = IndexedName(name)?.base ?? name
        return parts.contains { name.contains($0) } || parts.contains("quat") && base == "c_q"
      }.flatMap { column in
        column.width == 1 ? [column.name] : (1...column.width).map { "\(column.name)[\($0)]" }
      }
    }
    var found: [Suspect] = []
    if frame.orientations == nil, case let names = named(["quat", "orient"]), !names.isEmpty {
      found.append(Suspect(meaning: .orientation, names: names))
    }
    if frame.semiAxes == nil, case let names = named(["shape", "diam", "radius", "radii"]),
      !names.isEmpty
    {
      found.append(Suspect(meaning: .diameter, names: names))
    }
    return found
  }
}

extension ColumnAssignment.QuaternionOrder {
  /// For people.
  var inWords: String { self == .wxyz ? "w, x, y, z" : "x, y, z, w" }
}
