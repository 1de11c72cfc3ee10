import AniSOAP
import Geometry
import Mathematics
import TestSupport
import Testing

/// Features of nu = 1 in the particles' own frames.
@Suite struct BodyFrameTests {
  private func expansion(_ frame: CoefficientFrame) throws -> DensityExpansion {
    try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: 1.5), maxAngular: 4, maxRadial: .uniform(2), cutoff: 4.2,
        frame: frame), species: ["X"])
  }

  private func frame(_ axes: (Double, Double, Double)) throws -> Frame {
    var random = RandomStream(seed: 6)
    return try RandomFrames.triclinic(
      9, edge: 4, semiAxes: SemiAxes(axes.0, axes.1, axes.2), stream: &random)
  }

  private static let shapes: [(Double, Double, Double)] = [
    (0.4, 0.7, 1.2), (1.2, 0.4, 0.4), (0.4, 1.2, 0.4), (0.4, 0.4, 1.2), (0.6, 0.6, 0.6),
  ]

  /// Neither turning everything, nor inverting it, nor turning a particle onto itself changes them; about
  /// its symmetry axis it may be turned by any angle.
  @Test(arguments: [CoefficientFrame.axis, .body], shapes)
  func invariances(_ kind: CoefficientFrame, _ axes: (Double, Double, Double)) throws {
    let (expansion, frame) = (try expansion(kind), try frame(axes))
    func features(_ frame: Frame) throws -> [Double] {
      try expansion.features(of: frame, correlation: .one, average: .none).values.elements
    }
    let values = try features(frame)
    let scale = values.map(abs).max() ?? 0
    var random = RandomStream(seed: 2)
    let turned = try RandomFrames.turned(frame, by: RandomFrames.rotation(&random))
    var inverted = frame
    try inverted.set(positions: frame.positions.map { -$0 })
    var onto = [turned, inverted]
    let own = try #require(frame.orientations)
    var ways = [
      UnitQuaternion(rotation: Matrix3x3(diagonal: Vector3(1, -1, -1))),
      UnitQuaternion(rotation: Matrix3x3(diagonal: Vector3(-1, 1, -1))),
    ]
    if axes.0 == axes.1 { ways.append(try UnitQuaternion(w: 0.8, x: 0, y: 0, z: 0.6)) }
    if axes.1 == axes.2 { ways.append(try UnitQuaternion(w: 0.8, x: 0.6, y: 0, z: 0)) }
    for way in ways {
      var other = frame
      try other.set(orientations: own.map { $0 * way })
      onto.append(other)
    }
    for other in onto {
      #expect(largestDifference(try features(other), values) <= 1e-13 * scale)
    }
  }

  /// A neighbour on the axis has what m = 0 says in the frame of space.
  @Test func columns() throws {
    let axes = try SemiAxes(0.4, 0.4, 1.2)
    let frame = Frame(
      positions: [.zero, Vector3(0, 0, 2)], orientations: [.identity, .identity],
      semiAxes: [axes, axes])
    let space = try expansion(.space)
    let all = try space.features(of: frame, correlation: .one, average: .none)
    for kind in [CoefficientFrame.axis, .body] {
      let expansion = try expansion(kind)
      let own = try expansion.features(of: frame, correlation: .one, average: .none)
      #expect(own.properties == expansion.centerProperties(.one))
      #expect(own.properties.names == ["l", "m", "n", "types_neighbor"])
      #expect(expansion.featureCount(.one) == (kind == .axis ? 9 : 18))
      for (k, label) in own.properties.rows.enumerated() {
        let column = try #require(all.properties.rows.firstIndex(of: label))
        #expect(label[0] % 2 == 0 && label[1] >= 0 && label[1] % 2 == 0)
        #expect(abs(own.values[0, k] - (label[1] == 0 ? all.values[0, column] : 0)) < 1e-15)
      }
      // The power spectrum knows no frame.
      let (a, b) = (try expansion.powerSpectrum(of: frame), try space.powerSpectrum(of: frame))
      #expect(a.values == b.values)
    }
  }

  @Test func meansAreThoseOfRows() throws {
    let (expansion, frame) = (try expansion(.body), try frame((0.4, 0.7, 1.2)))
    let rows = try expansion.features(of: frame, correlation: .one, average: .none).values
    let mean = try expansion.features(of: frame, correlation: .one, average: .frame).values
    #expect(largestDifference(mean.elements, rows.columnMeans) < 1e-15)
  }
}
