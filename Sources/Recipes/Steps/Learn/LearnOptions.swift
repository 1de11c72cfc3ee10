public import ArgumentParser
public import Jobs
public import Learning

extension Scaler.Mode: ExpressibleByArgument {}
extension SplitSettings.Kind: ExpressibleByArgument {}
extension SpreadKind: ExpressibleByArgument {}
extension TargetShare: ExpressibleByArgument {}
extension KernelChoiceSettings.Name: ExpressibleByArgument {}

/// What is learned from and what is tested on.
struct SplitOptions: ParsableArguments, Sendable {
  private static let standard = SplitSettings()

  @Option(
    parsing: .unconditional,
    help: "Samples to test on: a number, or a fraction below 1.")
  var test = Self.standard.test
  @Option(
    parsing: .unconditional,
    help: "Samples to learn from: a number, or a fraction below 1 (default: all others).")
  var train: String?
  @Option(
    help: """
      How samples are divided: at random, the last ones tested, each by the hash of its frame, or as \
      scikit-learn's train_test_split does with random_state.
      """)
  var split = Self.standard.split
  @Option(parsing: .unconditional, help: "The seed of all that is drawn.")
  var seed = Self.standard.seed
  @Option(parsing: .unconditional, help: "Folds of the cross-validation on the training part.")
  var folds = Self.standard.folds
  @Option(
    help: """
      A label (of frames) or column of the targets: samples with the same value stay in the same part \
      and fold, as base for the variants of a crystal.
      """)
  var groupBy: String?

  init() {}
}

/// The features and what they are to predict.
struct DataOptions: ParsableArguments, Sendable {
  @Argument(help: "The features (.npz), perhaps FILE.npz:ARRAY.")
  var features: String
  @Option(help: "The file with the targets: frames with labels or columns, .csv, or .npz.")
  var targets: String
  @Option(
    parsing: .singleValue,
    help: "A label, column or array to predict; commas between several (repeatable).")
  var target: [String]
  @Option(help: Self.perHelp)
  var per = DataSettings().per
  @Option(help: "How features are scaled: by one number for the whole matrix, or column by column.")
  var scale = DataSettings().scale
  @Option(
    parsing: .singleValue,
    help: """
      Further features beside the first, scaled by themselves: FILE.npz, FILE.npz:WEIGHT, or several \
      weights with commas, of which ridge takes the best by cross-validation (repeatable).
      """)
  var withFeatures: [String] = []
  @Option(
    help: """
      A label, column or array of the targets that is taken off them before learning, as the \
      prediction of another model: predicted_energy of learn predict -o FILE.xyz. In ridge and kernel also \
      wca (a repulsion at the contact distance) or gay-berne, or both with a comma: potentials whose \
      strength is fitted, which makes a force field.
      """)
  var baseline: String?

  static var perHelp: ArgumentHelp {
    """
    Divide targets of frames, energies above all, by the number of particles (atoms) or molecules of \
    the frame.
    """
  }

  init() {}
}

/// What is done to features and targets before a regression.
struct PreparationOptions: ParsableArguments, Sendable {
  @Option(
    parsing: .unconditional,
    help: "Learn from so many principal components of the features, each scaled to one variance.")
  var whiten: Int?
  @Option(
    parsing: .unconditional,
    help: "Learn from so many principal components of the training part, not scaled.")
  var components: Int?
  @Option(help: Self.transformHelp)
  var transform: String?

  static var transformHelp: ArgumentHelp {
    """
    Learn the second of two targets, a contact distance and an energy, as the strength of a \
    Lennard-Jones well at that distance: lennard-jones, or lennard-jones:SIGMA,GAMMA.
    """
  }

  init() {}
}

/// What makes a regression of energies a force field.
struct ForceFieldOptions: ParsableArguments, Sendable {
  private static let standard = ForceFieldSettings()

  @Option(help: "Learn from forces too: their column in the frames with the targets.")
  var forces: String?
  @Option(help: "Learn from torques too: their column.")
  var torques: String?
  @Option(help: "Learn from virials too: their label.")
  var virial: String?
  @Option(
    help: """
      How much energies, forces, torques and virials count, each over its variance: E,F,T,V; of \
      several choices with ';' the best by cross-validation is taken.
      """)
  var weights = Self.standard.weights
  @Option(
    parsing: .unconditional,
    help: """
      So many columns of powers of the contact distance times polynomials of the angles, for every \
      pair of species.
      """)
  var contactColumns = Self.standard.contactColumns
  @Option(help: "The contact distance of baselines and contact columns.")
  var contact = Self.standard.contact

  init() {}
}

/// The points of the kernel of a force field.
struct SparseKernelOptions: ParsableArguments, Sendable {
  private static let standard = SparseKernelSettings()

  @Option(
    parsing: .unconditional,
    help: "So many neighbourhoods of every species are points of the kernel.")
  var inducing = Self.standard.inducing
  @Option(help: "How they are chosen: the farthest from those taken, or by CUR.")
  var inducingBy = Self.standard.inducingBy

  init() {}
}

/// Which kernels are tried.
struct KernelOptions: ParsableArguments, Sendable {
  private static let standard = KernelChoiceSettings()

  @Option(help: "The kernel.")
  var kernel = Self.standard.kernel
  @Option(
    parsing: .unconditional,
    help: """
      The gammas: first:last:count, or a list (default: \(KernelChoiceSettings.defaultGammas), of \
      tune \(TuneSettings.defaultGammas)). The mean squared distance of samples is 2.
      """)
  var gamma: String?
  @Option(parsing: .unconditional, help: "The degree of the polynomial.")
  var degree = Self.standard.degree
  @Option(parsing: .unconditional, help: "What the polynomial adds to the product.")
  var offset = Self.standard.offset

  init() {}
}

/// The options of something that learns from an archive of features.
protocol LearningStep: StepOptions {}

extension LearningStep {
  static var inputFiles: Set<String> { ["features", "targets", "others", "with-features"] }
  static var outputFiles: Set<String> { ["output", "predictions", "projections"] }

  /// The last features of the dataset, and its frames as targets; outputs are named after the task.
  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    var values = ["features": place.features.last ?? ""]
    let declared = DeclaredArguments(Self.self)
    if declared.entry("targets") != nil { values["targets"] = place.frames ?? "" }
    let task = configuration.commandName ?? ""
    if declared.entry("output") != nil {
      values["output"] = place.file(task, Self.writesTable ? ".csv" : ".npz")
    }
    for name in ["predictions", "projections"] where declared.entry(name) != nil {
      values[name] = place.file(task, ".\(name).csv")
    }
    return values
  }

  /// Whether the main output is a table rather than a model.
  static var writesTable: Bool { false }
}
