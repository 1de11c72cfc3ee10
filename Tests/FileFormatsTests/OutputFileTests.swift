import FileFormats
import Foundation
import Geometry
import TestSupport
import Testing

@Suite(.serialized) struct OutputFileTests {
  @Test func nothingAppearsBeforeCommit() throws {
    let folder = try ScratchFolder()
    let path = try folder.file("out.txt", containing: "old")
    let output = try OutputFile(path)
    try output.write("new")
    #expect(try folder.text("out.txt") == "old")
    try output.commit()
    #expect(try folder.text("out.txt") == "new")
    #expect(folder.names == ["out.txt"])
  }

  @Test func nothingIsLeftWithoutCommit() throws {
    let folder = try ScratchFolder()
    do {
      let output = try OutputFile(folder.file("out.txt"))
      try output.write(String(repeating: "x", count: 1 << 20))
      #expect(folder.names.count == 1 && folder.names != ["out.txt"])
    }
    #expect(folder.names == [])
    let output = try OutputFile(folder.file("out.txt"))
    output.discard()
    #expect(folder.names == [])
  }

  @Test func interruptionRemovesTemporaryFiles() throws {
    let folder = try ScratchFolder()
    let outputs = try (0..<3).map { try OutputFile(folder.file("\($0).xyz")) }
    #expect(folder.names.count == 3)
    TemporaryFiles.removeAll()
    #expect(folder.names == [])
    for output in outputs {
      #expect(throws: DataError.self) { try output.commit() }
    }
    #expect(folder.names == [])
  }

  @Test func linksAreFollowedAndModesRespected() throws {
    let folder = try ScratchFolder()
    let real = try folder.file("real.txt", containing: "old")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link.txt"), withDestinationPath: real)
    let output = try OutputFile(folder.file("link.txt"))
    try output.write("new")
    try output.commit()
    #expect(try folder.text("real.txt") == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link.txt")) == real)
  }

  @Test func placesWhereNothingCanBeCreated() throws {
    let folder = try ScratchFolder()
    let missing = #expect(throws: DataError.self) { try OutputFile(folder.file("no/out.xyz")) }
    #expect(missing?.description == "\(folder.file("no/out.xyz")): No such file or directory")
    #expect(missing?.exitCode == 73)
    let directory = #expect(throws: DataError.self) { try OutputFile(folder.path) }
    #expect(directory?.exitCode == 73)
    #expect(directory?.message == "Is a directory")
    let unknown = #expect(throws: DataError.self) { try FrameWriter.create(folder.file("a.b")) }
    #expect(unknown?.exitCode == 64)
  }

  /// The device that is always full.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    let output = try OutputFile("/dev/full")
    try output.write("text")
    let error = #expect(throws: DataError.self) { try output.commit() }
    #expect(error?.description == "/dev/full: No space left on device")
    #expect(error?.exitCode == 74)
    #expect(FileManager.default.fileExists(atPath: "/dev/full"))
  }

  @Test func compressedBytesAreReproducible() throws {
    let folder = try ScratchFolder()
    for name in ["a.gz", "b.gz"] {
      let output = try OutputFile(folder.file(name))
      for k in 0..<100_000 { try output.write("\(k)\n") }
      try output.commit()
    }
    #expect(try folder.bytes("a.gz") == folder.bytes("b.gz"))
    #expect(try folder.bytes("a.gz").count < 300_000)
  }
}
