/// Everything that a command and a step of a recipe can do.
public enum Steps {
  /// Several commands below one: `generate nematic`, `generate smectic`, ...
  public struct Group: Sendable {
    /// The command above, and the name of the section of a recipe.
    public let name: String
    /// The key of a recipe's section that says which of them it is.
    public let selector: String
    /// The commands.
    public let steps: [any StepOptions.Type]

    /// The step of that name.
    public func step(named name: String) -> (any StepOptions.Type)? {
      steps.first { $0.configuration.commandName == name }
    }
  }

  /// `mesogen generate`: in recipes a section `generate` with the key `phase`.
  public static let generate = Group(
    name: "generate", selector: "phase",
    steps: [
      NematicStep.self, SmecticStep.self, IsotropicStep.self, CholestericStep.self,
      BiaxialStep.self, SmecticBStep.self, ColumnarStep.self, CrystalStep.self,
      MolecularCrystalStep.self, DimersStep.self,
    ])

  /// `mesogen learn`: in recipes a section `learn` with the key `task`.
  public static let learn = Group(
    name: "learn", selector: "task",
    steps: [
      RidgeStep.self, KernelStep.self, PredictStep.self, CurveStep.self, ReconstructionStep.self,
      ComponentStep.self, CovariateStep.self, SelectionStep.self, TuneStep.self,
    ])

  /// The groups.
  public static let groups = [generate, learn]

  /// The commands that stand alone.
  public static let single: [any StepOptions.Type] = [
    CoarseGrainStep.self, IsolateStep.self, EnergyStep.self, ContactStep.self, OrderStep.self,
    FeaturizeStep.self, SimulateStep.self, LabelStep.self, ConvertStep.self,
  ]

  /// Names that recipes had before: the step, and keys of it that had other names.
  static let aliases: [String: (step: String, keys: [String: String])] = [
    "read": ("convert", ["file": "input"])
  ]
}
