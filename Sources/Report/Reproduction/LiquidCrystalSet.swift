internal import Generators
internal import Geometry
internal import Jobs
internal import Mathematics
internal import OrderParameters
internal import Recipes

/// Nematic and smectic configurations with the four descriptions that the paper compares.
struct LiquidCrystalSet: Sendable {
  /// The frames: per aspect ratio all nematic ones, then all smectic ones.
  let frames: [Frame]
  let isSmectic: [Bool]
  let aspectRatios: [Double]
  /// X_OOP: the largest eigenvalue of Q, one column.
  let orientation: Matrix
  /// X_SOP: the means over the particles of q1 to q6, weighted by distance; q0 is 1 in every frame.
  let steinhardt: Matrix
  /// X_AniSOAP of nu = 1: the mean radial spectrum (l = 0).
  let radialSpectrum: Matrix
  /// X_AniSOAP of nu = 2: the mean power spectrum.
  let powerSpectrum: Matrix
  /// The mean power spectrum with wide Gaussians, for maps.
  let mapSpectrum: Matrix
  /// The settings of these three.
  let settings: [FeatureSettings]

  /// Makes and describes the configurations of one aspect ratio.
  init(
    aspectRatio: Double, _ settings: ReproductionSettings,
    progress: (String, Int, Int) -> Void
  ) throws {
    let sets = try RecipeSet.all(
      of: aspectRatio == 2 ? .paperLiquidCrystals2 : .paperLiquidCrystals)
    let count = settings.configurations
    var made = [Frame]()
    for set in sets {
      guard var phase = set.generate.settings as? PhaseSettings else { continue }
      phase.particles = settings.particles
      let generator = try phase.generator()
      let task = "generate \(generator.name), L/D = \(Figures.fixed(aspectRatio, 0))"
      progress(task, 0, count)
      made += try generator.frames(of: count, seed: settings.seed, threads: settings.threads)
      progress(task, count, count)
    }
    let frames = made
    self.frames = frames
    isSmectic = (0..<frames.count).map { $0 >= count }
    aspectRatios = Array(repeating: aspectRatio, count: frames.count)
    let orders = try Parallel.map(count: frames.count, threads: settings.threads) { k in
      try FrameOrder(frames[k], sets[0].order?.settings ?? FrameOrder.Settings())
    }
    orientation = Matrix(column: orders.map { $0.orderMax ?? 0 })
    // q0 is 1 in every frame.
    steinhardt = Matrix(orders.map { Array($0.steinhardt.dropFirst()) })
    let features = try ["nu1", "nu2", "map"].map { suffix in
      var settings = try sets[0].settings(suffix)
      // The same scalar products from half the columns.
      settings.compact = settings.correlation == 2
      return settings
    }
    self.settings = features
    let matrices = try features.map { try $0.matrix(of: frames, threads: settings.threads) }
    (radialSpectrum, powerSpectrum, mapSpectrum) = (matrices[0], matrices[1], matrices[2])
  }

  /// Several sets after each other.
  init(joining sets: [LiquidCrystalSet]) {
    frames = sets.flatMap(\.frames)
    isSmectic = sets.flatMap(\.isSmectic)
    aspectRatios = sets.flatMap(\.aspectRatios)
    orientation = Self.stacked(sets.map(\.orientation))
    steinhardt = Self.stacked(sets.map(\.steinhardt))
    radialSpectrum = Self.stacked(sets.map(\.radialSpectrum))
    powerSpectrum = Self.stacked(sets.map(\.powerSpectrum))
    mapSpectrum = Self.stacked(sets.map(\.mapSpectrum))
    settings = sets.first?.settings ?? []
  }

  private static func stacked(_ parts: [Matrix]) -> Matrix {
    Matrix(
      rows: parts.reduce(0) { $0 + $1.rows }, columns: parts.first?.columns ?? 0,
      elements: parts.flatMap(\.elements))
  }

  /// How it was made, for the reader.
  func describe(in result: inout FigureResult, _ settings: ReproductionSettings) {
    let ratios = Set(aspectRatios).sorted(by: >).map { Figures.fixed($0, 0) }
    result.set(
      "configurations",
      "\(settings.configurations) nematic and \(settings.configurations) smectic A for each of "
        + "L/D = \(ratios.joined(separator: " and ")), nematic order 0 to 1 evenly")
    result.set(
      "each",
      "\(settings.particles) hard ellipsoids of diameter 1, packing fraction 0.3, random director, "
        + "smectic order 0.85; all as in data/recipes/paper-liquid-crystals.yaml")
    for (name, features) in zip(["AniSOAP nu = 1", "AniSOAP nu = 2", "AniSOAP map"], self.settings)
    {
      result.set(name, features.words + ", frame averages")
    }
    result.set("Steinhardt", "q1 to q6 weighted by distance, cutoff 5, mean over particles")
    result.set("seed", "\(settings.seed)")
  }
}
