import FileFormats
import Foundation
import Geometry
import TestSupport
import Testing

/// `data/reference/formats/ase.traj`, written by ASE: two frames of water with one header, one of X and C.
@Suite struct ASETrajectoryTests {
  private static func path() -> String { ReferenceData.path("formats/ase.traj") }

  private func frames(_ path: String) throws -> (frames: [Frame], warnings: [String]) {
    let reader = try FrameReader.open(path)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return (frames, reader.warnings)
  }

  @Test func everythingThatASEStores() throws {
    let (frames, warnings) = try frames(Self.path())
    try #require(frames.count == 3)
    let first = frames[0]
    #expect(first.species == ["O", "H", "H"])
    #expect(
      first.positions == [Vector3(0, 0, 0.125), Vector3(0, 0.75, -0.5), Vector3(0, -0.75, -0.5)])
    let cell = try #require(first.cell)
    #expect(
      cell
        == (try Cell(
          Vector3(5, 0, 0), Vector3(0.5, 6, 0), Vector3(0, 0.25, 7), periodic: (true, true, false)))
    )
    #expect(first.labels["name"] == .string("water 1"))
    #expect(first.labels["temperature"] == .real(300.5))
    #expect(first.labels["step"] == .integer(3))
    #expect(first.labels["converged"] == .logical(true))
    #expect(first.labels["k_points"] == .integers([2, 2, 1]))
    #expect(first.labels["axis"] == .reals([0, 0.5, 1]))
    #expect(first.labels["energy"] == .real(-14.5))
    #expect(first.labels["stress"] == .matrix([[1, 6, 5], [6, 2, 4], [5, 4, 3]]))
    #expect(first.column("forces")?.values == .reals((0..<9).map { -Double($0) / 4 }))
    #expect(first.column("momenta")?.values == .reals((0..<9).map { Double($0) / 8 }))
    #expect(first.column("tags")?.values == .integers([1, 2, 2]))
    #expect(first.column("initial_charges")?.values == .reals([-0.5, 0.25, 0.25]))
    #expect(first.column("charges")?.values == .reals([-0.75, 0.375, 0.375]))
    // The second has no header of its own, and no results.
    #expect(frames[1].species == first.species && frames[1].cell == first.cell)
    #expect(frames[1].positions[0] == Vector3(0.5, 0.5, 0.625))
    #expect(frames[1].labels["energy"] == nil && frames[1].column("forces") == nil)
    #expect(frames[2].species == ["X", "C"] && frames[2].cell == nil)
    #expect(frames[2].column("masses")?.values == .reals([2.5, 13]))
    #expect(warnings.contains { $0.contains("constraints") })
    #expect(warnings.contains { $0.contains("info 'nested'") })
  }

  /// Damage is an error, or another value; it never ends the process.
  @Test func damage() throws {
    let scratch = try ScratchFolder()
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Self.path())))
    func outcome(_ bytes: [UInt8]) throws -> String {
      let path = scratch.file("damaged.traj")
      try Data(bytes).write(to: URL(filePath: path))
      do {
        _ = try frames(path)
        return "read"
      } catch {
        return "\(error)"
      }
    }
    #expect(try outcome([]).contains("- of Ulm"))
    #expect(try outcome(Array(whole.prefix(47))).contains("- of Ulm"))
    func with(_ value: Int, at place: Int) throws -> String {
      var bytes = whole
      withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(place..<place + 8, with: $0) }
      return try outcome(bytes)
    }
    #expect(try with(Int.max, at: 32).contains("announces"))
    #expect(try with(-1, at: 32).contains("announces"))
    #expect(try with(0, at: 32).contains("no frames"))
    #expect(try with(Int.max - 4, at: 40).contains("beyond the end"))
    #expect(try with(9, at: 24).contains("version 9"))
    for length in stride(from: 48, to: whole.count - 400, by: 37) {
      #expect(try outcome(Array(whole.prefix(length))) != "read", "\(length)")
    }
    var other = whole
    other.replaceSubrange(8..<12, with: Array("GPAW".utf8))
    #expect(try outcome(other).contains("expected 'ASE-Trajectory'"))
  }

  @Test func isOnlyRead() throws {
    #expect(throws: DataError.self) { try FrameWriter.create("a.traj") }
  }
}
