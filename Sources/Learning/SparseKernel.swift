internal import Foundation
public import Mathematics

/// A kernel between one sample and given points z_m, with its derivative by the sample: the functions that
/// an energy of neighbourhoods is a weighted sum of (projected process).
///
/// Polynomial kernels are those of the directions of the samples, normalised to k(x, x) = 1,
///
///     k(x, z) = ((gamma x.z / |x||z| + offset) / (gamma + offset))^degree,
///
/// radial ones exp(-gamma |x - z|^2), linear ones x.z. Derivatives are along_m z_m + own_m x, with the
/// points as `points` has them.
public struct SparseKernel: Equatable, Sendable {
  /// The kernel.
  public let kernel: Kernel
  /// Points by features; of length one for polynomial kernels.
  public let points: Matrix

  /// Eigenvalues of the kernel between the points below so much of the largest are left out.
  private static let leastEigenvalue = 1e-12

  /// Throws: `InvalidData` for parameters without meaning, points that are not finite, and a polynomial
  /// with gamma + offset = 0.
  public init(kernel: Kernel, points: Matrix) throws {
    try kernel.check()
    guard points.elements.allSatisfy(\.isFinite) else {
      throw InvalidData("the points of a kernel are not finite")
    }
    self.kernel = kernel
    guard case .polynomial(_, let gamma, let offset) = kernel else {
      self.points = points
      return
    }
    guard gamma + offset > 0, offset >= 0 else {
      throw InvalidData(
        "polynomial kernel with gamma \(gamma) and offset \(offset); a normalised one needs an "
          + "offset of 0 or more")
    }
    self.points = points.normalizedRows
  }

  /// k(x, z_m) for every point, and the factors of its derivative.
  public func evaluate(
    _ x: UnsafeBufferPointer<Double>, values: UnsafeMutableBufferPointer<Double>,
    along: UnsafeMutableBufferPointer<Double>, own: UnsafeMutableBufferPointer<Double>
  ) {
    let width = points.columns
    guard let x = x.baseAddress, width > 0 else { return }
    points.elements.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      switch kernel {
      case .linear:
        for m in 0..<points.rows {
          values[m] = RowProducts.product(x, all + m * width, width)
          (along[m], own[m]) = (1, 0)
        }
      case .radialBasis(let gamma):
        for m in 0..<points.rows {
          let value = exp(-gamma * RowProducts.squaredDistance(x, all + m * width, width))
          (values[m], along[m], own[m]) = (value, 2 * gamma * value, -2 * gamma * value)
        }
      case .polynomial(let degree, let gamma, let offset):
        let length = RowProducts.product(x, x, width).squareRoot()
        let inverse = length > 0 ? 1 / length : 0
        let scale = 1 / (gamma + offset)
        for m in 0..<points.rows {
          let cosine = RowProducts.product(x, all + m * width, width) * inverse
          let base = scale * (gamma * cosine + offset)
          var power = 1.0
          for _ in 1..<degree { power *= base }
          values[m] = power * base
          // d cosine / dx = (z - cosine x/|x|) / |x|.
          let slope = Double(degree) * power * scale * gamma * inverse
          (along[m], own[m]) = (slope, -slope * cosine * inverse)
        }
      }
    }
  }

  /// The kernel between all samples and all points.
  public func matrix(_ x: Matrix) -> Matrix {
    var result = Matrix(rows: x.rows, columns: points.rows)
    var (along, own) = (
      [Double](repeating: 0, count: points.rows), [Double](repeating: 0, count: points.rows)
    )
    x.elements.withUnsafeBufferPointer { x in
      result.elements.withUnsafeMutableBufferPointer { result in
        along.withUnsafeMutableBufferPointer { along in
          own.withUnsafeMutableBufferPointer { own in
            for i in 0..<(points.rows > 0 ? result.count / points.rows : 0) {
              evaluate(
                UnsafeBufferPointer(rebasing: x[i * points.columns..<(i + 1) * points.columns]),
                values: UnsafeMutableBufferPointer(
                  rebasing: result[i * points.rows..<(i + 1) * points.rows]), along: along,
                own: own)
            }
          }
        }
      }
    }
    return result
  }

  /// T = V Lambda^(-1/2) of the kernel between the points, V Lambda V^T: columns k(x) T have unit
  /// regularisation where k(x) c has c^T K c, and normal equations that double precision can solve
  /// (L. Foster et al., J. Mach. Learn. Res. 10, 857 (2009)). Points by directions.
  ///
  /// Throws: `NumericalError` when the decomposition fails; `Stopped`.
  public func whitening() throws -> Matrix {
    let (values, vectors) = try LinearAlgebra.symmetricEigen(matrix(points))
    let least = Self.leastEigenvalue * max(0, values.last ?? 0)
    let kept = values.indices.filter { values[$0] > least }.reversed()
    return vectors.selecting(columns: Array(kept))
      .scaling(columns: kept.map { 1 / values[$0].squareRoot() })
  }
}

extension Matrix {
  /// Every row divided by its length; rows of zeros stay.
  var normalizedRows: Matrix {
    scaling(rows: squaredRowNorms.map { $0 > 0 ? 1 / $0.squareRoot() : 0 })
  }
}

/// Sums over two rows of numbers, eight side by side.
enum RowProducts {
  private typealias Eight = SIMD8<Double>

  /// sum a b
  @inline(__always)
  static func product(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    var (s0, s1, k) = (Eight.zero, Eight.zero, 0)
    let (p, q) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    while k + 16 <= count {
      s0 += load(p, k) * load(q, k)
      s1 += load(p, k + 8) * load(q, k + 8)
      k += 16
    }
    var sum = (s0 + s1).sum()
    while k < count {
      sum += a[k] * b[k]
      k += 1
    }
    return sum
  }

  /// sum (a - b)^2
  @inline(__always)
  static func squaredDistance(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    var (s0, s1, k) = (Eight.zero, Eight.zero, 0)
    let (p, q) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    while k + 16 <= count {
      let (d0, d1) = (load(p, k) - load(q, k), load(p, k + 8) - load(q, k + 8))
      s0 += d0 * d0
      s1 += d1 * d1
      k += 16
    }
    var sum = (s0 + s1).sum()
    while k < count {
      sum += (a[k] - b[k]) * (a[k] - b[k])
      k += 1
    }
    return sum
  }

  @inline(__always)
  private static func load(_ p: UnsafeRawPointer, _ k: Int) -> Eight {
    p.loadUnaligned(fromByteOffset: 8 * k, as: Eight.self)
  }
}
