public import Mathematics

/// How much data the figures are made of. The sizes of the paper, a tenth of them, or any others.
public struct ReproductionSettings: Equatable, Sendable {
  /// Configurations of each phase and shape.
  public var configurations: Int
  /// Particles in a configuration.
  public var particles: Int
  /// Dimers.
  public var dimers: Int
  /// How many of them Fig. 3 learns from.
  public var trainingDimers: Int
  /// The largest N of the N x N x M crystals of Fig. S1.
  public var largestCrystal: Int
  /// Labelled crystals of benzene; nil: those that the program has with it.
  public var benzene: String?
  /// How many of them, from the first; nil: all.
  public var crystals: Int?
  /// What all random numbers follow from.
  public var seed: UInt64
  /// How many threads are used; no number but those of Fig. S1 depends on it.
  public var threads: Int

  /// The sizes of the paper.
  public init(
    configurations: Int = 500, particles: Int = 128, dimers: Int = 25_000,
    trainingDimers: Int = 2_000, largestCrystal: Int = 16, benzene: String? = nil,
    crystals: Int? = nil, seed: UInt64 = 1, threads: Int = Parallel.availableThreads
  ) {
    self.configurations = configurations
    self.particles = particles
    self.dimers = dimers
    self.trainingDimers = trainingDimers
    self.largestCrystal = largestCrystal
    self.benzene = benzene
    self.crystals = crystals
    self.seed = seed
    self.threads = threads
  }

  /// A tenth of the paper's sizes.
  public static func quick(
    seed: UInt64 = 1, threads: Int = Parallel.availableThreads
  ) -> ReproductionSettings {
    ReproductionSettings(
      configurations: 50, dimers: 2_500, trainingDimers: 1_000, largestCrystal: 8, crystals: 300,
      seed: seed, threads: threads)
  }
}
