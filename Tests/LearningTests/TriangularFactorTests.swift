import Learning
import Mathematics
import TestSupport
import Testing

/// Regressions from triangles are those from the rows themselves.
@Suite struct TriangularFactorTests {
  /// Columns of very different sizes, of which two nearly agree, and targets that they explain in part.
  private func data(_ rows: Int, _ columns: Int, seed: UInt64) -> (x: Matrix, y: Matrix) {
    var stream = RandomStream(seed: seed)
    var x = Matrix(rows: rows, columns: columns)
    var y = Matrix(rows: rows, columns: 2)
    for i in 0..<rows {
      var size = 1.0
      for j in 0..<columns {
        x[i, j] = size * (stream.gaussian() + 3)
        size *= 0.4
      }
      if columns > 2 { x[i, 2] = x[i, 0] * (1 + 1e-4 * stream.gaussian()) }
      y[i, 0] = x[i, 0] - 20 * x[i, columns - 1] + 0.1 * stream.gaussian() + 5
      y[i, 1] = 1e3 * x[i, columns / 2] + stream.gaussian()
    }
    return (x, y)
  }

  @Test(arguments: [(200, 6), (900, 12), (40, 60), (3000, 3)], [Scaler.Mode.matrix, .columns])
  func modelIsThatOfTheRows(size: (Int, Int), mode: Scaler.Mode) throws {
    let (x, y) = data(size.0, size.1, seed: 7)
    let splits = try Split.folds(4, of: x.rows, shuffle: .seeded(3))
    let alphas = RidgeRegression.Settings.geometric(1e-8, 10, count: 10)
    let scaling = RegressionModel.Scaling(features: mode)
    let known = try RegressionModel(
      ridge: .init(alphas: alphas), x, y, targetNames: ["a", "b"], splits: splits, scaling: scaling)
    let folds = try splits.map { split -> (triangle: Matrix, rows: Int) in
      var factor = TriangularFactor(columns: 1 + x.columns + y.columns)
      for i in split.testing { try factor.add([1] + x.row(i) + y.row(i)) }
      let triangle = try factor.factor()
      return (triangle, factor.rows)
    }
    let model = try RegressionModel(
      folds: folds, y, targetNames: ["a", "b"], alphas: alphas, scaling: scaling)
    guard case .ridge(let mine) = model.core, case .ridge(let theirs) = known.core else {
      Issue.record("no ridge regressions")
      return
    }
    #expect(mine.alpha == theirs.alpha)
    for (a, b) in zip(mine.scores, theirs.scores) { #expect(abs(a - b) < 1e-8 * b) }
    let (p, q) = (try model.predict(x).values, try known.predict(x).values)
    for t in 0..<2 {
      let scale = y.column(t).reduce(0) { max($0, abs($1)) }
      #expect(zip(p.column(t), q.column(t)).allSatisfy { abs($0 - $1) < 1e-8 * scale })
    }
  }

  @Test func sumsOfSquaresAreKept() throws {
    let (x, _) = data(5000, 9, seed: 8)
    var factor = TriangularFactor(columns: 9)
    try factor.add(x.elements.prefix(9 * 1234))
    try factor.add(x.elements.dropFirst(9 * 1234))
    let triangle = try factor.factor()
    #expect(factor.rows == 5000 && triangle.rows == 9)
    for i in 0..<9 {
      for j in 0..<9 {
        if j < i { #expect(triangle[i, j] == 0) }
        let (mine, theirs) = (
          (0..<9).reduce(0) { $0 + triangle[$1, i] * triangle[$1, j] },
          (0..<5000).reduce(0) { $0 + x[$1, i] * x[$1, j] }
        )
        #expect(abs(mine - theirs) < 1e-12 * abs(theirs) + 1e-12)
      }
    }
    #expect(throws: NumericalError.self) {
      try factor.add([1, 2, .nan, 4, 5, 6, 7, 8, 9])
      _ = try factor.factor()
    }
  }

  @Test func whatTrianglesCannotDoIsRefused() throws {
    let (x, y) = data(50, 3, seed: 9)
    var factor = TriangularFactor(columns: 6)
    for i in 0..<50 { try factor.add([1] + x.row(i) + y.row(i)) }
    let triangle = try factor.factor()
    func fit(_ scaling: RegressionModel.Scaling, alphas: [Double] = [1], rows: Int = 50) throws {
      _ = try RegressionModel(
        folds: [(triangle, rows)], y, targetNames: ["a", "b"], alphas: alphas, scaling: scaling)
    }
    try fit(.init())
    #expect(throws: InvalidData.self) { try fit(.init(components: 2)) }
    #expect(throws: InvalidData.self) { try fit(.init(), rows: 49) }
    #expect(throws: InvalidData.self) { try fit(.init(), alphas: [-1]) }
    #expect(throws: InvalidData.self) { try fit(.init(), alphas: []) }
    // One fold cannot choose among alphas.
    #expect(throws: InvalidData.self) { try fit(.init(), alphas: [1, 2]) }
  }
}
