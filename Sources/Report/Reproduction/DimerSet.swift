internal import Generators
internal import Geometry
internal import Jobs
internal import Learning
internal import Mathematics
internal import Recipes

/// Gay-Berne dimers of the paper's ellipsoids, their power spectra and what is learned from them.
struct DimerSet: Sendable {
  /// The power spectrum of every dimer.
  let features: Matrix
  /// h12 and U, by their names.
  let targets: [(name: String, symbol: String, values: Matrix)]

  /// What makes them, by data/recipes/paper-dimers.yaml.
  let dimers: Dimers
  /// How they are described.
  let settings: FeatureSettings

  /// Makes and describes them.
  init(_ settings: ReproductionSettings, progress: (String, Int, Int) -> Void) throws {
    let set = try RecipeSet.all(of: .paperDimers)[0]
    guard let generator = set.generate.generator as? Dimers else {
      throw InvalidInput("recipe paper-dimers", value: "other frames", expected: "dimers")
    }
    dimers = generator
    progress("generate dimers", 0, settings.dimers)
    let frames = try generator.frames(
      of: settings.dimers, seed: settings.seed, threads: settings.threads)
    progress("generate dimers", settings.dimers, settings.dimers)
    var spectra = try set.settings("nu2")
    // The same scalar products from half the columns.
    spectra.compact = true
    self.settings = spectra
    features = try spectra.matrix(of: frames, threads: settings.threads)
    targets = [("h12", "h12"), ("energy", "U")].map { label, symbol in
      (
        label, symbol,
        Matrix(column: frames.map { $0.labels[label]?.real ?? .nan })
      )
    }
  }

  /// Ridge regression on features scaled as a whole, its alpha by five-fold cross-validation, and its
  /// predictions for the rows that are tested.
  func predictions(
    of target: Matrix, _ split: Split, seed: UInt64, threads: Int
  ) throws -> Matrix {
    let training = features.selecting(rows: split.training)
    let scaler = try Scaler(fitting: training, .matrix)
    let folds = try Split.folds(5, of: split.training.count, shuffle: .seeded(seed))
    let model = try RidgeRegression(
      scaler.transform(training), target.selecting(rows: split.training), splits: folds,
      RidgeRegression.Settings(
        alphas: RidgeRegression.Settings.geometric(1e-12, 1, count: 25), isRelative: true),
      threads: threads)
    return try model.predict(scaler.transform(features.selecting(rows: split.testing)))
  }

  /// How it was made, for the reader.
  func describe(in result: inout FigureResult, _ settings: ReproductionSettings) {
    result.set(
      "dimers",
      "\(settings.dimers) of semi-axes 1, 1.5, 2; orientations and directions uniform, distances of "
        + "the centres uniform from 2 to 7, kept where U <= \(dimers.maximumEnergy); all as in "
        + "data/recipes/paper-dimers.yaml")
    result.set(
      "potential",
      "Gay-Berne as the paper prints it: Eq. B3 without the factor 2, well depths from "
        + "curvature (B6), gamma = mu = nu = 1, epsilon = sigma = 1")
    result.set(
      "AniSOAP",
      "power spectrum averaged over the two particles, \(self.settings.words), self pairs included")
    result.set("regression", "ridge, alpha by five-fold cross-validation on the training part")
    result.set("seed", "\(settings.seed)")
  }
}
