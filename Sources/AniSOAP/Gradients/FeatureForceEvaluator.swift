public import Geometry
public import Mathematics

/// Energy, forces, torques and virial of the same particles again and again while they move: what a
/// simulation needs of an energy of features.
///
/// Lists of neighbours look farther than the cutoff by a skin, and are made anew once a particle has moved
/// by half of it, or the cell has changed. Between two such steps no memory is taken (but for what
/// `Parallel` needs to start threads, with more than one).
///
/// It has one owner at a time. The result does not depend on the number of threads; its last digits may
/// depend on where the lists were made (`reference`).
public final class FeatureForceEvaluator {
  private let gradients: FeatureGradients
  private let function: CenterFunction
  private let skin: Double
  private var frame: GradientFrame
  private let count: Int
  private let shapes: [SemiAxes]

  private var list: CenterList
  private var workers: [Worker] = []
  /// What the centres of a batch do to their neighbours: six numbers a pair.
  private var pulls = SharedMemory<Double>(repeating: 0, count: 0)
  private var partners = SharedMemory<Int32>(repeating: 0, count: 0)
  /// Energy, force, virial and torque of every centre: 16 numbers, and how many pairs it has.
  private let centers: SharedMemory<Double>
  private let pairCounts: SharedMemory<Int32>
  private var plain: PlainParticles
  private var plainResult = FeatureForces()

  /// What one worker needs.
  private final class Worker {
    let neighborhood: NeighborhoodGradient
    let memory: CenterFunction.Workspace

    init(_ gradients: FeatureGradients, _ frame: GradientFrame, _ function: CenterFunction) {
      neighborhood = NeighborhoodGradient(gradients.expansion.plan, gradients.engine, frame)
      memory = CenterFunction.Workspace(function)
    }
  }

  /// For the particles of a frame: their species and shapes stay. The weights of a `LinearCenterEnergy`
  /// are prepared.
  ///
  /// Throws: `InvalidInput` when shapes or rotations are missing, for a species that the features do not
  /// know, weights that do not fit, or a skin that is not a number of 0 or more.
  public convenience init(
    _ gradients: FeatureGradients, energy: any CenterEnergy, frame: Frame, skin: Double = 0.3
  ) throws {
    try self.init(gradients, CenterFunction(gradients.expansion, energy), frame, skin: skin)
  }

  init(
    _ gradients: FeatureGradients, _ function: CenterFunction, _ frame: Frame, skin: Double
  ) throws {
    guard skin >= 0, skin.isFinite else {
      throw InvalidInput("skin of the neighbour list", value: skin, expected: "0 or more")
    }
    self.gradients = gradients
    self.function = function
    self.skin = skin
    self.frame = try GradientFrame(frame, gradients.expansion.plan)
    count = frame.count
    shapes = frame.semiAxes ?? []
    plain = PlainParticles(count: frame.count)
    list = CenterList()
    centers = SharedMemory(repeating: 0, count: 16 * frame.count)
    pairCounts = SharedMemory(repeating: 0, count: frame.count)
  }

  /// Where the lists were made; nil before the first evaluation.
  public var reference: (positions: [Vector3], cell: Cell?)? { list.reference }

  /// Makes the lists there: an evaluator of the same particles continues with the same bits.
  ///
  /// Throws: `InvalidInput` for another number of positions, or as `NeighborFinder`.
  public func restore(_ reference: (positions: [Vector3], cell: Cell?)?) throws {
    guard let reference else {
      list = CenterList()
      return
    }
    try require(reference.positions.count)
    try list.build(reference.positions, reference.cell, cutoff: cutoff, skin: skin)
  }

  /// Energy, forces, torques and virial at these positions (wrapped into the cell or not), orientations
  /// and cell; without orientations the particles stay as they are. `result` is overwritten and its
  /// memory used again.
  ///
  /// Throws: `InvalidInput` for another number of positions or orientations, and as `NeighborFinder`.
  public func evaluate(
    positions: [Vector3], orientations: [UnitQuaternion]?, cell: Cell?,
    threads: Int = Parallel.availableThreads, into result: inout FeatureForces
  ) throws {
    try require(positions.count)
    if let orientations {
      try require(orientations.count)
      frame.densities.turn(to: orientations)
      gradients.expansion.plan.body?.turn(frame.turns.base, shapes, orientations)
    }
    if !list.holds(positions, cell, skin: skin) {
      try list.build(positions, cell, cutoff: cutoff, skin: skin)
    }
    result.reset(count)
    for batch in list.batches {
      let most = list.entries(of: batch) + batch.count
      if pulls.count < 6 * most {
        pulls = SharedMemory(repeating: 0, count: 6 * most)
        partners = SharedMemory(repeating: 0, count: most)
      }
      try evaluate(batch, positions, threads)
      collect(batch, into: &result)
    }
    for i in 0..<count {
      let own = centers.base + 16 * i
      result.energies[i] = own[0]
      result.energy += own[0]
    }
  }

  /// As above on plain arrays, as callers in other languages have them: `positions` 3N numbers,
  /// `quaternions` 4N (w, x, y, z) or nil where particles stay as they are, `lattice` nine (rows; all
  /// directions repeat) or nil for open boundaries. `forces` and `torques` (3N) and `virial` (nine, row by
  /// row) are overwritten. Returns the energy.
  ///
  /// Throws: `InvalidInput` as above, for a quaternion of length zero and a cell without volume.
  public func energyForcesTorques(
    positions: UnsafePointer<Double>, quaternions: UnsafePointer<Double>?,
    lattice: UnsafePointer<Double>?, forces: UnsafeMutablePointer<Double>,
    torques: UnsafeMutablePointer<Double>, virial: UnsafeMutablePointer<Double>,
    threads: Int = 1
  ) throws -> Double {
    try plain.take(positions: positions, quaternions: quaternions, lattice: lattice)
    // Taken out, so that the arrays are changed in place.
    var result = plainResult
    plainResult = FeatureForces()
    defer { plainResult = result }
    try evaluate(
      positions: plain.positions, orientations: quaternions == nil ? nil : plain.orientations,
      cell: plain.cell, threads: threads, into: &result)
    PlainParticles.write(result.forces, to: forces)
    PlainParticles.write(result.torques, to: torques)
    for a in 0..<3 { for b in 0..<3 { virial[3 * a + b] = result.virial[a, b] } }
    return result.energy
  }

  private var cutoff: Double { gradients.expansion.hyperparameters.cutoff }

  private func require(_ number: Int) throws {
    guard number == count else {
      throw InvalidInput(
        "particles of a potential", value: "\(number)", expected: "\(count), as it was made for")
    }
  }

  private func evaluate(_ batch: Range<Int>, _ positions: [Vector3], _ threads: Int) throws {
    let parallel = Pass(self, positions, batch)
    try Parallel.forEach(
      count: batch.count, threads: threads, keeping: &workers,
      workspace: { Worker(gradients, frame, function) }
    ) { index, worker in
      parallel.evaluate(batch.lowerBound + index, worker.neighborhood, worker.memory)
    }
  }

  /// What the workers of one batch share.
  private struct Pass: Sendable {
    let frame: GradientFrame
    let function: CenterFunction
    let list: CenterList
    let positions: [Vector3]
    let first: Int
    let batch: Range<Int>
    let excludesSelf: Bool
    let squared: Double
    let pulls: SharedMemory<Double>
    let partners: SharedMemory<Int32>
    let centers: SharedMemory<Double>
    let pairCounts: SharedMemory<Int32>

    init(_ owner: FeatureForceEvaluator, _ positions: [Vector3], _ batch: Range<Int>) {
      frame = owner.frame
      function = owner.function
      list = owner.list
      self.positions = positions
      self.batch = batch
      first = owner.list.start(batch.lowerBound)
      excludesSelf = owner.gradients.expansion.hyperparameters.excludeSelf
      squared = owner.cutoff * owner.cutoff
      (pulls, partners) = (owner.pulls, owner.partners)
      (centers, pairCounts) = (owner.centers, owner.pairCounts)
    }

    /// One centre, by its place in the list.
    func evaluate(
      _ slot: Int, _ neighborhood: NeighborhoodGradient, _ memory: CenterFunction.Workspace
    ) {
      let i = list.particle(slot)
      let buffer = neighborhood.neighbors
      list.neighbors(slot, positions, squared, into: buffer)
      if !excludesSelf { buffer.append(index: Int32(i), displacement: .zero) }
      neighborhood.project(frame.densities)
      let energy = function.evaluate(
        neighborhood.coefficients, turn: frame.turn(i), center: i, type: frame.types[i], memory)
      let place = list.start(slot) - first + (slot - batch.lowerBound)
      let (pulls, partners) = (pulls.base + 6 * place, partners.base + place)
      neighborhood.pull(memory.gradient, to: pulls)
      var own = Vector3.zero
      let target = centers.base + 16 * i
      for k in 0..<16 { target[k] = 0 }
      for k in 0..<buffer.count {
        partners[k] = buffer.indices[k]
        let force = Vector3(pulls[6 * k], pulls[6 * k + 1], pulls[6 * k + 2])
        own -= force
        let r = buffer.displacement(k)
        for a in 0..<3 {
          target[4 + 3 * a] += r[a] * force.x
          target[5 + 3 * a] += r[a] * force.y
          target[6 + 3 * a] += r[a] * force.z
        }
      }
      (target[0], target[1], target[2], target[3]) = (energy, own.x, own.y, own.z)
      let torque = memory.torque
      (target[13], target[14], target[15]) = (torque.x, torque.y, torque.z)
      pairCounts.base[i] = Int32(buffer.count)
    }
  }

  /// Adds what the centres of a batch did, in their order.
  private func collect(_ batch: Range<Int>, into result: inout FeatureForces) {
    let first = list.start(batch.lowerBound)
    result.forces.withUnsafeMutableBufferPointer { forces in
      result.torques.withUnsafeMutableBufferPointer { torques in
        for slot in batch {
          let i = list.particle(slot)
          let own = centers.base + 16 * i
          forces[i] += Vector3(own[1], own[2], own[3])
          torques[i] += Vector3(own[13], own[14], own[15])
          let place = list.start(slot) - first + (slot - batch.lowerBound)
          for k in 0..<Int(pairCounts.base[i]) {
            let j = Int(partners.base[place + k])
            let pull = pulls.base + 6 * (place + k)
            forces[j] += Vector3(pull[0], pull[1], pull[2])
            torques[j] += Vector3(pull[3], pull[4], pull[5])
          }
        }
      }
    }
    for slot in batch {
      let own = centers.base + 16 * list.particle(slot) + 4
      for a in 0..<3 { for b in 0..<3 { result.virial[a, b] += own[3 * a + b] } }
    }
  }
}

extension FeatureForces {
  /// Zeros for so many particles.
  fileprivate mutating func reset(_ count: Int) {
    energy = 0
    virial = Matrix3x3(diagonal: .zero)
    if energies.count != count {
      energies = Array(repeating: 0, count: count)
      forces = Array(repeating: .zero, count: count)
      torques = forces
      return
    }
    for i in 0..<count { (forces[i], torques[i]) = (.zero, .zero) }
  }
}
