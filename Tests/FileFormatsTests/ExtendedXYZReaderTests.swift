import FileFormats
import Foundation
import Geometry
import Mathematics
import TestSupport
import Testing

/// All frames of an extended XYZ text.
func readFrames(_ text: String, name: String = "in.xyz") throws -> [Frame] {
  let folder = try ScratchFolder()
  let reader = try FrameReader.open(try folder.file(name, containing: text))
  var frames: [Frame] = []
  while let frame = try reader.next() { frames.append(frame) }
  return frames
}

@Suite struct ExtendedXYZReaderTests {
  private let half = 0.5.squareRoot()

  @Test(arguments: [
    // Quoted, unquoted, escaped, renamed by ASE, in one column, integers, AniSOAP's other keys.
    "\"species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1\"",
    "species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:c_diameter[3]:R:1",
    "species:S:1:pos:R:3:quaternions:R:4:c_diameter\\[1\\]:R:1:c_diameter\\[2\\]:R:1:c_diameter\\[3\\]:R:1",
    "\"element:S:1:pos:R:3:quaternion:R:4:c_diameter\\\\[1\\\\]:R:1:c_diameter\\\\[2\\\\]:R:1:c_diameter\\\\[3\\\\]:R:1\"",
    "species:S:1:pos:R:3:c_q:R:4:c_diameter1:R:1:c_diameter2:R:1:c_diameter3:R:1",
    "species:S:1:pos:R:3:c_q[1]:R:1:c_q[2]:R:1:c_q[3]:R:1:c_q[4]:R:1:c_diameter:R:3",
    "species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:I:1:c_diameter[2]:I:1:c_diameter[3]:I:1",
    // ASE's wreck of the second one.
    "species:S:1:pos:R:3:c_q:R:4 1:R:1:c_diameter=T 2:R:1:c_diameter=T 3:R:1=T",
    "species:S:1:pos:R:3:c_q:R:4:c_diameter 1:R:1:c_diameter=T 2:R:1:c_diameter=T 3:R:1=T",
  ])
  func everySpellingOfEllipsoids(properties: String) throws {
    let frames = try readFrames(
      """
      1
      Properties=\(properties) energy=-1.5
      A 1.0 2.0 3.0 \(half) 0.0 \(half) 0.0 1 2 3
      """)
    #expect(
      frames == [
        Frame(
          positions: [Vector3(1, 2, 3)], species: ["A"],
          orientations: [try UnitQuaternion(w: half, x: 0, y: half, z: 0)],
          semiAxes: [try SemiAxes(0.5, 1, 1.5)], labels: ["energy": .real(-1.5)])
      ])
  }

  @Test func wreckedHeaderWhoseColumnsAreGone() throws {
    let folder = try ScratchFolder()
    let row = "X 0.0 0.0 0.0 0.0 1.0 0.0 0.0\n"
    let header =
      "Properties=species:S:1:pos:R:3:c_q:R:4 1:R:1:c_diameter=T 2:R:1:c_diameter=T "
      + "3:R:1:corresponding_atoms:I:12=T signac_id=88a098012ae32c3e\n"
    let path = try folder.file("in.xyz", containing: "1\n" + header + row + "1\n" + header + row)
    let reader = try ExtendedXYZReader(path)
    let frame = try #require(try reader.next())
    #expect(frame.orientations == [try UnitQuaternion(w: 0, x: 1, y: 0, z: 0)])
    #expect(frame.semiAxes == nil)
    #expect(frame.labels == ["signac_id": .string("88a098012ae32c3e")])
    #expect(try reader.next() == frame)
    #expect(try reader.next() == nil)
    #expect(reader.warnings.count == 1)
    #expect(reader.warnings.first?.contains("c_diameter[1]") == true)
    #expect(reader.warnings.first?.hasSuffix("(and 1 more like it)") == true)
  }

  @Test func orientationsOfOVITOAreXYZW() throws {
    let frames = try readFrames(
      """
      1
      Properties=species:S:1:pos:R:3:orientation:R:4:aspherical_shape:R:3
      X 0 0 0 0 0 \(half) \(half) 1.0 2.0 3.0
      """)
    let expected = try UnitQuaternion(w: half, x: 0, y: 0, z: half)
    #expect(frames.first?.orientations == [expected])
    // Semi-axes already, not to be halved.
    #expect(frames.first?.semiAxes == [try SemiAxes(1, 2, 3)])
  }

  @Test func speciesFromNumbersOrTypesOrNothing() throws {
    #expect(
      try readFrames("2\nProperties=numbers:I:1:pos:R:3\n6 0 0 0\n0 0 0 1\n")[0].species == [
        "C", "X",
      ])
    #expect(try readFrames("1\nProperties=pos:R:3:Z:I:1\n0 0 0 300\n")[0].species == ["300"])
    #expect(try readFrames("1\nProperties=type:I:1:pos:R:3\n2 0 0 0\n")[0].species == ["2"])
    #expect(try readFrames("1\nProperties=pos:R:3\n0 0 0\n")[0].species == ["X"])
    let both = try readFrames("1\nProperties=species:S:1:pos:R:3:numbers:I:1\nH 0 0 0 6\n")[0]
    #expect(both.species == ["H"])
    #expect(both.columns == [Frame.Column(name: "numbers", values: .integers([6]))])
  }

  @Test func cells() throws {
    func cell(_ keys: String) throws -> Cell? {
      try readFrames("0\nProperties=species:S:1:pos:R:3 \(keys)\n")[0].cell
    }
    #expect(try cell("") == nil)
    #expect(try cell("pbc=\"F F F\"") == nil)
    let whole = try Cell(Vector3(1, 0, 0), Vector3(0.5, 2, 0), Vector3(0.1, 0.2, 3))
    #expect(try cell("Lattice=\"1 0 0 0.5 2 0 0.1 0.2 3\"") == whole)
    #expect(try cell("Lattice=[[1,0,0],[0.5,2,0],[0.1,0.2,3]] pbc=[T, T, T]") == whole)
    #expect(try cell("Lattice={1 0 0 0.5 2 0 0.1 0.2 3} pbc={1 1 1}") == whole)
    let slab = try cell("Lattice=\"1 0 0 0.5 2 0 0.1 0.2 3\" pbc=\"T F T\"")
    #expect(
      slab.map { [$0.isPeriodic(0), $0.isPeriodic(1), $0.isPeriodic(2)] } == [true, false, true])
    #expect(try cell("Lattice=\"0 0 0 0 0 0 0 0 0\" pbc=\"F F F\"")?.volume == 1)
  }

  @Test func valuesOfEveryKind() throws {
    let frames = try readFrames(
      #"""
      0
      a=1 b=-2.5e3 c=T d=False e=text f="two words" g="1 2 3" h="1.0 2 3" i="T F" j={4 5} k=[6, 7] l=[[1, 2], [3, 4]] m="_JSON [[1.5, 2.0], [3.0, 4.0]]" n="_JSON {\"x\": 1}" o=["p", "q r"] bare id=007 big=123456789012345678901234567890 p="say \"hi\" \\ done" 'q r'=1 s = 5 t="" u=1e999 v=inf ü="größer" w={x y} y=sha256:00ff z="_JSON \"5\""
      """#)
    let labels = try #require(frames.first).labels
    let expected: Frame.Labels = [
      "a": .integer(1), "b": .real(-2500), "c": .logical(true), "d": .logical(false),
      "e": .string("text"), "f": .string("two words"), "g": .integers([1, 2, 3]),
      "h": .reals([1, 2, 3]), "i": .logicals([true, false]), "j": .integers([4, 5]),
      "k": .integers([6, 7]), "l": .matrix([[1, 2], [3, 4]]),
      "m": .matrix([[1.5, 2], [3, 4]]), "n": .string("_JSON {\"x\": 1}"),
      "o": .strings(["p", "q r"]), "bare": .logical(true), "id": .string("007"),
      "big": .string("123456789012345678901234567890"),
      "p": .string("say \"hi\" \\ done"), "q r": .integer(1), "s": .integer(5), "t": .string(""),
      "u": .string("1e999"), "v": .real(.infinity), "ü": .string("größer"),
      "w": .string("x y"), "y": .string("sha256:00ff"), "z": .string("5"),
    ]
    for name in expected.names { #expect(labels[name] == expected[name], "label \(name)") }
    #expect(labels == expected)
  }

  @Test func plainXYZWithAComment() throws {
    let frames = try readFrames("2\nwater, made by hand\nO 0 0 0\nH 1 0 0\n1\n\nC 1 1 1\n")
    #expect(frames.count == 2)
    #expect(frames[0].labels == ["comment": .string("water, made by hand")])
    #expect(frames[0].species == ["O", "H"])
    #expect(frames[1].labels.isEmpty)
  }

  @Test func lineEndsBlanksAndByteOrderMark() throws {
    let unix = "1\nProperties=species:S:1:pos:R:3 name=Größe\nX 0.5 0 0\n\n1\nenergy=2\nX 1 0 0"
    let windows = "\u{FEFF}" + unix.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try readFrames(windows) == readFrames(unix))
    #expect(
      try readFrames("  1 \nenergy=2 \n\tX  1   0\t0  \n\n\n").first?.positions == [
        Vector3(1, 0, 0)
      ])
  }

  @Test func otherColumnsAreCarriedAlong() throws {
    let frames = try readFrames(
      """
      2
      Properties=species:S:1:pos:R:3:forces:R:3:id:I:1:fixed:L:1:name:S:2
      X 0 0 0 0.1 0.2 0.3 7 T a "b c"
      X 1 0 0 0.4 0.5 0.6 -8 F d "e\\"f"
      """)
    #expect(
      frames.first?.columns == [
        Frame.Column(name: "forces", width: 3, values: .reals([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])),
        Frame.Column(name: "id", values: .integers([7, -8])),
        Frame.Column(name: "fixed", values: .logicals([true, false])),
        Frame.Column(name: "name", width: 2, values: .strings(["a", "b c", "d", "e\"f"])),
      ])
  }

  @Test func framesWithoutParticles() throws {
    let frames = try readFrames(
      "0\nProperties=species:S:1:pos:R:3:c_q:R:4 energy=0.0\n0\n\n1\nenergy=1.0\nX 0 0 0\n")
    #expect(frames.map(\.count) == [0, 0, 1])
    #expect(frames[0].orientations == [])
  }

  @Test func quaternionsOfWrongLengthAreNormalisedWithAWarning() throws {
    let folder = try ScratchFolder()
    let path = try folder.file(
      "in.xyz",
      containing: """
        3
        Properties=species:S:1:pos:R:3:c_q:R:4
        X 0 0 0 1.0009 0 0 0
        X 0 0 0 0 2 0 0
        X 0 0 0 0 0 3 0
        """)
    let reader = try ExtendedXYZReader(path)
    let frame = try reader.next()
    #expect(
      frame?.orientations == [
        .identity, try UnitQuaternion(w: 0, x: 1, y: 0, z: 0),
        try UnitQuaternion(w: 0, x: 0, y: 1, z: 0),
      ])
    #expect(
      reader.warnings == [
        "\(path): frame 0, line 4: quaternion (w, x, y, z) = (0.0, 2.0, 0.0, 0.0) has length 2.0; "
          + "it is normalised (and 1 more like it)"
      ])
  }

  /// Against the system's `strtod`, which rounds correctly: random bits, short and long decimals,
  /// and places half-way between two doubles.
  @Test func numbersAreRoundedCorrectly() throws {
    var random = RandomStream(seed: 11)
    var texts = [
      "0", "-0.0", "+1", ".5", "5.", "1e0", "1E+05", "1d-3", "2.5D2", "9007199254740993",
      "9007199254740992.5", "4503599627370497.5", "1e22", "1e23", "8.5e22", "5e-324",
      "2.2250738585072011e-308",
      "1.7976931348623157e308", "0.000000000000000000000000000000000001234567890123456789",
      "123456789012345678901234567890", "1.00000000000000011102230246251565404",
      "9223372036854775808", "18446744073709551615", "0.1e-400", "6.631236846766476e-316",
    ]
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.bits())
      if value.isFinite { texts.append("\(value)") }
      let ordinary = (random.uniform() - 0.5) * 200
      texts.append("\(ordinary)")
      texts.append(String(format: "%.17g", ordinary))
      texts.append(String(format: "%.8f", ordinary))
      texts.append(String(format: "%.19e", ordinary * 1e-20))
      // 2k + 1 in units of half an ulp above 2^53: a tie, or next to one.
      let big = (UInt64(1) << 53) + random.bits() >> 12
      texts.append("\(big | 1)")
      texts.append("\(big | 1).5e-1")
    }
    let rows = texts.map { "X \($0) 0 0\n" }.joined()
    let frame = try #require(try readFrames("\(texts.count)\n\n" + rows).first)
    var wrong: [String] = []
    for (text, position) in zip(texts, frame.positions) {
      let expected = strtod(text.replacing("d", with: "e").replacing("D", with: "e"), nil)
      if position.x.bitPattern != expected.bitPattern { wrong.append(text) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func largeFrameAcrossBuffers() throws {
    let count = 40_000
    let rows = (0..<count).map { "X \($0).25 0.0 -\($0)\n" }.joined()
    let frame = try #require(try readFrames("\(count)\ncomment\n" + rows).first)
    #expect(
      frame.positions.enumerated().allSatisfy { $1 == Vector3(Double($0) + 0.25, 0, -Double($0)) })
  }

  @Test func gzipWithSeveralMembersAndDamage() throws {
    let folder = try ScratchFolder()
    let one = try FrameWriter.create(folder.file("a.xyz.gz"))
    try one.write(Frame(positions: (0..<500).map { Vector3(Double($0) * 0.1, 0, 0) }))
    try one.commit()
    let packed = try folder.bytes("a.xyz.gz")
    try Data(packed + packed).write(to: URL(fileURLWithPath: folder.file("b.xyz.gz")))
    let reader = try FrameReader.open(folder.file("b.xyz.gz"))
    #expect(try reader.next() == reader.next())
    #expect(try reader.next() == nil)
    try Data(packed.prefix(packed.count / 2)).write(
      to: URL(fileURLWithPath: folder.file("c.xyz.gz")))
    let damaged = try FrameReader.open(folder.file("c.xyz.gz"))
    let error = #expect(throws: DataError.self) { while try damaged.next() != nil {} }
    #expect(error?.kind == .badData)
    #expect(error?.message.hasPrefix("the gzip data cannot be unpacked") == true)
  }
}
