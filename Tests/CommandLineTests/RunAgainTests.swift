import Foundation
import Testing

/// `mesogen run` keeps what is finished, and `mesogen verify` proves a set whole.
@Suite struct RunAgainTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func recipe(lmax: Int = 2, cutoff: String = "4", further: String = "") throws {
    try scratch.write(
      """
      name: again
      seed: 3
      datasets:
        - name: a
          generate: {phase: nematic, count: 3, particles: 20, order: 0:1}
          energy: {cutoff: 4}
          order: {cutoff: \(cutoff)}
          featurize: {max-angular: \(lmax), max-radial: 2, cutoff: 3}
      \(further)
      """, to: "recipe.yaml")
  }

  /// Runs the recipe and returns what the table says of each step: `kept`, or a time.
  private func run(_ arguments: String...) throws -> [Bool] {
    let outcome = try scratch.mesogen(
      ["run", "recipe.yaml", "--output", "o", "--no-report"] + arguments)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").filter { $0.hasPrefix("a  ") }
      .map { $0.contains(" kept ") }
  }

  private func files() throws -> [String: Data] {
    Dictionary(
      uniqueKeysWithValues: try FileManager.default.contentsOfDirectory(atPath: scratch.path("o"))
        .map { ($0, try Data(contentsOf: URL(filePath: scratch.path("o/" + $0)))) })
  }

  @Test func finishedStepsAreKept() throws {
    try recipe()
    #expect(try run() == [false, false, false, false])
    let made = try files()
    #expect(try run() == [true, true, true, true])
    #expect(try files() == made)
    // Other features; the frames, in which energy has changed what generate made, stay.
    try recipe(lmax: 3)
    #expect(try run() == [true, true, true, false])
    try recipe()
    #expect(try run() == [true, true, true, false])
    #expect(try files() == made)
    #expect(try run("--anew") == [false, false, false, false])
    #expect(try files() == made)
  }

  @Test(arguments: ["remove", "change"]) func whatIsGoneOrOtherIsMadeAgain(how: String) throws {
    try recipe()
    _ = try run()
    let made = try files()
    func spoil(_ name: String) throws {
      let path = scratch.path("o/" + name)
      if how == "remove" {
        try FileManager.default.removeItem(atPath: path)
      } else {
        var bytes = try #require(made[name])
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: path))
      }
    }
    try spoil("a.nu2.npz")
    #expect(try scratch.mesogen("verify", "o").code == 65)
    #expect(try run() == [true, true, true, false])
    #expect(try files() == made)
    // The frames: what follows from them is as it was, and so is what was made of them.
    try spoil("a.xyz")
    #expect(try run() == [false, false, true, true])
    #expect(try files() == made)
    #expect(try scratch.mesogen("verify", "o").code == 0)
  }

  @Test func anErrorKeepsWhatIsDone() throws {
    try recipe(further: "    learn: {task: ridge, target: energy, targets: o/no.xyz}\n")
    let failed = try scratch.mesogen("run", "recipe.yaml", "--output", "o", "--no-report")
    #expect(failed.code != 0)
    let partial = try scratch.mesogen("verify", "o")
    #expect(partial.code == 65)
    #expect(partial.errors.contains("not followed to its end"))
    try recipe()
    #expect(try run() == [true, true, true, true])
    #expect(try scratch.mesogen("verify", "o").code == 0)
  }

  @Test func verifyNamesWhatIsWrong() throws {
    let none = try scratch.mesogen("verify", "nowhere")
    #expect(none.code == 66)
    try recipe()
    _ = try run()
    try FileManager.default.removeItem(atPath: scratch.path("o/a.nu2.npz"))
    let missing = try scratch.mesogen("verify", "o")
    #expect(missing.code == 65)
    #expect(missing.errors.contains("1 of 3 files are not as they were made: a.nu2.npz missing"))
    #expect(missing.output.contains("whole"))
  }
}
