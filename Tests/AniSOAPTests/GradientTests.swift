import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// Forces, torques and virial of energies of features.
@Suite struct GradientTests {
  /// The largest |x| of vectors.
  private func largest(_ vectors: [Vector3]) -> Double {
    vectors.map { max(abs($0.x), abs($0.y), abs($0.z)) }.max() ?? 0
  }

  private func check(_ option: GradientCase) throws {
    let (expansion, frame) = (try option.expansion(), try option.frame())
    let model = try option.model(expansion)
    let result = try FeatureGradients(of: expansion).forces(of: frame, energy: model)
    let energy = try option.energy(frame, expansion, model)
    // The sum of weights of both signs: rounding of what cancels.
    #expect(abs(result.energy - energy) <= 1e-12 * abs(energy) + 1e-13)
    #expect(abs(result.energies.reduce(0, +) - result.energy) <= 1e-14 * abs(energy))
    typealias Row = (motion: Motion, derivative: Double)
    var groups: [[Row]] = [[], [], []]
    for j in 0..<frame.count {
      for a in 0..<3 {
        groups[0].append((.position(j, axis: a), -result.forces[j][a]))
        groups[1].append((.rotation(j, axis: a), -result.torques[j][a]))
      }
    }
    for a in 0..<3 { for b in 0..<3 { groups[2].append((.strain(a, b), -result.virial[b, a])) } }
    for group in groups {
      let scale = group.map { abs($0.derivative) }.max() ?? 0
      #expect(scale > 0)
      var (coarse, fine) = (0.0, 0.0)
      for (motion, derivative) in group {
        let h = 2e-3
        let values = try [h, h / 2, h / 4].map {
          try motion.difference(frame, $0) { try option.energy($0, expansion, model) }
        }
        // Central differences of second order: a quarter of the error with half the step.
        coarse += abs(values[0] - derivative)
        fine += abs(values[1] - derivative)
        // Two steps of Richardson leave h^6, and 1e-16 / h of rounding.
        let once = ((4 * values[1] - values[0]) / 3, (4 * values[2] - values[1]) / 3)
        let twice = (16 * once.1 - once.0) / 15
        #expect(
          abs(twice - derivative) <= 2e-8 * scale,
          "\(option.name) \(motion): \(twice) \(derivative)")
      }
      #expect(abs(coarse / fine - 4) < 0.2, "\(option.name): \(coarse / fine)")
    }
  }

  @Test(arguments: GradientCase.all)
  func forcesAreDerivatives(_ option: GradientCase) throws { try check(option) }

  @Test func forcesWithMixedSpecies() throws { try check(GradientCase.mixed()) }

  /// The three ways to the same numbers: Jacobians of single centres, of sums, and transposed.
  @Test(arguments: GradientCase.all)
  func jacobiansAreConsistent(_ option: GradientCase) throws { try compare(option) }

  @Test func jacobiansWithMixedSpecies() throws { try compare(GradientCase.mixed()) }

  private func compare(_ option: GradientCase) throws {
    let (expansion, frame) = (try option.expansion(), try option.frame(seed: 2))
    let model = try option.model(expansion)
    let (gradients, n) = (try FeatureGradients(of: expansion), frame.count)
    let forces = try gradients.forces(of: frame, energy: model)
    var expected = [Double](repeating: 0, count: 6 * n + 9)
    for a in 0..<3 {
      for j in 0..<n {
        expected[3 * j + a] = -forces.forces[j][a]
        expected[3 * n + 3 * j + a] = -forces.torques[j][a]
      }
      for b in 0..<3 { expected[6 * n + 3 * a + b] = -forces.virial[b, a] }
    }
    let scale = expected.map(abs).max() ?? 0
    let widths = option.correlations.map { expansion.featureCount($0) }
    let summed = try gradients.summed(of: frame, correlations: option.correlations)
    // Weights in the order of the columns: order by order, species by species.
    var (weights, first) = ([Double](), 0)
    for width in widths {
      for t in 0..<2 { weights += model.weights.row(t).dropFirst(first).prefix(width) }
      first += width
    }
    let product = (0..<expected.count).map { row in
      zip(summed.jacobian.row(row), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    #expect(largestDifference(product, expected) <= 1e-12 * scale, "\(option.name)")
    let energy = zip(summed.features, weights).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(energy - forces.energy) <= 1e-12 * abs(energy) + 1e-13)
    var collected = [Double](repeating: 0, count: expected.count)
    let centers = try gradients.jacobians(
      of: frame, centers: 0..<n, correlations: option.correlations)
    for center in centers {
      for row in 0..<center.jacobian.rows {
        let value = zip(center.jacobian.row(row), model.weights.row(center.centerType))
          .reduce(0) { $0 + $1.0 * $1.1 }
        let (k, part) = (row / 6, row % 6)
        if k < center.particles.count {
          let j = center.particles[k]
          collected[part < 3 ? 3 * j + part : 3 * n + 3 * j + part - 3] += value
        } else {
          collected[6 * n + row - 6 * center.particles.count] += value
        }
      }
    }
    #expect(largestDifference(collected, expected) <= 1e-12 * scale, "\(option.name)")
    // Derivatives by features that are given.
    let rows = try frame.species.flatMap {
      model.weights.row(try #require(expansion.species.index(of: $0)))
    }
    let given = try gradients.forces(
      of: frame, correlations: option.correlations,
      derivatives: Matrix(rows: n, columns: model.weights.columns, elements: rows))
    #expect(largest(zip(given.forces, forces.forces).map { $0 - $1 }) <= 1e-12 * scale)
    #expect(abs(given.energy - forces.energy) <= 1e-12 * abs(energy) + 1e-13)
  }

  /// What features do not feel, energies do not feel.
  @Test(arguments: GradientCase.all)
  func conservationLaws(_ option: GradientCase) throws {
    // Coefficients in the frame of space turn with it.
    if option.correlations.contains(.one), option.hyperparameters.frame == .space { return }
    let (expansion, frame) = (try option.expansion(), try option.frame(seed: 4))
    let model = try option.model(expansion)
    let result = try FeatureGradients(of: expansion).forces(of: frame, energy: model)
    let scale = largest(result.forces)
    #expect(largest([result.forces.reduce(.zero, +)]) <= 1e-12 * scale)
    // Turning the frame, cell and all, changes nothing: the torques make up for what the virial lacks
    // in symmetry. Without a cell that is the sum of torques and moments.
    let w = result.virial
    let moment = Vector3(w[1, 2] - w[2, 1], w[2, 0] - w[0, 2], w[0, 1] - w[1, 0])
    let sum = result.torques.reduce(.zero, +)
    #expect(largest([sum + moment]) <= 1e-12 * (scale + largest(result.torques)))
    guard option.open else { return }
    let moments = zip(frame.positions, result.forces).map { $0.cross($1) }
    #expect(largest([sum + moments.reduce(.zero, +)]) <= 1e-11 * scale)
  }

  /// Frames of spheres: no torques, and a symmetric virial.
  @Test func spheres() throws {
    let expansion = try GradientCase.all[0].expansion()
    var frame = try GradientCase.all[0].frame()
    try frame.set(semiAxes: Array(repeating: SemiAxes(0.6, 0.6, 0.6), count: frame.count))
    let model = try GradientCase.all[0].model(expansion)
    let gradients = try FeatureGradients(of: expansion)
    let result = try gradients.forces(of: frame, energy: model)
    #expect(result.torques.allSatisfy { $0 == .zero })
    let w = result.virial
    let scale = abs(w[0, 0]) + abs(w[1, 1]) + abs(w[2, 2])
    for (a, b) in [(0, 1), (0, 2), (1, 2)] { #expect(abs(w[a, b] - w[b, a]) <= 1e-13 * scale) }
    // Spheres on the way of ellipsoids: another size in the species.
    var axes = try #require(frame.semiAxes)
    axes[1] = try SemiAxes(0.9, 0.9, 0.9)
    try frame.set(semiAxes: axes)
    let mixed = try gradients.forces(of: frame, energy: model)
    #expect(largest(mixed.torques) <= 1e-13 * largest(mixed.forces))
  }

  @Test func uniaxialParticlesHaveNoTorqueAlongTheirAxis() throws {
    let expansion = try GradientCase.all[0].expansion()
    var frame = try GradientCase.all[0].frame()
    try frame.set(semiAxes: Array(repeating: SemiAxes(0.4, 0.4, 1.1), count: frame.count))
    let model = try GradientCase.all[0].model(expansion)
    let result = try FeatureGradients(of: expansion).forces(of: frame, energy: model)
    let scale = largest(result.torques)
    #expect(scale > 0)
    for (torque, q) in zip(result.torques, try #require(frame.orientations)) {
      #expect(abs(torque.dot(q.rotate(Vector3(0, 0, 1)))) <= 1e-12 * scale)
    }
  }

  @Test func forcesTurnWithTheFrame() throws {
    let option = GradientCase.all[0]
    let (expansion, frame) = (try option.expansion(), try option.frame())
    let model = try option.model(expansion)
    let gradients = try FeatureGradients(of: expansion)
    var random = RandomStream(seed: 8)
    let q = try RandomFrames.rotation(&random)
    let a = try gradients.forces(of: frame, energy: model)
    let b = try gradients.forces(of: RandomFrames.turned(frame, by: q), energy: model)
    let scale = largest(a.forces)
    for j in 0..<frame.count {
      #expect((q.rotate(a.forces[j]) - b.forces[j]).length <= 1e-12 * scale)
      #expect((q.rotate(a.torques[j]) - b.torques[j]).length <= 1e-12 * scale)
    }
  }

  /// The derivative falls to zero at a smooth cutoff as the sine does, without a 0 / 0.
  @Test func smoothCutoff() throws {
    let option = GradientCase.all[0]
    var hyperparameters = option.hyperparameters
    hyperparameters.excludeSelf = true
    let expansion = try DensityExpansion(hyperparameters, species: ["A1", "B2"])
    let gradients = try FeatureGradients(of: expansion)
    let count = expansion.featureCount(.one)
    let weights = Matrix(rows: 2, columns: count, elements: Array(repeating: 1, count: 2 * count))
    let model = try LinearCenterEnergy(correlations: [.one], weights: weights)
    func force(_ d: Double) throws -> Double {
      let frame = Frame(
        positions: [.zero, Vector3(0, 0, d)], species: ["A1", "A1"],
        orientations: [.identity, .identity],
        semiAxes: Array(repeating: try SemiAxes(0.5, 0.7, 1.1), count: 2))
      return try gradients.forces(of: frame, energy: model).forces[1].z
    }
    let cutoff = hyperparameters.cutoff
    let reference = try force(cutoff - 1e-3)
    #expect(reference != 0)
    for distance in [1e-4, 1e-6, 1e-9, 1e-12] {
      let ratio = try force(cutoff - distance) / reference * (1e-3 / distance)
      // Linear in the distance to the cutoff but for the slope of the rest; the distance itself is
      // rounded to 9e-16.
      #expect(abs(ratio - 1) < 5e-3 + 2e-15 / distance, "\(distance): \(ratio)")
    }
    #expect(try force(cutoff.nextDown).isFinite)
    #expect(try force(cutoff) == 0)
  }

  /// An energy that is no linear function of the features.
  private struct SquaredNorm: CenterEnergy {
    let correlations: [DensityExpansion.Correlation] = [.two, .one]

    func energy(
      of features: UnsafeBufferPointer<Double>, center: Int, type: Int,
      gradient: UnsafeMutableBufferPointer<Double>
    ) -> Double {
      var sum = 0.0
      for k in features.indices {
        let weight = Double(type + 1) / Double(k + 1)
        sum += weight * features[k] * features[k]
        gradient[k] = 2 * weight * features[k]
      }
      return sum
    }
  }

  @Test func anyEnergyOfFeatures() throws {
    let option = GradientCase.all[0]
    let (expansion, frame) = (try option.expansion(), try option.frame())
    let gradients = try FeatureGradients(of: expansion)
    let result = try gradients.forces(of: frame, energy: SquaredNorm())
    let scale = largest(result.forces)
    for j in 0..<3 {
      for axis in 0..<3 {
        func slope(_ motion: Motion) throws -> Double {
          let values = try [1e-3, 5e-4].map {
            try motion.difference(frame, $0) {
              try gradients.forces(of: $0, energy: SquaredNorm()).energy
            }
          }
          return (4 * values[1] - values[0]) / 3
        }
        let (f, t) = (
          try slope(.position(j, axis: axis)), try slope(.rotation(j, axis: axis))
        )
        #expect(abs(f + result.forces[j][axis]) <= 1e-7 * scale)
        #expect(abs(t + result.torques[j][axis]) <= 1e-7 * scale)
      }
    }
  }

  @Test func threadsChangeNothing() throws {
    let option = GradientCase.all[3]
    let (expansion, frame) = (try option.expansion(), try option.frame())
    let model = try option.model(expansion)
    let gradients = try FeatureGradients(of: expansion)
    #expect(
      try gradients.forces(of: frame, energy: model, threads: 1)
        == gradients.forces(of: frame, energy: model, threads: 3))
    #expect(
      try gradients.summed(of: frame, correlations: [.one, .two], threads: 1)
        == gradients.summed(of: frame, correlations: [.one, .two], threads: 3))
  }

  /// An evaluator that keeps its lists gives what a fresh one gives, and takes no new memory.
  @Test func evaluator() throws {
    let option = GradientCase.all[0]
    let expansion = try option.expansion()
    var frame = try option.frame()
    let model = try option.model(expansion)
    let gradients = try FeatureGradients(of: expansion)
    let evaluator = try FeatureForceEvaluator(gradients, energy: model, frame: frame, skin: 0.4)
    var result = FeatureForces()
    var random = RandomStream(seed: 5)
    var rebuilt = 0
    for step in 0..<12 {
      try frame.set(
        positions: frame.positions.map {
          $0 + 0.05 * Vector3(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1))
        })
      try frame.set(
        orientations: (0..<frame.count).map { _ in try RandomFrames.rotation(&random) })
      if step == 6 { frame.cell = try frame.cell.map { try scaled($0, 1.01) } }
      let before = evaluator.reference?.positions
      try evaluator.evaluate(
        positions: frame.positions, orientations: frame.orientations, cell: frame.cell,
        threads: 1, into: &result)
      if evaluator.reference?.positions != before { rebuilt += 1 }
      let fresh = try gradients.forces(of: frame, energy: model)
      let scale = largest(fresh.forces)
      #expect(abs(result.energy - fresh.energy) <= 1e-12 * abs(fresh.energy))
      #expect(largest(zip(result.forces, fresh.forces).map { $0 - $1 }) <= 1e-12 * scale)
      #expect(largest(zip(result.torques, fresh.torques).map { $0 - $1 }) <= 1e-12 * scale)
    }
    #expect(rebuilt >= 2 && rebuilt < 12)
    // From where another one made its lists: the same bits.
    let other = try FeatureForceEvaluator(gradients, energy: model, frame: frame, skin: 0.4)
    try other.restore(evaluator.reference)
    var again = FeatureForces()
    try other.evaluate(
      positions: frame.positions, orientations: frame.orientations, cell: frame.cell,
      threads: 2, into: &again)
    #expect(again == result)
    // On plain arrays.
    let r = frame.positions.flatMap { [$0.x, $0.y, $0.z] }
    let q = try #require(frame.orientations).flatMap { [$0.w, $0.x, $0.y, $0.z] }
    let cell = try #require(frame.cell)
    let lattice = (0..<3).flatMap { [cell.vector($0).x, cell.vector($0).y, cell.vector($0).z] }
    var (forces, torques) = ([Double](repeating: 0, count: r.count), [Double](r))
    var virial = [Double](repeating: 0, count: 9)
    for _ in 0..<2 {
      let energy = try other.energyForcesTorques(
        positions: r, quaternions: q, lattice: lattice, forces: &forces, torques: &torques,
        virial: &virial)
      #expect(abs(energy - result.energy) <= 1e-12 * abs(result.energy))
    }
    for j in 0..<frame.count {
      for a in 0..<3 {
        #expect(abs(forces[3 * j + a] - result.forces[j][a]) <= 1e-12 * largest(result.forces))
        #expect(abs(torques[3 * j + a] - result.torques[j][a]) <= 1e-12 * largest(result.torques))
        #expect(abs(virial[3 * a + (j % 3)] - result.virial[a, j % 3]) <= 1e-11)
      }
    }
  }

  private func scaled(_ cell: Cell, _ factor: Double) throws -> Cell {
    try Cell(cell.vector(0) * factor, cell.vector(1) * factor, cell.vector(2) * factor)
  }

  @Test func whatHasNoDerivativesIsRefused() throws {
    var hyperparameters = GradientCase.all[0].hyperparameters
    hyperparameters.density = .box
    let box = try DensityExpansion(hyperparameters, species: ["A1", "B2"])
    #expect(throws: InvalidInput.self) { try FeatureGradients(of: box) }
    let expansion = try GradientCase.all[0].expansion()
    let gradients = try FeatureGradients(of: expansion)
    let frame = try GradientCase.all[0].frame()
    let model = try LinearCenterEnergy(
      correlations: [.two], weights: Matrix(rows: 2, columns: 5))
    #expect(throws: InvalidInput.self) { try gradients.forces(of: frame, energy: model) }
    #expect(throws: InvalidInput.self) { try gradients.summed(of: frame, correlations: []) }
    #expect(throws: InvalidInput.self) {
      try LinearCenterEnergy(
        correlations: [.two, .two], weights: Matrix(rows: 2, columns: 5))
    }
    #expect(throws: InvalidInput.self) {
      try gradients.forces(
        of: frame, correlations: [.two], derivatives: Matrix(rows: 3, columns: 5))
    }
  }

  @Test func emptyFrame() throws {
    let option = GradientCase.all[0]
    let expansion = try option.expansion()
    let gradients = try FeatureGradients(of: expansion)
    let empty = Frame(positions: [])
    let forces = try gradients.forces(of: empty, energy: option.model(expansion))
    #expect(forces.energy == 0 && forces.forces.isEmpty)
    let summed = try gradients.summed(of: empty, correlations: [.two])
    #expect(summed.jacobian.rows == 9 && summed.jacobian.elements.allSatisfy { $0 == 0 })
  }
}
