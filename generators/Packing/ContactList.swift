internal import Geometry
internal import Mathematics

/// The pairs of ellipsoids that can touch as long as no particle has moved by more than half a skin
/// since the list was made. The orientations stay as they are.
///
/// sqrt(f) is a norm of r, and f at lambda = 1/2 a lower bound of f: moving r by d changes
/// sqrt(f(1/2)) by |d|/(2 s) at most, s the smallest semi-axis. So pairs with
/// sqrt(f(1/2)) >= 1 + pad + skin/(2 s) need not be listed. Contact counts from sqrt(f) = 1 + pad.
struct ContactList {
  /// The pairs, every image of a pair on its own. A particle and its own image are left out: their
  /// distance never changes.
  var pairs: [FrozenPair] = []
  private let shapes: [SymmetricMatrix3x3]
  private let cell: Cell
  private let boundSquared: Double
  private let reach: Double
  /// Pairs within `reach + candidateSkin` of each other at `candidateReference`, from which the list
  /// is made: bins and images are looked at again only when a particle has gone a long way.
  private var candidates: [Candidate] = []
  private var candidateReference: [Vector3] = []
  private let candidateSkin: Double
  /// Up to that many particles all pairs are looked at, which is quicker than bins.
  private static let few = 400

  private struct Candidate {
    var first: Int32
    var second: Int32
    var separation: Vector3
  }

  /// `shapes` are R diag(a^2, b^2, c^2) R^T of the particles, `extents` the bounds of all semi-axes.
  init(
    shapes: [SymmetricMatrix3x3], extents: ClosedRange<Double>, cell: Cell, pad: Double,
    skin: Double
  ) {
    self.shapes = shapes
    self.cell = cell
    let bound = 1 + pad + skin / (2 * extents.lowerBound)
    boundSquared = bound * bound
    // Whatever their directions, two particles that far apart have sqrt(f) above 1 + pad.
    reach = 2 * extents.upperBound * (1 + pad) + skin
    candidateSkin = 3 * skin
  }

  /// Finds the pairs anew, for positions that have moved on continuously since the last time.
  ///
  /// Throws: `InvalidInput` when a position is not finite; `Stopped`.
  mutating func rebuild(positions: [Vector3]) throws {
    let limit = 0.25 * candidateSkin * candidateSkin
    let isNear =
      candidateReference.count == positions.count
      && positions.indices.allSatisfy {
        (positions[$0] - candidateReference[$0]).lengthSquared <= limit
      }
    if !isNear { try findCandidates(positions) }
    pairs.removeAll(keepingCapacity: true)
    let reachSquared = reach * reach
    for candidate in candidates {
      let (i, j) = (Int(candidate.first), Int(candidate.second))
      let r =
        candidate.separation
        + ((positions[j] - candidateReference[j]) - (positions[i] - candidateReference[i]))
      if r.lengthSquared >= reachSquared { continue }
      // f(1/2) = r^T (G_1 + G_2)^-1 r / 2.
      let sum = shapes[i] + shapes[j]
      let adjugate = sum.adjugate
      let determinant = sum.trace(times: adjugate) / 3
      if 0.5 * adjugate.form(r) < boundSquared * determinant {
        pairs.append(
          FrozenPair(
            candidate.first, candidate.second, separation: r, shapes[i], shapes[j]))
      }
    }
  }

  private mutating func findCandidates(_ positions: [Vector3]) throws {
    candidates.removeAll(keepingCapacity: true)
    candidateReference = positions
    if positions.count <= Self.few {
      try findSimply(positions)
      return
    }
    let finder = try NeighborFinder(
      positions: positions, cell: cell, cutoff: reach + candidateSkin)
    var buffer = NeighborFinder.Buffer()
    for i in positions.indices {
      try StopRequest.check()
      finder.neighbors(of: i, into: &buffer)
      for k in 0..<buffer.count where Int(buffer.indices[k]) > i {
        candidates.append(
          Candidate(
            first: Int32(i), second: buffer.indices[k],
            separation: Vector3(buffer.x[k], buffer.y[k], buffer.z[k])))
      }
    }
  }

  /// All pairs, all images: of the one with fractional coordinates within 1/2 and of those that
  /// are n lattice vectors further, n up to cutoff/height + 1/2.
  private mutating func findSimply(_ positions: [Vector3]) throws {
    let fractional = positions.map(cell.fractional)
    guard fractional.allSatisfy(\.isFinite) else {
      throw NumericalError("a particle was moved to infinity")
    }
    let cutoff = reach + candidateSkin
    let most = (0..<3).map { k in
      cell.isPeriodic(k) ? Int((cutoff / cell.height(k) + 0.5).rounded(.down)) : 0
    }
    var images = [Vector3]()
    for n0 in -most[0]...most[0] {
      for n1 in -most[1]...most[1] {
        for n2 in -most[2]...most[2] {
          images.append(cell.position(fractional: Vector3(Double(n0), Double(n1), Double(n2))))
        }
      }
    }
    let toCartesian = cell.toCartesian
    let periodic = Vector3(
      cell.isPeriodic(0) ? 1 : 0, cell.isPeriodic(1) ? 1 : 0, cell.isPeriodic(2) ? 1 : 0)
    for i in positions.indices {
      let home = fractional[i]
      for j in i + 1..<positions.count {
        let d = fractional[j] - home
        let nearest = toCartesian * (d - d.rounded(.toNearestOrEven) * periodic)
        for image in images {
          let r = nearest + image
          if r.lengthSquared < cutoff * cutoff {
            candidates.append(Candidate(first: Int32(i), second: Int32(j), separation: r))
          }
        }
      }
    }
  }

  /// The smallest sqrt(f) between a particle and its own images, where that is below 1; then the
  /// cell is too small for it, whatever its position.
  ///
  /// Two images of a body share its G, so that f = r^T G^-1 r / 4.
  func selfContact() throws -> (particle: Int, norm: Double)? {
    var worst: (particle: Int, norm: Double)?
    guard (0..<3).contains(where: { cell.isPeriodic($0) && cell.height($0) < reach }) else {
      return nil
    }
    let finder = try NeighborFinder(positions: [.zero], cell: cell, cutoff: reach)
    var images = NeighborFinder.Buffer()
    finder.neighbors(of: 0, into: &images)
    for i in shapes.indices {
      let adjugate = shapes[i].adjugate
      let determinant = shapes[i].trace(times: adjugate) / 3
      for k in 0..<images.count {
        let r = Vector3(images.x[k], images.y[k], images.z[k])
        let norm = (0.25 * adjugate.form(r) / determinant).squareRoot()
        if norm < (worst?.norm ?? 1) { worst = (i, norm) }
      }
    }
    return worst
  }
}
