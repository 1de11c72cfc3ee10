internal import AniSOAP
internal import Generators
internal import Geometry
internal import Jobs
internal import Mathematics
internal import Recipes

/// A dataset of a recipe that is made in memory, in any number of frames: what the figures of the paper
/// are made of follows from the recipes in `data/recipes` and from nothing else.
struct RecipeSet {
  /// What is made.
  let generate: GenerateJob
  /// The order parameters that are computed, where they are.
  let order: OrderJob?
  /// The features that are computed.
  let features: [FeaturizeJob]

  /// The datasets of a recipe, in its order.
  ///
  /// Throws: `InvalidInput` for a dataset that does not begin with frames that are made.
  static func all(of known: Recipe.Known) throws -> [RecipeSet] {
    try Recipe(known, output: known.rawValue).datasets.map { dataset in
      let jobs = dataset.steps.map(\.job)
      guard let generate = jobs.first as? GenerateJob else {
        throw InvalidInput(
          "dataset \(dataset.name) of the recipe \(known.rawValue)", value: "no generator",
          expected: "frames that are made")
      }
      return RecipeSet(
        generate: generate, order: jobs.lazy.compactMap { $0 as? OrderJob }.first,
        features: jobs.compactMap { $0 as? FeaturizeJob })
    }
  }

  /// The features that the recipe writes to a file of that ending: `nu2`.
  ///
  /// Throws: `InvalidInput` when there are none.
  func settings(_ suffix: String) throws -> FeatureSettings {
    guard let job = features.first(where: { $0.output.hasSuffix(".\(suffix).npz") }) else {
      throw InvalidInput("features", value: suffix, expected: "features of the recipe")
    }
    return job.settings
  }
}

extension FeatureSettings {
  /// The mean features of frames of one species, a row for each.
  func matrix(of frames: [Frame], threads: Int) throws -> Matrix {
    let expansion = try DensityExpansion(hyperparameters(), species: ["X"])
    let shapes = try shapes.override()
    let shaped = try frames.map { try shapes.apply(to: $0) }
    return try expansion.features(
      of: shaped, correlation: densityCorrelation(), threads: threads
    ).values
  }

  /// How the features are made, for the reader.
  var words: String {
    var words =
      "nu = \(correlation), \(basis.rawValue.uppercased()) of width "
      + "\(radialWidth ?? Self.defaultRadialWidth), nmax \(maxRadial), lmax \(maxAngular), "
      + "cutoff \(cutoff ?? .nan)"
    if shapes.scaleAxes != 1 { words += ", Gaussian widths \(shapes.scaleAxes) x semi-axes" }
    return words
  }
}
