import Learning
import Mathematics
import Testing

@Suite struct StreamedRidgeTests {
  private static let (rows, columns) = (60, 5)

  private func samples(noise: Double) -> (x: Matrix, y: [Double], truth: [Double]) {
    var stream = RandomStream(seed: 5, stream: 0, frame: 0)
    let truth = (0..<Self.columns).map { _ in stream.uniform(-2, 2) }
    var x = Matrix(rows: Self.rows, columns: Self.columns)
    for k in x.elements.indices { x.elements[k] = stream.uniform(-1, 1) }
    let y = (0..<Self.rows).map { i in
      zip(x.row(i), truth).reduce(0) { $0 + $1.0 * $1.1 } + noise * stream.uniform(-1, 1)
    }
    return (x, y, truth)
  }

  private func parts(_ x: Matrix, _ y: [Double], _ count: Int) -> [NormalEquations] {
    (0..<count).map { k in
      var part = NormalEquations(columns: x.columns)
      for i in stride(from: k, to: x.rows, by: count) {
        part.add(x.selecting(rows: [i]), [y[i]], weight: 2)
      }
      return part
    }
  }

  /// The coefficients solve (X^T X / n + alpha S^2) c = X^T y / n, whatever the blocks and the weight.
  @Test(arguments: [1e-10, 1e-3, 0.5]) func solvesItsEquations(_ alpha: Double) throws {
    let (x, y, _) = samples(noise: 0.3)
    let scales = [1.0, 2, 0.5, 3, 1]
    let fit = try StreamedRidge(parts: parts(x, y, 4), scales: scales, alphas: [alpha])
    var gram = LinearAlgebra.multiply(x, x, transposeA: true) * (1 / Double(Self.rows))
    for k in scales.indices { gram[k, k] += alpha * scales[k] * scales[k] }
    let right = LinearAlgebra.multiply(
      x, Matrix(rows: Self.rows, columns: 1, elements: y.map { $0 / Double(Self.rows) }),
      transposeA: true)
    let expected = try LinearAlgebra.solvePositiveDefinite(gram, right)
    for k in scales.indices { #expect(abs(fit.coefficients[k] - expected[k, 0]) < 1e-10) }
    #expect(fit.leftOut.count == 4 && fit.alpha == alpha)
  }

  /// The error of the cross-validation is that of predicting each part from the others.
  @Test func crossValidation() throws {
    let (x, y, truth) = samples(noise: 0.3)
    let alphas = [1e-6, 1e-2, 10]
    let scales = Array(repeating: 1.0, count: Self.columns)
    let all = parts(x, y, 3)
    let fit = try StreamedRidge(parts: all, scales: scales, alphas: alphas)
    for (a, alpha) in alphas.enumerated() {
      var sum = 0.0
      for k in 0..<3 {
        let others = (0..<3).filter { $0 != k }.map { all[$0] }
        var joined = NormalEquations(columns: Self.columns)
        for part in others { joined.add(part) }
        let c = try StreamedRidge(parts: [joined], scales: scales, alphas: [alpha]).coefficients
        for i in stride(from: k, to: Self.rows, by: 3) {
          let error = y[i] - zip(x.row(i), c).reduce(0) { $0 + $1.0 * $1.1 }
          sum += error * error
        }
      }
      #expect(abs(fit.errors[a] - (sum / Double(Self.rows)).squareRoot()) < 1e-9)
    }
    #expect(fit.alpha == alphas[fit.errors.firstIndex(of: fit.errors.min() ?? 0) ?? 0])
    let exact = samples(noise: 0)
    let known = try StreamedRidge(parts: parts(exact.x, exact.y, 3), scales: scales, alphas: [0])
    for (a, b) in zip(known.coefficients, truth) { #expect(abs(a - b) < 1e-10) }
  }

  @Test func runningMetricsAreThoseOfAll() throws {
    let (_, y, _) = samples(noise: 0.3)
    let predicted = y.map { 0.9 * $0 + 0.1 }
    var running = RunningMetrics()
    for (a, b) in zip(y, predicted) { running.add(a, b) }
    let whole = try Metrics(
      targets: Matrix(column: y), predictions: Matrix(column: predicted))
    #expect(abs(running.rmse - whole.rmse) < 1e-12 && abs(running.mae - whole.mae) < 1e-12)
    #expect(abs(running.r2 - whole.r2) < 1e-12 && running.samples == y.count)
  }

  @Test func nothingToLearnFrom() {
    #expect(throws: InvalidData.self) {
      try StreamedRidge(parts: [NormalEquations(columns: 2)], scales: [1, 1], alphas: [1])
    }
    #expect(throws: InvalidData.self) { try StreamedRidge(parts: [], scales: [], alphas: [1]) }
  }
}
