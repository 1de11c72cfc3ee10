internal import ArgumentParser
internal import Jobs

/// `mesogen isolate`.
struct IsolateStep: StepOptions {
  typealias Values = IsolateSettings

  static let configuration = CommandConfiguration(
    commandName: "isolate",
    abstract: "Take the molecules of every frame apart, as if each were alone.",
    discussion: """
      Every frame keeps its atoms and their order, but has no cell, and the molecules stand beside each \
      other at a distance. Features of these frames (with a smaller cutoff) and energies of them are those \
      of the isolated molecules in the geometry that they have in the crystal. The labels energy, \
      energy_per_atom and energy_per_molecule become crystal_energy and so on; forces, stress and virial \
      go. The energy between molecules is then the difference of two labels:

        mesogen isolate crystals.xyz -o isolated.xyz
        mesogen label isolated.xyz -o labelled.xyz --with "python3 data/labels/ase_worker.py gfn1"
        mesogen learn ridge features.npz --targets labelled.xyz --target crystal_energy \
      --baseline energy --per atoms
      """)
  private static let standard = IsolateSettings()

  @Argument(help: "The file with the frames; - is standard input (extended XYZ).")
  var input: String
  @Option(name: .shortAndLong, help: "Where the frames of isolated molecules go.")
  var output: String
  @Option(
    parsing: .unconditional,
    help: "The distance between molecules along x, in the file's length unit.")
  var distance = Self.standard.distance
  @OptionGroup var molecules: MoleculeOptions
  @Option(
    parsing: .unconditional,
    help: "Frames of the file, half-open and counted from 0, as 0:100.")
  var selectFrames: String?
  @OptionGroup var reading: ReadingOptions

  init() {}

  func job() throws -> any Job {
    try IsolateJob(input: input, output: output, settings: values())
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    ["input": place.frames ?? "", "output": place.file("isolated", ".xyz")]
  }

  var madeFrames: String? { output }
}
