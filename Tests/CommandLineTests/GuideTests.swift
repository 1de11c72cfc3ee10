import Foundation
import TestSupport
import Testing

/// The guide says what is so: every command of its pages is run as it stands, every message that the page on
/// troubleshooting quotes comes, every link leads somewhere.
@Suite struct GuideTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let pages = [
    "first-dataset", "features", "energies", "order", "learning", "simulation", "formats",
    "troubleshooting",
  ]

  private static func text(_ page: String) throws -> String {
    try String(
      contentsOf: repository.appending(path: "docs/guide/\(page).md"), encoding: .utf8)
  }

  /// The commands of the blocks of shell in their order, each with the heading it stands below; a document
  /// within a command (`<<'END'`) belongs to it.
  private static func commands(_ page: String) throws -> [(heading: String, command: String)] {
    var commands: [(String, String)] = []
    var (heading, language, open) = ("", String?.none, false)
    for line in try text(page).components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        language = language == nil ? String(line.dropFirst(3)) : nil
      } else if language == nil, line.hasPrefix("## ") {
        heading = String(line.dropFirst(3))
      } else if language == "sh" {
        if open {
          commands[commands.count - 1].1 += "\n" + line
          open = line != "END"
        } else if !line.isEmpty {
          commands.append((heading, line))
          open = line.contains("<<'END'")
        }
      }
    }
    return commands
  }

  @Test(arguments: pages)
  func commandsWork(_ page: String) throws {
    let commands = try Self.commands(page)
    #expect(commands.count >= 4)
    let scratch = try Scratch()
    let programs = Scratch.program.deletingLastPathComponent().path
    for (heading, command) in commands {
      let outcome = try scratch.shell("PATH='\(programs)':$PATH\n\(command)")
      #expect(outcome.code == 0, "\(page): \(command): \(outcome.errors)")
      if command.hasPrefix("! "), heading.hasPrefix("`") {
        // A heading in backquotes is the message of the commands below it.
        let message = heading.dropFirst().prefix { $0 != "`" }
        let quoted = outcome.errors.contains(message) || outcome.output.contains(message)
        // Of several commands below one heading the first one may be of `info`.
        #expect(quoted || heading.contains("orientations"), "\(command): \(outcome.errors)")
      }
      let words = command.split(separator: " ").map(String.init)
      if let place = words.firstIndex(of: "-o"), !command.hasPrefix("!") {
        #expect(scratch.names.contains(words[place + 1]), "\(page): \(command)")
      }
    }
    guard try scratch.shell("python3 -c 'import numpy'").code == 0 else { return }
    let blocks = try Self.text(page).components(separatedBy: "```").filter {
      $0.hasPrefix("python\n")
    }
    for block in blocks {
      let outcome = try scratch.shell("python3 - <<'END'\n\(block.dropFirst(7))\nEND")
      #expect(outcome.code == 0, "\(page): \(outcome.errors)")
    }
  }

  /// Every relative link and picture of the documentation and of README.md leads to a file of the repository.
  @Test func linksLeadSomewhere() throws {
    let manager = FileManager.default
    var pages = ["README.md", "CONTRIBUTING.md"]
    for folder in ["docs", "docs/guide"] {
      let names = try manager.contentsOfDirectory(
        atPath: Self.repository.appending(path: folder).path)
      pages += names.filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
    }
    #expect(pages.count > 15)
    var checked = 0
    for page in pages {
      let file = Self.repository.appending(path: page)
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: #/\]\(([^)#\s]+)[^)]*\)/#) {
        let link = String(match.1)
        guard !link.contains("://") else { continue }
        let target = file.deletingLastPathComponent().appending(path: link).standardizedFileURL
        #expect(manager.fileExists(atPath: target.path), "\(page): \(link)")
        checked += 1
      }
    }
    #expect(checked > 50)
  }

  /// Every page stands in the navigation of the site.
  @Test func everyPageIsInTheSite() throws {
    let site = try String(
      contentsOf: Self.repository.appending(path: "mkdocs.yml"), encoding: .utf8)
    for folder in ["", "guide/"] {
      let path = Self.repository.appending(path: "docs/" + folder).path
      for name in try FileManager.default.contentsOfDirectory(atPath: path)
      where name.hasSuffix(".md") {
        #expect(site.contains(": \(folder)\(name)\n"), "\(folder)\(name)")
      }
    }
  }
}
