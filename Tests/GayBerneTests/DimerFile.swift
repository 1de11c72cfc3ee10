import FileFormats
import GayBerne
import Geometry
import TestSupport

/// A file of reference pairs.
struct DimerFile {
  let archive: NumPyArchive
  let first: [Ellipsoid]
  let second: [Ellipsoid]
  let displacements: [Vector3]

  init(_ name: String) throws {
    archive = try NumPyArchive(contentsOf: ReferenceData.path("gay-berne/" + name))
    displacements = try Self.vectors(archive["r12"])
    first = try Self.ellipsoids(archive, "q1", "S1")
    second = try Self.ellipsoids(archive, "q2", "S2")
  }

  var count: Int { displacements.count }

  func reals(_ name: String) throws -> [Double] { try archive[name].doubles ?? [] }

  func real(_ name: String) throws -> Double { try reals(name).first ?? .nan }

  func vectors(_ name: String) throws -> [Vector3] { try Self.vectors(archive[name]) }

  static func vectors(_ array: NumPyArray) -> [Vector3] {
    let v = array.doubles ?? []
    return stride(from: 0, to: v.count, by: 3).map { Vector3(v[$0], v[$0 + 1], v[$0 + 2]) }
  }

  static func quaternions(_ array: NumPyArray) throws -> [UnitQuaternion] {
    let v = array.doubles ?? []
    return try stride(from: 0, to: v.count, by: 4).map {
      try UnitQuaternion(w: v[$0], x: v[$0 + 1], y: v[$0 + 2], z: v[$0 + 3])
    }
  }

  private static func ellipsoids(
    _ archive: NumPyArchive, _ q: String, _ s: String
  ) throws -> [Ellipsoid] {
    let v = try archive[s].doubles ?? []
    let axes = try SemiAxes(v[0], v[1], v[2])
    return try quaternions(archive[q]).map { Ellipsoid(semiAxes: axes, orientation: $0) }
  }
}

extension Vector3 {
  /// The largest component in magnitude.
  var largest: Double { Swift.max(abs(x), Swift.max(abs(y), abs(z))) }
}

extension Sequence<Vector3> {
  var largest: Double { map(\.largest).max() ?? 0 }
  var components: [Double] { flatMap { [$0.x, $0.y, $0.z] } }
}
