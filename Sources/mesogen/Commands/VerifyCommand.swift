import ArgumentParser
import FileFormats
import Recipes
import Report

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Whether the files of a run are those that its manifest names.",
    discussion: """
      Compares sizes and SHA-256 of all files with manifest.json. Exit code 65 when a file is missing or \
      has other bytes, or when the recipe was not followed to its end.

        mesogen verify output
      """)

  @Argument(help: "The folder of a run.")
  var folder = "output"
  @Flag(help: "Say nothing but errors and warnings.")
  var quiet = false

  func run() throws {
    let check = try ManifestCheck(of: folder)
    if !quiet {
      var table = TextTable(["file", "size", "state"])
      for entry in check.entries {
        table.add([entry.file, Figures.bytes(entry.bytes), entry.problem ?? "whole"])
      }
      print(table, terminator: "")
    }
    let bad = check.entries.filter { $0.problem != nil }
    guard bad.isEmpty, check.isFinished else {
      let first = bad.first.map { ": \($0.file) \($0.problem ?? "")" } ?? ""
      throw DataError(
        .badData, file: "\(folder)/manifest.json",
        message: bad.isEmpty
          ? "the recipe was not followed to its end; 'mesogen run' goes on"
          : "\(bad.count) of \(check.entries.count) files are not as they were made\(first)")
    }
  }
}
