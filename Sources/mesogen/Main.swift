import ArgumentParser

@main
enum Main {
  static func main() {
    Interruption.prepare()
    do {
      var command = try MesogenCommand.parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(with: error)
    }
  }
}
