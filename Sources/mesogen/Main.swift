import ArgumentParser

@main
enum Main {
  static func main() {
    Interruption.prepare()
    do {
      try Suggestions.check(Array(CommandLine.arguments.dropFirst()))
      var command = try MesogenCommand.parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(with: error)
    }
  }
}
