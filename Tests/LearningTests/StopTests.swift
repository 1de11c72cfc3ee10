import Learning
import Mathematics
import TestSupport
import Testing

/// Work that was told to stop ends with `Stopped`, at whatever question that happens.
@Suite struct StopTests {
  private static func draw(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> Matrix {
    var stream = RandomStream(seed: seed)
    return Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in stream.gaussian() })
  }

  /// Stops it at several of its questions: it asks no more than that, and not less.
  private func expectStops(
    _ work: () throws -> Void, atLeast fewest: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let questions = try Patience.questions(work)
    #expect(questions >= fewest, sourceLocation: sourceLocation)
    for most in [0, questions / 2, questions - 1] {
      #expect(
        try Patience.stopped(after: most, work) == most + 1, sourceLocation: sourceLocation)
    }
  }

  @Test func selectionsStop() throws {
    let x = Self.draw(60, 40)
    try expectStops({ _ = try Selection.farthestPoints(x, .samples, count: 30) }, atLeast: 29)
    try expectStops({ _ = try Selection.cur(x, .features, count: 20) }, atLeast: 20)
    let large = Self.draw(300, 250)
    try expectStops({ _ = try Selection.cur(large, .features, count: 3) }, atLeast: 6)
  }

  @Test func regressionsStop() throws {
    let (x, y) = (Self.draw(60, 8), Self.draw(60, 2, seed: 2))
    let split = try Split.holdout(testing: 20, of: 60, shuffle: .seeded(1))
    let folds = try Split.folds(3, of: 60, shuffle: .seeded(1))
    try expectStops(
      { _ = try ReconstructionError(threads: 1).globalError(x, y, split) }, atLeast: 40)
    try expectStops(
      { _ = try ReconstructionError(threads: 1).localError(x, y, split, neighbors: 12) },
      atLeast: 20)
    for alphas in [3, 20] {
      let values = RidgeRegression.Settings.geometric(1e-6, 1, count: alphas)
      try expectStops(
        {
          _ = try KernelRidgeRegression(
            x, y, kernels: [.radialBasis(gamma: 0.1)], alphas: values, splits: folds, threads: 1)
        }, atLeast: 9)
    }
    let parts = (0..<3).map { k in
      var part = NormalEquations(columns: 8)
      let rows = folds[k].testing
      part.add(x.selecting(rows: rows), y.selecting(rows: rows).column(0), weight: 1)
      return part
    }
    try expectStops(
      {
        _ = try StreamedRidge(
          parts: parts, scales: Array(repeating: 1, count: 8), alphas: [1e-3, 1e-2])
      }, atLeast: 3)
  }

  /// What waits for a single decomposition.
  @Test func decompositionsStop() throws {
    let (x, y) = (Self.draw(600, 400), Self.draw(600, 1, seed: 2))
    let works: [() throws -> Void] = [
      { _ = try PrincipalComponents(x, count: 2) },
      { _ = try PrincipalCovariates(x, y, mixing: 0.5, count: 2) },
      { _ = try RidgeRegression(x, y, alpha: 1) },
    ]
    for work in works {
      #expect(try Patience.questions(work) >= 1)
      #expect(try Patience.stopped(after: 0, work) == 1)
    }
  }

  /// Columns selected by whole decompositions at every step.
  private func naiveSelection(_ x: Matrix, count: Int) throws -> [Int] {
    var (current, taken) = (x, [Int]())
    while taken.count < count {
      let right = try LinearAlgebra.singularValues(current).vTransposed.row(0)
      var weights = right.map { $0 * $0 }
      for i in taken { weights[i] = -1 }
      let next = weights.indices.reduce(0) { weights[$1] > weights[$0] ? $1 : $0 }
      let column = current.column(next)
      let norm = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 1e-12 * x.frobeniusNorm else { break }
      taken.append(next)
      let direction = Matrix(column: column.map { $0 / norm })
      current =
        current
        - LinearAlgebra.multiply(
          direction, LinearAlgebra.multiply(direction, current, transposeA: true))
    }
    return taken
  }

  /// Matrices so large that CUR decomposition goes without whole decompositions where it can.
  @Test(arguments: ["noise", "wide", "decaying", "scaled", "twins"])
  func largeSelectionsAreThoseOfWholeDecompositions(kind: String) throws {
    let tall = Self.draw(260, 210, seed: 3)
    let x =
      switch kind {
      case "wide": Self.draw(205, 260, seed: 4)
      case "decaying": tall.scaling(columns: (0..<210).map { 1 / (1 + Double($0)) })
      case "scaled": tall.scaling(rows: (0..<260).map { $0 % 7 == 0 ? 10 : 0.1 })
      // Two blocks with singular values of their own.
      case "twins":
        Matrix(
          (0..<260).map { i in
            (0..<210).map { j in i / 130 == j / 105 ? tall[i, j] * (i < 130 ? 1 : 0.9) : 0 }
          })
      default: tall
      }
    let count = 12
    #expect(
      try Selection.cur(x, .features, count: count) == naiveSelection(x, count: count))
    #expect(
      try Selection.cur(x.transpose, .samples, count: count) == naiveSelection(x, count: count))
  }
}
