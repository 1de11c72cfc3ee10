import FileFormats
import TestSupport
import Testing

@Suite struct TensorMapTests {
  private let map = TensorMap(
    keys: TensorLabels(names: ["types_center", "angular_channel"], values: [6, 0, 6, 1]),
    blocks: [
      TensorBlock(
        samples: TensorLabels(names: ["type", "center"], values: [0, 0, 0, 1, 1, 0]),
        components: [TensorLabels(names: ["spherical_component_m"], values: [0])],
        properties: TensorLabels("n", range: 2), values: [1, 2, 3, 4, 5, 6.5]),
      TensorBlock(
        samples: TensorLabels(names: ["type", "center"], values: [0, 0]),
        components: [TensorLabels(names: ["spherical_component_m"], values: [-1, 0, 1])],
        properties: TensorLabels("n", range: 1), values: [0.1, 0.2, 0.3]),
    ],
    info: ["unit": "A\"", "author": "ü"])

  @Test func whatIsWrittenIsRead() throws {
    let folder = try ScratchFolder()
    try map.write(to: folder.file("a.mts"))
    #expect(try TensorMap(contentsOf: folder.file("a.mts")) == map)
    try map.write(to: folder.file("b.mts"))
    #expect(try folder.bytes("a.mts") == folder.bytes("b.mts"))
    #expect(folder.names == ["a.mts", "b.mts"])
  }

  @Test func shapesAndRows() {
    #expect(map.blocks.map(\.shape) == [[3, 1, 2], [1, 3, 1]])
    #expect(Array(map.keys[1]) == [6, 1])
  }

  @Test func readsWhatMetatensorWrites() throws {
    let read = try TensorMap(contentsOf: ReferenceData.path("formats/metatensor.mts"))
    #expect(read == map)
  }

  @Test func otherArchivesAreRefused() throws {
    let path = ReferenceData.path("formats/numpy_stored.npz")
    let error = #expect(throws: DataError.self) { try TensorMap(contentsOf: path) }
    #expect(error?.message == "there is no 'keys.npy'; expected a metatensor archive")
  }
}
