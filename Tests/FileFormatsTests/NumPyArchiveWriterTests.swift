import FileFormats
import Mathematics
import TestSupport
import Testing

@Suite struct NumPyArchiveWriterTests {
  private func write(_ path: String, rows: Int) throws {
    let writer = try NumPyArchiveWriter(path)
    try writer.add("first", NumPyArray([1, 2, 3]))
    try writer.beginMatrix("features", columns: 3)
    for i in 0..<rows { try writer.append(rows: [Double(i), 0.5, -Double(i)]) }
    try writer.add("hyperparameters", NumPyArray("{\"µ\": 1}"))
    try writer.endMatrix()
    try writer.add("flags", NumPyArray(shape: [2, 1], values: .bool([true, false])))
    try writer.add("small", NumPyArray(shape: [2], values: .int32([7, -8])))
    try writer.add("matrix", Matrix([[1, 2], [3, 4]]))
    try writer.commit()
  }

  @Test(arguments: [0, 1, 1000])
  func whatIsWrittenIsRead(rows: Int) throws {
    let folder = try ScratchFolder()
    try write(folder.file("a.npz"), rows: rows)
    #expect(folder.names == ["a.npz"])
    let archive = try NumPyArchive(contentsOf: folder.file("a.npz"))
    #expect(
      archive.names == ["first", "features", "hyperparameters", "flags", "small", "matrix"])
    #expect(try archive["first"] == NumPyArray([1, 2, 3]))
    #expect(
      try archive["features"]
        == NumPyArray(
          shape: [rows, 3], values: .float64((0..<rows).flatMap { [Double($0), 0.5, -Double($0)] }))
    )
    #expect(try archive["hyperparameters"] == NumPyArray("{\"µ\": 1}"))
    #expect(try archive["flags"] == NumPyArray(shape: [2, 1], values: .bool([true, false])))
    #expect(try archive["small"] == NumPyArray(shape: [2], values: .int32([7, -8])))
    #expect(try archive["matrix"] == NumPyArray(shape: [2, 2], values: .float64([1, 2, 3, 4])))
  }

  @Test func equalArraysMakeEqualBytes() throws {
    let folder = try ScratchFolder()
    try write(folder.file("a.npz"), rows: 10)
    try write(folder.file("b.npz"), rows: 10)
    #expect(try folder.bytes("a.npz") == folder.bytes("b.npz"))
  }

  @Test func nothingIsLeftWithoutCommit() throws {
    let folder = try ScratchFolder()
    do {
      let writer = try NumPyArchiveWriter(folder.file("a.npz"))
      try writer.beginMatrix("x", columns: 1)
      try writer.append(rows: [1])
    }
    #expect(folder.names == [])
    let error = #expect(throws: DataError.self) { try NumPyArchiveWriter("-") }
    #expect(error?.exitCode == 73)
  }

  @Test func plainArrays() throws {
    let folder = try ScratchFolder()
    let array = NumPyArray(shape: [1, 2, 2], values: .float64([1, 2, 3, 4]))
    try array.write(to: folder.file("a.npy"))
    #expect(try NumPyArray(contentsOf: folder.file("a.npy")) == array)
    let bytes = try folder.bytes("a.npy")
    #expect(bytes.count == 128 + 32)
    #expect(
      String(decoding: bytes[10..<128], as: UTF8.self).hasPrefix(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 2), }  "))
    #expect(bytes[127] == 0x0A)
  }
}
