internal import Geometry
internal import Learning

/// Which hyperparameters are compared, and how.
public struct TuneSettings: Settings {
  /// What hyperparameters are judged by.
  public enum Goal: String, CaseIterable, Codable, Sendable {
    /// The cross-validated error of ridge regression over the deviation of the targets: sqrt(1 - R2).
    case ridge
    /// The same of kernel ridge regression.
    case kernel
    /// The global reconstruction error of the targets.
    case gfre
  }

  /// Labels, columns or arrays to predict; commas between several in one text.
  public var target: [String] = []
  /// The file with the targets; nil: the frames themselves.
  public var targets: String?
  /// What targets of frames are divided by.
  public var per = TargetShare.frame
  /// What candidates are judged by.
  public var score = Goal.ridge
  /// How many components are whitened, with commas between several values; 0: none.
  public var whiten = "0"
  /// How targets are transformed, as in `PreparationSettings`.
  public var transform: String?
  /// The kernels, with the score `kernel`.
  public var choice = KernelChoiceSettings()
  /// The alphas, as `NumberGrid` reads them; nil is `defaultAlphas`.
  public var alphas: String?
  /// Folds of the cross-validation.
  public var folds = 3
  /// Rounds of successive halving; 1 is a plain grid.
  public var rounds = 1
  /// Samples of the last round; nil: all.
  public var samples: Int?
  /// Samples kept apart, as in `SplitSettings`; nil: none.
  public var test: String?
  /// Which samples are kept apart.
  public var split = SplitSettings.Kind.random
  /// The seed of all that is drawn.
  public var seed: UInt64 = 1

  /// A plain grid; a target is needed.
  public init() {}

  /// The gammas where none are given: fewer than those of `kernel`, since every candidate tries all.
  public static let defaultGammas = "0.03,0.1,0.3"

  func kernels() throws -> [Kernel] { try choice.kernels(default: Self.defaultGammas) }

  /// The alphas where none are given: coarser than those of `ridge` and `kernel`, since every candidate
  /// tries all.
  public static func defaultAlphas(_ score: Goal) -> String {
    score == .kernel ? "1e-8:1e-2:4" : "1e-18:1:19"
  }

  func alphaGrid() throws -> NumberGrid {
    try NumberGrid(parsing: alphas ?? Self.defaultAlphas(score), quantity: "alphas")
  }

  var keys: [String] { DataSettings.keys(target) }

  /// The numbers of whitened components; nil for none whitened.
  func components() throws -> [Int?] {
    let counts = try NumberGrid(parsing: whiten, quantity: "whiten").values.map { value in
      guard let count = Int(exactly: value) else {
        throw InvalidInput("whiten", value: whiten, expected: "whole numbers with commas")
      }
      return count == 0 ? nil : count
    }
    guard score != .gfre || counts == [nil] else {
      throw InvalidInput("whiten", value: whiten, expected: "0 with the score gfre")
    }
    return counts
  }

  /// The samples that are learned from; nil for all.
  func training(of count: Int) throws -> [Int]? {
    guard let test else { return nil }
    guard split != .hash else {
      throw InvalidInput("split", value: "hash", expected: "random, order or scikit-learn")
    }
    var options = SplitSettings()
    (options.test, options.split, options.seed, options.folds) = (test, split, seed, folds)
    return try options.make(count) { [] }.training
  }
}
