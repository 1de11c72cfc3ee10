import FileFormats
import Geometry
import TestSupport
import Testing

/// What a format has no place for is told, and the registry says what there is.
@Suite struct FormatLossTests {
  private func losses(_ frames: [Frame], _ name: String) throws -> [String] {
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file(name))
    for frame in frames { try writer.write(frame) }
    try writer.commit()
    #expect((writer.lossWarning == nil) == writer.losses.isEmpty)
    return writer.losses.map(\.description)
  }

  private func frame() throws -> Frame {
    Frame(
      positions: [.zero, Vector3(1, 1, 1)], species: ["A", "B"],
      orientations: [.identity, .identity],
      cell: try Cell(
        Vector3(0, 5, 0), Vector3(-5, 0, 0), Vector3(0, 0, 5), periodic: (true, true, false)),
      labels: [
        "phase": .string("nematic"), "names": .strings(["a", "b"]), "timestep": .integer(3),
      ],
      columns: [
        Frame.Column(name: "charge", reals: [0.5, 1]),
        Frame.Column(name: "site", values: .strings(["a", "b"])),
        Frame.Column(name: "x", reals: [1, 2]),
      ])
  }

  private let turned =
    "how the cell stands in space (the frame is turned, labels and other columns are not)"

  @Test func everyFormatTellsItsLosses() throws {
    let frame = try frame()
    #expect(try losses([frame, frame], "a.xyz") == [])
    #expect(
      try losses([frame], "a.data") == [
        "\(turned) (1 frame)", "which directions are not periodic (1 frame)",
        "label 'phase' (1 frame)", "label 'names' (1 frame)", "label 'timestep' (1 frame)",
        "column 'charge' (1 frame)", "column 'site' (1 frame)", "column 'x' (1 frame)",
        "orientations (the frame has no shapes) (1 frame)",
      ])
    #expect(
      try losses([frame, frame], "a.dump") == [
        "\(turned) (2 frames)", "label 'phase' (2 frames)", "label 'names' (2 frames)",
        "column 'site' (text) (2 frames)",
        "column 'x' (its name means something else in a dump) (2 frames)",
      ])
    #expect(
      try losses([frame, frame], "a.gsd") == [
        "\(turned) (2 frames)", "which directions are not periodic (2 frames)",
        "label 'names' (2 frames)", "column 'site' (2 frames)",
      ])
    var other = frame
    other.labels["phase"] = nil
    #expect(
      try losses([frame, other], "a.json") == [
        "column 'charge' (2 frames)", "column 'site' (2 frames)", "column 'x' (2 frames)",
        "which directions are not periodic (2 frames)",
        "orientations (the frame has no shapes) (2 frames)", "label 'names' (2 frames)",
        "label 'phase' (1 frame)",
      ])
  }

  /// NUL ends a name in GSD, a blank one in a dump.
  @Test func namesThatCannotBeKeptAreTold() throws {
    let frame = Frame(
      positions: [.zero], species: ["A"], orientations: [.identity], cell: try Cell(cube: 5),
      labels: ["en\0ergy": .real(1), "kept": .real(2)],
      columns: [
        Frame.Column(name: "a\0b", reals: [1]), Frame.Column(name: "a b", reals: [3]),
        Frame.Column(name: "kept", reals: [4]),
      ])
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file("a.gsd"))
    try writer.write(frame)
    try writer.commit()
    #expect(
      writer.losses.map(\.description) == [
        "label 'en\0ergy' (1 frame)", "column 'a\0b' (1 frame)",
      ])
    let found = try #require(try FrameReader.open(folder.file("a.gsd")).next())
    #expect(found.labels["kept"] == .real(2))
    #expect(found.column("kept")?.values == .reals([4]))
    #expect(found.column("a b")?.values == .reals([3]))
    #expect(
      try losses([frame], "a.dump").contains("blanks in the name of column 'a b' (1 frame)"))
    let other = Frame(positions: [.zero], species: ["A\0"], cell: try Cell(cube: 5))
    #expect { try FrameWriter.create(folder.file("b.gsd")).write(other) } throws: {
      "\($0)".contains("has the character NUL in its name")
    }
  }

  @Test func whatFitsIsNotTold() throws {
    let frame = Frame(
      positions: [.zero], species: ["1"], orientations: [.identity],
      semiAxes: [try SemiAxes(1, 1, 2)], cell: try Cell(cube: 5))
    for name in ["a.xyz", "a.data", "a.dump", "a.gsd", "a.json"] {
      #expect(try losses([frame], name) == [], "\(name)")
    }
  }

  @Test func identifiersOfDumpsAreKept() throws {
    let folder = try ScratchFolder()
    let frame = Frame(
      positions: [.zero, Vector3(1, 1, 1)], species: ["A", "A"], cell: try Cell(cube: 5),
      labels: ["timestep": .integer(0)],
      columns: [Frame.Column(name: "id", values: .integers([4, 9]))])
    let writer = try FrameWriter.create(folder.file("a.dump"))
    try writer.write(frame)
    try writer.commit()
    #expect(writer.losses == [])
    #expect(try FrameReader.open(folder.file("a.dump")).next() == frame)
  }

  @Test func endingsThatAreNotWrittenAreRefused() throws {
    let error = #expect(throws: DataError.self) { try FrameFormat.toRead("a.json") }
    #expect(error?.message.hasPrefix("chemiscope is only written; expected one of .xyz") == true)
    #expect(error?.exitCode == 64)
    #expect(throws: Never.self) { try FrameFormat.toWrite("a.json.gz") }
    let features = #expect(throws: DataError.self) {
      try FrameFormat.require("x.csv", toEndWith: [".npz", ".mts"], for: "features")
    }
    #expect(
      features?.description
        == "x.csv: features cannot be written under this ending; expected one of .npz .mts")
    #expect(throws: Never.self) {
      try FrameFormat.require("x.MTS", toEndWith: [".npz", ".mts"], for: "features")
    }
    let lines = FrameFormat.table.split(separator: "\n")
    // Formats of tables and features follow those of frames.
    #expect(lines.count > FrameFormat.all.count)
    for (line, format) in zip(lines, FrameFormat.all) {
      #expect(line.hasPrefix(format.name) && line.hasSuffix(format.summary))
    }
  }
}
