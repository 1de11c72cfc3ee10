import ArgumentParser
import FileFormats
import Jobs

/// `make install` calls it; users read what it makes with `man`.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual",
    abstract: "Write the manual pages of all commands, for man.",
    discussion: """
        mesogen manual --output man1
      """,
    shouldDisplay: false)

  @Option(name: .shortAndLong, help: "The folder for the pages.")
  var output: String

  func run() throws {
    try OutputFolder.make(output)
    for page in try ManualPages(dump: MesogenCommand._dumpHelp(), version: Version.current).pages {
      let file = try OutputFile("\(output)/\(page.name)")
      try file.write(page.text)
      try file.commit()
    }
  }
}
