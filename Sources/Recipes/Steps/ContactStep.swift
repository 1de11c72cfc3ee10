internal import ArgumentParser
internal import Jobs

/// `mesogen contact`.
struct ContactStep: StepOptions {
  typealias Values = ContactSettings

  static let configuration = CommandConfiguration(
    commandName: "contact",
    abstract: "How far apart ellipsoids are: three contact functions and the closest points.",
    discussion: """
      One line a pair: sigma_gaussian is the contact distance of the Gay-Berne potential, \
      sigma_perram_wertheim the exact distance of the centres at contact, surface_distance the true \
      distance of the surfaces (empty where two overlap) with its ends.

        mesogen contact dimers.xyz -o contact.csv
        mesogen contact liquid.xyz --cutoff 3 --select-frames 0:1
      """)

  @OptionGroup var frames: FrameOptions
  @Option(name: .shortAndLong, help: "Where the table goes, as comma-separated values.")
  var output: String = "-"
  @Option(parsing: .unconditional, help: "Only pairs with nearer centres than this.")
  var cutoff: Double?

  init() {}

  func job() throws -> any Job {
    try ContactJob(input: frames.input, output: output, settings: values())
  }

  static func defaults(
    _ place: RecipePlace, given: [String: String]
  ) -> [String: String] {
    ["input": place.frames ?? "", "output": place.file("contact", ".csv")]
  }
}
