import FileFormats
import Foundation
import GayBerne
import Geometry
import Mathematics

/// Nanoseconds a pair on one core of what the Gay-Berne room does.
func benchmarkGayBerne() {
  do {
    print("Gay-Berne, one core                              ns a pair    (goal)")
    try benchmarkPairs()
    try benchmarkHardEllipsoids()
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

private struct Dimers {
  var first: [Ellipsoid] = []
  var second: [Ellipsoid] = []
  var displacements: [Vector3] = []

  /// Biaxial dimers, 1 : 1.5 : 2, that do not overlap unless they may.
  init(seed: UInt64 = 1, apart: Bool = true, count: Int = 25_000) throws {
    var stream = RandomStream(seed: seed)
    let axes = try SemiAxes(1, 1.5, 2)
    while first.count < count {
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
  let evaluations = 1000.0 * 999 / 2
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

/// Perram and Wertheim's function, eight pairs at a time.
private func benchmarkHardEllipsoids() throws {
  let frame = try cluster(1000)
  let potential = try HardEllipsoids(largestSemiAxis: 100)
  let time = try shortest {
    _ = try potential.evaluate(frame, threads: 1)
  }
  line("Perram-Wertheim contact, overlaps of a frame", time / (1000.0 * 999 / 2), "100")
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
  line("Perram-Wertheim contact, one at a time", contact / count, "100")
  let pairs = dimers.first.indices.map {
    Contact.Pair(dimers.first[$0], dimers.second[$0], displacement: dimers.displacements[$0])
  }
  let contacts = try shortest { sum += try Contact.perramWertheim(pairs)[0].distance }
  line("Perram-Wertheim contact, an array of pairs", contacts / count, "100")
  // Of these a half is apart by the spheres around, a quarter by f, a quarter overlaps.
  let mixed = try Dimers(seed: 3, apart: false, count: 2_500)
  let mixedPairs = mixed.first.indices.map {
    Contact.Pair(mixed.first[$0], mixed.second[$0], displacement: mixed.displacements[$0])
  }
  let decision = try shortest(of: 50) {
    for k in mixed.first.indices {
      if try Contact.overlap(
        mixed.first[k], mixed.second[k], displacement: mixed.displacements[k])
      {
        sum += 1
      }
    }
  }
  line("overlap yes or no, one at a time", decision / 2_500, "30")
  let decisions = try shortest(of: 50) { sum += try Contact.overlap(mixedPairs)[0] ? 1 : 0 }
  line("overlap yes or no, an array of pairs", decisions / 2_500, "20")
  let surfaces = try shortest { sum += try Contact.surfaceDistance(pairs)[0]?.distance ?? 0 }
  line("surface distance, an array of pairs", surfaces / count, "400")
  let surface = try shortest {
    for k in dimers.first.indices {
      sum +=
        try Contact.surfaceDistance(
          dimers.first[k], dimers.second[k], displacement: dimers.displacements[k])?.distance ?? 0
    }
  }
  line("surface distance and closest points, one at a time", surface / count, "400")
  if sum == 0 { print("nothing was computed") }
}

/// The nematic liquid GB(3, 5, 2, 1) of the reference set, 2 x 7 x 1 times: 4,032 particles.
func gayBerneLiquid() throws -> Frame {
  let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let file = "../data/reference/gay-berne/config_GB3521_nematic_N288.npz"
  let archive = try NumPyArchive(contentsOf: here.appendingPathComponent(file).path)
  let x = try archive["x"].doubles ?? []
  let q = try archive["q"].doubles ?? []
  let edge = try archive["L"].doubles?.first ?? 0
  var positions: [Vector3] = []
  var orientations: [UnitQuaternion] = []
  for copy in 0..<14 {
    let shift = edge * Vector3(Double(copy % 2), Double(copy / 2), 0)
    for i in 0..<x.count / 3 {
      positions.append(Vector3(x[3 * i], x[3 * i + 1], x[3 * i + 2]) + shift)
      orientations.append(
        try UnitQuaternion(w: q[4 * i], x: q[4 * i + 1], y: q[4 * i + 2], z: q[4 * i + 3]))
    }
  }
  return Frame(
    positions: positions, orientations: orientations,
    semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: positions.count),
    cell: try Cell(box: edge * Vector3(2, 7, 1)))
}

/// The liquid with cutoff 4, neighbour list included.
private func benchmarkLiquid() throws {
  let frame = try gayBerneLiquid()
  var parameters = try LiteratureModel.named("gb-3-5-2-1").parameters
  parameters.cutoff = 4
  let potential = try GayBerne(parameters)
  var pairs = 0
  let time = try shortest {
    pairs = try potential.evaluate(frame, forces: true, threads: 1).pairCount
  }
  line("liquid of 4,032, list included (each pair once)", time / Double(pairs), "83")
  let rate = Double(pairs) / time * 1e3
  print("  = \(String(format: "%.1f", rate)) million pairs a second")
  if let seconds = try LAMMPSComparison.secondsPerStep(frame) {
    for (what, time) in [
      ("its list not counted", seconds.plain), ("its list built", seconds.withList),
    ] {
      let theirs = Double(pairs) / time * 1e-6
      print(
        "  LAMMPS, the same liquid in this run, \(what): "
          + "\(String(format: "%.2f", theirs)) million; ratio \(String(format: "%.1f", rate / theirs))"
      )
    }
  } else {
    print("  LAMMPS is not installed here (MESOGEN_LAMMPS_PYTHON); 2.4 million elsewhere")
  }
}
