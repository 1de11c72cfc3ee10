import ArgumentParser
import FileFormats

@main
enum Main {
  static func main() {
    do {
      try Interruption.prepare()
      if CommandLine.arguments.dropFirst() == ["convert", "--list"] {
        print(FrameFormat.table)
        return
      }
      try Suggestions.check(Array(CommandLine.arguments.dropFirst()))
      var command = try MesogenCommand.parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(with: error)
    }
  }
}
