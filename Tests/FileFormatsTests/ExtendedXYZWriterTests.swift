import FileFormats
import Foundation
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct ExtendedXYZWriterTests {
  /// Writes the frames and reads them again.
  private func roundTrip(_ frames: [Frame], _ name: String = "out.xyz") throws -> [Frame] {
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file(name))
    for frame in frames { try writer.write(frame) }
    try writer.commit()
    #expect(folder.names == [name])
    let reader = try FrameReader.open(folder.file(name))
    var result: [Frame] = []
    while let frame = try reader.next() { result.append(frame) }
    #expect(reader.warnings.isEmpty)
    return result
  }

  @Test func theTextThatOthersRead() throws {
    let folder = try ScratchFolder()
    let writer = try ExtendedXYZWriter(folder.file("out.xyz"))
    try writer.write(
      Frame(
        positions: [Vector3(0.1, -2, 1e-7)], species: ["A"], orientations: [.identity],
        semiAxes: [try SemiAxes(0.5, 0.5, 1.5)], cell: try Cell(cube: 10),
        labels: ["energy": .real(-1.25), "phase": .string("smectic A")],
        columns: [Frame.Column(name: "forces", vectors: [Vector3(1, 2, 3)])]))
    try writer.commit()
    #expect(
      try folder.text("out.xyz") == """
        1
        Lattice="10.0 0.0 0.0 0.0 10.0 0.0 0.0 0.0 10.0" \
        Properties="species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:\
        c_diameter[3]:R:1:species_name:S:1:forces:R:3" energy=-1.25 phase="smectic A" pbc="T T T"
        X 0.1 -2.0 1e-07 1.0 0.0 0.0 0.0 1.0 1.0 3.0 A 1.0 2.0 3.0

        """)
  }

  @Test(arguments: ["out.xyz", "out.xyz.gz", "out.extxyz"])
  func everyBitComesBack(name: String) throws {
    var random = RandomStream(seed: 3)
    let frames = try (0..<20).map { count -> Frame in
      func real() -> Double { (random.uniform() - 0.5) * 20 }
      func vector() -> Vector3 { Vector3(real(), real(), real()) }
      return Frame(
        positions: (0..<count).map { _ in vector() },
        species: (0..<count).map { $0 % 3 == 0 ? "A" : "C" },
        orientations: try (0..<count).map { _ in
          try UnitQuaternion(w: real(), x: real(), y: real(), z: real())
        },
        semiAxes: try (0..<count).map { _ in
          try SemiAxes(
            random.uniform() + 0.1, random.uniform() * 1e-5 + 1e-9, 300 * random.uniform() + 1)
        },
        cell: try Cell(
          Vector3(10 + real(), 0.1, 0), Vector3(-1, 30 + real(), real()), Vector3(0, real(), 40),
          periodic: (true, count % 2 == 0, true)),
        labels: ["energy": .real(real()), "frame": .integer(count)],
        columns: [
          Frame.Column(name: "forces", vectors: (0..<count).map { _ in vector() }),
          Frame.Column(name: "id", values: .integers(Array(0..<count))),
          Frame.Column(name: "fixed", values: .logicals((0..<count).map { $0 % 2 == 0 })),
          Frame.Column(
            name: "two words", width: 2,
            values: .strings((0..<2 * count).map { ["", "a b", "c\"\\d"][$0 % 3] })),
        ])
    }
    #expect(try roundTrip(frames, name) == frames)
  }

  @Test func labelsOfEveryKindComeBack() throws {
    let labels: Frame.Labels = [
      "real": .real(0.1 + 0.2), "whole": .real(3), "integer": .integer(-7), "yes": .logical(true),
      "text": .string("nematic"), "blanks": .string("smectic A"), "empty": .string(""),
      "looks like a number": .string("12"), "zeros": .string("007"), "letter": .string("T"),
      "numbers": .string("1 2 3"), "quotes": .string("say \"hi\" and \\ go"),
      "hash": .string("sha256:1e5"),
      "exponent": .string("1e5"), "lines": .string("a\nb"), "größe": .string("µm = 1e-6 m"),
      "json": .string("_JSON {\"a\": [1, 2]}"), "json text": .string("_JSON \"a\""),
      "brackets": .string("[1, 2"),
      "reals": .reals([0.1, 2, -3e-20]), "one real": .reals([5]), "no reals": .reals([]),
      "integers": .integers([1, 2]), "one integer": .integers([1]),
      "flags": .logicals([true, false]),
      "one flag": .logicals([false]), "names": .strings(["a", "b c", "d\"e"]),
      "one name": .strings(["5"]),
      "nine": .reals([1, 2, 3, 4, 5, 6, 7, 8, 9]), "matrix": .matrix([[1, 2.5], [3, 4]]),
      "infinite": .real(-.infinity),
    ]
    let frame = Frame(positions: [Vector3(0, 0, 0)], labels: labels)
    let back = try #require(try roundTrip([frame]).first)
    for name in labels.names { #expect(back.labels[name] == labels[name], "label \(name)") }
    #expect(back == frame)
  }

  @Test func numbersThatAreNotFiniteAreRefusedAndNothingIsLeft() throws {
    let folder = try ScratchFolder()
    do {
      let writer = try FrameWriter.create(folder.file("out.xyz"))
      try writer.write(Frame(positions: [Vector3(0, 0, 0)]))
      let bad = Frame(
        positions: [Vector3(0, 0, 0)], columns: [Frame.Column(name: "charge", reals: [.nan])])
      let error = #expect(throws: DataError.self) { try writer.write(bad) }
      #expect(
        error?.description
          == "\(folder.file("out.xyz")): frame 1: charge of particle 0 is nan; expected a finite number"
      )
    }
    #expect(folder.names == [])
  }
}
