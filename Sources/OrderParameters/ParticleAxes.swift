public import Geometry

/// The particles of a frame that orientational order is about, and where their symmetry axes point.
///
/// A sphere has no axis. Spheres among other particles are left out, whichever body axis was chosen.
/// In a frame of nothing but spheres, or of particles without shapes, a chosen body axis (x, y or z)
/// counts for all particles, and `automatic` finds no axis.
public struct ParticleAxes: Equatable, Sendable {
  /// Which particles have an axis, ascending.
  public let particles: [Int]
  /// Their axes: unit vectors in space.
  public let axes: [Vector3]
  /// Which of the body axes x, y, z these are, from 0.
  public let bodyAxes: [Int]

  /// Throws: `InvalidInput` when the frame has no orientations, and under `automatic` when it has no
  /// shapes.
  public init(_ frame: Frame, axis: SymmetryAxis = .automatic) throws {
    guard let orientations = frame.orientations else {
      throw InvalidInput(
        "orientations", value: "missing", expected: "a quaternion for every particle")
    }
    guard frame.semiAxes != nil || axis != .automatic || frame.count == 0 else {
      throw InvalidInput(
        "symmetry axis", value: "auto, for particles without semi-axes", expected: "x, y or z")
    }
    let spheres = frame.semiAxes?.map(SymmetryAxis.isSphere)
    let countsSpheres = axis != .automatic && (spheres?.allSatisfy { $0 } ?? true)
    particles = orientations.indices.filter { countsSpheres || spheres?[$0] == false }
    bodyAxes = try particles.map { try axis.index(of: frame.semiAxes?[$0]) }
    axes = zip(particles, bodyAxes).map { particle, k in
      let columns = orientations[particle].rotationMatrix.columns
      return k == 0 ? columns.0 : k == 1 ? columns.1 : columns.2
    }
  }

  /// The axis of every particle of a frame of `count`; nil for those that have none.
  func byParticle(of count: Int) -> [Vector3?] {
    var all = [Vector3?](repeating: nil, count: count)
    for (particle, axis) in zip(particles, axes) { all[particle] = axis }
    return all
  }
}

extension Frame {
  /// The given particles alone, in that order, with the cell and the labels but without further
  /// columns.
  func only(_ particles: [Int]) -> Frame {
    Frame(
      positions: particles.map { positions[$0] }, species: particles.map { species[$0] },
      orientations: orientations.map { all in particles.map { all[$0] } },
      semiAxes: semiAxes.map { all in particles.map { all[$0] } }, cell: cell, labels: labels)
  }

  /// The particles of the given species; all of them for nil.
  func particles(of chosen: Set<String>?) -> [Int] {
    chosen.map { names in species.indices.filter { names.contains(species[$0]) } }
      ?? Array(species.indices)
  }
}
