import Learning
import Mathematics
import Testing

@Suite struct GroupTests {
  private let groups = (0..<60).map { $0 / 4 }

  private func areApart(_ split: Split) -> Bool {
    Set(split.training.map { groups[$0] }).isDisjoint(with: Set(split.testing.map { groups[$0] }))
  }

  @Test func foldsKeepGroupsTogetherAndTestEverySampleOnce() throws {
    let folds = try Split.folds(4, groups: groups, shuffle: .seeded(3))
    #expect(folds.allSatisfy(areApart))
    #expect(folds.flatMap(\.testing).sorted() == Array(0..<60))
    for fold in folds {
      #expect((fold.training + fold.testing).sorted() == Array(0..<60))
      // 15 groups of 4 in 4 folds.
      #expect((12...16).contains(fold.testing.count))
    }
    #expect(folds != (try Split.folds(4, groups: groups, shuffle: .seeded(4))))
    #expect(throws: InvalidData.self) { try Split.folds(16, groups: groups, shuffle: .none) }
  }

  @Test func partsKeepGroupsTogether() throws {
    let split = try Split.holdout(testing: 10, groups: groups, shuffle: .seeded(1))
    #expect(areApart(split))
    // Three groups of 4 are the fewest with 10.
    #expect(split.testing.count == 12 && split.training.count == 48)
    let less = try Split.holdout(testing: 10, training: 9, groups: groups, shuffle: .seeded(1))
    #expect(less.testing == split.testing && less.training.count == 12)
    #expect(throws: InvalidData.self) {
      try Split.holdout(testing: 60, groups: groups, shuffle: .none)
    }
  }

  /// Groups of one sample each are no groups: the parts have the sizes of the plain ones.
  @Test func singleSamplesAreAsWithoutGroups() throws {
    let plain = try Split.holdout(testing: 7, of: 30, shuffle: .seeded(5))
    let single = try Split.holdout(testing: 7, groups: Array(0..<30), shuffle: .seeded(5))
    #expect(plain == single)
  }

  @Test func blocksAreScaledByThemselves() throws {
    var stream = RandomStream(seed: 1, stream: 1)
    let x = Matrix(
      (0..<40).map { _ in
        [stream.gaussian(), stream.gaussian(), 100 * stream.gaussian(), 3 + stream.gaussian()]
      })
    let scaler = try Scaler(
      fitting: x, .matrix, blocks: [.init(columns: 2), .init(columns: 2, weight: 3)])
    let scaled = try scaler.transform(x)
    func variance(_ columns: Range<Int>) -> Double {
      columns.reduce(0) { sum, j in
        sum + (0..<40).reduce(0) { $0 + scaled[$1, j] * scaled[$1, j] } / 40
      }
    }
    // The variance of a block is its weight squared; rounding of 40 terms.
    #expect(abs(variance(0..<2) - 1) < 1e-12)
    #expect(abs(variance(2..<4) - 9) < 1e-11)
    #expect(largest(try scaler.inverse(scaled) - x) < 1e-10)
    for blocks in [
      [Scaler.Block(columns: 3)], [.init(columns: 2), .init(columns: 2, weight: 0)],
    ] {
      #expect(throws: InvalidData.self) { try Scaler(fitting: x, .matrix, blocks: blocks) }
    }
  }

  private func largest(_ m: Matrix) -> Double { m.elements.map(abs).max() ?? 0 }

  /// A ridge regression on all components is that on the features: a rotation changes no norm.
  @Test func allComponentsAreARotation() throws {
    var stream = RandomStream(seed: 2, stream: 1)
    let x = Matrix((0..<30).map { _ in (0..<5).map { _ in stream.gaussian() } })
    let y = Matrix(column: (0..<30).map { x[$0, 0] - x[$0, 3] + 0.1 * stream.gaussian() })
    func model(_ reduction: Int?) throws -> RegressionModel {
      try RegressionModel(
        ridge: .init(alphas: [0.1]), x, y, targetNames: ["y"], splits: [],
        scaling: .init(reduction: reduction))
    }
    let (all, rotated, fewer) = (try model(nil), try model(5), try model(2))
    let difference = try all.predict(x).values - rotated.predict(x).values
    #expect(largest(difference) < 1e-12)
    #expect(largest(try all.predict(x).values - fewer.predict(x).values) > 1e-3)
    // What is stored predicts the same.
    let again = try TrainedModel(TrainedModel.regression(rotated).record)
    #expect(try again.predict(x) == rotated.predict(x))
  }
}
