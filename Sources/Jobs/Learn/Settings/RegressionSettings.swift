internal import Geometry
public import Learning

/// Where a spread of the predictions comes from.
public enum SpreadKind: String, CaseIterable, Codable, Sendable {
  /// Nowhere.
  case none
  /// The posterior of the linear model.
  case posterior
  /// A committee of models that learned from other draws of the samples.
  case committee
}

/// Linear ridge regression.
public struct RidgeSettings: Settings {
  /// What is predicted.
  public var data = DataSettings()
  /// What is learned from.
  public var split = SplitSettings()
  /// What is done before.
  public var preparation = PreparationSettings()
  /// The alphas to try, as `NumberGrid` reads them.
  public var alphas = "1e-18:10:39"
  /// Where a spread of the predictions comes from.
  public var spread = SpreadKind.none
  /// Members of the committee.
  public var members = 16
  /// What makes it a force field.
  public var field = ForceFieldSettings()
  /// A table for targets, predictions and spreads of the test part; nil: none.
  public var predictions: String?
  /// Whether features are read in blocks and never held, also where they are small enough.
  public var stream = false

  /// The defaults; targets are needed.
  public init() {}
}

/// The kernels to try.
public struct KernelChoiceSettings: Settings {
  /// The kernels by name.
  public enum Name: String, CaseIterable, Codable, Sendable {
    /// exp(-gamma |x - y|^2).
    case rbf
    /// (gamma x . y + offset)^degree.
    case polynomial
    /// x . y.
    case linear
  }

  /// The kernel.
  public var kernel = Name.rbf
  /// The gammas to try, as `NumberGrid` reads them; nil is the default of the command.
  public var gamma: String?
  /// The degree of the polynomial.
  public var degree = 3
  /// What the polynomial adds to the product.
  public var offset = 1.0

  /// Radial kernels.
  public init() {}

  /// The gammas where none are given.
  public static let defaultGammas = "0.01:10:7"

  /// The gammas to try.
  ///
  /// Throws: `InvalidInput`.
  public func gammas(default text: String = Self.defaultGammas) throws -> NumberGrid {
    try NumberGrid(parsing: gamma ?? text, quantity: "gamma")
  }

  /// All kernels to try.
  ///
  /// Throws: `InvalidInput`.
  public func kernels(default text: String = Self.defaultGammas) throws -> [Kernel] {
    switch kernel {
    case .linear: [.linear]
    case .rbf: try gammas(default: text).values.map { .radialBasis(gamma: $0) }
    case .polynomial:
      try gammas(default: text).values.map {
        .polynomial(degree: degree, gamma: $0, offset: offset)
      }
    }
  }
}

/// Kernel ridge regression.
public struct KernelSettings: Settings {
  /// What is predicted.
  public var data = DataSettings()
  /// What is learned from.
  public var split = SplitSettings()
  /// What is done before.
  public var preparation = PreparationSettings()
  /// The kernels to try.
  public var choice = KernelChoiceSettings()
  /// The alphas to try, as `NumberGrid` reads them.
  public var alphas = "1e-9:1e-1:9"
  /// What makes it a force field.
  public var field = ForceFieldSettings()
  /// The points of the kernel of a force field.
  public var sparse = SparseKernelSettings()
  /// Where a spread of the predictions of a force field comes from; without forces it is that of the process.
  public var spread = SpreadKind.none
  /// Members of the committee.
  public var members = RidgeSettings().members
  /// A table for targets, predictions and spreads of the test part; nil: none.
  public var predictions: String?

  /// The defaults; targets are needed.
  public init() {}
}

/// Errors against the number of training samples.
public struct CurveSettings: Settings {
  /// The regressions by name.
  public enum Regression: String, CaseIterable, Codable, Sendable {
    /// Linear ridge regression.
    case ridge
    /// Kernel ridge regression.
    case kernel
  }

  /// What is predicted.
  public var data = DataSettings()
  /// What is learned from.
  public var split = SplitSettings()
  /// What is done before.
  public var preparation = PreparationSettings()
  /// The training sizes, separated by commas; nil: halvings of all.
  public var sizes: String?
  /// Draws of every size.
  public var repeats = 3
  /// The regression.
  public var model = Regression.ridge
  /// The alphas of ridge, as `NumberGrid` reads them.
  public var ridgeAlphas = RidgeSettings().alphas
  /// The kernels.
  public var choice = KernelChoiceSettings()
  /// The alphas of kernel ridge, as `NumberGrid` reads them.
  public var alphas = KernelSettings().alphas
  /// What makes it a curve of a force field.
  public var field = ForceFieldSettings()
  /// The points of its kernel.
  public var sparse = SparseKernelSettings()

  /// The defaults; targets are needed.
  public init() {}

  /// The training sizes, of which `count` is the largest.
  ///
  /// Throws: `InvalidInput`.
  func trainingSizes(_ count: Int) throws -> [Int] {
    guard let sizes else {
      return (0..<6).map { count >> (5 - $0) }.filter { $0 >= 2 * split.folds }
    }
    return try sizes.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let size = Int(text), size >= 1 else {
        throw InvalidInput("sizes", value: sizes, expected: "numbers from 1, with commas")
      }
      return size
    }
  }
}
