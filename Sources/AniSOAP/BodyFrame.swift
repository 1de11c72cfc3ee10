internal import Geometry
internal import Mathematics

/// The frame that the coefficients of nu = 1 are given in.
///
/// An oriented particle has a frame of its own, which atoms have not: coefficients seen from there are
/// invariants already at nu = 1, and they say where the neighbours are along the particle's axes. Kept are
/// those that no turn or reflection that takes an ellipsoid to itself changes: even l, and of these the
/// cosines with even m.
public enum CoefficientFrame: String, CaseIterable, Equatable, Hashable, Codable, Sendable {
  /// That of space: all coefficients, which turn with the frame.
  case space
  /// m = 0 along the symmetry axis of the centre (the semi-axis that differs most from the middle one):
  /// what turns about the axis leave alone. Spheres keep l = 0 alone.
  case axis
  /// m = 0, 2, ..., l along the axes of the centre, z its symmetry axis; m > 0 is zero for ellipsoids of
  /// revolution, which have no further axes, and l > 0 for spheres.
  case body

  /// The components (l, m) that are kept, in the order of the columns.
  func components(_ maxAngular: Int) -> [SIMD2<Int>] {
    switch self {
    case .space: (0...maxAngular).flatMap { l in (-l...l).map { SIMD2(l, $0) } }
    case .axis: stride(from: 0, through: maxAngular, by: 2).map { SIMD2($0, 0) }
    case .body:
      stride(from: 0, through: maxAngular, by: 2).flatMap { l in
        stride(from: 0, through: l, by: 2).map { SIMD2(l, $0) }
      }
    }
  }
}

/// Which columns nu = 1 has in a body frame, and how coefficients become features and back.
struct BodyFrame: Sendable {
  let components: [SIMD2<Int>]
  /// Columns (radial functions times channels) of each l, and where its coefficients begin.
  private let columns: [Int]
  private let starts: [Int]
  private let frame: CoefficientFrame
  /// Numbers that a centre's turn takes: 2l + 1 for each component.
  let turnSize: Int
  /// The number of features.
  let count: Int

  /// nil for the frame of space.
  init?(_ frame: CoefficientFrame, columns: [Int]) {
    guard frame != .space else { return nil }
    self.frame = frame
    self.columns = columns
    components = frame.components(columns.count - 1)
    var starts = [Int]()
    var total = 0
    for (l, width) in columns.enumerated() {
      starts.append(total)
      total += (2 * l + 1) * width
    }
    self.starts = starts
    turnSize = components.reduce(0) { $0 + 2 * $1.x + 1 }
    count = components.reduce(0) { $0 + columns[$1.x] }
  }

  /// The turns of all particles after each other: for each component its row of D(R)^T, zero where the
  /// particle's symmetry leaves none of it.
  ///
  /// Throws: `InvalidInput` when shapes or rotations are missing.
  func turns(of frame: Frame) throws -> [Double] {
    let axes = try frame.shapesToExpand()
    var turns = [Double](repeating: 0, count: turnSize * axes.count)
    turns.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { turn(base, axes, frame.orientations) }
    }
    return turns
  }

  /// As above, over what stands there; particles without orientations are spheres.
  func turn(
    _ turns: UnsafeMutablePointer<Double>, _ axes: [SemiAxes], _ orientations: [UnitQuaternion]?
  ) {
    for (i, shape) in axes.enumerated() {
      var place = i * turnSize
      let matrices =
        shape.isSphere
        ? nil
        : WignerD(
          (orientations?[i] ?? .identity) * Self.toAxis(Self.axis(of: shape)),
          maxAngular: columns.count - 1)
      let isUniaxial = Self.isUniaxial(shape)
      for component in components {
        let (l, m) = (component.x, component.y)
        let isKept = l == 0 || (!shape.isSphere && (m == 0 || !isUniaxial))
        for k in 0...(2 * l) {
          turns[place + k] = isKept ? matrices?[l][k, l + m] ?? 1 : 0
        }
        place += 2 * l + 1
      }
    }
  }

  private static func isUniaxial(_ shape: SemiAxes) -> Bool {
    let s = shape.vector
    return s.x == s.y || s.y == s.z || s.x == s.z
  }

  /// The semi-axis that differs most from the middle one, of two alike the later.
  private static func axis(of shape: SemiAxes) -> Int {
    let s = shape.vector
    return (0..<3).reduce(2) {
      abs(s[$1] - shape.middle) > abs(s[$0] - shape.middle) ? $1 : $0
    }
  }

  /// A rotation that takes z to that axis.
  private static func toAxis(_ axis: Int) -> UnitQuaternion {
    let (x, y, z) = (Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1))
    return switch axis {
    case 0: UnitQuaternion(rotation: Matrix3x3(columns: -z, y, x))
    case 1: UnitQuaternion(rotation: Matrix3x3(columns: x, -z, y))
    default: .identity
    }
  }

  /// Adds the features of a centre.
  func add(
    _ coefficients: UnsafePointer<Double>, turn: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>
  ) {
    var (turn, target) = (turn, target)
    for component in components {
      let (l, width) = (component.x, columns[component.x])
      for k in 0...(2 * l) {
        let (factor, source) = (turn[k], coefficients + starts[l] + k * width)
        for c in 0..<width { target[c] += factor * source[c] }
      }
      turn += 2 * l + 1
      target += width
    }
  }

  /// Adds dE/dc from the derivative by the features.
  func pull(
    _ derivative: UnsafePointer<Double>, turn: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>
  ) {
    var (turn, derivative) = (turn, derivative)
    for component in components {
      let (l, width) = (component.x, columns[component.x])
      for k in 0...(2 * l) {
        let (factor, row) = (turn[k], target + starts[l] + k * width)
        for c in 0..<width { row[c] += factor * derivative[c] }
      }
      turn += 2 * l + 1
      derivative += width
    }
  }

  /// How coefficients change when the density is turned by a small angle about axis a of space:
  /// `result` becomes that change. (Turning the centre instead changes its features by minus as much.)
  func turned(
    _ coefficients: UnsafePointer<Double>, axis: Int, _ harmonics: HarmonicDerivatives,
    into result: UnsafeMutablePointer<Double>
  ) {
    for (l, width) in columns.enumerated() {
      let (source, target) = (coefficients + starts[l], result + starts[l])
      for k in 0..<((2 * l + 1) * width) { target[k] = 0 }
      for entry in harmonics.turn[l][axis] {
        for c in 0..<width {
          target[entry.from * width + c] += entry.value * source[entry.to * width + c]
        }
      }
    }
  }

  /// What turning the centre about the axes of space does to an energy with the derivative `gradient` by
  /// the coefficients: the torque on it.
  func torque(
    _ coefficients: UnsafePointer<Double>, _ gradient: UnsafePointer<Double>,
    _ harmonics: HarmonicDerivatives
  ) -> Vector3 {
    var torque = Vector3.zero
    for (l, width) in columns.enumerated() {
      let (c, g) = (coefficients + starts[l], gradient + starts[l])
      for axis in 0..<3 {
        for entry in harmonics.turn[l][axis] {
          var sum = 0.0
          for k in 0..<width { sum += g[entry.from * width + k] * c[entry.to * width + k] }
          torque[axis] += entry.value * sum
        }
      }
    }
    return torque
  }
}
