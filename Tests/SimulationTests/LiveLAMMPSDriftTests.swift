import FileFormats
import Foundation
import GayBerne
import Geometry
import Mathematics
import Simulation
import TestSupport
import Testing

/// Dynamics at constant energy beside a LAMMPS that is installed here.
@Suite("Energy at constant energy against a LAMMPS that is installed here")
struct LiveLAMMPSDriftTests {
  /// Reads: edge, cutoff, time step, steps between rows, rows; then particles. Writes the total energy of
  /// every row.
  private static let script = """
    import math, sys, lammps
    rows = [line.split() for line in sys.stdin]
    edge, cutoff, step, every, count = rows[0]
    l = lammps.lammps(cmdargs=['-screen', 'none', '-log', 'none'])
    l.commands_string(f'''
    units lj
    atom_style ellipsoid
    atom_modify map array
    region box block 0 {edge} 0 {edge} 0 {edge}
    create_box 1 box
    ''')
    for number, row in enumerate(rows[1:], 1):
        l.commands_string(f'''
    create_atoms 1 single {row[0]} {row[1]} {row[2]}
    set atom {number} shape 1 1 3
    set atom {number} mass 1
    ''')
        w, x, y, z = (float(v) for v in row[3:7])
        s = math.sqrt(x * x + y * y + z * z)
        angle = math.degrees(2 * math.atan2(s, w))
        if s > 0:
            l.command(f'set atom {number} quat {x / s!r} {y / s!r} {z / s!r} {angle!r}')
        l.command(f'set atom {number} vx {row[7]} vy {row[8]} vz {row[9]}')
    l.commands_string(f'''
    pair_style gayberne 1 1 2 {cutoff}
    pair_coeff 1 1 1 1 1 1 0.2 1 1 0.2
    neighbor 0.4 bin
    neigh_modify every 1 delay 0 check yes
    compute spin all erotate/asphere
    thermo_style custom step pe ke c_spin
    thermo_modify norm no
    timestep {step}
    fix 1 all nve/asphere
    run 0
    ''')
    for k in range(int(count)):
        spin = l.extract_compute('spin', 0, 0)
        print(repr(l.get_thermo('pe') + l.get_thermo('ke') + spin))
        l.command(f'run {every}')
    """

  /// A droplet in which every pair stays inside the cutoff, so that nothing but the integrator changes
  /// the energy: 36 particles, T = 0.6, dt = 0.002.
  @Test(.enabled("LAMMPS is not installed: skipped") { LiveLAMMPS.isInstalled })
  func driftPerStep() throws {
    let (edge, cutoff, step, every, rows) = (40.0, 18.0, 0.002, 10, 200)
    var stream = RandomStream(seed: 80)
    var (positions, velocities): ([Vector3], [Vector3]) = ([], [])
    for i in 0..<36 {
      let place = Vector3(Double(i % 4) * 1.15, Double(i / 4 % 3) * 1.15, Double(i / 12) * 3.3)
      positions.append(place + Vector3(repeating: 18))
      velocities.append(
        0.6.squareRoot() * Vector3(stream.gaussian(), stream.gaussian(), stream.gaussian()))
    }
    let mean = velocities.reduce(.zero, +) / 36
    velocities = velocities.map { $0 - mean }
    let frame = Frame(
      positions: positions, orientations: Array(repeating: .identity, count: 36),
      semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: 36),
      cell: try Cell(cube: edge))
    var input = "\(edge) \(cutoff) \(step) \(every) \(rows)\n"
    for (p, v) in zip(positions, velocities) {
      input += "\(p.x) \(p.y) \(p.z) 1 0 0 0 \(v.x) \(v.y) \(v.z)\n"
    }
    let (status, lines) = try LiveLAMMPS.run(["-c", Self.script], input: input)
    try #require(status == 0 && lines.count == rows)
    let theirs = lines.map { $0[0] }

    var engine = try MolecularDynamics(
      frame, potential: try Dynamics.gayBerne(cutoff: cutoff, .plain),
      settings: MolecularDynamicsSettings(timeStep: step, temperature: 0.6),
      velocities: velocities, angularMomenta: Array(repeating: .zero, count: 36))
    var ours: [Double] = []
    for _ in 0..<rows {
      ours.append(engine.conservedEnergy)
      try engine.advance(every, threads: 1)
    }
    // The same start: LAMMPS takes orientations in degrees.
    #expect(abs(ours[0] - theirs[0]) < 1e-10 * abs(ours[0]), "\(ours[0]) \(theirs[0])")
    let steps = (0..<rows).map { Double($0 * every) }
    let (mine, other) = (Dynamics.line(steps, ours), Dynamics.line(steps, theirs))
    // Errors of a step are correlated over collisions: the drift is the difference of the two halves, known
    // as well as their means.
    func drift(_ series: [Double]) -> (perStep: Double, error: Double) {
      let (a, b) = (
        ObservableSummary(Array(series[..<(rows / 2)]), from: 0),
        ObservableSummary(Array(series[(rows / 2)...]), from: 0)
      )
      let apart = Double(rows / 2 * every)
      return ((b.mean - a.mean) / apart, hypot(a.standardError, b.standardError) / apart)
    }
    let (d, e) = (drift(ours), drift(theirs))
    #expect(abs(d.perStep) <= abs(e.perStep) + 3 * hypot(d.error, e.error), "\(d) \(e)")
    // Both are of second order with the same step: neither scatters by more than half as much again.
    #expect(mine.rms < 1.5 * other.rms, "\(mine) \(other)")
    #expect(other.rms > 0 && mine.rms > 0)
  }
}
