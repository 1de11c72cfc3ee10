import Geometry
import Mathematics
import OrderParameters
import TestSupport
import Testing

@Suite struct NematicOrderTests {
  @Test func parallelAxesHaveOrderOneWhateverTheirSignAndLength() throws {
    let n = Vector3(1, -2, 2) / 3
    let order = try NematicOrder(axes: [n, -n, 3 * n, -0.1 * n])
    // Rounding of a 3 x 3 eigenvalue.
    #expect(abs(order.order - 1) < 1e-14)
    #expect(abs(order.p4 - 1) < 1e-13)
    #expect(abs(abs(order.director.dot(n)) - 1) < 1e-14)
    #expect(order.biaxiality < 1e-14)
  }

  @Test func axesSpreadInAPlaneHaveTheSignedOrderMinusOneHalf() throws {
    let axes = (0..<12).map { Vector3(cosine(30 * $0), 0, cosine(30 * $0 - 90)) }
    let order = try NematicOrder(axes: axes)
    #expect(abs(order.order + 0.5) < 1e-14)
    #expect(abs(order.orderMax - 0.25) < 1e-14)
    #expect(abs(abs(order.director.y) - 1) < 1e-14)
    // P4(0) = 3/8.
    #expect(abs(order.p4 - 0.375) < 1e-13)
  }

  @Test func threeOrthogonalAxesHaveNone() throws {
    let order = try NematicOrder(axes: [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)])
    #expect(abs(order.order) < 1e-15)
    #expect(order.tensor == Matrix3x3(diagonal: .zero))
  }

  @Test func biaxialityIsTheSplittingOfTheMinorEigenvalues() throws {
    // 4 along z, 2 along x: Q = diag(1/3 * 3/2 - 1/2, -1/2, 2/3 * 3/2 - 1/2) = (0, -1/2, 1/2).
    let axes =
      Array(repeating: Vector3(0, 0, 1), count: 4) + Array(repeating: Vector3(1, 0, 0), count: 2)
    let order = try NematicOrder(axes: axes)
    #expect(abs(order.order - 0.5) < 1e-15)
    #expect(abs(order.biaxiality - 0.5) < 1e-15)
    #expect(abs(order.order(along: Vector3(1, 0, 0))) < 1e-15)
  }

  @Test func theOrderTurnsWithTheFrame() throws {
    var stream = RandomStream(seed: 11)
    let shape = try SemiAxes(0.5, 0.5, 1.5)
    let frame = try RandomFrames.triclinic(40, edge: 5, semiAxes: shape, stream: &stream)
    let rotation = try RandomFrames.rotation(&stream)
    let before = try NematicOrder(frame)
    let after = try NematicOrder(RandomFrames.turned(frame, by: rotation))
    #expect(abs(before.order - after.order) < 1e-13)
    #expect(abs(before.biaxiality - after.biaxiality) < 1e-13)
    #expect(abs(before.p4 - after.p4) < 1e-12)
    #expect(abs(abs(rotation.rotate(before.director).dot(after.director)) - 1) < 1e-12)
  }

  @Test func theSymmetryAxisIsTheOneThatDiffersMost() throws {
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(0.5, 0.5, 1.5)) == 2)
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(0.2, 1, 1.1)) == 0)
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(1, 3, 1.9)) == 1)
    // Both differ by one half: the longest, also after scaling, which rounds.
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(1, 1.5, 2)) == 2)
    #expect(try SymmetryAxis.automatic.index(of: SemiAxes(0.35, 0.525, 0.7)) == 2)
    #expect(try SymmetryAxis.x.index(of: SemiAxes(1, 1, 1)) == 0)
  }

  @Test func aSphereOrAMissingShapeNeedsAGivenAxis() throws {
    let sphere = try SemiAxes(1, 1, 1)
    let frame = Frame(
      positions: [.zero, Vector3(3, 0, 0)], orientations: [.identity, .identity],
      semiAxes: [sphere, sphere])
    #expect(throws: InvalidInput.self) { try NematicOrder(frame) }
    #expect(try NematicOrder(frame, axis: .y).director == Vector3(0, 1, 0))
    var bare = frame
    bare.semiAxes = nil
    #expect(throws: InvalidInput.self) { try NematicOrder(bare) }
    #expect(try NematicOrder(bare, axis: .x).order == 1)
    #expect(throws: InvalidInput.self) { try NematicOrder(axes: []) }
    #expect(throws: InvalidInput.self) { try NematicOrder(axes: [.zero]) }
    #expect(throws: InvalidInput.self) { try NematicOrder(axes: [Vector3(.nan, 0, 0)]) }
  }

  @Test func agreesWithFreud() throws {
    for (known, freud) in zip(try OrderFrame.stored(), try FreudOrder.stored()) {
      let order = try NematicOrder(known.frame())
      // freud works in float32.
      #expect(abs(order.orderMax - freud.nematic) < 1e-6, "\(known.name)")
      for i in 0..<3 {
        for j in 0..<3 { #expect(abs(order.tensor[i, j] - freud.tensor[i][j]) < 1e-6) }
      }
      if let oop = known.oop { #expect(abs(order.orderMax - oop) < 1e-6) }
    }
  }

  /// cos of whole multiples of 30 degrees.
  private func cosine(_ degrees: Int) -> Double {
    let table: [Double] = [1, 3.0.squareRoot() / 2, 0.5, 0, -0.5, -3.0.squareRoot() / 2, -1]
    let reduced = ((degrees % 360) + 360) % 360
    return table[(reduced <= 180 ? reduced : 360 - reduced) / 30]
  }
}
