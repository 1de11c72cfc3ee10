import Foundation
import Geometry
import Mathematics
import OrderParameters
import TestSupport
import Testing

/// Against freud itself, on frames that no file has seen.
@Suite struct LiveFreudTests {
  @Test(.enabled(if: LivePython.hasFreud, "freud is not importable in this Python"))
  func agreesOnNewFrames() throws {
    let frames = try newFrames()
    let file = FileManager.default.temporaryDirectory.appending(
      path: "mesogen-freud-\(UUID().uuidString).json")
    try JSONEncoder().encode(frames).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let data = try #require(
      LivePython.run([ReferenceData.path("order/freud_reference.py"), file.path()]))
    for (known, freud) in zip(frames, try FreudOrder.decode(data)) {
      // float32; a bond near the z axis costs freud more digits, 2e-6 at 0.003 from it.
      try compareHigherOrders(known, freud, tolerance: 5e-6)
      let frame = try known.frame()
      #expect(abs(try NematicOrder(frame).orderMax - freud.nematic) < 1e-6)
      for (weights, theirs) in [
        (Steinhardt.Weights.uniform, freud.uniform), (.distance, freud.distance),
      ] {
        let mine = try Steinhardt(
          frame, .init(degrees: freud.degrees, cutoff: known.cutoff, weights: weights))
        let differences = zip(mine.values.elements, theirs.flatMap { $0 }).map { abs($0 - $1) }
        #expect((differences.max() ?? 1) < 5e-6)
        #expect(differences.reduce(0, +) / Double(differences.count) < 1e-6)
      }
    }
  }

  /// Fluids without voids in a triclinic cell and a warm body-centred crystal. freud wraps the
  /// bonds that it is given once more, so that they must not reach beyond half of the cell.
  private func newFrames() throws -> [OrderFrame] {
    var stream = RandomStream(seed: 77)
    let shape = try SemiAxes(0.4, 0.45, 1.2)
    let cell = try Cell(Vector3(6, 0, 0), Vector3(1, 5.5, 0), Vector3(-0.8, 0.7, 6.5))
    var frames: [OrderFrame] = []
    for k in 0..<3 {
      let positions = (0..<125).map { i in
        let site = Vector3(Double(i % 5), Double(i / 5 % 5), Double(i / 25))
        let jitter = Vector3(stream.uniform(), stream.uniform(), stream.uniform())
        return cell.position(fractional: (site + 0.8 * jitter) / 5)
      }
      frames.append(
        OrderFrame(
          name: "fluid \(k)", frame: try oriented(positions, shape, cell, &stream), axis: 2,
          cutoff: 2.4))
    }
    var positions: [Vector3] = []
    for i in 0..<64 {
      let corner = Vector3(Double(i % 4), Double(i / 4 % 4), Double(i / 16))
      for center in [corner, corner + Vector3(repeating: 0.5)] {
        positions.append(center + stream.direction() * stream.uniform(0, 0.025))
      }
    }
    let crystal = try oriented(positions, shape, Cell(cube: 4), &stream)
    // The eight first neighbours only: the second ones lie along z.
    frames.append(OrderFrame(name: "crystal", frame: crystal, axis: 2, cutoff: 0.93))
    return frames
  }

  private func oriented(
    _ positions: [Vector3], _ shape: SemiAxes, _ cell: Cell, _ stream: inout RandomStream
  ) throws -> Frame {
    var orientations: [UnitQuaternion] = []
    for _ in positions { orientations.append(try RandomFrames.rotation(&stream)) }
    return Frame(
      positions: positions, orientations: orientations,
      semiAxes: Array(repeating: shape, count: positions.count), cell: cell)
  }
}
