public import ArgumentParser
public import GayBerne
internal import Jobs

extension EnergyLimit.Action: ExpressibleByArgument {}

/// `mesogen energy`.
struct EnergyStep: StepOptions {
  typealias Values = EnergySettings

  static let configuration = CommandConfiguration(
    commandName: "energy",
    abstract: "Label frames with energies, forces and torques of pairs of ellipsoids.",
    discussion: """
      Every frame gets `energy`; frames of two particles also h12, eta, chi and U_r. Where particles \
      overlap so much that the potential is not defined, the energy is infinite and singular_pairs \
      says how many pairs do. RE-squared is such a potential also for biaxial particles that do not \
      overlap: its distance between surfaces is an estimate, which can be zero before they touch. With \
      a learned potential every frame gets `extrapolation`, the distance of its farthest neighbourhood \
      from the training set over the largest there; frames above 1 are told.

        mesogen energy dimers.xyz -o labelled.xyz --forces
        mesogen energy mixture.xyz -o out.xyz --cutoff 8 --well-depths A:1,1,0.2 \
      --well-depths B:1,1,0.5
        mesogen energy new.xyz -o out.xyz --potential field.npz --forces --spread
      """)

  @OptionGroup var frames: FrameOptions
  @Option(name: .shortAndLong, help: "Where the labelled frames go.")
  var output: String
  @OptionGroup var interaction: PotentialOptions
  @Flag(help: "Also forces and torques of every particle.")
  var forces = false
  @Flag(
    help: """
      Also the spread of the energy, with --forces also of forces and torques, of a learned potential \
      with a committee.
      """)
  var spread = false
  @Option(parsing: .unconditional, help: "A ceiling for energies; see --above.")
  var maxEnergy: Double?
  @Option(
    help: """
      Frames above the ceiling get it for their energy, or are left out (default: \
      \(EnergySettings.defaultAbove.rawValue)).
      """)
  var above: EnergyLimit.Action?

  init() {}

  func job() throws -> any Job {
    try EnergyJob(input: frames.input, output: output, settings: values())
  }

  /// The labels go into the frames themselves: the file is read, and replaced when all is done.
  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    let frames = place.frames ?? ""
    return ["input": frames, "output": frames]
  }

  static var otherNames: [String: String] { PotentialOptions.otherNames }
  var madeFrames: String? { output }
}
