internal import Geometry

/// Particles without extent among particles that have one, as LAMMPS and HOOMD-blue have them: files
/// give them no shape, or lengths and a quaternion of nothing but zeros.
///
/// An ellipsoid cannot be a point here, so each becomes a sphere: of the diameter that the file gives
/// for the particle, otherwise of `ReadOptions.pointDiameter`. Spheres are not turned. How many took
/// the default is told as a warning.
struct PointParticles {
  let path: String
  let pointDiameter: Double
  var frame = 0
  private(set) var warnings = WarningCollector()
  private var isWithoutExtent: [Bool] = []

  init(path: String, options: ReadOptions) {
    self.path = path
    pointDiameter = options.pointDiameter
  }

  /// Whether the particle of the frame under way has no extent, or only that of a sphere.
  func isPoint(_ particle: Int) -> Bool {
    isWithoutExtent.indices.contains(particle) && isWithoutExtent[particle]
  }

  /// Begins with the next frame.
  mutating func begin(frame: Int) {
    self.frame = frame
    isWithoutExtent = []
  }

  /// The shapes with spheres where there is none; nil when no particle has any. `diameters` are those
  /// of the file for spheres, 0 for points.
  mutating func completed(_ shapes: [SemiAxes?], diameters: [Double]? = nil) -> [SemiAxes]? {
    isWithoutExtent = shapes.map { $0 == nil }
    let spheres = diameters.map { $0.map { try? SemiAxes($0 / 2, $0 / 2, $0 / 2) } }
    let hasAny = shapes.contains { $0 != nil } || spheres?.contains { $0 != nil } == true
    guard hasAny, let point = try? SemiAxes(pointDiameter / 2, pointDiameter / 2, pointDiameter / 2)
    else { return shapes.isEmpty ? [] : nil }
    var count = 0
    let result = shapes.indices.map { i -> SemiAxes in
      if let shape = shapes[i] ?? spheres?[i] { return shape }
      count += 1
      return point
    }
    if count > 0 {
      warnings.add(
        "points",
        "\(path): frame \(frame): \(count) of \(shapes.count) particles have no extent and are "
          + "taken as spheres of diameter \(pointDiameter)")
    }
    return result
  }

  /// Warns of a quaternion that is far from length 1.
  mutating func check(length: Double, of particle: Int) {
    if abs(length - 1) > UnitQuaternion.lengthTolerance {
      warnings.add(
        "length",
        "\(path): frame \(frame): quaternion of particle \(particle) has length \(length); it is "
          + "normalised")
    }
  }
}
