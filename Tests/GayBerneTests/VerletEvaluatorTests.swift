import GayBerne
import Geometry
import Mathematics
import Testing
import TestSupport

@Suite("Evaluators that keep a neighbour list")
struct VerletEvaluatorTests {
  /// The evaluator's result, compared with that of the frame evaluated anew.
  private func compare(
    _ evaluator: any PotentialEvaluator, _ potential: some FramePotential, _ frame: Frame
  ) throws {
    var result = Interaction(energy: 0)
    try evaluator.evaluate(
      positions: frame.positions, orientations: frame.orientations ?? [], cell: frame.cell,
      threads: 2, into: &result)
    let expected = try potential.evaluate(frame, forces: true, threads: 1)
    try #require(expected.energy.isFinite, "\(String(describing: expected.firstSingularPair))")
    #expect(result.pairCount == expected.pairCount)
    // Sums in another order: some thousand terms.
    #expect(abs(result.energy - expected.energy) <= 1e-12 * max(1, abs(expected.energy)))
    let energyScale = expected.energies.reduce(1) { max($0, abs($1)) }
    #expect(largestDifference(result.energies, expected.energies) <= 1e-12 * energyScale)
    let forceError = largestDifference(result.forces.components, expected.forces.components)
    #expect(forceError <= 1e-11 * max(1, expected.forces.largest))
    let torqueError = largestDifference(result.torques.components, expected.torques.components)
    #expect(torqueError <= 1e-11 * max(1, expected.torques.largest))
    for row in 0..<3 {
      for column in 0..<3 {
        let difference = result.virial[row, column] - expected.virial[row, column]
        #expect(abs(difference) <= 1e-11 * max(1, abs(expected.virial[row, row])))
      }
    }
  }

  /// Everything moves a little: particles, cell, and now and then a particle by a lattice vector.
  private func disturb(_ frame: inout Frame, step: Int, _ stream: inout RandomStream) throws {
    for i in frame.positions.indices {
      frame.move(i, to: frame.positions[i] + 0.03 * stream.direction())
      let turn = try UnitQuaternion(
        w: 1, x: stream.uniform(-0.02, 0.02), y: stream.uniform(-0.02, 0.02), z: 0)
      if let q = frame.orientations?[i] { try frame.turn(i, to: q * turn) }
    }
    guard let cell = frame.cell else { return }
    if step % 3 == 1 {
      let i = step % frame.count
      frame.move(i, to: frame.positions[i] + cell.vector(step % 3))
    }
    guard step % 2 == 1 else { return }
    // Stretched and sheared; a little every time, much once.
    let s = step == 9 ? 0.15 : 0.004
    let strain = Matrix3x3(
      rows: Vector3(1 + s * stream.uniform(), s * stream.uniform(), 0),
      Vector3(0, 1 - s * stream.uniform(), s * stream.uniform()), Vector3(0, 0, 1 + s))
    try frame.set(positions: frame.positions.map { strain * $0 })
    frame.cell = try Cell(
      strain * cell.vector(0), strain * cell.vector(1), strain * cell.vector(2))
  }

  @Test("a list that is kept agrees with one made anew, in a triclinic cell that changes")
  func keptListIsRight() throws {
    var stream = RandomStream(seed: 81)
    var frame = try FrameTests.mixture(7, edge: 11, seed: 80)
    let potential = try GayBerne(FrameTests.parameters(cutoff: 2.5))
    let evaluator = try potential.evaluator(for: frame, skin: 0.4)
    var kept = 0
    for step in 0..<24 {
      let before = evaluator.reference
      try compare(evaluator, potential, frame)
      if before != nil, evaluator.reference == before { kept += 1 }
      try disturb(&frame, step: step, &stream)
    }
    // Otherwise this would test nothing.
    #expect(kept >= 8 && kept < 23)
  }

  @Test("images count when the cell is smaller than the cutoff, and as it shrinks")
  func imagesCount() throws {
    var frame = try FrameTests.mixture(2, edge: 3.2, seed: 82)
    let potential = try GayBerne(FrameTests.parameters(cutoff: 4))
    let evaluator = try potential.evaluator(for: frame, skin: 0.3)
    for _ in 0..<6 {
      try compare(evaluator, potential, frame)
      let cell = try #require(frame.cell)
      try frame.set(positions: frame.positions.map { 0.985 * $0 })
      frame.cell = try Cell(
        0.985 * cell.vector(0), 0.985 * cell.vector(1), 0.985 * cell.vector(2))
    }
  }

  @Test("RE-squared, an open frame, and no cutoff at all")
  func otherPotentials() throws {
    var frame = try FrameTests.mixture(4, edge: 8, seed: 83)
    try frame.set(species: frame.species.map { _ in "X" })
    let squared = try RESquared(RESquaredParameters(hamaker: 3, sigma: 0.6, cutoff: 3))
    try compare(try squared.evaluator(for: frame), squared, frame)
    frame.cell = nil
    try compare(try squared.evaluator(for: frame), squared, frame)
    let endless = try GayBerne()
    try compare(try endless.evaluator(for: frame), endless, frame)
  }

  @Test("the list is kept up to half the skin, and not beyond")
  func halfTheSkin() throws {
    var frame = try FrameTests.mixture(5, edge: 9, seed: 84)
    let potential = try GayBerne(FrameTests.parameters(cutoff: 2.5))
    let evaluator = try potential.evaluator(for: frame, skin: 0.4)
    try compare(evaluator, potential, frame)
    let first = evaluator.reference
    let place = frame.positions[3]
    frame.move(3, to: place + Vector3(0.1999, 0, 0))
    try compare(evaluator, potential, frame)
    #expect(evaluator.reference == first)
    frame.move(3, to: place + Vector3(0.2001, 0, 0))
    try compare(evaluator, potential, frame)
    #expect(evaluator.reference?.positions == frame.positions)
  }

  @Test("the same bits for any number of threads, and from a reference")
  func sameBits() throws {
    let frame = try FrameTests.mixture(9, edge: 13, seed: 85)
    let potential = try GayBerne(FrameTests.parameters(cutoff: 2.5))
    func moved(_ by: Double) -> [Vector3] {
      frame.positions.enumerated().map { i, p in p + Vector3(by * Double(i % 3), by, 0) }
    }
    let orientations = try #require(frame.orientations)
    var results: [Interaction] = []
    for threads in [1, 2, 3] {
      let evaluator = try potential.evaluator(for: frame, skin: 0.4)
      var result = Interaction(energy: 0)
      for k in 0..<3 {
        try evaluator.evaluate(
          positions: moved(0.03 * Double(k)), orientations: orientations, cell: frame.cell,
          threads: threads, into: &result)
      }
      #expect(evaluator.reference?.positions == frame.positions)
      results.append(result)
      let other = try potential.evaluator(for: frame, skin: 0.4)
      try other.restore(evaluator.reference)
      for again in [other, try evaluator.copy()] {
        var repeated = Interaction(energy: 0)
        try again.evaluate(
          positions: moved(0.06), orientations: orientations, cell: frame.cell, threads: 1,
          into: &repeated)
        #expect(repeated == result)
      }
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test("symmetry is that of shape and well depths together")
  func symmetry() throws {
    let plain = try GayBerne()
    let uniaxial = try SemiAxes(0.5, 0.5, 1.5)
    #expect(try plain.symmetry(of: uniaxial, species: "X") == .axis(2))
    #expect(try plain.symmetry(of: SemiAxes(2, 1, 1), species: "X") == .axis(0))
    #expect(try plain.symmetry(of: SemiAxes(1, 2, 1), species: "X") == .axis(1))
    #expect(try plain.symmetry(of: SemiAxes(1, 1, 1), species: "X") == .sphere)
    #expect(try plain.symmetry(of: SemiAxes(1, 1.5, 2), species: "X") == .none)
    let wells = try GayBerne(
      GayBerneParameters(wellDepths: .bySpecies(["A": Vector3(1, 1, 0.2), "B": Vector3(1, 2, 1)])))
    #expect(try wells.symmetry(of: uniaxial, species: "A") == .axis(2))
    #expect(try wells.symmetry(of: uniaxial, species: "B") == .none)
    #expect(try wells.symmetry(of: SemiAxes(1, 1, 1), species: "B") == .axis(1))
  }

  @Test("what cannot be evaluated is an error")
  func errors() throws {
    var frame = try FrameTests.mixture(3, edge: 6, seed: 86)
    let potential = try GayBerne(FrameTests.parameters(cutoff: 2.5))
    #expect(throws: InvalidInput.self) { try potential.evaluator(for: frame, skin: 0) }
    #expect(throws: InvalidInput.self) { try potential.evaluator(for: frame, skin: .nan) }
    let evaluator = try potential.evaluator(for: frame)
    var result = Interaction(energy: 0)
    func evaluate() throws {
      try evaluator.evaluate(
        positions: frame.positions, orientations: frame.orientations ?? [], cell: frame.cell,
        threads: 2, into: &result)
    }
    try evaluate()
    let sound = frame.positions
    for bad in [Double.nan, .infinity, 1e30] {
      frame.move(4, to: Vector3(sound[4].x, bad, sound[4].z))
      #expect(throws: InvalidInput.self) { try evaluate() }
    }
    try frame.set(positions: sound)
    frame.move(5, to: sound[6])
    #expect(throws: InvalidInput.self) { try evaluate() }
    // Two of the larger kind: sigma_12 is more than sigma = 1.
    frame.move(5, to: sound[4] + Vector3(0.001, 0, 0))
    try evaluate()
    #expect(result.energy == .infinity)
    #expect(result.firstSingularPair.map { [$0.0, $0.1] } == [4, 5])
    try frame.set(positions: sound)
    try compare(evaluator, potential, frame)
  }
}
