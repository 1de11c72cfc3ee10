import FileFormats
import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import TestSupport
import Testing

/// Monte Carlo of pair potentials.
@Suite struct PotentialTests {
  /// GB(3, 5, 2, 1) at density 0.28 or in the nematic phase, 288 particles.
  private func liquid(_ phase: String) throws -> Frame {
    let archive = try NumPyArchive(
      contentsOf: ReferenceData.path("gay-berne/config_GB3521_\(phase)_N288.npz"))
    let x = try #require(try archive["x"].doubles)
    let q = try #require(try archive["q"].doubles)
    let edge = try #require(try archive["L"].doubles?.first)
    return Frame(
      positions: (0..<x.count / 3).map { Vector3(x[3 * $0], x[3 * $0 + 1], x[3 * $0 + 2]) },
      orientations: try (0..<q.count / 4).map {
        try UnitQuaternion(w: q[4 * $0], x: q[4 * $0 + 1], y: q[4 * $0 + 2], z: q[4 * $0 + 3])
      },
      semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: x.count / 3),
      cell: try Cell(cube: edge))
  }

  private func potential(_ truncation: Truncation = .plain) throws -> GayBerne {
    var parameters = try LiteratureModel.named("gb-3-5-2-1").parameters
    parameters.cutoff = 4
    parameters.truncation = truncation
    return try GayBerne(parameters)
  }

  /// Passes everything on to another potential, so that the engine knows nothing of it.
  private struct Wrapped: PairPotential {
    var inner: any PairPotential
    var cutoff: Double? { inner.cutoff }
    func pair(
      _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String)
    ) throws -> PairInteraction {
      try inner.pair(first, second, displacement: displacement, species: species)
    }
    func evaluate(_ frame: Frame, forces: Bool, threads: Int) throws -> Interaction {
      try inner.evaluate(frame, forces: forces, threads: threads)
    }
  }

  /// The energy carried along against that of the frame by other code: cells large and small, and
  /// smaller than one cutoff, of any shape, mixtures.
  @Test(arguments: [1, 2, 3, 4])
  func carriedEnergyIsThatOfTheFrame(_ kind: Int) throws {
    var stream = RandomStream(seed: 50)
    var frame: Frame
    var interaction: any PairPotential = try potential()
    switch kind {
    case 1: frame = try liquid("nematic")
    case 2:
      // A triclinic cell of 0.6 to 0.9 cutoffs with five particles.
      frame = try RandomFrames.triclinic(
        5, edge: 3.2, semiAxes: SemiAxes(0.3, 0.3, 0.6), stream: &stream)
    case 3:
      frame = try RandomFrames.triclinic(
        30, edge: 7, semiAxes: SemiAxes(0.5, 0.4, 0.8), stream: &stream)
      var parameters = GayBerneParameters(cutoff: 3, truncation: .switched(start: 2))
      parameters.strengths.bySpecies = [
        "A": .init(epsilon: 1, sigma: 0.8), "B": .init(epsilon: 2, sigma: 1),
      ]
      interaction = Wrapped(inner: try GayBerne(parameters))
    default:
      frame = try RandomFrames.triclinic(
        30, edge: 8, semiAxes: SemiAxes(0.5, 0.4, 0.8), stream: &stream)
      interaction = try RESquared(RESquaredParameters(hamaker: 20, sigma: 0.8, cutoff: 4))
    }
    if kind == 3 || kind == 4 {
      var shapes = try #require(frame.semiAxes)
      for i in 0..<frame.count {
        frame.rename(i, i % 3 == 0 ? "A" : "B")
        if i % 3 == 0 { shapes[i] = try SemiAxes(0.5, 0.5, 0.5) }
      }
      try frame.set(semiAxes: shapes)
    }
    // Random frames have overlaps: hard ones are pulled apart by drawing positions anew.
    var tries = 0
    while try !interaction.evaluate(frame, forces: false, threads: 1).energy.isFinite, tries < 9_999
    {
      tries += 1
      for i in 0..<frame.count {
        let f = Vector3(stream.uniform(), stream.uniform(), stream.uniform())
        frame.move(i, to: frame.cell?.position(fractional: f) ?? .zero)
      }
    }
    var settings = MonteCarloSettings(.potential(interaction), temperature: 1.3, seed: 51)
    settings.swapFraction = kind >= 3 ? 0.2 : 0
    var engine = try MonteCarlo(frame, settings: settings)
    for _ in 0..<3 {
      let sweeps = kind == 1 ? 40 : 130
      try engine.advance(sweeps, threads: 1)
      let carried = try engine.measure(threads: 1).energy
      let fresh = try interaction.evaluate(engine.frame, forces: false, threads: 1).energy
      #expect(abs(carried - fresh) < 1e-10 * max(1, abs(fresh)), "\(carried) \(fresh)")
    }
    #expect(engine.frame.positions != frame.positions)
  }

  /// Pair by pair and eight at a time are the same simulation until rounding tells them apart.
  @Test func anyPotentialIsTheSameSimulation() throws {
    let frame = try liquid("nematic")
    let potential = try potential(.shifted)
    var fast = try MonteCarlo(
      frame, settings: MonteCarloSettings(.potential(potential), temperature: 1.25))
    var slow = try MonteCarlo(
      frame,
      settings: MonteCarloSettings(.potential(Wrapped(inner: potential)), temperature: 1.25))
    try fast.advance(3, threads: 1)
    try slow.advance(3, threads: 1)
    #expect(fast.frame.positions == slow.frame.positions)
    #expect(fast.frame.orientations == slow.frame.orientations)
  }

  /// GB(3, 5, 2, 1) at T = 1.25 and densities 0.28 (isotropic) and 0.34 (nematic), cutoff 4, by two
  /// runs each of another program.
  @Test(arguments: Systems.isLong ? ["isotropic", "nematic"] : ["isotropic"])
  func gayBerneStatePoint(_ phase: String) throws {
    let potential = try potential()
    let start = try liquid(phase)
    let density = 288 / (start.cell?.volume ?? 0)
    let known = try StatePoints.load().gay_berne
    let points = known.filter { (point: StatePoints.GayBerne) -> Bool in
      guard point.mu == 2, point.nu == 1, point.T == 1.25 else { return false }
      return abs(point.rho - density) < 1e-6
    }
    #expect(points.count == 2)
    var engine = try MonteCarlo(
      start,
      settings: MonteCarloSettings(.potential(potential), temperature: 1.25, seed: 52))
    // The order of the nematic relaxes over 10^4 sweeps: block means of a shorter run know nothing of it.
    let isNematic = phase == "nematic"
    try engine.advance(isNematic ? 13_000 : 300, threads: 2)
    engine.endEquilibration()
    var (energies, pressures): ([Double], [Double]) = ([], [])
    for _ in 0..<(isNematic ? 3_000 : Systems.isLong ? 1_500 : 120) {
      try engine.advance(10, threads: 2)
      let measured = try engine.measure(threads: 2)
      energies.append(measured.energy / 288)
      pressures.append(try #require(measured.pressure))
    }
    let (energy, pressure) = (
      Systems.mean(energies, blocks: 10), Systems.mean(pressures, blocks: 10)
    )
    // The two runs of the reference differ by more than their errors: half the difference counts
    // too.
    let wantedEnergy = points.reduce(0) { $0 + $1.U } / 2
    let wantedPressure = points.reduce(0) { $0 + $1.P } / 2
    let energyError = hypot(energy.error, max(points[0].dU, abs(points[0].U - wantedEnergy)))
    let pressureError = hypot(
      pressure.error, max(points[0].dP, abs(points[0].P - wantedPressure)))
    #expect(abs(energy.value - wantedEnergy) < 3 * energyError, "\(energy) \(wantedEnergy)")
    #expect(
      abs(pressure.value - wantedPressure) < 3 * pressureError, "\(pressure) \(wantedPressure)")
    #expect(energy.error < 0.04 && pressure.error < 0.15)
  }

  /// A smooth truncation: the virial, volume perturbations and the pressure imposed agree.
  @Test func pressureThreeWays() throws {
    let sphere = try SemiAxes(0.5, 0.5, 0.5)
    let potential = try GayBerne(
      GayBerneParameters(cutoff: 2.5, truncation: .switched(start: 2)))
    let start = try Systems.lattice((3, 3, 3), sphere, packing: 0.2)
    var engine = try MonteCarlo(
      start, settings: MonteCarloSettings(.potential(potential), temperature: 2, seed: 53))
    try engine.advance(400, threads: 2)
    engine.endEquilibration()
    var (virial, perturbed): ([Double], [Double]) = ([], [])
    for _ in 0..<600 {
      try engine.advance(5, threads: 2)
      let here = try #require(engine.measure(threads: 1).pressure)
      virial.append(here)
      perturbed.append(try engine.perturbationPressure(threads: 1))
      // The same configuration: both are the derivative of one energy.
      #expect(abs(here - (perturbed.last ?? 0)) < 1e-5 * max(1, abs(here)))
    }
    let pressure = Systems.mean(virial)
    var settings = MonteCarloSettings(
      .potential(potential), temperature: 2, pressure: pressure.value, seed: 54)
    settings.volumeMoves = 3
    var open = try MonteCarlo(start, settings: settings)
    try open.advance(600, threads: 2)
    open.endEquilibration()
    var packings: [Double] = []
    for _ in 0..<600 {
      try open.advance(6, threads: 2)
      packings.append(try #require(FrameObservables(open.frame).packingFraction))
    }
    let packing = Systems.mean(packings)
    // dP/dphi is about 2 P/phi here: the error of the pressure as one of the packing.
    let error = hypot(packing.error, 0.5 * 0.2 * pressure.error / pressure.value)
    #expect(abs(packing.value - 0.2) < 3.5 * error + 0.001, "\(packing), P \(pressure)")
    #expect(error < 0.004)
  }

  @Test func badInput() throws {
    let frame = try liquid("isotropic")
    let potential = try potential()
    func fails(_ frame: Frame, _ settings: MonteCarloSettings) {
      #expect(throws: InvalidInput.self) { try MonteCarlo(frame, settings: settings) }
    }
    let good = MonteCarloSettings(.potential(potential))
    fails(frame, MonteCarloSettings(.potential(try GayBerne())))
    fails(frame, MonteCarloSettings(.potential(potential), temperature: 0))
    fails(frame, MonteCarloSettings(.potential(potential), temperature: .nan))
    fails(frame, MonteCarloSettings(.potential(potential), pressure: -1))
    var other = good
    other.swapFraction = 1.5
    fails(frame, other)
    other = good
    other.field = .init(strength: 1, axis: .zero)
    fails(frame, other)
    other = good
    other.bias = .init(stiffness: 10, target: 1.5)
    fails(frame, other)
    var broken = frame
    broken.cell = nil
    fails(broken, good)
    broken = frame
    try broken.set(semiAxes: nil)
    fails(broken, good)
    broken = frame
    try broken.set(orientations: nil)
    fails(broken, good)
    broken = frame
    broken.move(3, to: Vector3(.nan, 0, 0))
    fails(broken, good)
    broken = frame
    broken.move(7, to: broken.positions[12])
    fails(broken, good)
    fails(Frame(positions: []), good)
    var engine = try MonteCarlo(frame, settings: good)
    #expect(throws: InvalidInput.self) { try engine.advance(-1, threads: 1) }
    #expect(throws: InvalidInput.self) { try engine.restore(Data([1, 2, 3])) }
    let small = try MonteCarlo(
      Systems.lattice((1, 1, 1), SemiAxes(0.5, 0.5, 0.5), packing: 0.2), settings: good)
    let foreign = try small.checkpoint()
    #expect(throws: InvalidInput.self) { try engine.restore(foreign) }
  }
}
