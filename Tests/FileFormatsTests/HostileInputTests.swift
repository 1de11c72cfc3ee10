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
