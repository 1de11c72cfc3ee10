import FileFormats
import TestSupport
import Testing

@Suite struct NumPyArchiveTests {
  @Test(arguments: ["stored", "deflated"])
  func readsWhatNumPyWrites(kind: String) throws {
    let archive = try NumPyArchive(contentsOf: ReferenceData.path("formats/numpy_\(kind).npz"))
    #expect(
      archive.names
        == ["f8", "f8_fortran", "f4", "i8", "i4", "b1", "u1", "U", "U0d", "empty"])
    #expect(
      try archive["f8"]
        == NumPyArray(shape: [2, 3], values: .float64([0.1, -2.5e-300, 3, 4, 5.5, 1e300])))
    // Fortran order is turned into C order.
    #expect(
      try archive["f8_fortran"]
        == NumPyArray(shape: [2, 3, 4], values: .float64((0..<24).map(Double.init))))
    #expect(try archive["f4"] == NumPyArray([0.5, -0.25]))
    #expect(try archive["i8"] == NumPyArray([1, -(1 << 62)]))
    #expect(try archive["i4"] == NumPyArray(shape: [2, 1], values: .int32([7, -8])))
    #expect(try archive["b1"] == NumPyArray(shape: [3], values: .bool([true, false, true])))
    #expect(try archive["u1"] == NumPyArray([0, 255]))
    #expect(
      try archive["U"]
        == NumPyArray(shape: [2, 2], values: .strings(["prolate", "", "öblate", "x"])))
    #expect(try archive["U0d"] == NumPyArray("{\"a\": 1}"))
    #expect(try archive["empty"] == NumPyArray(shape: [0, 3], values: .float64([])))
  }

  @Test func accessorsConvertWhereNothingIsLost() {
    #expect(NumPyArray([1.0, 2.0]).integers == [1, 2])
    #expect(NumPyArray([1.5]).integers == nil)
    #expect(NumPyArray([1.0, .nan]).integers == nil)
    #expect(NumPyArray([3, 4]).doubles == [3, 4])
    #expect(NumPyArray("a").doubles == nil)
    #expect(NumPyArray(["a", "b"]).strings == ["a", "b"])
  }

  @Test func missingArrayNamesTheOthers() throws {
    let path = ReferenceData.path("formats/numpy_stored.npz")
    let archive = try NumPyArchive(contentsOf: path)
    #expect(archive.contains("f8") && !archive.contains("f9"))
    let error = #expect(throws: DataError.self) { try archive["f9"] }
    #expect(error?.kind == .badData)
    #expect(
      error?.description.hasPrefix("\(path): there is no array 'f9'; the file has f8,") == true)
  }

  @Test func missingFileAndOtherFiles() throws {
    let missing = #expect(throws: DataError.self) {
      try NumPyArchive(contentsOf: "/nowhere/x.npz")
    }
    #expect(missing?.kind == .noInput)
    #expect(missing?.description == "/nowhere/x.npz: No such file or directory")
    let text = #expect(throws: DataError.self) {
      try NumPyArchive(contentsOf: ReferenceData.path("formats/README.md"))
    }
    #expect(text?.kind == .badData)
  }
}
