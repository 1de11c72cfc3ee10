import Foundation
import GayBerne
import Geometry
import Mathematics

/// Nanoseconds a pair on one core of what the Gay-Berne room does.
func benchmarkGayBerne() {
  do {
    print("Gay-Berne, one core                              ns a pair    (goal)")
    try benchmarkPairs()
    try benchmarkContacts()
    try benchmarkLiquid()
  } catch {
    print("benchmark of Gay-Berne failed: \(error)")
  }
}

/// One line of the table.
private func line(_ name: String, _ nanoseconds: Double, _ goal: String) {
  let padded = name.padding(toLength: 48, withPad: " ", startingAt: 0)
  print("\(padded) \(String(format: "%9.1f", nanoseconds))    (\(goal))")
}

/// The processor time of this program, in nanoseconds: other programs do not count.
private func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// The shortest of several runs, in nanoseconds.
private func shortest(of runs: Int = 7, _ body: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<runs {
    let start = processorTime()
    try body()
    best = min(best, processorTime() - start)
  }
  return best
}

private struct Dimers {
  var first: [Ellipsoid] = []
  var second: [Ellipsoid] = []
  var displacements: [Vector3] = []

  /// 25,000 biaxial dimers, 1 : 1.5 : 2, that do not overlap.
  init(seed: UInt64 = 1, apart: Bool = true) throws {
    var stream = RandomStream(seed: seed)
    let axes = try SemiAxes(1, 1.5, 2)
    while first.count < 25_000 {
      let p = Ellipsoid(semiAxes: axes, orientation: try Self.rotation(&stream))
      let q = Ellipsoid(semiAxes: axes, orientation: try Self.rotation(&stream))
      let r = stream.uniform(2, 6) * stream.direction()
      if apart, try Contact.overlap(p, q, displacement: r) { continue }
      first.append(p)
      second.append(q)
      displacements.append(r)
    }
  }

  static func rotation(_ stream: inout RandomStream) throws -> UnitQuaternion {
    let q = stream.rotation()
    return try UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3])
  }
}

/// A frame in which one particle after the other sees all others: the kernel with hardly any list.
private func cluster(_ count: Int) throws -> Frame {
  var stream = RandomStream(seed: 2)
  var positions: [Vector3] = []
  var orientations: [UnitQuaternion] = []
  for i in 0..<count {
    positions.append(
      5 * Vector3(Double(i % 10), Double(i / 10 % 10), Double(i / 100)))
    orientations.append(try Dimers.rotation(&stream))
  }
  return Frame(
    positions: positions, orientations: orientations,
    semiAxes: Array(repeating: try SemiAxes(1, 1.5, 2), count: count))
}

private func benchmarkPairs() throws {
  let frame = try cluster(1000)
  // Every pair is evaluated from both sides.
  let evaluations = 1000.0 * 999
  let sets: [(String, GayBerneParameters, String, String)] = [
    ("nu = mu = 1", GayBerneParameters(), "60", "25"),
    (
      "nu = 1.3, mu = 1.7",
      GayBerneParameters(nu: 1.3, mu: 1.7, wellDepths: .uniform(Vector3(3, 1.3, 0.75))),
      "x 2.5", "x 2.5"
    ),
    (
      "Perram-Wertheim contact", GayBerneParameters(contact: .perramWertheim), "-", "-"
    ),
  ]
  for (name, parameters, goal, energyGoal) in sets {
    let potential = try GayBerne(parameters)
    let forces = try shortest {
      _ = try potential.evaluate(frame, forces: true, threads: 1)
    }
    line("energy, force, torque; \(name)", forces / evaluations, goal)
    let energy = try shortest {
      _ = try potential.evaluate(frame, forces: false, threads: 1)
    }
    line("energy; \(name)", energy / evaluations, energyGoal)
  }
}

private func benchmarkContacts() throws {
  let dimers = try Dimers()
  let count = Double(dimers.first.count)
  let potential = try GayBerne()
  var sum = 0.0
  let single = try shortest {
    for k in dimers.first.indices {
      sum += try potential.pair(
        dimers.first[k], dimers.second[k], displacement: dimers.displacements[k]
      ).energy
    }
  }
  line("one dimer at a time, energy, force, torque", single / count, "800 = 25,000 in 20 ms")
  let contact = try shortest {
    for k in dimers.first.indices {
      sum += try Contact.perramWertheim(
        dimers.first[k], dimers.second[k], displacement: dimers.displacements[k]
      ).distance
    }
  }
  line("Perram-Wertheim contact", contact / count, "100")
  let surface = try shortest {
    for k in dimers.first.indices {
      sum +=
        try Contact.surfaceDistance(
          dimers.first[k], dimers.second[k], displacement: dimers.displacements[k])?.distance ?? 0
    }
  }
  line("surface distance and closest points", surface / count, "400")
  if sum == 0 { print("nothing was computed") }
}

/// A liquid of 4,000 particles GB(3, 5, 2, 1) at density 0.3, cutoff 4, neighbour list included.
private func benchmarkLiquid() throws {
  var stream = RandomStream(seed: 3)
  let count = 4096
  let edge = cbrt(Double(count) / 0.3)
  var frame = Frame(
    positions: [], species: [], orientations: [], semiAxes: [], cell: try Cell(cube: edge))
  let step = edge / 16
  for i in 0..<count {
    frame.positions.append(
      step * Vector3(Double(i % 16), Double(i / 16 % 16), Double(i / 256)))
    frame.species.append("X")
    frame.orientations?.append(try Dimers.rotation(&stream))
    frame.semiAxes?.append(try SemiAxes(0.5, 0.5, 1.5))
  }
  var parameters = try LiteratureModel.named("gb-3-5-2-1").parameters
  parameters.cutoff = 4
  let potential = try GayBerne(parameters)
  var pairs = 0
  let time = try shortest(of: 5) {
    pairs = try potential.evaluate(frame, forces: true, threads: 1).pairCount
  }
  line("liquid of 4,096, list included (each pair once)", time / Double(pairs), "83")
  let rate = Double(pairs) / time * 1e3
  print("  = \(String(format: "%.1f", rate)) million pairs a second; LAMMPS: 2.4")
}
