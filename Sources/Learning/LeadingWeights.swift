internal import Mathematics

/// Which column weighs most in the leading right singular vector of a matrix that loses one direction after
/// the other, as CUR decomposition needs it.
///
/// A whole decomposition at every step takes n^3 operations. Here the smaller Gram matrix G is kept up to
/// date, and a few steps of Lanczos' method give an approximation v of its leading eigenvector with
///
///     |v - exact| <= 2 (|G v - theta v| + rounding) / gap,
///
/// theta - gap being a bound of the second eigenvalue. As soon as the largest weight is ahead of the next by
/// more than that can change, it is the one that the whole decomposition would find. Where it is not, as
/// with eigenvalues that are nearly equal, the whole decomposition decides. Two vectors to begin with, so
/// that an eigenvalue that is there twice is seen twice.
struct LeadingWeights {
  /// Smaller Gram matrices are decomposed at once.
  private static let fewest = 200
  /// So many vectors at most, and after how many is looked whether they suffice.
  private static let (most, interval) = (240, 16)
  /// The Gram matrix is computed anew when its trace is below so much of what it was: its errors are still
  /// those of the larger one.
  private static let fallen = 0.1

  private var gram = Matrix(rows: 0, columns: 0)
  /// The trace of the Gram matrix when it was computed, and what was taken from it since.
  private var (reference, updates) = (0.0, 0)
  /// Steps for which the whole decomposition is taken without trying, and failures in a row.
  private var (pause, failures) = (0, 0)

  /// The column of the largest weight, the first of equals, except those that were taken.
  ///
  /// Throws: `NumericalError`, `Stopped`.
  mutating func largest(of x: Matrix, except taken: [Int]) throws -> Int {
    let isSmall = min(x.rows, x.columns) < Self.fewest
    var isNew = false
    if isSmall || gram.rows == 0 || trace < Self.fallen * reference {
      try renew(x)
      isNew = true
    }
    if !isSmall {
      if pause > 0 {
        pause -= 1
      } else if let found = try iterated(x, taken) {
        failures = 0
        return found
      } else {
        failures += 1
        pause = 1 << min(failures, 5)
      }
    }
    if !isNew { try renew(x) }
    let (values, vectors) = try LinearAlgebra.largestEigenpairs(gram, count: 1)
    return Self.firstLargest(try weights(x, vectors, values[0], except: taken))
  }

  /// A direction (of unit length, in the space of the columns) was taken from the matrix, of which it had
  /// these products with the columns.
  mutating func remove(_ direction: Matrix, products: Matrix, isTall: Bool) {
    guard gram.rows >= Self.fewest else { return }
    updates += 1
    let n = gram.rows
    if isTall {
      // (A - d p^T)^T (A - d p^T) = G - p p^T with p = A^T d.
      let p = products.elements
      for i in 0..<n { for j in 0..<n { gram[i, j] -= p[i] * p[j] } }
      return
    }
    // (1 - d d^T) G (1 - d d^T) = G - d q^T - q d^T with q = G d - (d^T G d) d / 2.
    let d = direction.elements
    var q = LinearAlgebra.multiply(gram, direction).elements
    let half = zip(d, q).reduce(0) { $0 + $1.0 * $1.1 } / 2
    for i in 0..<n { q[i] -= half * d[i] }
    for i in 0..<n { for j in 0..<n { gram[i, j] -= d[i] * q[j] + q[i] * d[j] } }
  }

  private var trace: Double { (0..<gram.rows).reduce(0) { $0 + gram[$1, $1] } }

  private mutating func renew(_ x: Matrix) throws {
    let isTall = x.columns <= x.rows
    gram = try LinearAlgebra.product(x, x, transposeA: isTall, transposeB: !isTall)
    (reference, updates) = (trace, 0)
  }

  /// The squares of the right singular vector that belongs to an eigenvector of the Gram matrix.
  private func weights(
    _ x: Matrix, _ vector: Matrix, _ value: Double, except taken: [Int]
  ) throws -> [Double] {
    var weights =
      x.columns <= x.rows
      ? vector.elements.map { $0 * $0 }
      : try LinearAlgebra.product(x, vector, transposeA: true).elements.map { $0 * $0 / value }
    for i in taken { weights[i] = -.infinity }
    return weights
  }

  private static func firstLargest(_ values: [Double]) -> Int {
    var best = 0
    for (i, value) in values.enumerated() where value > values[best] { best = i }
    return best
  }

  /// The column, if Lanczos' method tells it for certain.
  private func iterated(_ x: Matrix, _ taken: [Int]) throws -> Int? {
    let n = gram.rows
    var basis = Basis(n)
    // T below, and what leads out of the basis: products of G with every vector along all vectors.
    var products = Matrix(rows: Self.most + 2, columns: Self.most)
    for first in stride(from: 0, to: min(Self.most, n - 2), by: 2) {
      try StopRequest.check()
      let images = basis.images(gram, first)
      for (k, image) in images.enumerated() {
        let along = basis.append(image)
        for (j, value) in along.enumerated() { products[j, first + k] = value }
        // Nothing new: a space of eigenvectors, among which the decomposition may choose.
        guard let length = along.last, length > 1e-10 * reference else { return nil }
      }
      let count = first + 2
      guard count % Self.interval == 0 else { continue }
      var small = Matrix(rows: count, columns: count)
      for i in 0..<count { for j in 0..<count { small[i, j] = products[max(i, j), min(i, j)] } }
      let (values, vectors) = try LinearAlgebra.symmetricEigen(small)
      // |G v - theta v| of an approximation: what leads out of the basis.
      let residual = { (k: Int) in
        [count, count + 1].reduce(0.0) { sum, row in
          let out = (first..<count).reduce(0.0) { $0 + products[row, $1] * vectors[$1, k] }
          return sum + out * out
        }.squareRoot()
      }
      let (top, out) = (values[count - 1], residual(count - 1))
      let gap = top - values[count - 2] - residual(count - 2)
      // Rounding of the Gram matrix, of its updates and of the whole decomposition.
      let rounding =
        4 * Double.ulpOfOne
        * (reference * (Double(max(x.rows, x.columns)).squareRoot() + 4 * Double(updates))
          + top * Double(n))
      let error = 2 * (out + rounding) / gap
      guard gap > 0, error < 0.01 else { continue }
      let vector = basis.combination(vectors.column(count - 1))
      var weights = try weights(x, vector, top, except: taken)
      let best = Self.firstLargest(weights)
      let largest = weights[best]
      weights[best] = -.infinity
      // Each of two weights, squares of numbers up to sqrt(w), may be off by 2 sqrt(w) error + error^2.
      let margin = 4 * error * (max(0, largest).squareRoot() + error)
      if largest - (weights.max() ?? 0) > margin { return best }
      // It will become no better.
      if out < 0.1 * rounding { return nil }
    }
    return nil
  }

  /// Orthonormal vectors.
  private struct Basis {
    private let n: Int
    private var elements: [Double] = []
    private var count: Int { elements.count / n }

    /// Two vectors drawn by a fixed seed.
    init(_ n: Int) {
      self.n = n
      elements.reserveCapacity(n * (LeadingWeights.most + 2))
      // A stream of its own: "cur" in ASCII.
      var stream = RandomStream(seed: 0, stream: 0x63_7572)
      for _ in 0..<2 { _ = append((0..<n).map { _ in stream.gaussian() }) }
    }

    /// The products of a symmetric matrix with the vectors `first` and `first` + 1.
    func images(_ matrix: Matrix, _ first: Int) -> [[Double]] {
      var images = [[Double]](repeating: Array(repeating: 0, count: n), count: 2)
      matrix.elements.withUnsafeBufferPointer { rows in
        elements.withUnsafeBufferPointer { vectors in
          guard let rows = rows.baseAddress, let vectors = vectors.baseAddress else { return }
          for i in 0..<n {
            for k in 0..<2 {
              images[k][i] = RowProducts.product(rows + i * n, vectors + (first + k) * n, n)
            }
          }
        }
      }
      return images
    }

    /// Appends what a vector has at right angles to all others, made a unit vector; returns what it has
    /// along each of them, and the length of the rest.
    mutating func append(_ vector: [Double]) -> [Double] {
      var (rest, along) = (vector, [Double](repeating: 0, count: count + 1))
      let (n, count) = (n, count)
      let length = rest.withUnsafeMutableBufferPointer { rest in
        elements.withUnsafeBufferPointer { vectors in
          guard let rest = rest.baseAddress else { return 0.0 }
          // Twice is enough.
          for _ in 0..<2 {
            for j in 0..<count {
              guard let other = vectors.baseAddress.map({ $0 + j * n }) else { continue }
              let product = RowProducts.product(rest, other, n)
              along[j] += product
              for i in 0..<n { rest[i] -= product * other[i] }
            }
          }
          return RowProducts.product(rest, rest, n).squareRoot()
        }
      }
      along[count] = length
      let scale = length > 0 ? 1 / length : 0
      elements.append(contentsOf: rest.lazy.map { $0 * scale })
      return along
    }

    /// The sum of the first vectors with these factors, as a column.
    func combination(_ factors: [Double]) -> Matrix {
      let vectors = Matrix(
        rows: factors.count, columns: n, elements: Array(elements.prefix(factors.count * n)))
      return LinearAlgebra.multiply(vectors, Matrix(column: factors), transposeA: true)
    }
  }
}
