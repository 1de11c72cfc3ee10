public import ArgumentParser
public import Jobs

extension LabelSettings.Failures: ExpressibleByArgument {}

/// `mesogen label`.
struct LabelStep: StepOptions {
  typealias Values = LabelSettings

  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Label frames of atoms by another program, as with energies of electronic structure.",
    discussion: """
      COMMAND is started once for every worker. It reads frames of extended XYZ on standard input and \
      writes each to standard output with energy, energy_unit and perhaps forces and stress, and the \
      label_id that came with it; a frame that it cannot do comes back with label_error. Answers are \
      kept beside the output until all are there: what was interrupted goes on with --resume. Workers \
      for every calculator of ASE and for Quantum ESPRESSO are in data/labels.

        mesogen label crystals.xyz -o labelled.xyz --workers 2 --time-limit 600 --reference benzene \
      --with "python3 data/labels/ase_worker.py gfn1"
      """)
  private static let standard = LabelSettings()

  @Argument(help: "The file with the frames; - is standard input (extended XYZ).")
  var input: String
  @Option(name: .shortAndLong, help: "Where the labelled frames go.")
  var output: String
  @Option(help: "The command of a worker, as a shell takes it.")
  var with: String?
  @Option(parsing: .unconditional, help: "How many workers run side by side.")
  var workers = Self.standard.workers
  @Option(
    parsing: .unconditional,
    help: "The longest time for a frame in seconds; the worker is replaced, and the frame marked.")
  var timeLimit: Double?
  @Option(
    help: """
      The isolated molecule that energies are relative to, per molecule and per atom: benzene, or a \
      file whose first frame is one molecule. The worker labels it first.
      """)
  var reference: String?
  @Option(help: "Frames that could not be labelled stay with label_error, or are left out.")
  var failures = Self.standard.failures
  @Flag(help: "Go on where an earlier run ended early.")
  var resume = false
  @Option(
    parsing: .unconditional,
    help: "Frames of the file, half-open and counted from 0, as 0:100.")
  var selectFrames: String?
  @OptionGroup var reading: ReadingOptions

  init() {}

  func job() throws -> any Job {
    try LabelJob(input: input, output: output, settings: values())
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    [
      "input": place.frames ?? "", "output": place.file("labelled", ".xyz"),
      // A recipe that is followed again goes on where it was.
      "resume": "true",
    ]
  }

  var madeFrames: String? { output }
}
