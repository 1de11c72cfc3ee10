internal import Geometry
internal import Mathematics

/// Moves ellipsoids apart, their orientations frozen, by minimising
///
///     E = 1/2 sum over pairs of (1 + pad - sqrt f)^2 where sqrt f < 1 + pad,
///
/// f the contact function of Perram and Wertheim, with FIRE (E. Bitzek et al., Phys. Rev. Lett. 97,
/// 2006, 170201).
///
/// It is done in coordinates y with x = W y, W^2 = <R diag(a^2, b^2, c^2) R^T>, in which the mean
/// particle is a unit sphere. f does not change under such maps; parallel ellipsoids become hard
/// spheres, and a perfect nematic is no harder to pack than they are.
struct OverlapRelaxation {
  /// How it ended.
  struct Outcome {
    /// The smallest sqrt(f): 1 or more where no particles overlap.
    var smallestNorm: Double
    /// The number of pairs that overlap.
    var overlaps: Int
    var steps: Int
  }

  /// How far apart the particles are pushed, relative to the distance at contact; half of it is a
  /// margin for the rounding of later checks.
  static let pad = 2e-4
  private static let maximumSteps = 20_000
  /// The distance that pairs may move before the list is made anew, in radii of the mean particle.
  private static let skin = 0.3

  private let toReal: Matrix3x3
  private let toRound: Matrix3x3
  private let cell: Cell
  private var list: ContactList

  /// Throws: `NumericalError` when the shapes are too extreme to be made round.
  init(shapes: [Matrix3x3], cell: Cell) throws {
    var mean = Matrix3x3(diagonal: .zero)
    for g in shapes { mean = mean + g * (1 / Double(shapes.count)) }
    let roundness = SymmetricMatrix3x3(mean)
    toReal = roundness.root(inverse: false)
    toRound = roundness.root(inverse: true)
    let back = toRound
    let round = shapes.map { SymmetricMatrix3x3(back * $0 * back) }
    var (smallest, largest) = (Double.infinity, 0.0)
    for g in round {
      let squares = g.extremeEigenvalues
      smallest = min(smallest, squares.smallest)
      largest = max(largest, squares.largest)
    }
    guard smallest > 0, largest.isFinite else {
      throw NumericalError("particles of such different semi-axes cannot be told apart in a cell")
    }
    self.cell = try Cell(
      back * cell.vector(0), back * cell.vector(1), back * cell.vector(2),
      periodic: (cell.isPeriodic(0), cell.isPeriodic(1), cell.isPeriodic(2)))
    list = ContactList(
      shapes: round, extents: smallest.squareRoot()...largest.squareRoot(), cell: self.cell,
      pad: Self.pad, skin: Self.skin)
  }

  /// The particle that overlaps its own image most, if any does.
  func selfContact() throws -> (particle: Int, norm: Double)? { try list.selfContact() }

  /// How the particles overlap as they are.
  mutating func examine(_ positions: [Vector3]) throws -> Outcome {
    try list.rebuild(positions: positions.map { toRound * $0 })
    var smallest = Double.infinity
    var overlaps = 0
    for k in list.pairs.indices {
      let r = list.pairs[k].separation
      let norm = list.pairs[k].contact(r, bound: .infinity).squareRoot()
      smallest = min(smallest, norm)
      if norm < 1 { overlaps += 1 }
    }
    return Outcome(smallestNorm: smallest, overlaps: overlaps, steps: 0)
  }

  /// Moves the particles until none overlap, or until it gets no further, and keeps what the constraints
  /// say, of which every particle may be in one. A first try, after which others follow, is given up as soon
  /// as the energy no longer falls fast.
  ///
  /// Throws: `NumericalError` when a constraint cannot be kept; `Stopped`.
  mutating func relax(
    _ positions: inout [Vector3], under constraints: [DensityWaves], isFirstTry: Bool
  ) throws -> Outcome {
    let (patience, progress) = isFirstTry ? (100, 0.3) : (400, 0.9)
    let constraints = constraints.map { $0.transformed(by: toReal) }
    var state = State(positions: positions.map { toRound * $0 })
    try list.rebuild(positions: state.reference)
    var outcome = Outcome(smallestNorm: 0, overlaps: 0, steps: 0)
    var fire = Fire()
    var earlier = Double.infinity
    for step in 0..<Self.maximumSteps {
      try StopRequest.check()
      let energy = evaluate(&state, &outcome)
      outcome.steps = step
      if outcome.smallestNorm >= 1 + 0.5 * Self.pad { break }
      if step % patience == 0 {
        // Jammed: the energy has come to rest above zero.
        if energy > progress * earlier { break }
        earlier = energy
      }
      for constraint in constraints { constraint.project(&state) }
      fire.move(&state)
      for constraint in constraints {
        try constraint.restore(&state.positions, onTheWay: true)
      }
      if state.hasMoved(by: 0.5 * Self.skin) {
        state.reference = state.positions
        try list.rebuild(positions: state.reference)
      }
    }
    for constraint in constraints where constraint.isSeries {
      try constraint.restore(&state.positions)
    }
    positions = state.positions.map { toReal * $0 }
    let steps = outcome.steps
    outcome = try examine(positions)
    outcome.steps = steps
    return outcome
  }

  /// Fills in the forces, the smallest sqrt(f) and the number of overlaps; returns the energy.
  private mutating func evaluate(_ state: inout State, _ outcome: inout Outcome) -> Double {
    let contact = 1 + Self.pad
    let bound = contact * contact
    var energy = 0.0
    var smallest = Double.infinity
    var overlaps = 0
    for i in state.forces.indices { state.forces[i] = .zero }
    list.pairs.withUnsafeMutableBufferPointer { pairs in
      state.positions.withUnsafeBufferPointer { x in
        state.reference.withUnsafeBufferPointer { x0 in
          state.forces.withUnsafeMutableBufferPointer { forces in
            for k in pairs.indices {
              let (i, j) = (Int(pairs[k].first), Int(pairs[k].second))
              let r = pairs[k].separation + ((x[j] - x0[j]) - (x[i] - x0[i]))
              let f = pairs[k].contact(r, bound: bound)
              if f >= bound { continue }
              let norm = f.squareRoot()
              smallest = min(smallest, norm)
              if norm < 1 { overlaps += 1 }
              let depth = contact - norm
              energy += 0.5 * depth * depth
              // -dE/dr_2 = depth d(sqrt f)/dr = depth (grad f)/(2 sqrt f).
              let force = pairs[k].halfGradient(r) * (depth / max(norm, 1e-9))
              forces[j] += force
              forces[i] -= force
            }
          }
        }
      }
    }
    outcome.smallestNorm = smallest
    outcome.overlaps = overlaps
    return energy
  }
}

/// Positions, velocities and forces of a minimisation.
struct State {
  var positions: [Vector3]
  /// The positions for which the list of contacts was made.
  var reference: [Vector3]
  var velocities: [Vector3]
  var forces: [Vector3]

  init(positions: [Vector3]) {
    self.positions = positions
    reference = positions
    velocities = Array(repeating: .zero, count: positions.count)
    forces = velocities
  }

  /// Whether a particle is further than `distance` from its reference.
  func hasMoved(by distance: Double) -> Bool {
    let limit = distance * distance
    return positions.indices.contains { (positions[$0] - reference[$0]).lengthSquared > limit }
  }
}

/// The fast inertial relaxation engine: molecular dynamics that is turned towards the force, gains
/// speed downhill and stops where it would go up.
struct Fire {
  private var timeStep = 1.0
  private var mixing = 0.2
  private var downhill = 0
  private static let largestTimeStep = 2.0
  /// No particle moves further in one step, in radii of the mean particle.
  private static let largestMove = 0.4

  /// One step.
  mutating func move(_ state: inout State) {
    var (power, speedSquared, forceSquared) = (0.0, 0.0, 0.0)
    for i in state.positions.indices {
      power += state.forces[i].dot(state.velocities[i])
      speedSquared += state.velocities[i].lengthSquared
      forceSquared += state.forces[i].lengthSquared
    }
    guard forceSquared > 0 else { return }
    if power > 0 {
      downhill += 1
      if downhill > 5 {
        timeStep = min(timeStep * 1.1, Self.largestTimeStep)
        mixing *= 0.99
      }
    } else {
      // Half a step back, and a new start.
      for i in state.positions.indices {
        state.positions[i] -= state.velocities[i] * (0.5 * timeStep)
        state.velocities[i] = .zero
      }
      downhill = 0
      timeStep = max(0.5 * timeStep, 0.01)
      mixing = 0.2
      speedSquared = 0
    }
    let turn = mixing * (speedSquared / forceSquared).squareRoot()
    var fastest = 0.0
    for i in state.positions.indices {
      let force = state.forces[i]
      let v = (state.velocities[i] * (1 - mixing)) + force * (turn + timeStep)
      state.velocities[i] = v
      fastest = max(fastest, v.lengthSquared)
    }
    let limit = Self.largestMove / timeStep
    let slow = fastest > limit * limit ? limit / fastest.squareRoot() : 1
    for i in state.positions.indices {
      state.velocities[i] *= slow
      state.positions[i] += state.velocities[i] * timeStep
    }
  }
}
