import Foundation
import TestSupport
import Testing

@Suite struct ReadmeTests {
  private var text: String {
    get throws {
      let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      return try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
    }
  }

  /// The blocks of the example of README.md in that language, in their order, up to those that take long.
  private func blocks(_ language: String) throws -> [String] {
    let text = try text
    let start = try #require(text.range(of: "<!-- The tests run all lines of this section"))
    let end = try #require(text.range(of: "These take longer"))
    let section = text[start.upperBound..<end.lowerBound]
    return section.components(separatedBy: "```").enumerated().compactMap { k, part in
      // Every second part is inside of a block.
      k % 2 == 1 && part.hasPrefix(language + "\n") ? String(part.dropFirst(language.count)) : nil
    }
  }

  /// Every command works as it stands, in an empty folder, in the order given, and makes its file.
  @Test func exampleWorks() throws {
    let commands = try blocks("sh").joined().split(separator: "\n").map(String.init)
    #expect(commands.count > 20)
    let scratch = try Scratch()
    let programs = Scratch.program.deletingLastPathComponent().path
    for command in commands {
      let outcome = try scratch.shell("PATH='\(programs)':$PATH\n\(command)")
      #expect(outcome.code == 0, "\(command): \(outcome.errors)")
      let words = command.split(separator: " ").map(String.init)
      if let place = words.firstIndex(of: "-o") {
        #expect(scratch.names.contains(words[place + 1]), "\(command)")
      }
    }
    // Where ASE is, it reads every file with frames that the commands made.
    let frames = scratch.names.filter { $0.hasSuffix(".xyz") }
    #expect(frames.count > 3)
    if LivePython.hasASE {
      let outcome = try scratch.shell(
        "'\(LivePython.command)' - \(frames.joined(separator: " ")) <<'END'\n"
          + """
          import sys, numpy, ase.io
          for name in sys.argv[1:]:
              frames = ase.io.read(name, ":")
              lines = sum(1 for line in open(name))
              assert lines == sum(len(frame) + 2 for frame in frames) > 0, name
              assert all(numpy.isfinite(frame.positions).all() for frame in frames), name
          print(len(sys.argv) - 1)
          END
          """)
      #expect(outcome.output == "\(frames.count)\n", "\(outcome.errors)")
    }
    // Where NumPy is, its users read the results as README says.
    let python = try scratch.shell("python3 -c 'import numpy'")
    guard python.code == 0 else { return }
    let lines = try blocks("python").joined()
    let outcome = try scratch.shell("python3 - <<'END'\n\(lines)\nEND")
    #expect(outcome.code == 0 && outcome.output.hasPrefix("(20, 343)"), "\(outcome.errors)")
  }
}
