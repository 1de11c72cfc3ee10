import Generators
import Geometry
import TestSupport
import Testing

@Suite struct BiaxialNematicTests {
  static func specimen(_ particles: Int = 120) throws -> Specimen {
    Specimen(
      particles: particles,
      population: Population([.init(semiAxes: try SemiAxes(0.6, 0.3, 1.2))]), packingFraction: 0.35)
  }

  /// <e e - f f> in the directors l, m, n, with e = body x and f = body y.
  static func tensor(_ frame: Frame) -> [[Double]] {
    guard case .reals(let v) = frame.labels["second_director"] else { return [] }
    let l = Vector3(v[0], v[1], v[2])
    let n = NematicTests.director(frame)
    let basis = [l, n.cross(l), n]
    let orientations = frame.orientations ?? []
    return basis.map { p in
      basis.map { q in
        orientations.reduce(0) { sum, o in
          let (e, f) = (o.rotate(Vector3(1, 0, 0)), o.rotate(Vector3(0, 1, 0)))
          return sum + (e.dot(p) * e.dot(q) - f.dot(p) * f.dot(q)) / Double(orientations.count)
        }
      }
    }
  }

  @Test(arguments: [(0.8, 0.5), (0.8, 0.0), (0.5, 0.4), (1.0, 0.9), (0.95, 0.9), (0.3, 0.3)])
  func bothOrdersAndDirectorsAreExact(_ order: Double, _ biaxial: Double) throws {
    let generator = BiaxialNematic(
      specimen: try Self.specimen(), order: ValueRange(order), biaxialOrder: ValueRange(biaxial))
    let frame = try generator.frame(index: 0, of: 1, seed: 5)
    let n = NematicTests.director(frame)
    #expect(NematicTests.departure(frame, order: order, director: n) < 1e-12)
    let t = Self.tensor(frame)
    #expect(abs(0.5 * (t[0][0] - t[1][1]) - biaxial) < 1e-11)
    #expect(abs((frame.labels["biaxial_order"]?.real ?? .nan) - biaxial) < 1e-11)
    #expect(abs(t[0][1]) < 1e-11 && abs(t[0][2]) < 1e-11 && abs(t[1][2]) < 1e-11)
    #expect(NaiveOverlap.smallestNorm(frame) > 1)
  }

  @Test func moreThanThereIsRoomForIsRefused() throws {
    for (order, biaxial) in [(0.0, 0.99), (0.5, 1.0), (0.9, 1.1), (0.5, -0.1)] {
      let generator = BiaxialNematic(
        specimen: try Self.specimen(), order: ValueRange(order), biaxialOrder: ValueRange(biaxial))
      #expect(throws: InvalidInput.self) { try generator.frame(index: 0, of: 1, seed: 5) }
    }
  }
}
