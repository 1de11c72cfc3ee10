import Foundation
import Generators
import Geometry
import TestSupport
import Testing

/// What the generators promise, measured by freud.
@Suite struct LiveFreudTests {
  private struct Measured: Decodable {
    let order: Double
    let director: [Double]
  }

  @Test(.enabled(if: LivePython.hasFreud, "freud is not importable in this Python"))
  func freudFindsTheOrderThatWasAskedFor() throws {
    var frames: [(frame: Frame, order: Double)] = []
    for order in [0.05, 0.4, 0.75, 1] {
      let target = ValueRange(order)
      let specimen = try Specimen(particles: 200)
      frames.append(
        (try Nematic(specimen: specimen, order: target).frame(index: 0, of: 1, seed: 5), order))
      frames.append(
        (
          try SmecticTests.smectic(order: target, tau: 0.85).frame(index: 0, of: 1, seed: 6),
          order
        ))
    }
    let file = FileManager.default.temporaryDirectory.appending(
      path: "mesogen-freud-\(UUID().uuidString).json")
    let orientations = frames.map { item in
      (item.frame.orientations ?? []).map { [$0.w, $0.x, $0.y, $0.z] }
    }
    try JSONEncoder().encode(orientations).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let data = try #require(
      LivePython.run([ReferenceData.path("generators/freud_check.py"), file.path()]))
    let measured = try JSONDecoder().decode([Measured].self, from: data)
    try #require(measured.count == frames.count)
    for (item, freud) in zip(frames, measured) {
      // float32.
      #expect(abs(freud.order - item.order) < 1e-6)
      let label = item.frame.labels["director"]
      guard case .reals(let n)? = label, item.order > 0.3 else { continue }
      let cosine = zip(n, freud.director).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(abs(cosine) - 1) < 1e-5)
    }
  }
}
