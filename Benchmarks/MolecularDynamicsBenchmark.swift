import FileFormats
import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation

/// Molecular dynamics of a Gay-Berne liquid, GB(3, 5, 2, 1) with cutoff 4 at density 0.3 and temperature
/// 1.5, at constant energy.
func benchmarkMolecularDynamics() {
  do {
    print("Molecular dynamics, GB(3, 5, 2, 1), cutoff 4, density 0.3, one core")
    var liquid = try gayBerneLiquid(4000)
    var settings = MolecularDynamicsSettings(timeStep: 0.002, temperature: 1.5)
    // From the lattice to a liquid.
    settings.thermostat = .langevin(friction: 2, rotationalFriction: 2)
    var start = try MolecularDynamics(
      liquid, potential: try potential(.smooth(cutoff: 4)), settings: settings)
    try start.advance(500, threads: 2)
    liquid = start.frame
    let smooth = try speed(liquid, .smooth(cutoff: 4))
    line("switched off, 4,000 particles", smooth, 4000)
    let plain = try speed(liquid, .plain)
    line("cut off plainly, 4,000 particles", plain, 4000)
    if let theirs = try LAMMPSComparison.secondsPerDynamicsStep(liquid) {
      let rate = 4000 / theirs
      print(
        "  LAMMPS, the same start in this run, cut off plainly: \(Int(rate)) particle-steps/s;"
          + " ratio \(String(format: "%.1f", theirs / plain)) (goal 6)")
    } else {
      print("  LAMMPS is not installed here (MESOGEN_LAMMPS_PYTHON); 48,000 to 53,000 elsewhere")
    }
    let onTwo = try secondsOnTwoThreads(liquid)
    let two = "  two threads, wall clock: \(Int(4000 / onTwo)) particle-steps/s"
    if let theirs = try LAMMPSComparison.secondsPerThreadedStep(liquid) {
      print(
        two + "; LAMMPS' OpenMP styles in this run: \(Int(4000 / theirs));"
          + " ratio \(String(format: "%.1f", theirs / onTwo))")
    } else {
      print(two)
    }
    for (name, thermostat) in [
      ("velocity rescaling", Thermostat.velocityRescaling(time: 0.5)),
      ("Langevin", .langevin(friction: 1, rotationalFriction: 1)),
    ] {
      line(name, try speed(liquid, .smooth(cutoff: 4), thermostat), 4000)
    }
    for (count, steps) in [(1000, 100), (16_000, 20), (100_000, 10)] {
      let before = residentBytes()
      let frame = try gayBerneLiquid(count)
      let seconds = try speed(frame, .smooth(cutoff: 4), steps: steps)
      line("\(count) particles, lattice", seconds, count)
      if count == 100_000 {
        print(
          "  peak memory: \((residentBytes() - before) / count) bytes a particle, list included")
      }
    }
  } catch {
    print("benchmark of molecular dynamics failed: \(error)")
  }
}

private func line(_ name: String, _ seconds: Double, _ count: Int) {
  let rate = Double(count) / seconds
  print(
    "  " + padded(name, -36) + padded("\(Int(rate))", 9) + " particle-steps/s, "
      + "\(Int(1e9 / rate)) ns each")
}

private func potential(_ truncation: Truncation) throws -> GayBerne {
  var parameters = try LiteratureModel.named("gb-3-5-2-1").parameters
  parameters.cutoff = 4
  parameters.truncation = truncation
  return try GayBerne(parameters)
}

/// Processor seconds of a step.
private func speed(
  _ frame: Frame, _ truncation: Truncation, _ thermostat: Thermostat = .none, steps: Int = 50
) throws -> Double {
  var engine = try MolecularDynamics(
    frame, potential: try potential(truncation),
    settings: MolecularDynamicsSettings(
      timeStep: 0.002, temperature: 1.5, thermostat: thermostat))
  return try shortest(of: 5) { try engine.advance(steps, threads: 1) } * 1e-9 / Double(steps)
}

/// Seconds that pass during a step on two threads, cut off plainly as LAMMPS does.
private func secondsOnTwoThreads(_ frame: Frame) throws -> Double {
  var engine = try MolecularDynamics(
    frame, potential: try potential(.plain),
    settings: MolecularDynamicsSettings(timeStep: 0.002, temperature: 1.5))
  var best = Double.infinity
  for _ in 0..<5 {
    let start = DispatchTime.now().uptimeNanoseconds
    try engine.advance(50, threads: 2)
    best = min(best, Double(DispatchTime.now().uptimeNanoseconds - start))
  }
  return best * 1e-9 / 50
}

/// The most memory that this program has held, in bytes.
private func residentBytes() -> Int {
  var usage = rusage()
  getrusage(RUSAGE_SELF.rawValue, &usage)
  return 1024 * Int(usage.ru_maxrss)
}

/// Particles along z at density 0.3 on a lattice of ten layers.
private func gayBerneLiquid(_ count: Int) throws -> Frame {
  let layers = 10
  let perEdge = Int((Double(count) / Double(layers)).squareRoot())
  let spacing = Vector3(1.02, 1.02, 1 / (0.3 * 1.02 * 1.02))
  let edge = Double(perEdge)
  let positions = (0..<perEdge * perEdge * layers).map { i in
    let (x, y, z) = (i % perEdge, i / perEdge % perEdge, i / perEdge / perEdge)
    return spacing * Vector3(Double(x), Double(y), Double(z))
  }
  return Frame(
    positions: positions, orientations: Array(repeating: .identity, count: positions.count),
    semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: positions.count),
    cell: try Cell(box: spacing * Vector3(edge, edge, Double(layers))))
}
