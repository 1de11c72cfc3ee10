import FileFormats
import Geometry
import TestSupport
import Testing

/// GSD stores no value that equals the default of the schema or that of frame 0.
@Suite struct GSDDefaultsTests {
  private func read(_ name: String) throws -> (frames: [Frame], reader: FrameReader) {
    let reader = try FrameReader.open(ReferenceData.path("formats/\(name)"))
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return (frames, reader)
  }

  @Test func whatIsNotStoredIsTheDefault() throws {
    let (frames, reader) = try read("hoomd_defaults.gsd")
    #expect(frames.count == 3)
    let turned = try UnitQuaternion(w: 0.5, x: 0.5, y: 0.5, z: 0.5)
    #expect(frames.map(\.count) == [3, 3, 2])
    #expect(frames.map { $0.labels["timestep"] } == [.integer(0), .integer(10), .integer(20)])
    #expect(frames[0].orientations == [.identity, .identity, .identity])
    #expect(frames[1].orientations == [turned, turned, turned])
    // Frame 0 has another number of particles: its values do not hold.
    #expect(frames[2].orientations == [.identity, .identity])
    #expect(frames[1].column("mass")?.values == .reals([2, 2, 3]))
    #expect(frames[2].column("mass")?.values == .reals([1, 1]))
    let axes = try SemiAxes(0.5, 0.5, 1.5)
    for frame in frames {
      #expect(frame.species == Array(repeating: "A", count: frame.count))
      #expect(frame.semiAxes == Array(repeating: axes, count: frame.count))
      // As gsd has it: what was logged in frame 0 holds until something else is.
      #expect(frame.labels["energy"] == .real(1.5))
    }
    #expect(reader.warnings == [])
  }

  @Test func typesWithoutShapesAreSpheres() throws {
    let (frames, reader) = try read("hoomd_mixture.gsd")
    let frame = try #require(frames.first)
    #expect(frame.species == ["A", "B", "C", "D"])
    #expect(
      frame.semiAxes == [
        try SemiAxes(0.5, 0.75, 1.5), try SemiAxes(0.125, 0.125, 0.125),
        try SemiAxes(0.25, 0.25, 0.25), try SemiAxes(0.375, 0.375, 0.375),
      ])
    #expect(frame.orientations == Array(repeating: .identity, count: 4))
    #expect(frame.cell == (try Cell(cube: 1)))
    #expect(frame.labels["timestep"] == .integer(0))
    let path = ReferenceData.path("formats/hoomd_mixture.gsd")
    let bonds = "\(path): bonds are not taken over"
    let shape =
      "\(path): the shape of type D is ConvexPolyhedron, which is not read (ellipsoids and spheres "
      + "are)"
    #expect(reader.warnings == [bonds, shape])
    #expect(
      reader.assumptions == [
        "orientations: none are stored, so that the default of the schema holds (no rotation)"
      ])
  }

  /// A frame that lacks what frame 0 has must not come back with the values of frame 0.
  @Test func absenceIsWritten() throws {
    let folder = try ScratchFolder()
    let cell = try Cell(cube: 4)
    let first = Frame(
      positions: [.zero], species: ["A"],
      orientations: [try UnitQuaternion(w: 0.5, x: 0.5, y: 0.5, z: 0.5)],
      semiAxes: [try SemiAxes(1, 1, 2)], cell: cell,
      labels: ["energy": .real(2), "names": .strings(["a"])],
      columns: [Frame.Column(name: "charge", reals: [0.5])])
    let second = Frame(positions: [.zero], species: ["A"], cell: cell)
    let writer = try FrameWriter.create(folder.file("a.gsd"))
    try writer.write(first)
    try writer.write(second)
    try writer.commit()
    let reader = try FrameReader.open(folder.file("a.gsd"))
    _ = try reader.next()
    let back = try #require(try reader.next())
    #expect(back.semiAxes == nil)
    #expect(back.orientations == [.identity])
    #expect(back.labels["energy"]?.real?.isNaN == true)
    #expect(
      writer.losses.map(\.description) == [
        "label 'names' (1 frame)", "that there are no orientations (no rotation instead) (1 frame)",
        "that there is no energy (nan instead) (1 frame)",
        "that there is no particles/charge (nan instead) (1 frame)",
      ])
  }
}
