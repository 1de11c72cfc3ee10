internal import ArgumentParser
internal import Jobs

/// `mesogen learn ridge`.
struct RidgeStep: LearningStep {
  typealias Values = RidgeSettings
  static let configuration = CommandConfiguration(
    commandName: "ridge",
    abstract: "Linear ridge regression, alpha by cross-validation.",
    discussion: """
      alpha is on the scale of the scaled features, whose variances add up to 1.

        mesogen learn ridge set.npz --targets set.xyz --target order,p4 -o model.npz
        mesogen learn ridge dimers.npz --targets dimers.xyz --target energy --train 2000 \
      --test 2000 --spread posterior --predictions test.csv
        mesogen learn ridge dimers.npz --targets dimers.xyz --target h12,energy \
      --transform lennard-jones
        mesogen learn ridge liquid.npz --targets liquid.xyz --target energy --forces forces \
      --torques torques --baseline wca --contact-columns 16 -o field.npz

      The last is a force field: the frames are featurized again with derivatives, energies, forces, \
      torques and virials are learned together, and `energy` and `simulate` take the file for \
      --potential.
      """)
  private static let standard = RidgeSettings()

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @OptionGroup var preparation: PreparationOptions
  @Option(parsing: .unconditional, help: "The alphas: first:last:count, or a list.")
  var alphas = Self.standard.alphas
  @Option(help: "Where a spread of the predictions comes from.")
  var spread = Self.standard.spread
  @Option(parsing: .unconditional, help: "Members of the committee.")
  var members = Self.standard.members
  @OptionGroup(title: "Force fields") var field: ForceFieldOptions
  @Option(name: .shortAndLong, help: "The model (.npz).")
  var output: String?
  @Option(help: "Targets, predictions and spreads of the test part (.csv or .npz).")
  var predictions: String?
  @Flag(
    help: """
      Read the features in blocks and never hold them all, as is done anyway where they have more than \
      2 GiB. The same model, but no --whiten, --components, --transform, --spread and --with-features.
      """)
  var stream = false

  init() {}

  func job() throws -> any Job {
    try RidgeJob(features: data.features, output: output, settings: values())
  }
}

/// `mesogen learn kernel`.
struct KernelStep: LearningStep {
  typealias Values = KernelSettings
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Kernel ridge regression, kernel and alpha by cross-validation.",
    discussion: """
      Predictions come with the spread of the Gaussian process of the same kernel.

        mesogen learn kernel dimers.npz --targets dimers.xyz --target energy --gamma 0.1:10:5 \
      -o model.npz
        mesogen learn kernel dimers.npz --targets dimers.xyz --target energy --whiten 64
        mesogen learn kernel liquid.npz --targets liquid.xyz --target energy --forces forces \
      --torques torques --baseline wca --inducing 200 --spread committee -o field.npz

      The last is a force field, whose energy is a sum over particles of kernels between their \
      neighbourhoods and --inducing ones chosen of the training frames. Polynomial kernels are then \
      those of the directions of the features, ((gamma x.z/|x||z| + offset)/(gamma + offset))^degree; \
      a radial gamma is on the scale on which the mean squared distance of neighbourhoods is 2.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var split: SplitOptions
  @OptionGroup var preparation: PreparationOptions
  @OptionGroup var choice: KernelOptions
  @Option(parsing: .unconditional, help: "The alphas: first:last:count, or a list.")
  var alphas = KernelSettings().alphas
  @OptionGroup(title: "Force fields") var field: ForceFieldOptions
  @OptionGroup(title: "Force fields") var sparse: SparseKernelOptions
  @Option(help: "Where a spread of the predictions of a force field comes from.")
  var spread = KernelSettings().spread
  @Option(parsing: .unconditional, help: "Members of the committee.")
  var members = KernelSettings().members
  @Option(name: .shortAndLong, help: "The model (.npz).")
  var output: String?
  @Option(help: "Targets, predictions and spreads of the test part (.csv or .npz).")
  var predictions: String?

  init() {}

  func job() throws -> any Job {
    try KernelJob(features: data.features, output: output, settings: values())
  }
}
