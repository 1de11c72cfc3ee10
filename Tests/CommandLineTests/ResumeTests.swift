import Foundation
import Testing

/// What was done is kept, what is damaged is made anew, and nobody works on the same output twice.
@Suite struct ResumeTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func generate(_ count: Int = 3000) -> [String] {
    ["generate", "dimers", "-o", "set.xyz", "--count", "\(count)", "--seed", "1", "--quiet"]
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: scratch.path(name)))
  }

  /// Leaves finished parts behind, as a run that was killed does.
  private func interrupted() throws -> [String] {
    let process = try scratch.start(generate() + ["--resume", "--threads", "1"])
    let parts = scratch.path("set.xyz.parts")
    func sums() -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: parts)) ?? [])
        .filter { $0.hasSuffix(".sum") }.sorted()
    }
    while process.isRunning, sums().count < 3 { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    _ = try scratch.outcome(process)
    return sums()
  }

  @Test func damagedPartsAreMadeAnew() throws {
    try scratch.mesogenMust(generate())
    let whole = try bytes("set.xyz")
    let sums = try interrupted()
    try #require(sums.count >= 3, "the set was done before it could be interrupted")
    // A digit of the first frame of a part, an empty part, a part without its checksum.
    let part = { (k: Int) in "set.xyz.parts/" + sums[k].replacing(".sum", with: ".xyz") }
    var text = try scratch.read(part(0))
    let digit = try #require(text.firstIndex(of: "."))
    let after = text.index(after: digit)
    text.replaceSubrange(after...after, with: text[after] == "1" ? "2" : "1")
    try scratch.write(text, to: part(0))
    try scratch.write("", to: part(1))
    try FileManager.default.removeItem(atPath: scratch.path("set.xyz.parts/" + sums[2]))
    let outcome = try scratch.mesogen(generate() + ["--resume"])
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("2 finished parts were damaged and are made anew"))
    #expect(try bytes("set.xyz") == whole)
    #expect(scratch.names == ["set.xyz"])
  }

  @Test func partsOfOtherSettings() throws {
    try #require(try interrupted().count >= 1)
    let outcome = try scratch.mesogen(generate() + ["--resume", "--distance", "3:5"])
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains("made with other settings"))
  }

  @Test func theSecondProcessSaysWhoHasTheOutput() throws {
    let first = try scratch.start(generate(20_000) + ["--resume", "--threads", "1"])
    let lock = scratch.path("set.xyz.lock")
    while first.isRunning, !FileManager.default.fileExists(atPath: lock) { usleep(500) }
    let folder = try Scratch()
    let second = try folder.mesogen(
      "generate", "dimers", "-o", scratch.path("set.xyz"), "--count", "9", "--resume")
    kill(first.processIdentifier, SIGTERM)
    first.waitUntilExit()
    _ = try scratch.outcome(first)
    #expect(second.code == 73)
    #expect(second.errors.contains("process \(first.processIdentifier) on "))
    #expect(!FileManager.default.fileExists(atPath: lock))
  }

  /// Killed while it wrote: the next run in the folder removes the temporary file, whatever its id.
  @Test func nothingIsLeftOfAKilledRun() throws {
    let process = try scratch.start(generate(30_000) + ["--threads", "1"])
    while process.isRunning, scratch.names.isEmpty { usleep(500) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    _ = try scratch.outcome(process)
    #expect(scratch.names.contains { $0.hasSuffix(".mesogen-part") })
    try scratch.mesogenMust(["generate", "dimers", "-o", "a.xyz", "--count", "1", "--quiet"])
    #expect(scratch.names == ["a.xyz"])
  }
}
