public import Learning

/// How well one set of features reconstructs another.
public struct ReconstructionSettings: Settings {
  /// Columns or labels of the others; commas between several in one text.
  public var target: [String] = []
  /// How both are scaled.
  public var scale = Scaler.Mode.matrix
  /// Samples to test on: a number, or a fraction below 1.
  public var test = "0.5"
  /// The random_state of split and folds.
  public var seed = Shuffle.scikitMatterSeed
  /// Whether the global distortion is wanted.
  public var distortion = false
  /// With how many neighbours the local error is wanted; nil: it is not.
  public var local: Int?

  /// scikit-matter's own.
  public init() {}
}

/// Principal components.
public struct ComponentSettings: Settings {
  /// How many components.
  public var components = 2
  /// How features are scaled.
  public var scale = Scaler.Mode.center
  /// A table for the samples along the components; nil: none.
  public var projections: String?

  /// Two components.
  public init() {}
}

/// Principal covariates.
public struct CovariateSettings: Settings {
  /// What is predicted.
  public var data = DataSettings()
  /// What is learned from.
  public var split = SplitSettings()
  /// How many components.
  public var components = 2
  /// The weight of the features against the targets.
  public var mixing = 0.5
  /// The alpha of the regression inside.
  public var alpha = 1e-6
  /// A table for all samples along the components, and predictions; nil: none.
  public var projections: String?

  /// The defaults; targets are needed.
  public init() {}
}

/// The most diverse samples or features.
public struct SelectionSettings: Settings {
  /// The methods by name.
  public enum Method: String, CaseIterable, Codable, Sendable {
    /// Farthest point sampling.
    case fps
    /// CUR decomposition.
    case cur
  }

  /// What is selected.
  public var axis = Selection.Axis.features
  /// How many; needed.
  public var count: Int?
  /// How.
  public var method = Method.fps
  /// The one that farthest point sampling begins with.
  public var first = 0
  /// How features are scaled.
  public var scale = Scaler.Mode.matrix

  /// The defaults; a count is needed.
  public init() {}
}

/// Predictions of a stored model.
public struct PredictionSettings: Settings {
  /// Frames `first:end`, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Whether forces and torques of a force field are wanted.
  public var forces = false
  /// Whether spreads of a force field are wanted.
  public var spread = false
  /// What is said of the file with the frames.
  public var reading = ReadSettings()

  /// All frames.
  public init() {}
}
