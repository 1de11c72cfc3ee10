import FileFormats
import Foundation
import Geometry
import TestSupport
import Testing

@Suite struct GSDTests {
  private func frames(_ path: String) throws -> [Frame] {
    let reader = try FrameReader.open(path)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  @Test func readsWhatHOOMDWrites() throws {
    let frames = try frames(ReferenceData.path("formats/hoomd.gsd"))
    let first = Frame(
      positions: [Vector3(0, 0.5, -1), Vector3(1, 1.25, 1.5)], species: ["B", "A"],
      orientations: [.identity, try UnitQuaternion(w: 0.5, x: -0.5, y: 0.5, z: 0.5)],
      semiAxes: [try SemiAxes(0.5, 0.5, 0.5), try SemiAxes(0.5, 0.75, 1.5)],
      cell: try Cell(Vector3(10, 0, 0), Vector3(4, 8, 0), Vector3(1, 0.5, 4)),
      labels: [
        "timestep": .integer(7), "energy": .real(1.5), "count": .integer(3),
        "director": .reals([0, 0, 1]),
      ],
      columns: [Frame.Column(name: "forces", width: 3, values: .reals([1, 2, 3, 4, 5, 6.5]))])
    var second = first
    second.move(0, to: Vector3(0, 0.5, -1.5))
    second.labels["timestep"] = .integer(8)
    #expect(frames == [first, second])
  }

  /// Single precision holds these numbers exactly.
  @Test func whatIsWrittenIsRead() throws {
    let frame = Frame(
      positions: [Vector3(0, 0.5, -1), Vector3(1, 1.25, 1.5)], species: ["B", "Ä"],
      orientations: [.identity, try UnitQuaternion(w: 0.5, x: -0.5, y: 0.5, z: 0.5)],
      semiAxes: [try SemiAxes(0.1, 0.2, 0.3), try SemiAxes(0.5, 0.75, 1.5)],
      cell: try Cell(Vector3(10, 0, 0), Vector3(4, 8, 0), Vector3(1, 0.5, 4)),
      labels: [
        "timestep": .integer(7), "energy": .real(0.1), "phase": .string("nematic ü"),
        "director": .reals([0, 0, 1]), "Q": .matrix([[1, 2], [3, 4]]), "n": .integers([1, -2]),
      ],
      columns: [
        Frame.Column(name: "forces", width: 3, values: .reals([1, 2, 3, 4, 5, 6.5])),
        Frame.Column(name: "id", values: .integers([5, -6])),
      ])
    let folder = try ScratchFolder()
    for name in ["a.gsd", "b.gsd"] {
      let writer = try FrameWriter.create(folder.file(name))
      for _ in 0..<3 { try writer.write(frame) }
      try writer.commit()
    }
    #expect(folder.names == ["a.gsd", "b.gsd"])
    #expect(try folder.bytes("a.gsd") == folder.bytes("b.gsd"))
    var expected = frame
    // The origin moves to the centre of the box, half of the lattice vectors' sum, and what is then
    // outside moves by the one translation that takes it inside.
    let center = Vector3(7.5, 4.25, 2)
    try expected.set(
      positions: frame.positions.map { position in
        var best = position - center
        for i in -1...1 {
          for j in -1...1 {
            for k in -1...1 {
              let shift =
                Vector3(10, 0, 0) * Double(i) + Vector3(4, 8, 0) * Double(j)
                + Vector3(1, 0.5, 4) * Double(k)
              let f = (expected.cell?.fractional(position - center + shift)) ?? .zero
              if f.min() >= -0.5, f.max() < 0.5 { best = position - center + shift }
            }
          }
        }
        return best
      })
    #expect(try frames(folder.file("a.gsd")) == [expected, expected, expected])
  }

  @Test func speciesWithSeveralShapesAreRefused() throws {
    let folder = try ScratchFolder()
    do {
      let writer = try FrameWriter.create(folder.file("a.gsd"))
      let frame = Frame(
        positions: [.zero, .zero], semiAxes: [try SemiAxes(1, 1, 1), try SemiAxes(1, 1, 2)],
        cell: try Cell(cube: 5))
      let error = #expect(throws: DataError.self) { try writer.write(frame) }
      #expect(
        error?.message
          == "species X has several shapes (particle 1); GSD keeps one a species")
    }
    #expect(folder.names == [])
  }

  @Test func damagedFilesAreRefused() throws {
    let folder = try ScratchFolder()
    let good = try Data(contentsOf: URL(fileURLWithPath: ReferenceData.path("formats/hoomd.gsd")))
    func message(_ bytes: Data) throws -> String? {
      try bytes.write(to: URL(fileURLWithPath: folder.file("a.gsd")))
      return #expect(throws: DataError.self) { try frames(folder.file("a.gsd")) }?.message
    }
    #expect(try message(Data()) == "not a GSD file (the magic bytes are missing)")
    #expect(
      try message(Data(repeating: 1, count: 300)) == "not a GSD file (the magic bytes are missing)")
    #expect(
      try message(good.prefix(5000))
        == "the GSD file is damaged: the list of names lies beyond the end of the file")
    #expect(
      try message(good.prefix(good.count - 8))
        .map { $0.hasPrefix("the GSD file is damaged: chunk") } == true)
    // Every byte of the header's numbers and of the index: an error or other numbers, never a crash.
    for k in Array(0..<48) + Array(256..<744) {
      var bytes = good
      bytes[k] ^= 0xFF
      try bytes.write(to: URL(fileURLWithPath: folder.file("b.gsd")))
      _ = try? frames(folder.file("b.gsd"))
    }
  }
}
