public import Geometry
internal import Mathematics

/// Steinhardt's q_l by the addition theorem, without spherical harmonics, over neighbours found by
/// trying every image: q_l^2 = sum_jk w_j w_k P_l(cos gamma_jk) / (sum_j w_j)^2.
public enum NaiveSteinhardt {
  /// r_ij of all neighbours of particle `i`, images up to `images` cells away tried.
  public static func neighbors(
    of i: Int, _ frame: Frame, cutoff: Double, images: Int = 3
  ) -> [Vector3] {
    var found: [Vector3] = []
    let reach = (0..<3).map { k in frame.cell.map { $0.isPeriodic(k) ? images : 0 } ?? 0 }
    for j in 0..<frame.count {
      for a in -reach[0]...reach[0] {
        for b in -reach[1]...reach[1] {
          for c in -reach[2]...reach[2] {
            if i == j && a == 0 && b == 0 && c == 0 { continue }
            var r = frame.positions[j] - frame.positions[i]
            if let cell = frame.cell {
              r += cell.position(fractional: Vector3(Double(a), Double(b), Double(c)))
            }
            if r.length < cutoff { found.append(r) }
          }
        }
      }
    }
    return found
  }

  /// q_l of particle `i`.
  public static func value(
    _ l: Int, of i: Int, _ frame: Frame, cutoff: Double, weight: (Vector3) -> Double
  ) throws -> Double {
    let bonds = neighbors(of: i, frame, cutoff: cutoff)
    guard !bonds.isEmpty else { return 0 }
    let weights = bonds.map(weight)
    let total = weights.reduce(0, +)
    var sum = 0.0
    for j in bonds.indices {
      for k in bonds.indices {
        let cosine = bonds[j].normalized.dot(bonds[k].normalized)
        sum +=
          weights[j] * weights[k]
          * (try SpecialFunctions.legendre(l, max(-1, min(1, cosine))))
      }
    }
    return max(0, sum).squareRoot() / total
  }
}
