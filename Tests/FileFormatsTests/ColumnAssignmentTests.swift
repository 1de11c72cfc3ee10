import FileFormats
import Geometry
import TestSupport
import Testing

/// Columns whose names do not say what they are.
@Suite struct ColumnAssignmentTests {
  private static let quaternion = "0.5 -0.5 0.5 0.1"

  private func dump(_ columns: String, _ row: String) -> String {
    "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS pp pp pp\n0 9\n0 9\n0 9\n"
      + "ITEM: ATOMS id type x y z \(columns)\n1 1 1 2 3 \(row)\n"
  }

  private func read(
    _ text: String, _ name: String = "a.dump", columns: String = "", types: String = ""
  ) throws -> (frame: Frame, reader: FrameReader) {
    var options = ReadOptions()
    if !columns.isEmpty { options.columns = try ColumnAssignment.list(parsing: columns) }
    if !types.isEmpty { options.types = try ReadOptions.types(parsing: types) }
    let folder = try ScratchFolder()
    let reader = try FrameReader.open(folder.file(name, containing: text), options: options)
    return (try #require(try reader.next()), reader)
  }

  private let realFirst = try? UnitQuaternion(w: 0.5, x: -0.5, y: 0.5, z: 0.1)
  private let realLast = try? UnitQuaternion(w: 0.1, x: 0.5, y: -0.5, z: 0.5)

  @Test func columnsThatLookLikeOrientationsAreNamed() throws {
    let text = dump(
      "c_quat[1] c_quat[2] c_quat[3] c_quat[4] c_shape[1] c_shape[2] c_shape[3]",
      "1 0 0 0 1 1 3")
    let (frame, reader) = try read(text)
    #expect(frame.orientations == nil && frame.semiAxes == nil)
    let orientations =
      "a.dump: frame 0: columns c_quat[1] c_quat[2] c_quat[3] c_quat[4] look like orientations and "
      + "are not taken; say what they are: --columns orientation=c_quat[1..4]:wxyz (or :xyzw)"
    let shapes =
      "a.dump: frame 0: columns c_shape[1] c_shape[2] c_shape[3] look like shapes and are not taken; "
      + "say what they are: --columns diameter=c_shape[1..3] (full lengths; semi-axes= for half of "
      + "them)"
    #expect(reader.warnings.count == 2)
    #expect(reader.warnings.first?.hasSuffix(orientations) == true)
    #expect(reader.warnings.last?.hasSuffix(shapes) == true)
  }

  @Test(arguments: ["c_quat", "c_orient", "v_body", "c_q"])
  func theUserSaysWhatTheyAre(name: String) throws {
    let names = (1...4).map { "\(name)[\($0)]" }.joined(separator: " ")
    let text = dump(
      "\(names) f_s[1] f_s[2] f_s[3]", "\(Self.quaternion) 1 1 3")
    for (order, expected) in [("wxyz", realFirst), ("xyzw", realLast)] {
      let (frame, reader) = try read(
        text, columns: "orientation=\(name)[1..4]:\(order),diameter=f_s[1..3]")
      #expect(frame.orientations == [try #require(expected)])
      #expect(frame.semiAxes == [try SemiAxes(0.5, 0.5, 1.5)])
      #expect(frame.columns.isEmpty)
      // Its length is not 1, which is the only warning.
      #expect(reader.warnings.count == 1)
      let words = order == "wxyz" ? "w, x, y, z" : "x, y, z, w"
      #expect(
        reader.assumptions == [
          "full diameters from f_s[1..3], as was said",
          "orientations from \(name)[1..4], taken as \(words), as was said",
        ])
    }
    let semiAxes = try read(text, columns: "semi-axes=f_s").frame.semiAxes
    #expect(semiAxes == [try SemiAxes(1, 1, 3)])
  }

  @Test func namesThatAreKnownSayTheirOrder() throws {
    let orient = try read(
      dump("c_orient[1] c_orient[2] c_orient[3] c_orient[4]", "0.5 -0.5 0.5 0.5"))
    #expect(orient.frame.orientations == [try UnitQuaternion(w: 0.5, x: 0.5, y: -0.5, z: 0.5)])
    #expect(
      orient.reader.assumptions
        == ["orientations from c_orient[1..4], taken as x, y, z, w, as OVITO has it"])
    #expect(orient.reader.warnings.count == 1)
    let named = try read(dump("quatw quati quatj quatk", "0.5 -0.5 0.5 0.5"))
    #expect(named.frame.orientations == [try UnitQuaternion(w: 0.5, x: -0.5, y: 0.5, z: 0.5)])
    #expect(named.reader.warnings == [])
  }

  /// LAMMPS writes zeros for particles that are no ellipsoids.
  @Test func pointsInDumpsAndXYZ() throws {
    let (frame, reader) = try read(
      "ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\n"
        + "ITEM: ATOMS id type x y z quatw quati quatj quatk shapex shapey shapez\n"
        + "1 1 0 0 0 0.5 0.5 0.5 0.5 1 1 3\n2 2 1 1 1 0 0 0 0 0 0 0\n")
    let expected = [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(0.5, 0.5, 0.5)]
    #expect(frame.semiAxes == expected)
    #expect(frame.orientations?[1] == .identity)
    #expect(reader.warnings.count == 1)
    let xyz = try read(
      "2\nProperties=species:S:1:pos:R:3:c_q:R:4:c_diameter:R:3\nX 0 0 0 1 0 0 0 1 1 3\n"
        + "X 1 1 1 0 0 0 0 0 0 0\n", "a.xyz")
    #expect(xyz.frame.semiAxes == expected)
    // A rod without an orientation is still refused.
    _ = #expect(throws: DataError.self) {
      try read(
        "1\nProperties=species:S:1:pos:R:3:c_q:R:4:c_diameter:R:3\nX 0 0 0 0 0 0 0 1 1 3\n", "a.xyz"
      )
    }
  }

  @Test func sameOptionsInExtendedXYZ() throws {
    let text =
      "1\nProperties=species:S:1:pos:R:3:my_quat:R:4:dir:R:3:size:R:1:kind:I:1\n"
      + "X 0 0 0 \(Self.quaternion) 0 2 0 3 6\n"
    let (plain, reader) = try read(text, "a.xyz")
    #expect(plain.orientations == nil && reader.warnings.count == 1)
    let said = try read(
      text, "a.xyz", columns: "orientation=my_quat:xyzw,diameter=size,species=kind", types: "6:C")
    #expect(said.frame.orientations == [try #require(realLast)])
    #expect(said.frame.semiAxes == [try SemiAxes(1.5, 1.5, 1.5)])
    #expect(said.frame.species == ["C"])
    let axis = try read(text, "a.xyz", columns: "axis=dir").frame.orientations?.first
    let turned = try #require(axis).rotate(Vector3(0, 0, 1)) - Vector3(0, 1, 0)
    // The rounding of one rotation.
    #expect(turned.length < 1e-15)
    let parts = try read(
      text, "a.xyz", columns: "orientation=my_quat[4]+my_quat[1]+my_quat[2]+my_quat[3]")
    #expect(parts.frame.orientations == [try #require(realLast)])
  }

  @Test func typesOfDumps() throws {
    let text = dump("mol", "4")
    #expect(try read(text).frame.species == ["1"])
    let (frame, reader) = try read(text, types: "1:C,2:H")
    #expect(frame.species == ["C"])
    #expect(frame.column("mol")?.values == .integers([4]))
    #expect(reader.warnings.first?.hasSuffix("no particle is of type 2") == true)
  }

  @Test func sentencesThatMakeNoSense() throws {
    for bad in [
      "", "orientation", "orientation=", "colour=a", "orientation=a:zyx", "diameter=a:wxyz",
      "orientation=a[1..99999999999]", "orientation=a[4..1]", "orientation=a+",
    ] {
      _ = #expect(throws: InvalidInput.self, "\(bad)") { try ColumnAssignment.list(parsing: bad) }
    }
    let twice = try ColumnAssignment.list(parsing: "species=a,species=b")
    var options = ReadOptions()
    options.columns = twice
    _ = #expect(throws: InvalidInput.self) { try FrameReader.open("a.xyz", options: options) }
    let missing = #expect(throws: DataError.self) {
      try read(dump("a b", "1 2"), columns: "orientation=c_quat[1..4]")
    }
    #expect(
      missing?.message == "column 'c_quat[1]' for orientation is missing; expected one of a b")
    let width = #expect(throws: DataError.self) {
      try read(dump("a b", "1 2"), columns: "orientation=a+b")
    }
    #expect(
      width?.message
        == "columns a+b for orientation is 2 values a particle; expected 4")
  }
}
