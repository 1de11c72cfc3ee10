import Foundation
import Generators
import Geometry
import TestSupport
import Testing

@Suite struct CholestericTests {
  static func axes(_ frame: Frame) -> [Vector3] {
    (frame.orientations ?? []).map { $0.rotate(Vector3(0, 0, 1)) }
  }

  /// <P2> about the director at the height of every particle; the helix starts along x.
  static func localOrder(_ frame: Frame, halfTurns: Int) throws -> Double {
    let edge = try #require(frame.cell).vector(2).z
    let values = zip(frame.positions, axes(frame)).map { x, u in
      let angle = Double.pi * Double(halfTurns) * x.z / edge
      let t = u.x * cos(angle) + u.y * sin(angle)
      return 1.5 * t * t - 0.5
    }
    return values.reduce(0, +) / Double(values.count)
  }

  @Test(arguments: [(1, 0.7, 0.3), (2, 0.7, 0.4), (-3, 0.9, 0.3), (2, 1.0, 0.3), (4, -0.3, 0.3)])
  func theDirectorTurns(_ halfTurns: Int, _ order: Double, _ packing: Double) throws {
    let cholesteric = Cholesteric(
      specimen: try Specimen(particles: 150, packingFraction: ValueRange(packing)),
      order: ValueRange(order), halfTurns: halfTurns, helixAxis: .fixed(Vector3(0, 0, 1)))
    let frame = try cholesteric.frame(index: 0, of: 1, seed: 4)
    #expect(abs(try Self.localOrder(frame, halfTurns: halfTurns) - order) < 1e-12)
    #expect(abs((frame.labels["local_order"]?.real ?? .nan) - order) < 1e-12)
    // The other hand does not fit.
    #expect(abs(try Self.localOrder(frame, halfTurns: -halfTurns) - order) > 0.1)
    let edge = try #require(frame.cell).vector(0).x
    #expect(frame.labels["pitch"] == .real(2 * edge / Double(abs(halfTurns))))
    #expect(NaiveOverlap.smallestNorm(frame) > 1)
  }

  @Test func theHelixAxisIsTheOneAskedFor() throws {
    let cholesteric = Cholesteric(
      specimen: try Specimen(particles: 60, packingFraction: 0.3), order: 1,
      helixAxis: .fixed(Vector3(1, 1, 0)))
    let frame = try cholesteric.frame(index: 0, of: 1, seed: 4)
    let axis = Vector3(1, 1, 0).normalized
    #expect(Self.axes(frame).allSatisfy { abs($0.dot(axis)) < 1e-14 })
    #expect(NaiveOverlap.smallestNorm(frame) > 1)
    #expect(throws: InvalidInput.self) {
      try Cholesteric(specimen: try Specimen(), order: 1, halfTurns: 0)
        .frame(index: 0, of: 1, seed: 4)
    }
  }

  @Test func isotropicFramesHaveNoOrderAtAll() throws {
    let isotropic = Isotropic(specimen: try Specimen(particles: 100, packingFraction: 0.4))
    let frames = try isotropic.frames(of: 3, seed: 2)
    for frame in frames {
      #expect(frame.labels["phase"] == .string("isotropic"))
      #expect(NematicTests.departure(frame, order: 0, director: Vector3(0, 0, 1)) < 1e-12)
      #expect(NaiveOverlap.smallestNorm(frame) > 1)
    }
    // Not the random numbers of a nematic of the same seed.
    let nematic = Nematic(
      specimen: try Specimen(particles: 100, packingFraction: 0.4), order: 0)
    #expect(try nematic.frame(index: 0, of: 3, seed: 2).orientations != frames[0].orientations)
  }
}
