import FileFormats
import Foundation
import Mathematics
import TestSupport
import Testing

/// Large things that never stand in memory as a whole.
@Suite struct StreamTests {
  @Test func matrixInBlocks() throws {
    let folder = try ScratchFolder()
    let path = folder.file("a.npz")
    let matrix = Matrix(rows: 1000, columns: 7, elements: (0..<7000).map(Double.init))
    let writer = try NumPyArchiveWriter(path)
    try writer.add("features", matrix)
    try writer.add("empty", Matrix(rows: 0, columns: 3))
    try writer.add("frame", NumPyArray(Array(0..<1000)))
    try writer.commit()
    let stream = try NumPyMatrixStream(contentsOf: path)
    #expect(stream.rows == 1000 && stream.columns == 7)
    var elements: [Double] = []
    while case let block = try stream.next(64), !block.isEmpty {
      #expect(block.count == 7 * min(64, 1000 - elements.count / 7))
      elements += block
    }
    #expect(elements == matrix.elements)
    #expect(try NumPyMatrixStream(contentsOf: path, "empty").next(5).isEmpty)
    for key in ["frame", "other"] {
      #expect(throws: DataError.self) { try NumPyMatrixStream(contentsOf: path, key) }
    }
    // A changed byte shows at the end of the member.
    var bytes = try folder.bytes("a.npz")
    bytes[20_000] ^= 1
    try Data(bytes).write(to: URL(filePath: path))
    let damaged = try NumPyMatrixStream(contentsOf: path)
    #expect(throws: DataError.self) {
      while try !damaged.next(100).isEmpty {}
    }
  }

  @Test func deflatedMatrix() throws {
    let path = ReferenceData.path("formats/numpy_deflated.npz")
    let archive = try NumPyArchive(contentsOf: path)
    let name = try #require(archive.names.first { (try? archive[$0].shape.count) == 2 })
    let array = try archive[name]
    guard case .float64(let numbers) = array.values else { return }
    #expect(try NumPyMatrixStream(contentsOf: path, name).next(1000) == numbers)
  }

  @Test(arguments: [10, 100_000]) func spooledBytes(count: Int) throws {
    let folder = try ScratchFolder()
    let spool = ByteSpool(beside: folder.file("out"), bufferSize: 1000)
    var expected: [UInt8] = []
    for k in 0..<count {
      try spool.append("\(k) ")
      expected += Array("\(k) ".utf8)
    }
    try spool.append(values: [Int64(258)])
    expected += [2, 1, 0, 0, 0, 0, 0, 0]
    #expect(spool.count == expected.count)
    // Twice: what was handed over is still there.
    for _ in 0..<2 {
      var bytes: [UInt8] = []
      try spool.forEachPiece { bytes.append(contentsOf: $0) }
      #expect(bytes == expected)
    }
    #expect(folder.names == [])
  }
}
