import FileFormats
import TestSupport
import Testing

/// Every kind of bad input gives one clear line that names file, frame, line and value.
@Suite struct BadInputTests {
  private static let shape =
    "Properties=\"species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1\""
  private static let good = "1\n\(shape)\nX 0 0 0 1 0 0 0 1 1 3\n"

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let message: String
    var testDescription: String { name }
  }

  private static func rows(_ name: String, _ row: String, _ message: String) -> Case {
    Case(name: name, text: good + "1\n\(shape)\n\(row)\n", message: "frame 1, line 6: " + message)
  }

  static let cases: [Case] = [
    Case(name: "empty file", text: "", message: "the file is empty; expected frames"),
    Case(name: "blank file", text: "\n  \n", message: "the file is empty; expected frames"),
    Case(
      name: "no particle count", text: "hello\nworld\n",
      message: "frame 0, line 1: particle count is 'hello'; expected a whole number"),
    Case(
      name: "negative count", text: "-1\n\n",
      message: "frame 0, line 1: particle count is '-1'; expected a whole number"),
    Case(
      name: "no header", text: good + "5\n",
      message: "frame 1, line 4: the file ends before the header of a frame of 5 particles"),
    Case(
      name: "truncated frame", text: good + "3\n\nX 0 0 0\nX 0 0 0\n",
      message: "frame 1, line 7: the file ends after 2 of the 3 particles announced on line 4"),
    Case(
      name: "fewer rows than announced", text: "3\n\nX 0 0 0\nX 0 0 0\n2\n\nX 0 0 0\nX 0 0 0\n",
      message: "frame 0, line 5: the row has 1 values; expected 4 (species, pos x 3); "
        + "the particle count 3 on line 1 may be too large"),
    Case(
      name: "more rows than announced", text: "1\n\nX 0 0 0\nX 0 0 1\n",
      message: "frame 1, line 4: particle count is 'X 0 0 1'; expected a whole number "
        + "(or frame 0 has more rows than its particle count says)"),
    Case(
      name: "huge count", text: "900000000000000000\n\nX 0 0 0\n",
      message: "frame 0, line 3: the file ends after 1 of the 900000000000000000 particles "
        + "announced on line 1"),
    rows(
      "nan position", "X 0 nan 0 1 0 0 0 1 1 3", "pos (value 2) is nan; expected a finite number"),
    rows(
      "inf quaternion", "X 0 0 0 1 0 -inf 0 1 1 3",
      "c_q (value 3) is -inf; expected a finite number"),
    rows(
      "overflow", "X 0 0 1e999 1 0 0 0 1 1 3", "pos (value 3) is 1e999; expected a finite number"),
    rows("text", "X 0 0 0 1 0 0 0 1 big 3", "c_diameter[2] is big; expected a finite number"),
    rows(
      "hexadecimal", "X 0x1p3 0 0 1 0 0 0 1 1 3", "pos (value 1) is 0x1p3; expected a finite number"
    ),
    rows(
      "zero quaternion", "X 0 0 0 0.0 0 0 0 1 1 3",
      "quaternion (w, x, y, z) is (0.0, 0.0, 0.0, 0.0); "
        + "expected four finite numbers that are not all zero"),
    rows("zero axis", "X 0 0 0 1 0 0 0 1 0 3", "c_diameter[2] is 0.0; expected a positive number"),
    rows(
      "negative axis", "X 0 0 0 1 0 0 0 1 1 -3", "c_diameter[3] is -3.0; expected a positive number"
    ),
    rows(
      "missing value", "X 0 0 0 1 0 0 0 1 1",
      "the row has 10 values; expected 11 (species, pos x 3, c_q x 4, c_diameter[1], "
        + "c_diameter[2], c_diameter[3])"),
    rows(
      "surplus value", "X 0 0 0 1 0 0 0 1 1 3 4",
      "the row has 12 values; expected 11 (species, pos x 3, c_q x 4, c_diameter[1], "
        + "c_diameter[2], c_diameter[3])"),
    Case(
      name: "not an integer", text: "1\nProperties=species:S:1:pos:R:3:id:I:1\nX 0 0 0 1.5\n",
      message: "frame 0, line 3: id is 1.5; expected an integer"),
    Case(
      name: "not a truth value", text: "1\nProperties=species:S:1:pos:R:3:a:L:1\nX 0 0 0 maybe\n",
      message: "frame 0, line 3: a is maybe; expected T or F"),
    Case(
      name: "nan in a column without meaning",
      text: "1\nProperties=species:S:1:pos:R:3:charge:R:1\nX 0 0 0 nan\n",
      message: "frame 0, line 3: charge is nan; expected a finite number"),
    Case(
      name: "singular cell", text: good + "1\nLattice=\"1 0 0 0 1 0 1 1 0\"\nX 0 0 0\n",
      message: "frame 1, line 5: lattice is (1.0 0.0 0.0), (0.0 1.0 0.0), (1.0 1.0 0.0); "
        + "expected three vectors that span a volume (this cell is singular)"),
    Case(
      name: "nan in the cell", text: "1\nLattice=\"1 0 0 0 1 0 0 0 nan\"\nX 0 0 0\n",
      message: "frame 0, line 2: Lattice is '1 0 0 0 1 0 0 0 nan'; expected nine finite numbers"),
    Case(
      name: "eight numbers in the cell", text: "1\nLattice=\"1 0 0 0 1 0 0 0\"\nX 0 0 0\n",
      message: "frame 0, line 2: Lattice is '1 0 0 0 1 0 0 0'; expected nine finite numbers"),
    Case(
      name: "pbc", text: "1\nLattice=\"1 0 0 0 1 0 0 0 1\" pbc=\"T maybe F\"\nX 0 0 0\n",
      message: "frame 0, line 2: pbc is 'T maybe F'; expected three of T or F"),
    Case(
      name: "periodic without cell", text: "1\npbc=\"T T T\"\nX 0 0 0\n",
      message:
        "frame 0, line 2: pbc asks for periodic directions, but there is no Lattice"),
    Case(
      name: "open quotation", text: "1\nname=\"never closed\nX 0 0 0\n",
      message: "frame 0, line 2: the quotation mark at column 6 of the header is never closed"),
    Case(
      name: "open bracket", text: "1\nname=[1, 2\nX 0 0 0\n",
      message: "frame 0, line 2: the bracket at column 6 of the header is never closed"),
    Case(
      name: "no positions", text: "1\nProperties=species:S:1\nX\n",
      message: "frame 0, line 2: Properties has no column 'pos'"),
    Case(
      name: "garbled Properties", text: "1\nProperties=species:S:1:pos:R\nX 0 0 0\n",
      message:
        "frame 0, line 2: Properties is species:S:1:pos:R; expected name:type:count for every column"
    ),
    Case(
      name: "unknown type", text: "1\nProperties=species:S:1:pos:Q:3\nX 0 0 0\n",
      message: "frame 0, line 2: type of column 'pos' is Q; expected S, R, I or L"),
    Case(
      name: "zero columns", text: "1\nProperties=species:S:1:pos:R:0\nX\n",
      message: "frame 0, line 2: width of column 'pos' is 0; expected a positive integer"),
    Case(
      name: "two of the three axes",
      text: "1\nProperties=species:S:1:pos:R:3:c_diameter[1]:R:1:c_diameter[2]:R:1\nX 0 0 0 1 1\n",
      message: "frame 0, line 2: Properties has no column c_diameter[3]; expected all 3"),
    Case(
      name: "quaternion of three",
      text: "1\nProperties=species:S:1:pos:R:3:c_q:R:3\nX 0 0 0 1 1 1\n",
      message: "frame 0, line 2: Properties gives column 'c_q' 3 values of type real; "
        + "expected 4 of type real"),
    Case(
      name: "column twice", text: "1\nProperties=species:S:1:pos:R:3:a:R:1:a:R:1\nX 0 0 0 1 1\n",
      message: "frame 0, line 2: Properties names column 'a' twice"),
  ]

  @Test(arguments: cases)
  func says(_ bad: Case) throws {
    let folder = try ScratchFolder()
    let path = try folder.file("bad.xyz", containing: bad.text)
    let reader = try FrameReader.open(path)
    let error = #expect(throws: DataError.self) { while try reader.next() != nil {} }
    #expect(error?.description == "\(path): \(bad.message)")
    #expect(error?.exitCode == 65)
  }

  @Test func missingInputsAndUnknownEndings() throws {
    let folder = try ScratchFolder()
    let missing = #expect(throws: DataError.self) { try FrameReader.open(folder.file("no.xyz")) }
    #expect(missing?.description == "\(folder.file("no.xyz")): No such file or directory")
    #expect(missing?.exitCode == 66)
    let unknown = #expect(throws: DataError.self) { try FrameReader.open(folder.file("a.txt")) }
    #expect(unknown?.exitCode == 64)
    #expect(unknown?.message.contains(".extxyz") == true)
  }
}
