internal import Geometry
internal import Mathematics

/// Where a molecule stands in the cell of a space group: a position, the operations that leave it
/// where it is, and all positions that it is taken to.
struct CrystalSite {
  /// One of the equivalent positions: an operation that leads there, and where that is, in fractional
  /// coordinates inside the cell.
  struct Image {
    var rotation: Matrix3x3
    var position: Vector3
  }

  let images: [Image]
  /// The W of the operations that leave the position where it is, the identity among them.
  let siteRotations: [Matrix3x3]

  /// Two positions closer than this in fractional coordinates are one.
  private static let tolerance = 1e-6

  /// The site of a position.
  init(_ position: Vector3, in group: SpaceGroup) {
    var images = [Image]()
    var fixing = [Matrix3x3]()
    for operation in group.operations {
      let image = operation(position)
      let inside = image - image.rounded(.down)
      if Self.coincide(image, position) { fixing.append(operation.rotation) }
      if !images.contains(where: { Self.coincide($0.position, inside) }) {
        images.append(Image(rotation: operation.rotation, position: inside))
      }
    }
    self.images = images
    siteRotations = fixing
  }

  private static func coincide(_ a: Vector3, _ b: Vector3) -> Bool {
    let d = a - b
    let rest = d - d.rounded(.toNearestOrEven)
    return max(abs(rest.x), max(abs(rest.y), abs(rest.z))) < tolerance
  }

  /// A position at random: anywhere, or (`special`) moved onto a symmetry element, or where several
  /// meet; nil where the draw ends at none.
  static func draw(
    _ group: SpaceGroup, special: Bool, _ stream: inout RandomStream
  ) -> CrystalSite? {
    var x = Vector3(stream.uniform(), stream.uniform(), stream.uniform())
    guard special else { return CrystalSite(x, in: group) }
    guard group.operations.count > 1 else { return nil }
    // Up to three elements; moving onto one may leave the others, so they take turns.
    let number = 1 + stream.index(below: 3)
    let chosen = (0..<number).map { _ in
      let k = 1 + stream.index(below: group.operations.count - 1)
      let shift = Vector3(
        Double(stream.index(below: 3) - 1), Double(stream.index(below: 3) - 1),
        Double(stream.index(below: 3) - 1))
      return (group.operations[k], shift)
    }
    for _ in 0..<60 {
      for (operation, shift) in chosen {
        guard let y = onto(operation, shift, x) else { return nil }
        x = y
      }
    }
    let site = CrystalSite(x - x.rounded(.down), in: group)
    return site.siteRotations.count > 1 ? site : nil
  }

  /// The mean of the images of x under the powers of an operation, which it leaves in place; nil for
  /// screws and glides, which leave nothing.
  private static func onto(
    _ operation: SpaceGroup.Operation, _ shift: Vector3, _ x: Vector3
  ) -> Vector3? {
    var (image, sum, order) = (x, Vector3.zero, 0.0)
    var power = Matrix3x3.identity
    repeat {
      sum += image
      order += 1
      image = operation(image) + shift
      power = operation.rotation * power
    } while power != Matrix3x3.identity && order < 6
    guard (image - x).length < 1e-9 * (1 + x.length) else { return nil }
    return sum / order
  }
}

/// How a molecule has to be turned for a site: every operation of the site must be a symmetry of the
/// turned molecule.
struct SiteOrientation {
  let molecule: [Matrix3x3]
  /// The operations of the site in Cartesian coordinates.
  let site: [Matrix3x3]

  /// Symmetries that differ by less than this in every element are the same.
  private static let tolerance = 1e-2

  /// A turn at random among those that the site allows; nil where it allows none.
  func draw(_ stream: inout RandomStream) throws -> Matrix3x3? {
    let q = stream.rotation()
    let free = try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w).rotationMatrix
    let elements = site.filter { Self.axis($0) != nil }
    guard let first = elements.first, let a = Self.axis(first) else {
      return fits(free) ? free : nil
    }
    let second = elements.first { element in
      Self.axis(element).map { abs($0.dot(a)) < 0.99 } ?? false
    }
    var turns = [Matrix3x3]()
    for m in molecule where Self.areAlike(m, first) {
      guard let axis = Self.axis(m) else { continue }
      for sign in [1.0, -1.0] {
        if let second, let b = Self.axis(second) {
          for n in molecule where Self.areAlike(n, second) {
            guard let other = Self.axis(n) else { continue }
            for otherSign in [1.0, -1.0] {
              turns.append(
                Self.triad(a, b) * Self.triad(axis * sign, other * otherSign).transpose)
            }
          }
        } else {
          // Any turn about the common axis will do.
          let spin = stream.uniform(0, 2 * Double.pi)
          let onto = UnitQuaternion(turning: axis * sign, to: a)
          let about = UnitQuaternion(
            axis: a, halfAngleCosine: cosine(spin / 2), sine: sine(spin / 2))
          turns.append((about * onto).rotationMatrix)
        }
      }
    }
    let fitting = turns.filter { $0.determinant > 0.5 && fits($0) }
    return fitting.isEmpty ? nil : fitting[stream.index(below: fitting.count)]
  }

  /// Whether R^T W R is a symmetry of the molecule for every W of the site.
  private func fits(_ r: Matrix3x3) -> Bool {
    site.allSatisfy { w in
      let inBody = r.transpose * w * r
      return molecule.contains { Molecule.distance($0, inBody) < Self.tolerance }
    }
  }

  /// The axis of a rotation, or of the rotation in a rotoinversion (the normal of a mirror); nil for
  /// the identity and the inversion.
  private static func axis(_ m: Matrix3x3) -> Vector3? {
    let proper = m * (m.determinant > 0 ? 1 : -1)
    if proper.trace > 2.99 { return nil }
    let skew = Vector3(
      proper[2, 1] - proper[1, 2], proper[0, 2] - proper[2, 0], proper[1, 0] - proper[0, 1])
    if skew.length > 0.1 { return skew.normalized }
    // Half a turn: m + 1 = 2 a a^T.
    let columns = [
      proper.columns.0 + Vector3(1, 0, 0), proper.columns.1 + Vector3(0, 1, 0),
      proper.columns.2 + Vector3(0, 0, 1),
    ]
    return columns.max { $0.length < $1.length }?.normalized
  }

  /// Equal determinants and equal angles.
  private static func areAlike(_ a: Matrix3x3, _ b: Matrix3x3) -> Bool {
    abs(a.determinant - b.determinant) < 0.1 && abs(a.trace - b.trace) < 0.05
  }

  private static func triad(_ p: Vector3, _ q: Vector3) -> Matrix3x3 {
    let z = p.cross(q).normalized
    return Matrix3x3(columns: p, z.cross(p), z)
  }
}
