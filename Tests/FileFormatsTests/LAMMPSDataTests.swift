import FileFormats
import Geometry
import TestSupport
import Testing

/// Data files of every atom style, as LAMMPS (22 Jul 2025) writes them.
@Suite struct LAMMPSDataTests {
  private func read(
    _ text: String, _ options: ReadOptions = ReadOptions()
  ) throws -> (frame: Frame, reader: FrameReader) {
    let folder = try ScratchFolder()
    let reader = try FrameReader.open(folder.file("a.data", containing: text), options: options)
    return (try #require(try reader.next()), reader)
  }

  private func data(
    _ style: String, _ rows: [String], types: Int = 2, counts: String = "", sections: String = ""
  ) -> String {
    "a title\n\n\(rows.count) atoms\n\(types) atom types\n\(counts)\n0 10 xlo xhi\n0 10 ylo yhi\n"
      + "0 10 zlo zhi\n\n\(sections)\nAtoms\(style)\n\n" + rows.joined(separator: "\n") + "\n"
  }

  private static let masses = "Masses\n\n1 12.011\n2 15.9994\n"

  @Test func ellipsoidsAmongPoints() throws {
    let text =
      data(
        " # ellipsoid",
        ["2 2 0 1 2 2 2 0 0 0", "3 1 1 0.5 3 3 3 0 0 0", "1 1 1 0.5 1 1 1 0 0 0"],
        counts: "2 ellipsoids\n")
      + "\nEllipsoids\n\n1 1 1 3 0.5 0.5 0.5 0.5\n3 1 1 3 1 0 0 0\n"
    let (frame, reader) = try read(text)
    let rod = try SemiAxes(0.5, 0.5, 1.5)
    #expect(frame.semiAxes == [rod, try SemiAxes(0.5, 0.5, 0.5), rod])
    #expect(
      frame.orientations == [
        try UnitQuaternion(w: 0.5, x: 0.5, y: 0.5, z: 0.5), .identity, .identity,
      ])
    #expect(reader.warnings.count == 1)
    #expect(
      reader.warnings.first?.hasSuffix(
        "a.data: frame 0: 1 of 3 particles have no extent and are taken as spheres of diameter 1.0")
        == true)
    var options = ReadOptions()
    options.pointDiameter = 0.25
    #expect(try read(text, options).frame.semiAxes?[1] == (try SemiAxes(0.125, 0.125, 0.125)))
    // Nothing is missing when it is written again.
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file("b.data"))
    try writer.write(frame)
    try writer.commit()
    let back = try #require(try FrameReader.open(folder.file("b.data")).next())
    #expect(back.semiAxes == frame.semiAxes && back.orientations == frame.orientations)
  }

  @Test func hybridStylesHaveTheColumnsOfTheirParts() throws {
    // Written by LAMMPS for `atom_style hybrid sphere ellipsoid`, apart from the sub-styles' names.
    let rows = [
      "1 1 1 1 1 1 1.215854203708054 1 0 0 0", "2 2 2 2 2.5 0.7 5.568102965314124 0 0 0 0",
    ]
    let text =
      data(" # hybrid sphere ellipsoid", rows)
      + "\nEllipsoids\n\n1 1 1 3 0.9659258262890683 0.25881904510252074 0 0\n"
    let (frame, reader) = try read(text)
    #expect(frame.positions == [Vector3(1, 1, 1), Vector3(2, 2, 2.5)])
    #expect(frame.semiAxes == [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(0.35, 0.35, 0.35)])
    #expect(frame.orientations?[1] == .identity)
    #expect(reader.warnings == [])
    // `hybrid full ellipsoid`, and the style said by the user.
    var options = ReadOptions()
    options.atomStyle = "hybrid full ellipsoid"
    let full = try read(
      data(
        " # hybrid", ["1 1 1 1 1 0 0.5 1 0.6 0 0 0", "2 2 2 2 2.5 7 0 0 1 0 0 -1"])
        + "\nEllipsoids\n\n1 1 1 3 1 0 0 0\n", options)
    #expect(full.frame.column("molecule")?.values == .integers([0, 7]))
    #expect(full.frame.column("charge")?.values == .reals([0.5, 0]))
    #expect(full.frame.column("iz")?.values == .integers([0, -1]))
    #expect(full.frame.positions[1] == Vector3(2, 2, 2.5))
  }

  struct Style: Sendable, CustomTestStringConvertible {
    let name: String
    let rows: [String]
    var molecules: [Int]?
    var charges: [Double]?
    var testDescription: String { name }
  }

  static let styles = [
    Style(name: "atomic", rows: ["1 1 1 2 3", "2 2 4 5 6"]),
    Style(name: "charge", rows: ["1 1 -0.5 1 2 3", "2 2 0.5 4 5 6"], charges: [-0.5, 0.5]),
    Style(name: "molecular", rows: ["1 7 1 1 2 3", "2 8 2 4 5 6"], molecules: [7, 8]),
    Style(
      name: "full", rows: ["1 7 1 -0.5 1 2 3", "2 7 2 0.5 4 5 6"], molecules: [7, 7],
      charges: [-0.5, 0.5]),
    Style(
      name: "dipole", rows: ["1 1 0.5 1 2 3 0.1 0 1", "2 2 0 4 5 6 0 0 0.5"], charges: [0.5, 0]),
  ]

  /// With the style in the comment, and without it, where the columns leave one choice.
  @Test(arguments: styles, [true, false])
  func stylesOfAtoms(style: Style, isNamed: Bool) throws {
    let (frame, reader) = try read(
      data(isNamed ? " # \(style.name)" : "", style.rows, sections: Self.masses))
    #expect(frame.positions == [Vector3(1, 2, 3), Vector3(4, 5, 6)])
    #expect(frame.species == ["C", "O"])
    #expect(frame.column("molecule")?.values == style.molecules.map { .integers($0) })
    #expect(frame.column("charge")?.values == style.charges.map { .reals($0) })
    #expect(reader.assumptions.contains("species: elements of the masses"))
    #expect(reader.assumptions.contains { $0.hasPrefix("atom style") } == !isNamed)
  }

  @Test func spheresKeepTheirDiameters() throws {
    let (frame, _) = try read(data(" # sphere", ["1 1 1.5 0.3 1 1 1", "2 2 1 1 2 2 2"]))
    #expect(frame.semiAxes == [try SemiAxes(0.75, 0.75, 0.75), try SemiAxes(0.5, 0.5, 0.5)])
    #expect(frame.column("density")?.values == .reals([0.3, 1]))
  }

  @Test func theStyleIsNotGuessed() throws {
    // Without masses and bonds these could be `full` and `sphere`.
    let two = #expect(throws: DataError.self) { try read(data("", ["1 1 1 1 1 1 1"])) }
    #expect(two?.line == 11)
    let expected =
      "Atoms does not say its style, and rows of 7 values fit full, sphere; write the style behind "
      + "the word, as in 'Atoms # full', or say it with --atom-style (atomic, charge, "
      + "molecular/bond/angle, full/amoeba, sphere, ellipsoid, dipole, bpm/sphere, line/tri, body, "
      + "peri, hybrid ...)"
    #expect(two?.message == expected)
    // Bonds decide it.
    let bonded = try read(
      data("", ["1 1 1 1 1 1 1"], counts: "1 bonds\n") + "\nBonds\n\n1 1 1 1\n")
    #expect(bonded.frame.column("molecule")?.values == .integers([1]))
    #expect(
      bonded.reader.warnings.first?.hasSuffix("section Bonds (1 rows) is not taken over") == true)
    // A charge and a molecule look alike here; a molecule beyond the number of types is none.
    _ = #expect(throws: DataError.self) { try read(data("", ["1 1 1 1 1 1"])) }
    #expect(try read(data("", ["1 3 1 1 1 1"])).frame.column("molecule") != nil)
    let hybrid = #expect(throws: DataError.self) { try read(data(" # hybrid", ["1 1 1 1 1 1"])) }
    #expect(
      hybrid?.message.hasPrefix("atom style is hybrid without its sub-styles, which is not read")
        == true)
    let unknown = #expect(throws: DataError.self) { try read(data(" # spin", ["1 1 1 1 1 1"])) }
    #expect(unknown?.message.hasPrefix("atom style is spin, which is not read") == true)
  }

  @Test func typesBecomeElements() throws {
    let rows = ["1 1 1 0 1 1 1", "2 1 2 0 2 2 2", "3 1 3 0 3 3 3"]
    func species(_ masses: String, _ types: [String: String] = [:]) throws -> [String] {
      var options = ReadOptions()
      options.types = types
      let sections = "Masses\n\n\(masses)\n"
      return try read(data(" # full", rows, types: 3, sections: sections), options).frame.species
    }
    #expect(try species("1 12.0\n2 1.0\n3 14.007") == ["C", "H", "N"])
    // A united atom CH2 is no nitrogen, and reduced masses are no elements.
    #expect(try species("1 12.011\n2 1.008\n3 14.027") == ["1", "2", "3"])
    #expect(try species("1 1.0\n2 1.0\n3 4.0") == ["1", "2", "3"])
    #expect(
      try species("1 1.0\n2 1.0\n3 4.0", ["1": "C", "2": "H"]) == ["C", "H", "3"])
    #expect(try ReadOptions.types(parsing: "1:C, 2:H") == ["1": "C", "2": "H"])
    for bad in ["", "1", "1:", "1:C,1:H", "1:C D"] {
      _ = #expect(throws: InvalidInput.self) { try ReadOptions.types(parsing: bad) }
    }
    // Two types of carbon are still told apart.
    let two = try read(
      data(" # full", rows, types: 3, sections: "Masses\n\n1 12.011\n2 12.011\n3 1.008\n"))
    #expect(two.frame.species == ["C", "C", "H"])
    #expect(two.frame.column("type")?.values == .strings(["1", "2", "3"]))
  }

  @Test func labelsOfTypesAndVelocities() throws {
    let (frame, _) = try read(
      data(
        " # atomic", ["2 CO 1 1 1", "4 1 2 2 2"], sections: "Atom Type Labels\n\n1 CH\n2 CO\n")
        + "\nVelocities\n\n4 1 2 3\n2 0 0 0\n")
    #expect(frame.species == ["CO", "CH"])
    #expect(frame.column("velocities")?.values == .reals([0, 0, 0, 1, 2, 3]))
    #expect(frame.column("id")?.values == .integers([2, 4]))
  }

  /// LAMMPS turns positions and quaternions of such a file with the box, so that all stay as they are.
  @Test func boxesOfGeneralOrientation() throws {
    let (frame, _) = try read(
      "title\n\n1 atoms\n1 atom types\n1 ellipsoids\n\n0 2 0 avec\n-2 0 0.5 bvec\n0 0 3 cvec\n"
        + "0 0 0 abc origin\n\nAtoms # ellipsoid\n\n1 1 1 1 0.5 0.25 1 0 0 0\n\nEllipsoids\n\n"
        + "1 1 1 3 0.5 0.5 0.5 0.5\n")
    #expect(frame.cell == (try Cell(Vector3(0, 2, 0), Vector3(-2, 0, 0.5), Vector3(0, 0, 3))))
    #expect(frame.positions == [Vector3(0.5, 0.25, 1)])
    #expect(frame.orientations == [try UnitQuaternion(w: 0.5, x: 0.5, y: 0.5, z: 0.5)])
  }

  @Test(arguments: [
    ("1 1 1 1", "line 13: the row has 4 values; expected id type x y z"),
    ("1 1 1 1 nan", "line 13: position is (1, 1, nan); expected three finite numbers"),
    ("1 1 1 1 1 0 0 x", "line 13: image flag is x; expected a whole number"),
    ("a 1 1 1 1", "there are 0 atoms where 1 are announced"),
  ])
  func badRows(row: String, message: String) throws {
    let error = #expect(throws: DataError.self) { try read(data(" # atomic", [row])) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func sectionsThatDoNotFit() throws {
    let ellipsoids = "\nEllipsoids\n\n5 1 1 3 1 0 0 0\n"
    let missing = #expect(throws: DataError.self) {
      try read(data(" # ellipsoid", ["1 1 1 1 1 1 1"]) + ellipsoids)
    }
    #expect(missing?.message == "the ellipsoid belongs to atom 5, which is missing")
    let count = #expect(throws: DataError.self) {
      try read(data(" # ellipsoid", ["5 1 1 1 1 1 1"], counts: "2 ellipsoids\n") + ellipsoids)
    }
    #expect(count?.message == "there are 1 ellipsoids where 2 are announced")
  }
}
