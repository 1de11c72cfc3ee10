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
    /// The cross-validated error of the forces, torques and virials of a force field, over their deviation.
    case forces
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
  /// What the force field is, with the score `forces`.
  public var field = ForceFieldSettings()
  /// The potentials of it whose strength is fitted, as in `DataSettings`.
  public var baseline: String?
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
    switch score {
    case .kernel: "1e-8:1e-2:4"
    case .forces: "1e-13:1e-1:13"
    case .ridge, .gfre: "1e-18:1:19"
    }
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
    guard ![.gfre, .forces].contains(score) || counts == [nil] else {
      throw InvalidInput("whiten", value: whiten, expected: "0 with the score \(score.rawValue)")
    }
    return counts
  }

  /// Throws: `InvalidInput` for force fields that make no sense, alone or with the score.
  func checkField() throws {
    try field.validate()
    let isWanted = try field.isWanted(baseline: baseline) || baseline != nil
    guard score == .forces else {
      guard !isWanted else {
        throw InvalidInput(
          "score", value: score.rawValue, expected: "forces with the options of a force field")
      }
      return
    }
    guard field.forces != nil || field.torques != nil || field.virial != nil else {
      throw InvalidInput(
        "forces", value: "missing", expected: "a column of the frames, with the score forces")
    }
    guard transform == nil, per == .frame else {
      throw InvalidInput(
        transform == nil ? "per" : "transform", value: transform ?? per.rawValue,
        expected: "none with the score forces")
    }
  }

  /// The targets of a force field; `frames` are those that are featurized.
  func data(_ frames: String) -> DataSettings {
    var data = DataSettings()
    (data.targets, data.target, data.baseline) = (targets ?? frames, target, baseline)
    return data
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
