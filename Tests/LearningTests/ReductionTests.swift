import Learning
import Mathematics
import TestSupport
import Testing

@Suite struct ReductionTests {
  let reference: LearningReference
  let data: LearningReference.Problem

  init() throws {
    reference = try LearningReference("reference")
    data = try reference.problem()
  }

  @Test func principalComponentsAgree() throws {
    let pca = try PrincipalComponents(data.trainX, count: 4)
    #expect(
      relativeDifference(pca.components, try reference.matrix("pca_components")) < 1e-11)
    #expect(
      relativeDifference(try pca.transform(data.testX), try reference.matrix("pca")) < 1e-11)
    #expect(largestDifference(pca.variances, try reference.numbers("pca_variances")) < 1e-11)
    #expect(largestDifference(pca.varianceRatios, try reference.numbers("pca_ratios")) < 1e-13)
    #expect(throws: InvalidData.self) { try PrincipalComponents(data.trainX, count: 10) }
  }

  @Test func principalCovariatesAgree() throws {
    let (sx, sy) = (
      try Scaler(fitting: data.trainX, .matrix), try Scaler(fitting: data.trainY, .matrix)
    )
    for mixing in [0.1, 0.5, 1.0] {
      let model = try PrincipalCovariates(
        sx.transform(data.trainX), sy.transform(data.trainY), mixing: mixing, count: 3)
      // The inverse root of a covariance with a condition of 1e5 costs some digits.
      #expect(
        relativeDifference(
          try model.transform(sx.transform(data.testX)), try reference.matrix("pcovr_\(mixing)"))
          < 1e-9)
      #expect(
        relativeDifference(
          try model.predict(sx.transform(data.testX)), try reference.matrix("pcovr_y_\(mixing)"))
          < 1e-9)
    }
  }

  @Test func principalCovariatesInSampleSpaceAgree() throws {
    let (x, y) = (try reference.matrix("wide"), try reference.matrix("few"))
    let model = try PrincipalCovariates(x, y, mixing: 0.5, count: 2)
    #expect(
      relativeDifference(try model.transform(x), try reference.matrix("pcovr_sample")) < 1e-9)
    #expect(
      relativeDifference(try model.predict(x), try reference.matrix("pcovr_sample_y")) < 1e-9)
  }

  @Test func mixingOneIsPrincipalComponents() throws {
    let centred = data.trainX.subtracting(row: data.trainX.columnMeans)
    let covariates = try PrincipalCovariates(centred, data.trainY, mixing: 1, count: 3)
    let components = try PrincipalComponents(centred, count: 3)
    let (a, b) = (try covariates.transform(centred), try components.transform(centred))
    for k in 0..<3 {
      // The sign rules of the two look at different vectors.
      let sign = a[0, k] * b[0, k] < 0 ? -1.0 : 1.0
      #expect(largestDifference(a.column(k), b.column(k).map { $0 * sign }) < 1e-9)
    }
  }

  @Test func selectionsAgree() throws {
    #expect(
      try Selection.farthestPoints(data.x, .features, count: 6)
        == reference.indices("fps_features"))
    #expect(
      try Selection.farthestPoints(data.x, .samples, count: 20, first: 3)
        == reference.indices("fps_samples"))
    #expect(
      try Selection.cur(data.x, .features, count: 6) == reference.indices("cur_features"))
    #expect(
      try Selection.cur(data.x, .samples, count: 7) == reference.indices("cur_samples"))
  }

  @Test func curStopsWhenNothingIsLeft() throws {
    // Three columns that span two dimensions.
    let x = Matrix([[1, 0, 1], [0, 1, 1], [0, 0, 0], [2, 0, 2]])
    #expect(try Selection.cur(x, .features, count: 3).count == 2)
    #expect(throws: InvalidData.self) { try Selection.cur(x, .features, count: 4) }
    #expect(throws: InvalidData.self) { try Selection.farthestPoints(x, .samples, count: 0) }
  }

  @Test func reconstructionErrorsAgree() throws {
    let error = ReconstructionError()
    #expect(
      largestDifference(
        try error.pointwiseGlobalError(data.x, data.y, data.split), try reference.numbers("gfre"))
        < 1e-10)
    #expect(
      largestDifference(
        try error.pointwiseGlobalError(data.y, data.x, data.split),
        try reference.numbers("gfre_back")) < 1e-10)
    #expect(
      largestDifference(
        try error.pointwiseGlobalDistortion(data.y, data.x, data.split),
        try reference.numbers("grd_back")) < 1e-10)
    #expect(
      largestDifference(
        try error.pointwiseLocalError(data.x, data.y, data.split, neighbors: 20),
        try reference.numbers("lfre")) < 1e-9)
  }

  @Test func distortionOfARotationIsZeroAlsoWithMoreFeaturesThanTargets() throws {
    let rotated = LinearAlgebra.multiply(data.y, Matrix([[0.6, -0.8], [0.8, 0.6]]))
    let error = ReconstructionError()
    #expect(try error.globalDistortion(data.y, rotated, data.split) < 1e-12)
    #expect(try error.globalError(data.y, rotated, data.split) < 1e-12)
    // Dropping a column distorts.
    #expect(
      try error.globalDistortion(data.y, data.y.prefix(columns: 1), data.split) > 0.1)
  }

  @Test func theLiquidCrystalsOfThePaperHaveTheirReconstructionErrors() throws {
    let set = try LearningReference("liquid_crystals")
    let features = [
      "nu1": try set.matrix("nu1"), "sop": try set.matrix("steinhardt"),
      "oop": try set.matrix("oop"),
    ]
    let split = try Split.holdout(
      testing: 500, training: 500, of: 1000, shuffle: .scikitLearn(Shuffle.scikitMatterSeed))
    for (from, to) in [("nu1", "sop"), ("sop", "nu1"), ("nu1", "oop"), ("sop", "oop")] {
      let value = try ReconstructionError().globalError(
        #require(features[from]), #require(features[to]), split)
      #expect(abs(value - (try reference.numbers("gfre_\(from)_\(to)")[0])) < 1e-8)
    }
  }
}
