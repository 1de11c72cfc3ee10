import FileFormats
import Foundation
import Geometry
import TestSupport
import Testing

/// Files that announce what they do not have.
@Suite struct HostileInputTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func failure(header: String, data: [UInt8] = []) throws -> String {
    let path = folder.file("a.npz")
    try StoredZip("x.npy", StoredZip.npy(header: header, data: data)).write(to: path)
    let archive = try NumPyArchive(contentsOf: path)
    return try #require(#expect(throws: DataError.self) { try archive["x"] }).message
  }

  @Test(
    arguments: [1 << 63, 1 << 40, UInt64.max] as [UInt64], [nil, 1 << 40, 1 << 63] as [UInt64?])
  func sizesOfMembers(size: UInt64, packed: UInt64?) throws {
    let path = folder.file("a.npz")
    let content = StoredZip.npy(
      header: "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
      data: [UInt8](repeating: 0, count: 8))
    try StoredZip("x.npy", content, size: size, packed: packed).write(to: path)
    #expect(throws: DataError.self) { try NumPyArchive(contentsOf: path)["x"] }
    // The archive as it should be can be read.
    try StoredZip("x.npy", content).write(to: path)
    #expect(try NumPyArchive(contentsOf: path)["x"] == NumPyArray([0.0]))
  }

  /// A packed member cannot have more than 1,032 times its packed bytes, whatever its entry says: 218 MB
  /// were asked for.
  @Test func deflatedMembersHaveNoMoreThanTheyCanHold() throws {
    let path = folder.file("a.npz")
    var bytes = try [UInt8](
      Data(contentsOf: URL(filePath: ReferenceData.path("formats/numpy_deflated.npz"))))
    let entry = try #require(
      bytes.indices.dropLast(46).first { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2] })
    for k in 0..<4 { bytes[entry + 24 + k] = UInt8(truncatingIfNeeded: 218_104_080 >> (8 * k)) }
    try Data(bytes).write(to: URL(filePath: path))
    let archive = try NumPyArchive(contentsOf: path)
    let name = try #require(archive.names.first)
    let error = try #require(#expect(throws: DataError.self) { try archive[name] })
    #expect(error.message.contains("damaged: a member of 218104080 bytes"), "\(error.message)")
  }

  @Test(arguments: ["(", "[", "{'descr': (", "{'a': {'b': "])
  func nestedHeaders(opening: String) throws {
    let header = String(repeating: opening, count: 300_000)
    #expect(try failure(header: header).contains("brackets inside each other"))
  }

  @Test(arguments: [
    ("|S0", "(1152921504606846976,)"), ("<U0", "(1152921504606846976,)"),
    ("<f8", "(100000000000, 0)"), ("<f8", "(0, 100000000000)"),
    ("<f8", "(9223372036854775807, 9223372036854775807, 0)"), ("<f8", "(9223372036854775807,)"),
    ("<U1099511627776", "(8388608,)"), ("|S5", "(-1,)"),
  ])
  func shapesWithoutData(type: String, shape: String) throws {
    _ = try failure(
      header: "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape)}")
    _ = try failure(header: "{'descr': '\(type)', 'fortran_order': True, 'shape': \(shape)}")
  }

  /// 80 MB of one line take 80 kB.
  @Test func bombs() throws {
    let path = folder.file("a.xyz.gz")
    let output = try OutputFile(path)
    let block = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    for _ in 0..<80 { try output.write(block) }
    try output.commit()
    let error = try #require(
      #expect(throws: DataError.self) { try FrameReader.open(path).next() })
    #expect(error.message.contains("more than 67108864 bytes"))
  }

  /// 1.2 million blank lines where a frame may begin, plain and packed, in every format of text.
  @Test(arguments: ["", "1\nProperties=species:S:1:pos:R:3\nX 0 0 0\n"], ["\n", " \t\r\n"])
  func blankLines(before: String, line: String) throws {
    let blank = String(repeating: line, count: 1_200_000)
    for name in ["a.xyz", "a.xyz.gz", "a.dump", "a.data"] where before.isEmpty || name == "a.xyz" {
      let output = try OutputFile(folder.file(name))
      try output.write(Array((before + blank).utf8))
      try output.commit()
      let reader = try FrameReader.open(folder.file(name))
      let error = #expect(throws: DataError.self) { while try reader.next() != nil {} }
      #expect(
        error?.message.contains("more than 1000000 blank lines follow each other") == true,
        "\(name): \(error?.message ?? "")")
    }
    // Some of them are nothing unusual.
    let path = try folder.file(
      "b.xyz", containing: before + String(repeating: line, count: 1000) + "0\n\n")
    let reader = try FrameReader.open(path)
    var count = 0
    while try reader.next() != nil { count += 1 }
    #expect(count == (before.isEmpty ? 1 : 2))
  }

  /// 300 MB of text in 300 kB: blanks at the ends of the lines, none of which is too long.
  @Test func textThatUnpacksToVeryMuch() throws {
    let path = folder.file("a.xyz.gz")
    func packed(_ text: String) throws -> Data {
      let output = try OutputFile(path)
      try output.write(Array(text.utf8))
      try output.commit()
      return Data(try folder.bytes("a.xyz.gz"))
    }
    var file = try packed("10000\nProperties=species:S:1:pos:R:3\n")
    // Parts of gzip after each other are one text.
    let row = try packed("X 0 0 0" + String(repeating: " ", count: 1 << 20) + "\n")
    for _ in 0..<300 { file += row }
    try file.write(to: URL(filePath: path))
    let error = try #require(
      #expect(throws: DataError.self) { try FrameReader.open(path).next() })
    #expect(error.message.contains("at most 200 times the packed size is taken"))
  }

  @Test func manyKeysTakeLinearTime() throws {
    let count = 200_000
    let keys = (0..<count).map { "k\($0)=\($0)" }.joined(separator: " ")
    let path = try folder.file("a.xyz", containing: "1\n\(keys)\nX 0 0 0\n")
    // A tenth of a second; comparing each key with all before would take minutes.
    let frame = try #require(try FrameReader.open(path).next())
    #expect(frame.labels.names.count == count)
    #expect(frame.labels["k199999"] == .integer(199_999))
    let writer = try FrameWriter.create(folder.file("b.xyz"))
    try writer.write(frame)
    try writer.commit()
    #expect(try FrameReader.open(folder.file("b.xyz")).next() == frame)
  }

  @Test func manyColumnsTakeLinearTime() throws {
    let count = 100_000
    let names = (0..<count).map { "c\($0):R:1" }.joined(separator: ":")
    let path = try folder.file(
      "a.xyz",
      containing: "1\nProperties=species:S:1:pos:R:3:\(names)\nX 0 0 0"
        + String(repeating: " 1", count: count) + "\n")
    // A tenth of a second; comparing each name with all before would take very long.
    #expect(try FrameReader.open(path).next()?.columns.count == count)
    let wide = try folder.file(
      "b.xyz", containing: "1\nProperties=species:S:1:pos:R:3:a:R:600000:b:R:600000\nX 0 0 0\n")
    let error = #expect(throws: DataError.self) { try FrameReader.open(wide).next() }
    #expect(error?.message.contains("more than 1000000 values") == true)
  }

  @Test func countsThatAreNotThere() throws {
    let path = try folder.file(
      "a.xyz", containing: "9223372036854775807\nProperties=species:S:1:pos:R:3\nX 0 0 0\n")
    #expect(throws: DataError.self) { try FrameReader.open(path).next() }
  }

  /// Rows, columns and places of the index of a GSD file.
  @Test(arguments: [
    (8, UInt64.max), (8, 1 << 62), (16, 1 << 62), (16, UInt64.max), (24, 0xFFFF_FFFF),
  ])
  func indexOfGSD(offset: Int, value: UInt64) throws {
    let path = folder.file("a.gsd")
    let writer = try FrameWriter.create(path)
    var frame = Frame(positions: [Vector3(0, 0, 0), Vector3(0.1, 0, 0)])
    frame.labels["energy"] = .reals([1, 2])
    try writer.write(frame)
    try writer.commit()
    let whole = try folder.bytes("a.gsd")
    func number(_ at: Int) -> Int {
      (0..<8).reduce(0) { $0 | Int(whole[at + $1]) << (8 * $1) }
    }
    let (index, entries) = (number(8), number(16) - 1)
    #expect(entries > 3)
    for entry in 0..<entries {
      var bytes = whole
      let place = index + 32 * entry + offset
      for k in 0..<(offset == 24 ? 4 : 8) {
        bytes[place + k] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(k)))
      }
      try Data(bytes).write(to: URL(filePath: path))
      // Some entries are optional or may be as large; nothing may trap or ask for the memory.
      _ = try? FrameReader.open(path).next()
    }
  }
}
