import Geometry
import Mathematics
import TestSupport
import Testing

@Suite("Unit quaternion")
struct UnitQuaternionTests {
  static func largest(_ m: Matrix3x3) -> Double {
    (0..<9).map { abs(m[$0 / 3, $0 % 3]) }.max() ?? 0
  }

  /// |difference| up to the sign, which means nothing.
  static func distance(_ p: UnitQuaternion, _ q: UnitQuaternion) -> Double {
    let plus = [p.w + q.w, p.x + q.x, p.y + q.y, p.z + q.z].map { $0 * $0 }.reduce(0, +)
    let minus = [p.w - q.w, p.x - q.x, p.y - q.y, p.z - q.z].map { $0 * $0 }.reduce(0, +)
    return min(plus, minus).squareRoot()
  }

  @Test("a quarter turn about z takes x to y")
  func sense() throws {
    let half = (0.5).squareRoot()
    let quarter = UnitQuaternion(axis: Vector3(0, 0, 1), halfAngleCosine: half, sine: half)
    #expect((quarter.rotate(Vector3(1, 0, 0)) - Vector3(0, 1, 0)).length < 1e-15)
    // The columns are the body axes in space.
    #expect((quarter.rotationMatrix.columns.0 - Vector3(0, 1, 0)).length < 1e-15)
    #expect(UnitQuaternion.identity.rotationMatrix == .identity)
  }

  @Test("matrices are rotations; products and inverses are those of the matrices")
  func composition() throws {
    var stream = RandomStream(seed: 21)
    for _ in 0..<300 {
      let p = try RandomFrames.rotation(&stream)
      let q = try RandomFrames.rotation(&stream)
      let v = stream.direction() * 3
      let (mp, mq) = (p.rotationMatrix, q.rotationMatrix)
      // Each element is a sum of a few products of numbers below 1.
      #expect(Self.largest(mp * mp.transpose - .identity) < 2e-15)
      #expect(abs(mp.determinant - 1) < 2e-15)
      #expect(Self.largest((p * q).rotationMatrix - mp * mq) < 2e-15)
      #expect(p.inverse.rotationMatrix == mp.transpose)
      #expect(p.inverse.inverse == p)
      #expect(((p * q).rotate(v) - p.rotate(q.rotate(v))).length < 5e-15)
      #expect((p.rotate(v) - mp * v).length == 0)
      #expect(Self.distance(p * p.inverse, .identity) < 1e-15)
    }
  }

  @Test("q and -q are the same rotation")
  func sign() throws {
    var stream = RandomStream(seed: 22)
    for _ in 0..<50 {
      let q = try RandomFrames.rotation(&stream)
      let opposite = try UnitQuaternion(w: -q.w, x: -q.x, y: -q.y, z: -q.z)
      #expect(Self.largest(opposite.rotationMatrix - q.rotationMatrix) < 1e-15)
    }
  }

  @Test("a matrix gives back its quaternion, half turns and near half turns too")
  func fromMatrix() throws {
    var stream = RandomStream(seed: 23)
    var rotations: [UnitQuaternion] = [.identity]
    for _ in 0..<300 { rotations.append(try RandomFrames.rotation(&stream)) }
    // Half turns about the axes, the diagonals and random axes, and just beside them.
    var axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1), Vector3(1, 1, 1).normalized]
    axes += [Vector3(1, 1, 0), Vector3(1, 0, -1), Vector3(0, -1, 1)].map(\.normalized)
    for _ in 0..<30 { axes.append(stream.direction()) }
    for axis in axes {
      for w in [0, 1e-20, 1e-9, -1e-5, 0.1] {
        rotations.append(try UnitQuaternion(w: w, x: axis.x, y: axis.y, z: axis.z))
      }
      // Tiny turns.
      for size in [1e-20, 1e-9, 1e-5] {
        rotations.append(
          try UnitQuaternion(w: 1, x: axis.x * size, y: axis.y * size, z: axis.z * size))
      }
    }
    for q in rotations {
      let back = UnitQuaternion(rotation: q.rotationMatrix)
      // The elements carry 2e-16 each; the largest component of q is at least a half.
      #expect(Self.distance(q, back) < 2e-15)
    }
  }

  @Test("turning takes one direction to the other by the smallest angle, opposite ones too")
  func turning() throws {
    var stream = RandomStream(seed: 24)
    for trial in 0..<400 {
      let from = stream.direction()
      var to = stream.direction()
      if trial % 2 == 1 {
        // Nearly opposite, or nearly equal, by an angle of 1e-17 to 1e-1.
        let size = [1e-17, 1e-15, 3e-8, 1e-7, 1e-5, 1e-3, 1e-1][trial / 4 % 7]
        to = (trial % 4 == 1 ? -from : from) + to * size
        to = to.normalized
      }
      let q = UnitQuaternion(turning: from, to: to)
      #expect((q.rotate(from) - to).length < 2e-15, "trial \(trial)")
      // Shortest: the axis is at right angles to both.
      let axis = Vector3(q.x, q.y, q.z)
      #expect(abs(axis.dot(from)) < 1e-15 && abs(axis.dot(to)) < 1e-15, "trial \(trial)")
      #expect(q.w >= 0)
    }
    let axes = [Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1)]
    for from in axes {
      #expect(UnitQuaternion(turning: from, to: from) == .identity)
      for to in axes + axes.map({ -$0 }) {
        #expect((UnitQuaternion(turning: from, to: to).rotate(from) - to).length < 1e-15)
      }
    }
    // Opposite but for a component whose square is nothing.
    let almost = UnitQuaternion(turning: Vector3(1, 1e-200, 0), to: Vector3(-1, 0, 0))
    #expect((almost.rotate(Vector3(1, 0, 0)) - Vector3(-1, 0, 0)).length < 1e-15)
  }

  @Test("components of any size are normalised")
  func normalised() throws {
    for scale in [Double.leastNormalMagnitude / 1024, 1e-200, 1e-3, 1, 1e9, 1e200, 1e307] {
      let q = try UnitQuaternion(w: scale, x: -scale, y: scale, z: scale)
      // Denormal numbers have fewer digits, but all four have the same.
      #expect(abs(q.w - 0.5) < 1e-15 && abs(q.x + 0.5) < 1e-15)
      #expect(abs(q.y - 0.5) < 1e-15 && abs(q.z - 0.5) < 1e-15)
    }
  }

  @Test("a zero or non-finite quaternion is refused")
  func refused() throws {
    let bad: [(Double, Double, Double, Double)] = [
      (0, 0, 0, 0), (-0.0, 0, 0, 0), (.nan, 0, 0, 1), (1, .infinity, 0, 0), (1, 0, 0, -.infinity),
      (1, 0, .nan, 0),
    ]
    for (w, x, y, z) in bad {
      let error = #expect(throws: InvalidInput.self) {
        _ = try UnitQuaternion(w: w, x: x, y: y, z: z)
      }
      #expect(error?.quantity == "quaternion (w, x, y, z)")
      #expect(error?.value == "(\(w), \(x), \(y), \(z))")
    }
  }
}
