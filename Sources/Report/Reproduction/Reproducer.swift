internal import Geometry
internal import Mathematics

/// Computes figures of the paper from data that it makes itself. Data are kept, so that figures that
/// share them (1 and 2, S2 and S3, 3 and S4) make them once.
public struct Reproducer {
  /// Sizes, seed, threads.
  public let settings: ReproductionSettings
  private let progress: @Sendable (_ task: String, _ done: Int, _ total: Int) -> Void
  private var liquidCrystals: [Double: LiquidCrystalSet] = [:]
  private var dimers: DimerSet?
  private var benzene: BenzeneSet?

  /// Throws: `InvalidInput` for sizes that are too small for a training and a test part.
  public init(
    _ settings: ReproductionSettings = ReproductionSettings(),
    progress: @escaping @Sendable (_ task: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in
    }
  ) throws {
    guard settings.configurations >= 8 else {
      throw InvalidInput(
        "number of configurations", value: "\(settings.configurations)", expected: "8 or more")
    }
    guard settings.dimers >= 100, (10...settings.dimers / 2).contains(settings.trainingDimers)
    else {
      throw InvalidInput(
        "number of dimers", value: "\(settings.dimers), \(settings.trainingDimers) to learn from",
        expected: "100 or more, 10 to half of them to learn from")
    }
    guard settings.largestCrystal >= 2 else {
      throw InvalidInput(
        "size of the largest crystal", value: "\(settings.largestCrystal)", expected: "2 or more")
    }
    self.settings = settings
    self.progress = progress
  }

  /// Computes a figure.
  ///
  /// Throws: what the generators, features and regressions throw.
  public mutating func run(_ figure: PaperFigure) throws -> FigureResult {
    switch figure {
    case .fig1: try MapFigure(.fig1).result(of: liquidCrystals([3]), settings)
    case .fig2: try ReconstructionFigure(.fig2).result(of: liquidCrystals([3]), settings)
    case .figS2: try MapFigure(.figS2).result(of: liquidCrystals([3, 2]), settings)
    case .figS3: try ReconstructionFigure(.figS3).result(of: liquidCrystals([3, 2]), settings)
    case .fig3: try GayBerneFigure().result(of: dimerSet(), settings)
    case .figS4: try LearningCurveFigure().result(of: dimerSet(), settings, progress: progress)
    case .fig4: try DimerPictures().result()
    case .fig5: try ShapeFigure(.fig5).result(of: benzeneSet(), settings, progress: progress)
    case .figS6: try ShapeFigure(.figS6).result(of: benzeneSet(), settings, progress: progress)
    case .fig6: try BenzeneParityFigure().result(of: benzeneSet(), settings, progress: progress)
    case .fig7: try BenzeneBaselineFigure().result(of: benzeneSet(), settings, progress: progress)
    case .figS5: try BenzeneCurveFigure().result(of: benzeneSet(), settings, progress: progress)
    case .phases: try PhasesFigure().result(settings, progress: progress)
    case .learnedGayBerne:
      try LearnedPotentialFigure().result(settings, progress: progress)
    case .figS1: try CostFigure().result(settings, progress: progress)
    }
  }

  private mutating func liquidCrystals(_ ratios: [Double]) throws -> LiquidCrystalSet {
    let sets = try ratios.map { ratio in
      if let made = liquidCrystals[ratio] { return made }
      let made = try LiquidCrystalSet(aspectRatio: ratio, settings, progress: progress)
      liquidCrystals[ratio] = made
      return made
    }
    return LiquidCrystalSet(joining: sets)
  }

  private mutating func dimerSet() throws -> DimerSet {
    if let dimers { return dimers }
    let made = try DimerSet(settings, progress: progress)
    dimers = made
    return made
  }

  private mutating func benzeneSet() throws -> BenzeneSet {
    if let benzene { return benzene }
    let made = try BenzeneSet(settings, progress: progress)
    benzene = made
    return made
  }
}
