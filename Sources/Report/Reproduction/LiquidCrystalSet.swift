internal import AniSOAP
internal import Generators
internal import Geometry
internal import Mathematics
internal import OrderParameters

/// Nematic and smectic configurations with the four descriptions that the paper compares.
struct LiquidCrystalSet: Sendable {
  /// Neighbours are nearer than this, for AniSOAP and for Steinhardt's parameters: it reaches the
  /// neighbouring layers.
  static let cutoff = 5.0
  static let packingFraction = 0.3
  static let smecticOrder = 0.85

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

  /// Makes and describes the configurations of one aspect ratio.
  init(
    aspectRatio: Double, _ settings: ReproductionSettings,
    progress: (String, Int, Int) -> Void
  ) throws {
    let specimen = try Specimen(
      particles: settings.particles, aspectRatio: aspectRatio,
      packingFraction: ValueRange(Self.packingFraction))
    let order = ValueRange(0, 1)
    let generators: [any Generator] = [
      Nematic(specimen: specimen, order: order),
      Smectic(
        specimen: specimen, order: order, smecticOrder: ValueRange(Self.smecticOrder)),
    ]
    let count = settings.configurations
    var made = [Frame]()
    for generator in generators {
      let task = "generate \(generator.name), L/D = \(Figures.fixed(aspectRatio, 0))"
      progress(task, 0, count)
      made += try generator.frames(of: count, seed: settings.seed, threads: settings.threads)
      progress(task, count, count)
    }
    let frames = made
    self.frames = frames
    isSmectic = (0..<2 * count).map { $0 >= count }
    aspectRatios = Array(repeating: aspectRatio, count: 2 * count)
    let bonds = Steinhardt.Settings(degrees: 1...6, cutoff: Self.cutoff, weights: .distance)
    let orders = try Parallel.map(count: frames.count, threads: settings.threads) { k in
      try FrameOrder(frames[k], FrameOrder.Settings(steinhardt: bonds))
    }
    orientation = Matrix(column: orders.map { $0.orderMax ?? 0 })
    steinhardt = Matrix(orders.map(\.steinhardt))
    func features(_ maxAngular: Int, _ nu: DensityExpansion.Correlation) throws -> Matrix {
      let expansion = try DensityExpansion(
        Hyperparameters(
          basis: .gto(width: 3), maxAngular: maxAngular, maxRadial: .uniform(6),
          cutoff: Self.cutoff, spectrumForm: .unorderedPairs), species: ["X"])
      return try expansion.features(of: frames, correlation: nu, threads: settings.threads).values
    }
    radialSpectrum = try features(0, .one)
    powerSpectrum = try features(6, .two)
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
      "\(settings.particles) hard ellipsoids of diameter 1, packing fraction "
        + "\(Self.packingFraction), random director, smectic order \(Self.smecticOrder)")
    result.set(
      "AniSOAP",
      "GTO of width 3, nmax 6, lmax 6 (nu = 2) or 0 (nu = 1), cutoff \(Self.cutoff), "
        + "frame averages")
    result.set(
      "Steinhardt", "q1 to q6 weighted by distance, cutoff \(Self.cutoff), mean over particles")
    result.set("seed", "\(settings.seed)")
  }
}
