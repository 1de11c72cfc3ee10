import FileFormats
import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct TemporaryFileTests {
  /// A file as a killed program leaves it: nobody holds its lock.
  private func leftover(_ folder: ScratchFolder, _ stem: String) throws -> String {
    let name = ".\(stem).0123456789abcdef.mesogen-part"
    _ = try folder.file(name, containing: "half")
    return name
  }

  @Test func leftoversOfKilledProgramsAreRemoved() throws {
    let folder = try ScratchFolder()
    _ = try leftover(folder, "old.xyz")
    _ = try folder.file(".note.mesogen-part.txt", containing: "somebody's own")
    let output = try OutputFile(folder.file("new.xyz"))
    try output.commit()
    #expect(folder.names == [".note.mesogen-part.txt", "new.xyz"])
  }

  /// The temporary file of an output under way is locked: it is nobody's leftover.
  @Test func filesUnderWayAreLeftAlone() throws {
    let folder = try ScratchFolder()
    let name = try leftover(folder, "old.xyz")
    let descriptor = open(folder.file(name), O_RDWR)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    try OutputFile(folder.file("new.xyz")).commit()
    #expect(folder.names == [name, "new.xyz"])
    close(descriptor)
    let mine = try OutputFile(folder.file("a.xyz"))
    let temporary = try #require(folder.names.first { $0.hasPrefix(".a.xyz.") })
    let other = open(folder.file(temporary), O_RDWR)
    #expect(flock(other, LOCK_EX | LOCK_NB) != 0)
    close(other)
    mine.discard()
  }

  /// 255 bytes are the most that a name may have; letters of several bytes are not cut in two.
  @Test(arguments: [
    String(repeating: "x", count: 255), String(repeating: "é", count: 127),
    "a" + String(repeating: "粒", count: 84),
  ])
  func longestNames(name: String) throws {
    let folder = try ScratchFolder()
    let output = try OutputFile(folder.file(name))
    #expect(folder.names.count == 1 && folder.names[0].utf8.count <= 255)
    try output.write("text")
    try output.commit()
    #expect(folder.names == [name])
  }

  @Test func namesThatAreTooLongAreToldAtOnce() throws {
    let folder = try ScratchFolder()
    let error = #expect(throws: DataError.self) {
      try OutputFile(folder.file(String(repeating: "x", count: 256)))
    }
    #expect(error?.message == "File name too long")
    #expect(folder.names == [])
  }

  @Test func permissionsOfTheReplacedFileStay() throws {
    let folder = try ScratchFolder()
    let path = try folder.file("out.txt", containing: "old")
    for mode in [0o640, 0o600, 0o664] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let output = try OutputFile(path)
      try output.write("new")
      try output.commit()
      let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(found as? Int == mode)
    }
  }

  /// Also where the link leads to a file that is not there yet, and through another folder.
  @Test func linksThatLeadNowhereAreFollowed() throws {
    let folder = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("sub"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("sub/link.txt"), withDestinationPath: "../real.txt")
    let output = try OutputFile(folder.file("sub/link.txt"))
    try output.write("new")
    try output.commit()
    #expect(try folder.text("real.txt") == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("sub/link.txt"))
        == "../real.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("loop"), withDestinationPath: "loop")
    #expect(throws: DataError.self) { try OutputFile(folder.file("loop")) }
  }

  @Test func temporaryFoldersGo() throws {
    var folder: TemporaryFolder? = try TemporaryFolder()
    let path = try #require(folder?.path)
    let output = try OutputFile(path + "/a.xyz")
    try output.write("text")
    try output.commit()
    #expect(FileManager.default.fileExists(atPath: path + "/a.xyz"))
    folder = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func oneOwnerALock() throws {
    let folder = try ScratchFolder()
    let path = folder.file("out.xyz")
    // A lock that a killed program left stands in nobody's way.
    _ = try folder.file("out.xyz.lock", containing: "process 1 on elsewhere")
    var lock: FileLock? = try FileLock(path)
    let error = #expect(throws: DataError.self) { try FileLock(path) }
    #expect(error?.exitCode == 73)
    #expect(
      error?.message.hasPrefix("process \(ProcessInfo.processInfo.processIdentifier) on ") == true)
    withExtendedLifetime(lock) {}
    lock = nil
    #expect(folder.names == [])
    _ = try FileLock(path)
  }
}
