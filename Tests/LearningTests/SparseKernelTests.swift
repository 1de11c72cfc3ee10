import Learning
import Mathematics
import Testing

/// Kernels between samples and points, and what is made of them.
@Suite struct SparseKernelTests {
  private static let kernels: [Kernel] = [
    .linear, .radialBasis(gamma: 0.3), .polynomial(degree: 3, gamma: 1, offset: 0.5),
    .polynomial(degree: 1, gamma: 2, offset: 0),
  ]

  private func samples(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed)
    var x = Matrix(rows: rows, columns: columns)
    for k in x.elements.indices { x.elements[k] = stream.uniform(-1, 1) }
    return x
  }

  /// Radial and linear kernels are those of `Kernel`; the polynomial one is that of the directions over
  /// its value for equal samples.
  @Test func values() throws {
    let (x, points) = (samples(7, 19, seed: 1), samples(5, 19, seed: 2))
    for kernel in Self.kernels {
      let own = try SparseKernel(kernel: kernel, points: points)
      let values = own.matrix(x)
      guard case .polynomial(let degree, let gamma, let offset) = kernel else {
        let expected = kernel.matrix(x, points)
        for (a, b) in zip(values.elements, expected.elements) { #expect(abs(a - b) < 1e-13) }
        continue
      }
      for i in 0..<x.rows {
        for m in 0..<points.rows {
          let (a, b) = (Array(x.row(i)), Array(points.row(m)))
          func dot(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
          }
          let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
          var power = 1.0
          for _ in 0..<degree { power *= (gamma * cosine + offset) / (gamma + offset) }
          #expect(abs(values[i, m] - power) < 1e-13)
        }
      }
      // A sample is most like itself.
      let diagonal = own.matrix(points)
      for m in 0..<points.rows { #expect(abs(diagonal[m, m] - 1) < 1e-13) }
    }
  }

  /// along z + own x is the derivative.
  @Test func derivatives() throws {
    let points = samples(4, 21, seed: 3)
    for kernel in Self.kernels {
      let own = try SparseKernel(kernel: kernel, points: points)
      var x = samples(1, 21, seed: 4).elements
      func values(_ x: [Double]) -> (values: [Double], along: [Double], own: [Double]) {
        var result = (
          [Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4),
          [Double](repeating: 0, count: 4)
        )
        x.withUnsafeBufferPointer { x in
          result.0.withUnsafeMutableBufferPointer { v in
            result.1.withUnsafeMutableBufferPointer { a in
              result.2.withUnsafeMutableBufferPointer {
                own.evaluate(x, values: v, along: a, own: $0)
              }
            }
          }
        }
        return result
      }
      let exact = values(x)
      for k in [0, 7, 20] {
        let (h, before) = (1e-5, x[k])
        x[k] = before + h
        let up = values(x).values
        x[k] = before - h
        let down = values(x).values
        x[k] = before
        for m in 0..<4 {
          let slope = exact.along[m] * own.points[m, k] + exact.own[m] * before
          // Central differences are good to h^2.
          #expect(abs((up[m] - down[m]) / (2 * h) - slope) < 1e-8)
        }
      }
    }
  }

  /// k T has the identity for its kernel between the points.
  @Test func whitening() throws {
    let points = samples(12, 30, seed: 5)
    let kernel = try SparseKernel(kernel: .radialBasis(gamma: 0.02), points: points)
    let t = try kernel.whitening()
    let white = LinearAlgebra.multiply(kernel.matrix(points), t)
    let product = LinearAlgebra.multiply(t, white, transposeA: true)
    for i in 0..<product.rows {
      for j in 0..<product.columns { #expect(abs(product[i, j] - (i == j ? 1 : 0)) < 1e-9) }
    }
    // Points that are the same twice are one direction.
    let twice = try SparseKernel(
      kernel: .radialBasis(gamma: 0.02), points: points.selecting(rows: [0, 1, 1, 2]))
    #expect(try twice.whitening().columns == 3)
  }

  /// Streamed, in the directions of the whitening, the regression is the projected process
  /// (K_nm^T K_nm / n + alpha s^2 K_mm) c = K_nm^T y / n of all rows in memory.
  @Test(arguments: [1e-6, 1e-2]) func projectedProcess(_ alpha: Double) throws {
    let (x, points) = (samples(80, 6, seed: 9), samples(10, 6, seed: 10))
    let kernel = try SparseKernel(kernel: .radialBasis(gamma: 0.4), points: points)
    let (cross, own, t) = (kernel.matrix(x), kernel.matrix(points), try kernel.whitening())
    let y = (0..<x.rows).map { x[$0, 0] * x[$0, 1] + 0.3 * x[$0, 2] }
    let scale = 0.7
    let parts = (0..<4).map { k in
      var part = NormalEquations(columns: t.columns)
      for i in stride(from: k, to: x.rows, by: 4) {
        part.add(LinearAlgebra.multiply(cross.selecting(rows: [i]), t), [y[i]], weight: 3)
      }
      return part
    }
    let fit = try StreamedRidge(
      parts: parts, scales: Array(repeating: scale, count: t.columns), alphas: [alpha])
    let streamed = LinearAlgebra.multiply(t, Matrix(column: fit.coefficients))
    let n = 1 / Double(x.rows)
    let direct = try LinearAlgebra.solvePositiveDefinite(
      LinearAlgebra.multiply(cross, cross, transposeA: true) * n + own * (alpha * scale * scale),
      LinearAlgebra.multiply(cross, Matrix(column: y), transposeA: true) * n)
    let (a, b) = (
      LinearAlgebra.multiply(cross, streamed), LinearAlgebra.multiply(cross, direct)
    )
    for i in 0..<x.rows { #expect(abs(a[i, 0] - b[i, 0]) < 1e-8) }
  }

  @Test func refusals() {
    let points = samples(2, 3, seed: 6)
    #expect(throws: InvalidData.self) {
      try SparseKernel(kernel: .radialBasis(gamma: -1), points: points)
    }
    #expect(throws: InvalidData.self) {
      try SparseKernel(kernel: .polynomial(degree: 2, gamma: 1, offset: -2), points: points)
    }
    #expect(throws: InvalidData.self) {
      try SparseKernel(kernel: .linear, points: points * Double.nan)
    }
  }

  /// The distance is that by the full covariance where all components are kept, and grows outside of what
  /// was seen.
  @Test func domain() throws {
    let x = samples(400, 5, seed: 7)
    let domain = try FeatureDomain(x)
    let centred = x.subtracting(row: x.columnMeans)
    let covariance =
      LinearAlgebra.multiply(centred, centred, transposeA: true) * (1 / Double(x.rows - 1))
    var largest = 0.0
    for i in 0..<x.rows {
      let solved = try LinearAlgebra.solvePositiveDefinite(
        covariance, Matrix(column: Array(centred.row(i))))
      let squared = zip(centred.row(i), solved.elements).reduce(0) { $0 + $1.0 * $1.1 }
      let own = Array(x.row(i)).withUnsafeBufferPointer { domain.distance($0) }
      #expect(abs(own * own - squared) < 1e-9 * squared)
      largest = max(largest, own)
    }
    #expect(domain.limit == largest)
    // Along a direction that never varied.
    let flat = Matrix(
      rows: 40, columns: 3,
      elements: (0..<40).flatMap { [x[$0, 0], x[$0, 1], 2] })
    let narrow = try FeatureDomain(flat)
    #expect([0.0, 0, 2].withUnsafeBufferPointer { narrow.distance($0) } < narrow.limit)
    #expect([0.0, 0, 2.1].withUnsafeBufferPointer { narrow.distance($0) } > 100 * narrow.limit)
  }

  /// Rows y = x c + noise: the calibrated spread is the error on rows that nobody has seen, for both kinds
  /// of rows, of which one is ten times as noisy.
  @Test func committee() throws {
    var stream = RandomStream(seed: 8)
    let columns = 12
    let truth = (0..<columns).map { _ in stream.uniform(-1, 1) }
    func rows(_ count: Int, noise: Double) -> (Matrix, [Double]) {
      var x = Matrix(rows: count, columns: columns)
      for k in x.elements.indices { x.elements[k] = stream.uniform(-1, 1) }
      let y = (0..<count).map { i in
        zip(x.row(i), truth).reduce(0) { $0 + $1.0 * $1.1 } + noise * stream.gaussian()
      }
      return (x, y)
    }
    let noises = [0.1, 1.0]
    let blocks = (0..<10).map { _ in
      noises.map { noise in
        var part = NormalEquations(columns: columns)
        let (x, y) = rows(8, noise: noise)
        part.add(x, y, weight: 1)
        return part
      }
    }
    let committee = try StreamedCommittee(
      blocks: blocks, weights: [1, 0.01], scales: Array(repeating: 1, count: columns),
      alpha: 1e-6, count: 16, seed: 1)
    #expect(committee.members.count == 16)
    for (kind, noise) in noises.enumerated() {
      let (x, y) = rows(1000, noise: noise)
      var squares = (errors: 0.0, spreads: 0.0)
      for i in 0..<x.rows {
        let own = committee.members.map { member in
          zip(x.row(i), member).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let mean = own.reduce(0, +) / 16
        let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 15
        squares.errors += (y[i] - mean) * (y[i] - mean)
        squares.spreads += variance * committee.calibration[kind] * committee.calibration[kind]
      }
      // 80 rows of each kind calibrate: one part in ten is noise.
      let ratio = (squares.errors / squares.spreads).squareRoot()
      #expect(abs(ratio - 1) < 0.25, "\(ratio)")
    }
    #expect(throws: InvalidData.self) {
      try StreamedCommittee(
        blocks: Array(blocks.prefix(3)), weights: [1, 1], scales: [], alpha: 1, count: 16, seed: 1)
    }
  }
}
