internal import GayBerne
internal import Geometry
internal import OrderParameters

/// What does not change during a simulation: the kinds of particles and how they interact.
struct MonteCarloModel: Sendable {
  enum Interaction: Sendable {
    case hard(HardBodies)
    case smooth(any BodyEnergies)
    /// No sum over pairs: asked by frames.
    case collective(any FramePotential)
  }

  let kinds: [BodyKind]
  let interaction: Interaction
  /// Centres at this distance or beyond do not act on each other.
  let range: Double
  /// The range that search cells hold: for hard bodies a little more, for virtual compressions.
  let searchRange: Double
  /// The unit of length of the floats that choose neighbours.
  let unit: Double
  /// The numbers of a record.
  let stride: Int
  /// The body axis that counts as the symmetry axis of each kind; -1 for a sphere.
  let axes: [Int]
  /// Which step sizes a kind has: its own as long as there are few kinds.
  let groups: [Int]
  let groupCount: Int

  private static let mostGroups = 8

  /// Throws: `InvalidInput` for a potential without a cutoff or kinds that it cannot take.
  init(_ kinds: [BodyKind], _ settings: MonteCarloSettings, box: CellBox) throws {
    self.kinds = kinds
    switch settings.interaction {
    case .hard:
      let bodies = try HardBodies(kinds)
      interaction = .hard(bodies)
      stride = HardBodies.stride
      range = bodies.range
      searchRange = bodies.range * 1.005
      unit = bodies.unit
    case .potential(let potential as any PairPotential):
      guard let cutoff = potential.cutoff else {
        throw InvalidInput(
          "cutoff radius", value: "missing", expected: "a positive number for a simulation")
      }
      let energies = try potential.bodyEnergies(kinds)
      interaction = .smooth(energies)
      stride = energies.stride
      range = cutoff
      searchRange = cutoff
      unit = cutoff
    case .potential(let potential):
      interaction = .collective(potential)
      stride = 1
      // It sets the first step sizes; neighbours are the potential's own business.
      range = min(potential.cutoff ?? .infinity, box.heights.min())
      searchRange = range
      unit = range
    }
    axes = try kinds.map {
      $0.semiAxes.isSphere ? -1 : try settings.axis.index(of: $0.semiAxes)
    }
    groupCount = kinds.count <= Self.mostGroups ? kinds.count : 1
    groups = kinds.indices.map { kinds.count <= Self.mostGroups ? $0 : 0 }
  }

  /// The record of a body.
  @inline(__always)
  func write(kind: Int, orientation q: SIMD4<Double>, to record: UnsafeMutablePointer<Double>) {
    let rotation = rotationMatrix(q)
    switch interaction {
    case .hard(let bodies): bodies.write(kind: kind, rotation: rotation, to: record)
    case .smooth(let energies):
      energies.write(kind: kind, rotation: rotation, orientation: q, to: record)
    case .collective: break
    }
  }

  /// The symmetry axis of a body in space; zero for a sphere.
  @inline(__always)
  func axis(kind: Int, orientation q: SIMD4<Double>) -> Vector3 {
    switch axes[kind] {
    case 0: rotationMatrix(q).columns.0
    case 1: rotationMatrix(q).columns.1
    case 2: rotationMatrix(q).columns.2
    default: .zero
    }
  }
}

/// R of a quaternion (w, x, y, z) of length 1.
@inline(__always)
func rotationMatrix(_ q: SIMD4<Double>) -> Matrix3x3 {
  let (w, x, y, z) = (q[0], q[1], q[2], q[3])
  return Matrix3x3(
    columns: Vector3(1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)),
    Vector3(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)),
    Vector3(2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)))
}

/// First `r`, then `l`, of length 1.
@inline(__always)
func rotationProduct(_ l: SIMD4<Double>, _ r: SIMD4<Double>) -> SIMD4<Double> {
  let w = l[0] * r[0] - l[1] * r[1] - l[2] * r[2] - l[3] * r[3]
  let x = l[0] * r[1] + l[1] * r[0] + l[2] * r[3] - l[3] * r[2]
  let y = l[0] * r[2] - l[1] * r[3] + l[2] * r[0] + l[3] * r[1]
  let z = l[0] * r[3] + l[1] * r[2] - l[2] * r[1] + l[3] * r[0]
  let scale = 1 / (w * w + x * x + y * y + z * z).squareRoot()
  return SIMD4(w * scale, x * scale, y * scale, z * scale)
}
