import FileFormats
import Geometry
import Mathematics
import TestSupport
import Testing

/// Headers with the keys of the one before are read, and written, by a short way that must give what the
/// long one gives.
@Suite struct RepeatedHeaderTests {
  private static let values = [
    "1", "-3", "007", "-0", "-0.0", "0.5", "1e5", "-2.5E-3", "1.5d2", "1_000", "+4", ".5", "5.",
    "12345678901234567", "1234567890123456789", "99999999999999999999", "1e999", "1e-400", "nan",
    "-inf",
    "T", "False", "nematic", "a.xyz", "-", "1.5.2", "\"1 2 3\"", "\"1 2.5 -3e2\"", "\"0.25\"",
    "\" 7 \"",
    "\"a b\"", "\"T F T\"", "\"007 1\"", "\"\"", "\"_JSON [1, 2]\"", "\"with \\\"quotes\\\"\"",
    "\"1 x\"",
    "{1 2 3}", "[1, 2]", "[[1, 2], [3, 4]]", "'single'", "\"1e999 2\"", "\"-0.0 0.0\"",
    "\"1 2 3 4 5 6 7 8 9\"",
  ]
  private static let cells = [
    "9 0 0 0 9 0 0 0 9", "9 0 0 1 9 0 0 0 9", "9.5 0.0 0.0 0.0 9.5 0.0 0.0 0.0 9.5",
  ]

  private func described(_ frame: Frame?) -> String {
    // Text tells -0.0 from 0.0, and nan equals nan.
    guard let frame else { return "none" }
    return frame.labels.names.map { "\($0)=\(frame.labels[$0]!)" }.joined(separator: ";")
      + " \(frame.positions) \(frame.species) \(String(describing: frame.cell)) \(frame.columns)"
      + " \(String(describing: frame.orientations)) \(String(describing: frame.semiAxes))"
  }

  @Test func framesAreReadAsIfEachStoodAlone() throws {
    var stream = RandomStream(seed: 5)
    var texts: [String] = []
    var keys = ["energy", "virial", "phase"]
    for k in 0..<600 {
      // The keys stay for some frames, so that the short way is taken, and then change.
      if k % 20 == 0 {
        keys = ["energy", "virial", "phase", "director", "n", "b"].filter { _ in
          stream.uniform() < 0.7
        }
      }
      func pick(_ list: [String]) -> String {
        list[min(list.count - 1, Int(stream.uniform() * Double(list.count)))]
      }
      var parts = ["Lattice=\"\(pick(Self.cells))\"", "Properties=species:S:1:pos:R:3:id:I:1"]
      if stream.uniform() < 0.1 { parts[1] += ":c_q:R:4" }
      for key in keys {
        parts.append(stream.uniform() < 0.03 ? key : "\(key)=\(pick(Self.values))")
      }
      if k % 7 < 5 { parts.append("pbc=\"T T \(stream.uniform() < 0.5 ? "T" : "F")\"") }
      let extra = parts[1].hasSuffix("c_q:R:4") ? " 0.5 0.5 -0.5 0.5" : ""
      let blanks = stream.uniform() < 0.05 ? "  " : " "
      texts.append(
        "1\n\(parts.joined(separator: blanks))\nA \(stream.uniform()) -0.0 1e-3 \(k)\(extra)\n")
    }
    let all = ExtendedXYZReader(bytes: Array(texts.joined().utf8), name: "all")
    var differences: [String] = []
    for text in texts {
      let alone = ExtendedXYZReader(bytes: Array(text.utf8), name: "alone")
      let (one, other) = (described(try all.next()), described(try alone.next()))
      if one != other { differences.append("\(text): \(one) | \(other)") }
    }
    #expect(differences == [])
  }

  @Test func framesAreWrittenAsIfEachStoodAlone() throws {
    var stream = RandomStream(seed: 6)
    let labels: [Frame.Label] = [
      .real(0.1), .real(-0.0), .real(0), .real(.nan), .integer(5), .logical(true), .string("a b"),
      .string("x"), .reals([0.0, 1]), .reals([-0.0, 1]), .reals(Array(repeating: 1, count: 9)),
      .matrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), .integers([1, 2]), .strings(["a"]),
    ]
    let cells = [
      nil, try Cell(Vector3(9, 0, 0), Vector3(0, 9, 0), Vector3(0, 0, 9)),
      try Cell(Vector3(9, -0.0, 0), Vector3(0, 9, 0), Vector3(0, 0, 9)),
      try Cell(
        Vector3(9, 0, 0), Vector3(0, 9, 0), Vector3(0, 0, 9), periodic: (true, false, true)),
    ]
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file("all.xyz"))
    var expected: [UInt8] = []
    func pick<T>(_ list: [T]) -> T {
      list[min(list.count - 1, Int(stream.uniform() * Double(list.count)))]
    }
    for k in 0..<500 {
      var frame = Frame(
        positions: [Vector3(stream.uniform(), -0.0, 1e-7), Vector3(1e22, 3, 0.1)],
        species: pick([["A", "B"], ["C", "C"], ["X", "X"], ["H", "A"]]),
        semiAxes: k % 3 == 0 ? Array(repeating: try SemiAxes(1, 2, 3), count: 2) : nil,
        cell: pick(cells))
      for name in ["energy", "virial", "dipole", "phase"].prefix(1 + k / 40 % 4) {
        frame.labels[name] = pick(labels)
      }
      if k / 30 % 2 == 1 { try frame.set(Frame.Column(name: "charge", reals: [1, 2])) }
      if k / 50 % 2 == 1 {
        try frame.set(Frame.Column(name: "c_diameter", values: .integers([1, k])))
      }
      try writer.write(frame)
      expected += try ExtendedXYZWriter.text(of: frame)
    }
    try writer.commit()
    #expect(try folder.text("all.xyz") == String(decoding: expected, as: UTF8.self))
  }

  @Test(arguments: [
    "Properties=species:S:1:pos:R:3|A 1 2 3|B 4 5 6",
    "Properties=pos:R:3:species:S:1:id:I:1|1 2 3 A 7|4 5 6 \"a b\" 8",
    "Properties=pos:R:3:numbers:I:1:id:I:1|1 2 3 6 7|4 5 6 1 8",
    "Properties=id:I:1:species:S:1:note:S:1:pos:R:3:species_name:S:1|7 X n 1 2 3 left|8 C \"n n\" 4 5 6 C",
    "Properties=pos:R:3|1 2 3|4 5 6",
    "Properties=species:S:1:pos:R:3:c_q:R:4 1:R:1:c_diameter=T 2:R:1:c_diameter=T 3:R:1=T|A 1 2 3 1 0 0 0 1 1 2|B 4 5 6 1 0 0 0 1 1 2",
  ])
  func speciesAloneAreThoseOfTheFrames(text: String) throws {
    let lines = text.split(separator: "|")
    let bytes = Array(
      (1...3).map { "2\n\(lines[0]) n=\($0)\n\(lines[1])\n\(lines[2])\n" }.joined().utf8)
    let (whole, alone) = (
      ExtendedXYZReader(bytes: bytes, name: "a"), ExtendedXYZReader(bytes: bytes, name: "a")
    )
    for _ in 0..<3 { #expect(try alone.nextSpecies() == whole.next()?.species) }
    #expect(try alone.nextSpecies() == nil)
  }

  @Test func speciesAloneTellWhereRowsAreMissing() throws {
    let reader = ExtendedXYZReader(
      bytes: Array("3\nProperties=species:S:1:pos:R:3\nA 1 2 3\nB\n".utf8), name: "a")
    #expect(throws: DataError.self) { try reader.nextSpecies() }
  }
}
