import Mathematics
import TestSupport
import Testing

@Suite("Linear algebra")
struct LinearAlgebraTests {
  static func random(_ rows: Int, _ columns: Int, _ stream: inout RandomStream) -> Matrix {
    Matrix(
      rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in stream.gaussian() })
  }

  /// The product by its definition.
  static func naiveProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
    var c = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for j in 0..<b.columns { for k in 0..<a.columns { c[i, j] += a[i, k] * b[k, j] } }
    }
    return c
  }

  static func difference(_ a: Matrix, _ b: Matrix) -> Double {
    a.rows == b.rows && a.columns == b.columns
      ? largestDifference(a.elements, b.elements) : .infinity
  }

  @Test("products of all shapes and transpositions, empty ones too")
  func products() {
    var stream = RandomStream(seed: 51)
    let sizes = [0, 1, 2, 3, 7, 20]
    for m in sizes {
      for k in sizes {
        for n in sizes {
          let (a, b) = (Self.random(m, k, &stream), Self.random(k, n, &stream))
          let expected = Self.naiveProduct(a, b)
          for (transposeA, transposeB) in [
            (false, false), (true, false), (false, true), (true, true),
          ] {
            let product = LinearAlgebra.multiply(
              transposeA ? a.transpose : a, transposeB ? b.transpose : b,
              transposeA: transposeA, transposeB: transposeB)
            // Sums of up to 20 products of normal numbers.
            #expect(Self.difference(product, expected) < 1e-14, "\(m) \(k) \(n)")
          }
        }
      }
    }
  }

  @Test("eigenvalues of a symmetric matrix: known ones, and A V = V diag")
  func eigen() throws {
    // The second difference matrix: 2 - 2 cos(pi k / (n + 1)).
    let n = 9
    var a = Matrix(rows: n, columns: n)
    for i in 0..<n {
      a[i, i] = 2
      if i > 0 { (a[i, i - 1], a[i - 1, i]) = (-1, -1) }
    }
    let (values, vectors) = try LinearAlgebra.symmetricEigen(a)
    // 2 - 2 cos(pi k / 10), k = 1, ..., 9: mpmath.
    let expected = [
      0.09788696740969285, 0.3819660112501051, 0.8244294954150537, 1.381966011250105, 2,
      2.618033988749895, 3.1755705045849463, 3.618033988749895, 3.902113032590307,
    ]
    #expect(largestDifference(values, expected) < 4e-15)
    #expect(values == values.sorted())
    var diagonal = Matrix(rows: n, columns: n)
    for i in 0..<n { diagonal[i, i] = values[i] }
    #expect(
      Self.difference(Self.naiveProduct(a, vectors), Self.naiveProduct(vectors, diagonal)) < 1e-14)
    #expect(Self.difference(Self.naiveProduct(vectors.transpose, vectors), .identity(n)) < 1e-14)
  }

  @Test("eigenvalues of matrices of one element, none, and equal eigenvalues")
  func smallEigen() throws {
    let empty = try LinearAlgebra.symmetricEigen(Matrix(rows: 0, columns: 0))
    #expect(empty.values.isEmpty && empty.vectors.elements.isEmpty)
    let one = try LinearAlgebra.symmetricEigen(Matrix([[-3]]))
    #expect(one.values == [-3] && abs(one.vectors[0, 0]) == 1)
    let same = try LinearAlgebra.symmetricEigen(.identity(4))
    #expect(same.values == [1, 1, 1, 1])
  }

  @Test("eigenvectors of matrices on both sides of the size that is done without LAPACK")
  func eigenOfManySizes() throws {
    var stream = RandomStream(seed: 54)
    for n in [2, 3, 3, 3, 4, 7, 16, 17, 30] {
      for grading in [1.0, 1e-3] {
        var a = Self.random(n, n, &stream)
        for i in 0..<n {
          for j in 0...i {
            var scale = 1.0
            for _ in 0..<(i + j) / 2 { scale *= grading > 0.5 ? 1 : 0.1 }
            a[i, j] *= scale
            a[j, i] = a[i, j]
          }
        }
        let (values, vectors) = try LinearAlgebra.symmetricEigen(a)
        #expect(values == values.sorted())
        var diagonal = Matrix(rows: n, columns: n)
        for i in 0..<n { diagonal[i, i] = values[i] }
        let size = values.reduce(0) { max($0, abs($1)) }
        #expect(
          Self.difference(Self.naiveProduct(a, vectors), Self.naiveProduct(vectors, diagonal))
            < 4e-15 * Double(n) * size)
        #expect(
          Self.difference(Self.naiveProduct(vectors.transpose, vectors), .identity(n))
            < 2e-15 * Double(n))
      }
    }
    // Nearly equal eigenvalues, and elements whose squares under- and overflow.
    let close = try LinearAlgebra.symmetricEigen(
      Matrix([[1, 1e-17, 0], [1e-17, 1, 0], [0, 0, 1]]))
    #expect(close.values == [1, 1, 1])
    let huge = try LinearAlgebra.symmetricEigen(Matrix([[1e300, 1e300], [1e300, 1e300]]))
    #expect(abs(huge.values[1] / 2e300 - 1) < 1e-15 && abs(huge.values[0]) < 1e285)
    let tiny = try LinearAlgebra.symmetricEigen(Matrix([[0, 1e-200], [1e-200, 0]]))
    #expect(largestDifference(tiny.values.map { $0 * 1e200 }, [-1, 1]) < 1e-15)
  }

  @Test("solution of a positive definite system")
  func solve() throws {
    var stream = RandomStream(seed: 52)
    for (n, columns) in [(1, 1), (2, 3), (5, 1), (12, 4), (16, 2), (17, 2)] {
      let g = Self.random(n + 3, n, &stream)
      var a = Self.naiveProduct(g.transpose, g)
      for i in 0..<n { a[i, i] += 1 }
      let x = Self.random(n, columns, &stream)
      let solution = try LinearAlgebra.solvePositiveDefinite(a, Self.naiveProduct(a, x))
      // Condition numbers below 100.
      #expect(Self.difference(solution, x) < 1e-13)
    }
    #expect(
      try LinearAlgebra.solvePositiveDefinite(
        .init(rows: 0, columns: 0), .init(rows: 0, columns: 2)
      ).columns == 2)
  }

  @Test("thin singular value decompositions of all shapes")
  func singularValues() throws {
    var stream = RandomStream(seed: 53)
    for (m, n) in [(1, 1), (4, 4), (9, 3), (3, 9), (1, 5), (5, 1), (30, 17)] {
      let a = Self.random(m, n, &stream)
      let (u, s, vt) = try LinearAlgebra.singularValues(a)
      let k = min(m, n)
      #expect(u.rows == m && u.columns == k && s.count == k && vt.rows == k && vt.columns == n)
      #expect(s == s.sorted(by: >) && s.allSatisfy { $0 >= 0 })
      var scaled = u
      for i in 0..<m { for j in 0..<k { scaled[i, j] *= s[j] } }
      #expect(Self.difference(Self.naiveProduct(scaled, vt), a) < 2e-14)
      #expect(Self.difference(Self.naiveProduct(u.transpose, u), .identity(k)) < 1e-14)
      #expect(Self.difference(Self.naiveProduct(vt, vt.transpose), .identity(k)) < 1e-14)
    }
    let known = try LinearAlgebra.singularValues(Matrix([[3, 0], [4, 5]])).s
    #expect(largestDifference(known, [6.708203932499369, 2.23606797749979]) < 2e-15)
    for (m, n) in [(0, 3), (3, 0), (0, 0)] {
      let (u, s, vt) = try LinearAlgebra.singularValues(Matrix(rows: m, columns: n))
      #expect(u.rows == m && u.columns == 0 && s.isEmpty && vt.rows == 0 && vt.columns == n)
    }
  }

  @Test(
    "what is not finite or not positive definite is refused", arguments: [Double.nan, .infinity])
  func refused(bad: Double) throws {
    var a = Matrix.identity(3)
    a[1, 2] = bad
    a[2, 1] = bad
    let good = Matrix.identity(3)
    for call in [
      { _ = try LinearAlgebra.symmetricEigen(a) }, { _ = try LinearAlgebra.singularValues(a) },
      { _ = try LinearAlgebra.solvePositiveDefinite(a, good) },
      { _ = try LinearAlgebra.solvePositiveDefinite(good, a) },
    ] {
      let error = #expect(throws: NumericalError.self) { try call() }
      #expect(error?.description.contains("element (1, 2) is \(bad)") == true)
    }
    var indefinite = Matrix.identity(3)
    indefinite[1, 1] = -1
    let error = #expect(throws: NumericalError.self) {
      _ = try LinearAlgebra.solvePositiveDefinite(indefinite, good)
    }
    #expect(error?.description.contains("leading minor 2") == true)
    #expect(throws: NumericalError.self) {
      _ = try LinearAlgebra.solvePositiveDefinite(Matrix(rows: 2, columns: 2), .identity(2))
    }
  }
}
