internal import Foundation
internal import Geometry

extension SymmetricMatrix3x3 {
  /// <v v^T> of some vectors.
  init(meanSquareOf vectors: [Vector3]) {
    var (diagonal, off) = (Vector3.zero, Vector3.zero)
    for v in vectors {
      diagonal += v * v
      off += Vector3(v.y * v.z, v.x * v.z, v.x * v.y)
    }
    diagonal /= Double(vectors.count)
    off /= Double(vectors.count)
    self.init(
      xx: diagonal.x, xy: off.z, xz: off.y, yy: diagonal.y, yz: off.x, zz: diagonal.z)
  }

  /// The largest absolute difference of an element from that of the diagonal matrix.
  func largestDifference(fromDiagonal d: Vector3) -> Double {
    max(abs(xx - d.x), abs(yy - d.y), abs(zz - d.z), abs(xy), abs(xz), abs(yz))
  }

  /// The smallest and the largest eigenvalue by the trigonometric solution of the cubic, each
  /// moved outwards by 1e-12 of the largest, which covers the rounding.
  var extremeEigenvalues: (smallest: Double, largest: Double) {
    let mean = (xx + yy + zz) / 3
    var shifted = self
    (shifted.xx, shifted.yy, shifted.zz) = (xx - mean, yy - mean, zz - mean)
    let spread = (shifted.trace(times: shifted) / 6).squareRoot()
    if !(spread > 1e-300) { return (mean, mean) }
    let determinant = shifted.trace(times: shifted.adjugate) / 3
    let angle = acos(min(1, max(-1, determinant / (2 * spread * spread * spread)))) / 3
    let largest = mean + 2 * spread * cos(angle)
    let smallest = mean + 2 * spread * cos(angle + 2 * Double.pi / 3)
    return (smallest - 1e-12 * largest, largest * (1 + 1e-12))
  }
}
