public import Geometry

/// A neighbour of a particle as the definition has it: index, lattice shift, displacement.
public struct NaiveNeighbor: Comparable, Sendable {
  /// The index of the neighbour.
  public let index: Int
  /// r_ij = r_j - r_i + shift . lattice.
  public let shift: SIMD3<Int32>
  /// r_ij.
  public let displacement: Vector3

  /// A neighbour with its place and displacement.
  public init(index: Int, shift: SIMD3<Int32>, displacement: Vector3) {
    self.index = index
    self.shift = shift
    self.displacement = displacement
  }

  /// By index, then by shift.
  public static func < (l: Self, r: Self) -> Bool {
    (l.index, l.shift.x, l.shift.y, l.shift.z) < (r.index, r.shift.x, r.shift.y, r.shift.z)
  }
}

/// The oracle of the neighbour search: every particle against every image of every other, O(N^2).
public enum NaiveNeighbors {
  /// All neighbours of particle `i`, in ascending order.
  ///
  /// Along a periodic direction every image is tried whose fractional coordinate differs by no more
  /// than the cutoff divided by the height of the cell, and one more on either side.
  public static func of(_ i: Int, in positions: [Vector3], cell: Cell?, cutoff: Double)
    -> [NaiveNeighbor]
  {
    var found: [NaiveNeighbor] = []
    for j in positions.indices {
      let difference = positions[j] - positions[i]
      var ranges = [0...0, 0...0, 0...0]
      if let cell {
        let f = cell.fractional(difference)
        for k in 0..<3 where cell.isPeriodic(k) {
          let width = cutoff / cell.height(k) + 1
          ranges[k] = Int((-f[k] - width).rounded(.down))...Int((-f[k] + width).rounded(.up))
        }
      }
      for a in ranges[0] {
        for b in ranges[1] {
          for c in ranges[2] where !(i == j && a == 0 && b == 0 && c == 0) {
            var r = difference
            if let cell {
              r +=
                cell.vector(0) * Double(a) + cell.vector(1) * Double(b) + cell.vector(2) * Double(c)
            }
            guard r.length < cutoff else { continue }
            found.append(
              NaiveNeighbor(
                index: j, shift: SIMD3(Int32(a), Int32(b), Int32(c)), displacement: r))
          }
        }
      }
    }
    return found.sorted()
  }

  /// The shortest image of a displacement among all with shifts of up to `reach` cells from the
  /// wrapped one: reliable where `reach` is large beside the skew of the cell.
  public static func shortestImage(_ displacement: Vector3, cell: Cell, reach: Int) -> Vector3 {
    let f = cell.fractional(displacement)
    var best = displacement
    let ranges = (0..<3).map { k in
      cell.isPeriodic(k)
        ? Int((-f[k]).rounded()) - reach...Int((-f[k]).rounded()) + reach : 0...0
    }
    for a in ranges[0] {
      for b in ranges[1] {
        for c in ranges[2] {
          let r =
            displacement + cell.vector(0) * Double(a) + cell.vector(1) * Double(b)
            + cell.vector(2) * Double(c)
          if r.lengthSquared < best.lengthSquared { best = r }
        }
      }
    }
    return best
  }
}
