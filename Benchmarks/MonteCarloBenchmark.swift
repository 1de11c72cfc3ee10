import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation

/// Monte Carlo of hard ellipsoids and of the Gay-Berne liquid: sweeps a second of one core, and
/// what two threads gain.
func benchmarkMonteCarlo() {
  do {
    print("Monte Carlo, sweep = N trial moves           sweeps/s   us a sweep  ns a move")
    try benchmarkHardMonteCarlo()
    try benchmarkGayBerneMonteCarlo()
  } catch {
    print("benchmark of Monte Carlo failed: \(error)")
  }
}

/// A line of the table; returns processor nanoseconds a sweep.
@discardableResult
private func report(_ name: String, _ engine: MonteCarlo, sweeps: Int) throws -> Double {
  var engine = engine
  let count = Double(engine.frame.count)
  let time = try shortest(of: 5) { try engine.advance(sweeps, threads: 1) } / Double(sweeps)
  let padded = name.padding(toLength: 42, withPad: " ", startingAt: 0)
  print(
    "\(padded) \(String(format: "%10.1f %12.0f %10.0f", 1e9 / time, time * 1e-3, time / count))")
  return time
}

/// A stretched face-centred lattice of aligned ellipsoids with L/D = 3: `cells` of four.
func latticeOfEllipsoids(cells: (Int, Int, Int), packing: Double) throws -> Frame {
  let axes = try SemiAxes(0.5, 0.5, 1.5)
  let count = 4 * cells.0 * cells.1 * cells.2
  let edges = Vector3(Double(cells.0) * 0.5, Double(cells.1) * 0.5, Double(cells.2) * 1.5)
  let volume = Double(count) * axes.volume / packing
  let unit = cbrt(volume / (edges.x * edges.y * edges.z)) * edges
  let sites = [
    Vector3(0.25, 0.25, 0.25), Vector3(0.75, 0.75, 0.25), Vector3(0.75, 0.25, 0.75),
    Vector3(0.25, 0.75, 0.75),
  ]
  var positions: [Vector3] = []
  for i in 0..<cells.0 {
    for j in 0..<cells.1 {
      for k in 0..<cells.2 {
        for site in sites {
          let place = Vector3(Double(i), Double(j), Double(k)) + site
          positions.append(
            place / Vector3(Double(cells.0), Double(cells.1), Double(cells.2)) * unit)
        }
      }
    }
  }
  return Frame(
    positions: positions, orientations: Array(repeating: .identity, count: count),
    semiAxes: Array(repeating: axes, count: count), cell: try Cell(box: unit))
}

private func benchmarkHardMonteCarlo() throws {
  let cases: [(String, (Int, Int, Int), Double, Int)] = [
    ("hard L/D 3, packing 0.30, N = 256", (4, 8, 2), 0.3, 400),
    ("hard L/D 3, packing 0.30, N = 4,000", (10, 20, 5), 0.3, 40),
    ("hard L/D 3, packing 0.50, N = 4,000", (10, 20, 5), 0.5, 40),
    ("hard L/D 3, packing 0.30, N = 108,000", (30, 60, 15), 0.3, 1),
  ]
  for (name, cells, packing, sweeps) in cases {
    let frame = try latticeOfEllipsoids(cells: cells, packing: packing)
    var settings = MonteCarloSettings(.hard)
    settings.acceptance = 0.3...0.35
    var engine = try MonteCarlo(frame, settings: settings)
    try engine.advance(frame.count > 10_000 ? 40 : 700, threads: Parallel.availableThreads)
    engine.endEquilibration()
    let ours = try report(name, engine, sweeps: sweeps)
    // Acceptances are counted from here.
    try engine.advance(sweeps, threads: 1)
    let measured = try engine.measure(threads: 1)
    let rates = [measured.extra("acceptance_translation"), measured.extra("acceptance_rotation")]
      .map { decimal(100 * ($0 ?? 0), 0) }.joined(separator: " and ")
    print("  acceptance \(rates) %, S = \(decimal(measured.order ?? 0, 2))")
    if let theirs = try PlainMonteCarlo.sweepsPerSecond(count: frame.count, packing: packing) {
      print(
        "  the plain C program in this run: \(decimal(theirs, 1)) sweeps/s; "
          + "ratio \(decimal(1e9 / ours / theirs, 2))")
    }
    if frame.count == 4_000 { try reportThreads(engine, sweeps: 10 * sweeps) }
  }
}

/// Wall-clock time of one and of two threads, by turns, the shortest of each.
private func reportThreads(_ engine: MonteCarlo, sweeps: Int) throws {
  var best = [Double.infinity, .infinity]
  for _ in 0..<5 {
    for threads in 1...2 {
      var copy = engine
      let start = DispatchTime.now().uptimeNanoseconds
      try copy.advance(sweeps, threads: threads)
      let time = Double(DispatchTime.now().uptimeNanoseconds - start)
      best[threads - 1] = min(best[threads - 1], time)
    }
  }
  print("  two threads: \(decimal(best[0] / best[1], 2)) times one (wall clock)")
}

/// A Monte Carlo sweep of the Gay-Berne liquid against a force evaluation of the same frame.
private func benchmarkGayBerneMonteCarlo() throws {
  let frame = try gayBerneLiquid()
  var parameters = try LiteratureModel.named("gb-3-5-2-1").parameters
  parameters.cutoff = 4
  let potential = try GayBerne(parameters)
  var engine = try MonteCarlo(
    frame, settings: MonteCarloSettings(.potential(potential), temperature: 1.25))
  try engine.advance(60, threads: Parallel.availableThreads)
  engine.endEquilibration()
  let sweep = try report("Gay-Berne (3, 5, 2, 1), N = 4,032", engine, sweeps: 3)
  let state = engine.frame
  let forces = try shortest(of: 5) {
    _ = try potential.evaluate(state, forces: true, threads: 1)
  }
  print("  = \(decimal(sweep / forces, 2)) force evaluations of the frame")
}

/// The plain Monte Carlo program in C that ours is compared with, where its source is named by
/// `MESOGEN_PLAIN_MC` and `cc` is there: neighbours by linked cells, overlap tests one by one.
private enum PlainMonteCarlo {
  static func sweepsPerSecond(count: Int, packing: Double) throws -> Double? {
    guard let source = ProcessInfo.processInfo.environment["MESOGEN_PLAIN_MC"], count <= 4_000
    else { return nil }
    let program = FileManager.default.temporaryDirectory
      .appendingPathComponent("mesogen-bench-plain-mc").path
    guard
      try run("cc", ["-O3", "-march=native", "-o", program, source, "-lm"]) != nil,
      let output = try run(
        program,
        [
          "species=\(count),0.5,0.5,1.5", "phi=\(packing)", "start=lat", "eq=700",
          "prod=\(400_000 / count)", "every=1000000", "seed=1",
        ])
    else { return nil }
    let words = output.split(whereSeparator: \.isWhitespace)
    guard let place = words.firstIndex(of: "sweeps_per_s"), place + 1 < words.count else {
      return nil
    }
    return Double(words[place + 1])
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }
}
