import FileFormats
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct LAMMPSTests {
  private func frames(_ path: String) throws -> [Frame] {
    let reader = try FrameReader.open(path)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  private func roundTrip(_ frames: [Frame], _ name: String) throws -> [Frame] {
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file(name))
    for frame in frames { try writer.write(frame) }
    try writer.commit()
    #expect(folder.names == [name])
    return try self.frames(folder.file(name))
  }

  /// A frame in a cell as LAMMPS has it.
  private func frame(tilted: Bool) throws -> Frame {
    Frame(
      positions: [Vector3(0.1, 0.2, 0.3), Vector3(4, 5, 6.5)], species: ["A", "B"],
      orientations: [.identity, try UnitQuaternion(w: 0.5, x: 0.5, y: -0.5, z: 0.5)],
      semiAxes: [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(1, 2, 3)],
      cell: try tilted
        ? Cell(Vector3(10, 0, 0), Vector3(-2, 9, 0), Vector3(1, 0.5, 8))
        : Cell(box: Vector3(10, 9, 8)))
  }

  @Test(arguments: [false, true])
  func dumpsComeBack(tilted: Bool) throws {
    var first = try frame(tilted: tilted)
    first.labels = ["timestep": .integer(500)]
    try first.set(columns: [
      Frame.Column(name: "forces", vectors: [Vector3(1, 2, 3), Vector3(-1, 0, 0.5)]),
      Frame.Column(name: "charge", reals: [0.25, -1]),
    ])
    var second = try frame(tilted: tilted)
    second.labels = ["timestep": .integer(1000)]
    #expect(try roundTrip([first, second], "a.dump") == [first, second])
    #expect(try roundTrip([first, second], "a.lammpstrj.gz") == [first, second])
  }

  @Test(arguments: [false, true])
  func dataFilesComeBack(tilted: Bool) throws {
    let frame = try frame(tilted: tilted)
    #expect(try roundTrip([frame], "a.data") == [frame])
    let plain = Frame(positions: frame.positions, species: ["2", "1"], cell: frame.cell)
    #expect(try roundTrip([plain], "a.data") == [plain])
  }

  @Test(arguments: ["a.data", "a.dump"])
  func otherCellsAreTurnedAsAWhole(name: String) throws {
    var random = RandomStream(seed: 5)
    let rotation = try UnitQuaternion(
      w: random.gaussian(), x: random.gaussian(), y: random.gaussian(), z: random.gaussian())
    let straight = try frame(tilted: true)
    let matrix = rotation.rotationMatrix
    let turned = Frame(
      positions: straight.positions.map { matrix * $0 }, species: straight.species,
      orientations: straight.orientations.map { $0.map { rotation * $0 } },
      semiAxes: straight.semiAxes,
      cell: try straight.cell.map {
        try Cell(matrix * $0.vector(0), matrix * $0.vector(1), matrix * $0.vector(2))
      })
    let back = try #require(try roundTrip([turned], name).first)
    // Three rotations of coordinates below 10: a few units in the last place.
    for k in 0..<3 {
      let difference = (back.cell?.vector(k) ?? .zero) - (straight.cell?.vector(k) ?? .zero)
      #expect(difference.length < 1e-14)
    }
    for (found, expected) in zip(back.positions, straight.positions) {
      #expect((found - expected).length < 1e-14)
    }
    for (found, expected) in zip(back.orientations ?? [], straight.orientations ?? []) {
      let product = found * expected.inverse
      #expect(abs(abs(product.w) - 1) < 1e-14)
    }
    #expect(back.semiAxes == straight.semiAxes)
  }

  @Test func dumpsOfLAMMPSItself() throws {
    let folder = try ScratchFolder()
    let path = try folder.file(
      "a.dump",
      containing: """
        ITEM: UNITS
        lj
        ITEM: TIMESTEP
        7
        ITEM: NUMBER OF ATOMS
        2
        ITEM: BOX BOUNDS pp ff pp
        -5 5
        -4.0 4.0
        0.0e+00 2.0e+00
        ITEM: ATOMS id type xs ys zs c_orient[1] c_orient[2] c_orient[3] c_orient[4] \
        c_diameter[1] c_diameter[2] c_diameter[3] vx vy vz mol q
        9 2 0.5 0.5 0.5 0 0 0 1 1 2 3 1 2 3 4 0.5\u{20}
        4 1 0.0 0.25 0.5 1 0 0 0 1 1 1 4 5 6 7 -0.5\u{20}
        """)
    let frame = try #require(try frames(path).first)
    #expect(frame.species == ["1", "2"])
    #expect(frame.positions == [Vector3(-5, -2, 1), Vector3(0, 0, 1)])
    #expect(frame.orientations == [try UnitQuaternion(w: 0, x: 1, y: 0, z: 0), .identity])
    #expect(frame.semiAxes == [try SemiAxes(0.5, 0.5, 0.5), try SemiAxes(0.5, 1, 1.5)])
    #expect(frame.cell?.isPeriodic(0) == true && frame.cell?.isPeriodic(1) == false)
    #expect(frame.labels == ["timestep": .integer(7)])
    #expect(
      frame.columns == [
        Frame.Column(name: "velocities", width: 3, values: .reals([4, 5, 6, 1, 2, 3])),
        Frame.Column(name: "id", values: .integers([4, 9])),
        Frame.Column(name: "mol", values: .integers([7, 4])),
        Frame.Column(name: "q", reals: [-0.5, 0.5]),
      ])
  }

  @Test func dataFileOfLAMMPSItself() throws {
    let folder = try ScratchFolder()
    let path = try folder.file(
      "a.data",
      containing: """
        LAMMPS data file via write_data

        2 atoms
        2 ellipsoids
        1 atom types

        -1.0 9.0 xlo xhi
        0 8 ylo yhi
        0 7 zlo zhi

        Atoms # ellipsoid

        2 1 1 1.0 4 5 6 0 0 -1
        1 1 1 1.0 1 2 3 0 0 0

        Velocities

        1 0 0 0 0 0 0
        2 0 0 0 0 0 0

        Ellipsoids

        1 1 1 3 1 0 0 0
        2 2 2 2 0 0 1 0
        """)
    let frame = try #require(try frames(path).first)
    #expect(frame.positions == [Vector3(1, 2, 3), Vector3(4, 5, 6)])
    #expect(frame.species == ["1", "1"])
    #expect(frame.semiAxes == [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(1, 1, 1)])
    #expect(frame.orientations == [.identity, try UnitQuaternion(w: 0, x: 0, y: 1, z: 0)])
    #expect(frame.cell == (try Cell(box: Vector3(10, 8, 7))))
  }

  @Test(arguments: [
    ("", "the file is empty; expected a LAMMPS dump"),
    ("hello\n", "frame 0, line 1: 'hello' stands where ITEM: is expected"),
    (
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\nmany\n",
      "frame 0, line 4: number of atoms is 'many'; expected a whole number"
    ),
    (
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\n",
      "frame 0: the file ends within a frame; expected a LAMMPS dump"
    ),
    (
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\nITEM: ATOMS id x y z\n1 0 0 0\n",
      "frame 0, line 6: the file ends after 1 of 2 atoms"
    ),
    (
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: ATOMS id x y z\n1 0 nan 0\n",
      "frame 0, line 6: y is nan; expected a finite number"
    ),
    (
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: ATOMS id x y\n1 0 0\n",
      "frame 0, line 5: there are no columns x y z"
    ),
    (
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\n"
        + "ITEM: ATOMS id x y z shapex shapey shapez\n1 0 0 0 1 0 1\n",
      "frame 0, line 6: diameters are (1.0, 0.0, 1.0); expected positive numbers"
    ),
    (
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS pp pp pp\n0 0\n0 1\n0 1\n"
        + "ITEM: ATOMS id x y z\n1 0 0 0\n",
      "frame 0, line 9: lattice is (0.0 0.0 0.0), (0.0 1.0 0.0), (0.0 0.0 1.0); "
        + "expected three vectors that span a volume (this cell is singular)"
    ),
  ])
  func badDumps(text: String, message: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.file("a.dump", containing: text)
    let error = #expect(throws: DataError.self) { try frames(path) }
    #expect(error?.description == "\(path): \(message)")
  }

  @Test func dataFilesHoldOneFrame() throws {
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file("a.data"))
    try writer.write(frame(tilted: false))
    let error = #expect(throws: DataError.self) { try writer.write(frame(tilted: false)) }
    #expect(error?.message == "a data file holds one frame; write a .dump for more")
  }
}
