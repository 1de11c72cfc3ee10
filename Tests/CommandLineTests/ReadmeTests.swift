import Foundation
import Testing

@Suite struct ReadmeTests {
  /// The example of README.md, with the program first on the PATH: every line works as it stands.
  @Test func exampleWorks() throws {
    let repository = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
    let after = try #require(
      text.range(of: "<!-- The tests run these lines as they are. -->\n```sh\n"))
    let end = try #require(text.range(of: "```", range: after.upperBound..<text.endIndex))
    let example = text[after.upperBound..<end.lowerBound]
    #expect(example.split(separator: "\n").count == 10)

    let scratch = try Scratch()
    let programs = Scratch.program.deletingLastPathComponent().path
    let outcome = try scratch.shell("PATH='\(programs)':$PATH\n\(example)")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      scratch.names == [
        "dimers.npz", "dimers.xyz", "forces.xyz", "last.svg", "mesogen.bash", "order.csv",
        "recipe.yaml", "set.npz", "set.xyz",
      ])
  }
}
