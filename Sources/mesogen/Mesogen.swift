import ArgumentParser

@main
struct Mesogen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mesogen",
    abstract: "Make, label and featurize liquid-crystal datasets.")
}
