internal import AniSOAP
internal import GayBerne
internal import Generators
internal import Geometry
internal import Learning
internal import Mathematics

/// Gay-Berne dimers of the paper's ellipsoids, their power spectra and what is learned from them.
struct DimerSet: Sendable {
  static let distance = 2.0...7.0
  static let maximumEnergy = 0.1
  /// The widths of the Gaussians over the semi-axes.
  static let axisScale = 0.5
  static let radialWidth = 2.0

  /// The power spectrum of every dimer.
  let features: Matrix
  /// h12 and U, by their names.
  let targets: [(name: String, symbol: String, values: Matrix)]

  /// The semi-axes of both particles: 1, 1.5, 2.
  static func semiAxes() throws -> SemiAxes { try SemiAxes(1, 1.5, 2) }

  /// The potential by the paper's equations as they are printed (Eqs. 21 to 26, B1 to B6).
  static func potential() throws -> GayBerne {
    try GayBerne(GayBerneParameters(paperLiteral: true))
  }

  /// Makes and describes them.
  init(_ settings: ReproductionSettings, progress: (String, Int, Int) -> Void) throws {
    let generator = Dimers(
      first: try Self.semiAxes(), distance: Self.distance, potential: try Self.potential(),
      maximumEnergy: Self.maximumEnergy)
    progress("generate dimers", 0, settings.dimers)
    let frames = try generator.frames(
      of: settings.dimers, seed: settings.seed, threads: settings.threads)
    progress("generate dimers", settings.dimers, settings.dimers)
    let widths = try Self.semiAxes().scaled(by: Self.axisScale)
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: Self.radialWidth), maxAngular: 6, maxRadial: .uniform(6),
        cutoff: Self.distance.upperBound + 1, spectrumForm: .unorderedPairs), species: ["X"])
    features = try expansion.features(
      of: frames.map { frame in
        var frame = frame
        frame.semiAxes = [widths, widths]
        return frame
      }, correlation: .two, threads: settings.threads
    ).values
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
        + "the centres uniform from 2 to 7, kept where U <= \(Self.maximumEnergy)")
    result.set(
      "potential",
      "Gay-Berne as the paper prints it: Eq. B3 without the factor 2, well depths from "
        + "curvature (B6), gamma = mu = nu = 1, epsilon = sigma = 1")
    result.set(
      "AniSOAP",
      "power spectrum averaged over the two particles, GTO of width "
        + "\(Self.radialWidth), nmax 6, lmax 6, Gaussian widths \(Self.axisScale) x semi-axes, "
        + "cutoff \(Self.distance.upperBound + 1), self pairs included")
    result.set("regression", "ridge, alpha by five-fold cross-validation on the training part")
    result.set("seed", "\(settings.seed)")
  }
}
