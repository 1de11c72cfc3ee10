internal import Foundation
public import Mathematics

/// A kernel between samples (rows), with scikit-learn's parameters.
public enum Kernel: Hashable, Codable, Sendable {
  /// a . b
  case linear
  /// exp(-gamma |a - b|^2)
  case radialBasis(gamma: Double)
  /// (gamma a . b + offset)^degree
  case polynomial(degree: Int, gamma: Double, offset: Double)

  /// All pairs of rows: rows of `a` by rows of `b`. The values do not depend on the number of threads.
  ///
  /// Throws: `Stopped`.
  public func matrix(_ a: Matrix, _ b: Matrix, threads: Int) throws -> Matrix {
    let height = 512
    let blocks = (a.rows + height - 1) / height
    guard blocks > 1 else { return matrix(a, b) }
    let parts = try Parallel.map(count: blocks, threads: threads) { k in
      matrix(a.selecting(rows: Array(k * height..<min(a.rows, (k + 1) * height))), b).elements
    }
    return Matrix(rows: a.rows, columns: b.rows, elements: parts.flatMap { $0 })
  }

  /// All pairs of rows: rows of `a` by rows of `b`.
  public func matrix(_ a: Matrix, _ b: Matrix) -> Matrix {
    var k = LinearAlgebra.multiply(a, b, transposeB: true)
    switch self {
    case .linear: break
    case .radialBasis(let gamma):
      let (na, nb) = (a.squaredRowNorms, b.squaredRowNorms)
      for i in 0..<k.rows {
        for j in 0..<k.columns {
          // Rounding may leave a little less than zero.
          k[i, j] = exp(-gamma * max(0, na[i] + nb[j] - 2 * k[i, j]))
        }
      }
    case .polynomial(let degree, let gamma, let offset):
      for index in k.elements.indices {
        k.elements[index] = Self.power(gamma * k.elements[index] + offset, degree)
      }
    }
    return k
  }

  /// k(a, a) of every row.
  func diagonal(_ a: Matrix) -> [Double] {
    switch self {
    case .linear: a.squaredRowNorms
    case .radialBasis: Array(repeating: 1, count: a.rows)
    case .polynomial(let degree, let gamma, let offset):
      a.squaredRowNorms.map { Self.power(gamma * $0 + offset, degree) }
    }
  }

  private static func power(_ x: Double, _ degree: Int) -> Double {
    (0..<degree).reduce(1) { product, _ in product * x }
  }

  /// Throws: `InvalidData` for parameters without meaning.
  func check() throws {
    switch self {
    case .linear: return
    case .radialBasis(let gamma):
      guard gamma > 0, gamma.isFinite else {
        throw InvalidData("gamma of the radial basis kernel is \(gamma); it must be positive")
      }
    case .polynomial(let degree, let gamma, let offset):
      guard degree >= 1, degree <= 32, gamma > 0, gamma.isFinite, offset.isFinite else {
        throw InvalidData(
          "polynomial kernel of degree \(degree), gamma \(gamma), offset \(offset); a degree of 1 "
            + "to 32 and a positive gamma are needed")
      }
    }
  }
}
