import FileFormats
import Foundation
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct ChemiscopeWriterTests {
  private struct File: Decodable {
    struct Structure: Decodable {
      let size: Int
      let names: [String]
      let x: [Double]
      let y: [Double]
      let z: [Double]
      let cell: [Double]?
    }
    struct Property: Decodable {
      let target: String
      let values: [Value]
    }
    enum Value: Decodable, Equatable {
      case number(Double)
      case word(String)
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .word(try container.decode(String.self))
        }
      }
    }
    struct Shape: Decodable {
      struct Parameters: Decodable {
        struct Atom: Decodable, Equatable {
          let semiaxes: [Double]
          let orientation: [Double]
        }
        let atom: [Atom]
      }
      let kind: String
      let parameters: Parameters
    }
    let structures: [Structure]
    let properties: [String: Property]
    let shapes: [String: Shape]?
  }

  private func frame(_ k: Int) throws -> Frame {
    Frame(
      positions: [Vector3(Double(k), 0.5, -1), Vector3(1, 2, 3)], species: ["A", "B\""],
      orientations: [.identity, try UnitQuaternion(w: 0.5, x: 0.5, y: -0.5, z: 0.5)],
      semiAxes: [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(1, 2, 3)], cell: try Cell(cube: 10),
      labels: [
        "energy": .real(Double(k) / 4), "phase": .string("nematic"), "seed": .integer(7),
        "director": .reals([0, 0, 1]), "text": .strings(["a", "b"]),
        "sometimes": k == 0 ? .real(1) : .string("no"), "infinite": .real(.infinity),
      ])
  }

  private func write(_ name: String, in folder: ScratchFolder) throws -> ChemiscopeWriter {
    let writer = try ChemiscopeWriter(folder.file(name), name: "test")
    try writer.write(frame(0))
    writer.add(properties: "PCA", Matrix([[0.25, 1], [0.5, 2]]))
    try writer.write(frame(1))
    try writer.commit()
    return writer
  }

  @Test func structuresShapesAndProperties() throws {
    let folder = try ScratchFolder()
    let writer = try write("a.json", in: folder)
    #expect(writer.leftOut == ["text", "sometimes", "infinite"])
    let file = try JSONDecoder().decode(File.self, from: Data(folder.bytes("a.json")))
    #expect(file.structures.map(\.size) == [2, 2])
    #expect(file.structures[1].names == ["A", "B\""])
    #expect(file.structures[1].x == [1, 1])
    #expect(file.structures[0].z == [-1, 3])
    #expect(file.structures[0].cell == [10, 0, 0, 0, 10, 0, 0, 0, 10])
    #expect(
      file.properties.keys.sorted() == [
        "PCA[1]", "PCA[2]", "director[1]", "director[2]", "director[3]", "energy", "phase", "seed",
      ])
    #expect(file.properties["PCA[2]"]?.values == [.number(1), .number(2)])
    #expect(file.properties["phase"]?.values == [.word("nematic"), .word("nematic")])
    let ellipsoids = try #require(file.shapes?["ellipsoids"])
    #expect(ellipsoids.kind == "ellipsoid")
    #expect(ellipsoids.parameters.atom.count == 4)
    // x, y, z, w.
    #expect(
      ellipsoids.parameters.atom[3]
        == File.Shape.Parameters.Atom(semiaxes: [1, 2, 3], orientation: [0.5, -0.5, 0.5, 0.5]))
  }

  @Test func framesWithoutAnything() throws {
    let folder = try ScratchFolder()
    let writer = try FrameWriter.create(folder.file("a.json"))
    try writer.write(Frame(positions: [Vector3(0, 0, 0)]))
    try writer.commit()
    let file = try JSONDecoder().decode(File.self, from: Data(folder.bytes("a.json")))
    #expect(file.shapes == nil)
    #expect(file.properties.count == 2)
  }

  @Test func propertiesOfParticles() throws {
    let folder = try ScratchFolder()
    let writer = try ChemiscopeWriter(folder.file("a.json"))
    writer.add(property: "q", of: .particle, values: [1, 2, 3, 4])
    try writer.write(frame(0))
    try writer.write(frame(1))
    try writer.commit()
    let text = try folder.text("a.json")
    let file = try JSONDecoder().decode(File.self, from: Data(text.utf8))
    #expect(file.properties["q"]?.target == "atom")
    #expect(file.properties["energy"]?.target == "structure")
    #expect(text.contains("{\"structure\":1,\"center\":1,\"cutoff\":3.5}"))
    #expect(text.contains("\"target\":\"atom\",\"map\":{\"x\":{\"property\":\"q\"}}"))
    let other = try ChemiscopeWriter(folder.file("b.json"))
    other.add(property: "q", of: .particle, values: [1, 2])
    try other.write(frame(0))
    try other.write(frame(1))
    let error = #expect(throws: DataError.self) { try other.commit() }
    #expect(error?.message == "property 'q' has 2 values; expected 4, one a particle")
  }

  @Test func propertiesMustBelongToTheFrames() throws {
    let folder = try ScratchFolder()
    do {
      let writer = try ChemiscopeWriter(folder.file("a.json"))
      try writer.write(frame(0))
      writer.add(property: "p", values: [1, 2])
      let error = #expect(throws: DataError.self) { try writer.commit() }
      #expect(error?.message == "property 'p' has 2 values; expected 1, one a frame")
    }
    #expect(folder.names == [])
    let read = #expect(throws: DataError.self) { try FrameReader.open("a.json") }
    #expect(read?.exitCode == 64)
  }
}
