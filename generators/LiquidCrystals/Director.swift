public import Geometry
internal import Mathematics

/// The direction along which a phase is aligned.
public enum Director: Equatable, Sendable {
  /// Uniform on the sphere, anew for every frame.
  case random
  /// The same in all frames; its length does not matter.
  case fixed(Vector3)

  /// From text: `random`, or three numbers as `0,0,1`.
  ///
  /// Throws: `InvalidInput` for anything else, and for the zero vector.
  public init(parsing text: String) throws {
    if text == "random" {
      self = .random
      return
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }
    guard parts.count == 3, numbers.count == 3 else {
      throw InvalidInput("director", value: text, expected: "random, or three numbers as 0,0,1")
    }
    self = .fixed(Vector3(numbers[0], numbers[1], numbers[2]))
    _ = try Self.unit(Vector3(numbers[0], numbers[1], numbers[2]))
  }

  /// The unit vector for a frame. A random one takes two or more numbers of the stream.
  func direction(_ stream: inout RandomStream) throws -> Vector3 {
    switch self {
    case .random: return stream.direction()
    case .fixed(let vector): return try Self.unit(vector)
    }
  }

  private static func unit(_ vector: Vector3) throws -> Vector3 {
    let largest = max(abs(vector.x), max(abs(vector.y), abs(vector.z)))
    guard vector.isFinite, largest > 0 else {
      throw InvalidInput(
        "director", value: "\(vector.x),\(vector.y),\(vector.z)",
        expected: "three finite numbers that are not all zero")
    }
    return (vector / largest).normalized
  }
}

extension UnitQuaternion {
  /// The rotation that takes body axis `k` (0, 1, 2) to the unit vector `u`, after a turn by `spin`
  /// (radians) about that axis.
  ///
  /// Accurate to rounding for every u: where u points away from the axis, the body is first turned
  /// over, so that the shortest rotation is never close to half a turn.
  init(bodyAxis k: Int, along u: Vector3, spin: Double) {
    var axis = Vector3.zero
    axis[k] = 1
    let turn = UnitQuaternion(
      axis: axis, halfAngleCosine: cosine(spin / 2), sine: sine(spin / 2))
    guard u[k] < 0 else {
      self = UnitQuaternion(turning: axis, to: u) * turn
      return
    }
    var other = Vector3.zero
    other[(k + 1) % 3] = 1
    let over = UnitQuaternion(axis: other, halfAngleCosine: 0, sine: 1)
    self = UnitQuaternion(turning: axis, to: -u) * over * turn
  }
}
