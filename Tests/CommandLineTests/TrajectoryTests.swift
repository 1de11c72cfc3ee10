import FileFormats
import Foundation
import TestSupport
import Testing

/// Trajectories of LAMMPS, HOOMD-blue and ASE straight into every command that takes frames.
@Suite struct TrajectoryTests {
  /// A dump as `dump custom` with computes of orientation and shape writes it, two frames.
  private static func dump(quaternion: String, shape: String) -> String {
    (0..<2).map { frame in
      """
      ITEM: TIMESTEP
      \(100 * frame)
      ITEM: NUMBER OF ATOMS
      3
      ITEM: BOX BOUNDS xy xz yz pp pp pp
      0 11 1
      0 10 0
      0 10 0
      ITEM: ATOMS id type x y z \(quaternion) \(shape)
      1 1 1 1 1 1 0 0 0 1 1 3
      2 1 4.\(frame) 1.5 1 0.8 0.6 0 0 1 1 3
      3 2 1 4 2 0.6 0 0.8 0 1 1 1

      """
    }.joined()
  }

  /// Frames as ASE 3.29 writes them: names of columns unquoted, eight digits.
  private static let ase = (0..<2).map { frame in
    """
    2
    Lattice="8.0 0.0 0.0 0.0 8.0 0.0 0.0 0.0 8.0" Properties=species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1 energy=-1.\(frame) pbc="T T T"
    X        1.00000000       1.00000000       1.00000000       1.00000000       0.00000000       0.00000000       0.00000000       1.00000000       1.00000000       3.00000000
    X        4.0\(frame)000000       1.50000000       1.00000000       0.80000000       0.60000000       0.00000000       0.00000000       1.00000000       1.00000000       3.00000000

    """
  }.joined()

  enum Program: String, CaseIterable {
    case lammps, lammpsComputes, hoomd, ase
  }

  private func prepare(_ program: Program, _ scratch: Scratch) throws -> (String, [String]) {
    let (q, s) = ((1...4).map { "c_q[\($0)]" }, (1...3).map { "c_diameter[\($0)]" })
    switch program {
    case .lammps:
      let text = Self.dump(
        quaternion: q.joined(separator: " "), shape: s.joined(separator: " "))
      try scratch.write(text, to: "f.dump")
      return ("f.dump", [])
    case .lammpsComputes:
      let text = Self.dump(
        quaternion: (1...4).map { "c_mine[\($0)]" }.joined(separator: " "),
        shape: (1...3).map { "c_size[\($0)]" }.joined(separator: " "))
      try scratch.write(text, to: "f.dump")
      return ("f.dump", ["--columns", "orientation=c_mine[1..4]:wxyz,diameter=c_size[1..3]"])
    case .hoomd:
      try FileManager.default.copyItem(
        atPath: ReferenceData.path("formats/hoomd.gsd"), toPath: scratch.path("f.gsd"))
      return ("f.gsd", [])
    case .ase:
      try scratch.write(Self.ase, to: "f.xyz")
      return ("f.xyz", [])
    }
  }

  /// `info` names the forms of cells.
  @Test func formsOfCells() throws {
    let scratch = try Scratch()
    let text = """
      LAMMPS data file via write_data

      1 atoms
      1 atom types

      0 1.5 0.5 avec
      -1.25 0.25 0 bvec
      0.25 0.5 2 cvec
      0 0 0 abc origin

      Atoms # atomic

      1 1 0 0 0

      """
    try scratch.write(text, to: "general.data")
    try scratch.write(Sample.good, to: "straight.xyz")
    try scratch.write(
      Self.dump(quaternion: "c_q[1] c_q[2] c_q[3] c_q[4]", shape: "shapex shapey shapez"),
      to: "tilted.dump")
    for (file, words) in [
      ("general.data", "1 periodic (general triclinic)"),
      ("straight.xyz", "2 periodic (orthogonal)"), ("tilted.dump", "2 periodic (triclinic)"),
    ] {
      let told = try scratch.mesogen("info", file)
      #expect(told.output.contains(words), "\(told)")
    }
  }

  @Test(arguments: Program.allCases)
  func everyCommand(_ program: Program) throws {
    let scratch = try Scratch()
    let (file, columns) = try prepare(program, scratch)
    let soft = ["--cutoff", "4.5", "--steps", "2", "--every", "1", "--equilibrate", "0"]
    let features = ["--cutoff", "4", "--max-angular", "1", "--max-radial", "1"]
    let commands: [[String]] = [
      ["info", file],
      ["order", file, "-o", "o.csv", "--cutoff", "4"], ["order", file, "-o", "o.xyz"],
      ["energy", file, "-o", "e.xyz", "--cutoff", "4", "--forces"],
      ["energy", file, "-o", "e.gsd", "--cutoff", "4"],
      ["energy", file, "-o", "e.dump", "--cutoff", "4", "--forces"],
      ["contact", file, "-o", "c.csv", "--cutoff", "4"],
      ["featurize", file, "-o", "f.npz"] + features, ["featurize", file, "-o", "f.h5"] + features,
      ["draw", file, "-o", "d.png", "--size", "64"], ["draw", file, "-o", "d.svg"],
      ["convert", file, "v.xyz"], ["convert", file, "v.gsd"], ["convert", file, "v.dump"],
      ["convert", file, "v.json.gz"], ["convert", file, "v.data", "--select-frames", "1:2"],
      ["simulate", file, "-o", "s.gsd", "--select-frames", "0:1", "--remove-overlaps"] + soft,
      ["simulate", file, "-o", "s.dump", "--select-frames", "0:1", "--method", "md"] + soft
        + ["--time-step", "0.0001", "--remove-overlaps"],
    ]
    for command in commands {
      let outcome = try scratch.mesogen(command + columns)
      #expect(outcome.code == 0, "\(command): \(outcome.errors)")
      #expect(!outcome.errors.contains("trap"))
    }
    // Further commands go on with what was written, whatever its format.
    for made in ["e.gsd", "e.dump", "v.gsd", "v.dump", "v.data", "s.gsd", "s.dump", "e.xyz"] {
      let outcome = try scratch.mesogen("order", made)
      #expect(outcome.code == 0 && !outcome.output.contains("nan,nan,nan"), "\(made): \(outcome)")
    }
    // Energies do not depend on the way.
    let table = try NumPyArchive(contentsOf: scratch.path("f.npz"))["features"].doubles
    let stored = try HDF5Reader(scratch.path("f.h5"))
    #expect(try stored.rows("features", first: 0, count: 2) == table)
  }
}
