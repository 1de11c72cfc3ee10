import Foundation
import Testing

/// What people expect of any program: a dry run, a doctor, manual pages, completion, a variable for threads.
@Suite struct HabitTests {
  private static let recipe = """
    name: small
    seed: 3
    datasets:
      - name: nematic
        generate: {phase: nematic, count: 8, particles: 16, order: 0:1}
        order: {cutoff: 3, steinhardt: "4,6"}
        featurize: {cutoff: 3, max-angular: 2, max-radial: 2}
        learn:
          - {task: ridge, target: order, folds: 2}
          - {task: kernel, target: p4, targets: nematic.order.csv, folds: 2}
    """

  /// A dry run writes nothing and tells sizes that come out right, then which steps are finished.
  @Test func dryRun() throws {
    let scratch = try Scratch()
    try scratch.write(Self.recipe, to: "r.yaml")
    let before = try scratch.mesogen("run", "r.yaml", "-o", "out", "--dry-run")
    #expect(before.code == 0, "\(before.errors)")
    #expect(scratch.names == ["r.yaml"])
    #expect(before.output.contains("5 steps, 5 to do") && before.output.contains("8 x 27"))
    #expect(before.output.contains("8 x 16 particles"))
    try scratch.mesogenMust(["run", "r.yaml", "-o", "out", "--no-report", "--quiet"])
    // The file is as large as foretold, to a tenth.
    let told = try size("8 x 16 particles", of: before.output)
    let real = Double(try scratch.read("out/nematic.xyz").utf8.count)
    #expect(abs(told - real) < 0.1 * real, "\(told) for \(real)")
    let after = try scratch.mesogen("run", "r.yaml", "-o", "out", "--dry-run")
    #expect(after.output.contains("5 steps, 0 to do"), "\(after.output)")
    // Another cutoff: the features are to be made anew, and what is learned of them; the order is not.
    try scratch.write(
      Self.recipe.replacing("featurize: {cutoff: 3", with: "featurize: {cutoff: 4"), to: "r.yaml")
    let changed = try scratch.mesogen("run", "r.yaml", "-o", "out", "--dry-run")
    #expect(changed.output.contains("5 steps, 3 to do"), "\(changed.output)")
  }

  /// The size in kB in the row that contains some text.
  private func size(_ row: String, of table: String) throws -> Double {
    let line = try #require(table.split(separator: "\n").first { $0.contains(row) })
    let words = line.split(separator: " ")
    let place = try #require(words.firstIndex(of: "kB"))
    return 1000 * (try #require(Double(words[place - 1])))
  }

  /// What would fail in a later step is told with its line, before anything is made.
  @Test(arguments: [
    ("target: order", "target: ordr", "r.yaml: line 9", "there is no 'ordr'"),
    ("target: p4", "target: p5", "r.yaml: line 10", "there is no 'p5'"),
    ("order.csv", "ordre.csv", "r.yaml: line 10", "no such file"),
    ("order: 0:1", "order: 0:1, packing-fraction: 0.99", "r.yaml: line 5", "nematic"),
  ])
  func typosOfLaterSteps(_ old: String, _ new: String, _ place: String, _ words: String) throws {
    let scratch = try Scratch()
    try scratch.write(Self.recipe.replacing(old, with: new), to: "r.yaml")
    let told = try scratch.mesogen("run", "r.yaml", "-o", "out", "--dry-run")
    #expect(told.code == 65 && told.errors.contains(words), "\(told)")
    #expect(told.errors.contains(place), "\(told.errors)")
    #expect(scratch.names == ["r.yaml"])
  }

  @Test func doctor() throws {
    let scratch = try Scratch()
    let told = try scratch.mesogen("doctor")
    #expect(told.code == 0, "\(told.errors)")
    for word in ["GSL", "OpenBLAS", "libzip", "zlib", "libcrypto", "spglib", "voro++", "80 digits"]
    {
      #expect(told.output.contains(word))
    }
    #expect(!told.output.contains("WRONG"))
    #expect(told.output.contains("figures are as they should be"))
    let quiet = try scratch.mesogen("doctor", "--quiet")
    #expect(quiet.code == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
    #expect(scratch.names.isEmpty)
    // A machine on which something is wrong: no place for temporary files.
    let program = Scratch.program.path
    let wrong = try scratch.shell("TMPDIR=/dev/null/none '\(program)' doctor || exit $?")
    #expect(wrong.code == 70, "\(wrong)")
    #expect(wrong.errors.contains("wrong on this machine: an archive"))
  }

  /// Every command has a page that `man` formats without a complaint, with all of its options.
  @Test func manualPages() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust(["manual", "--output", "man1"])
    let pages = try FileManager.default.contentsOfDirectory(atPath: scratch.path("man1"))
    for name in ["mesogen", "mesogen-generate-nematic", "mesogen-learn-ridge", "mesogen-doctor"] {
      #expect(pages.contains(name + ".1"))
    }
    let page = try scratch.read("man1/mesogen-order.1")
    #expect(page.hasPrefix(".TH \"MESOGEN-ORDER\" 1"))
    for option in ["steinhardt", "per\\-particle", "threads", "quiet"] {
      #expect(page.contains("\\fB\\-\\-\(option)\\fR"))
    }
    guard try scratch.shell("command -v man > /dev/null && command -v groff > /dev/null").code == 0
    else { return }
    let formatted = try scratch.shell(
      "for page in man1/*.1; do MANWIDTH=80 man --warnings -l $page > page.txt; done")
    #expect(formatted.code == 0 && formatted.errors.isEmpty, "\(formatted.errors)")
  }

  @Test func completionScripts() throws {
    let scratch = try Scratch()
    for shell in ["bash", "zsh", "fish"] {
      let script = try scratch.mesogen("--generate-completion-script", shell)
      #expect(script.code == 0 && script.output.contains("featurize"))
    }
    guard try scratch.shell("command -v bash > /dev/null").code == 0 else { return }
    let program = Scratch.program.path
    let read = try scratch.shell(
      "'\(program)' --generate-completion-script bash > c && bash -c '. ./c && complete -p mesogen'"
    )
    #expect(read.code == 0 && read.output.contains("mesogen"), "\(read)")
  }

  /// The variable is the default of --threads, and is checked.
  @Test func threadsByTheEnvironment() throws {
    let scratch = try Scratch()
    let program = Scratch.program.path
    let told = try scratch.shell("MESOGEN_THREADS=3 '\(program)' doctor")
    #expect(told.output.contains("3 (MESOGEN_THREADS)"), "\(told.output)")
    let option = try scratch.shell("MESOGEN_THREADS=3 '\(program)' doctor --threads 2")
    #expect(option.output.contains("2 (--threads)"))
    let empty = try scratch.shell("MESOGEN_THREADS= '\(program)' doctor")
    #expect(empty.output.contains("(all cores)"))
    for value in ["0", "-1", "two", "1e3", "99999999999999999999"] {
      let refused = try scratch.shell("MESOGEN_THREADS=\(value) '\(program)' doctor || exit $?")
      #expect(refused.code == 64, "\(refused)")
      #expect(refused.errors.contains("MESOGEN_THREADS is '\(value)'"), "\(refused.errors)")
    }
    #expect(try scratch.mesogen("order", "--help").output.contains("MESOGEN_THREADS"))
  }

  /// With --quiet a table of results goes to files and other programs, not to a terminal; progress and colours
  /// are for terminals alone.
  @Test func quietOnATerminal() throws {
    let scratch = try Scratch()
    let program = Scratch.program.path
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "s.xyz", "--count", "10", "--particles", "12", "--order", "0:1",
    ])
    try scratch.mesogenMust(
      ["featurize", "s.xyz", "-o", "s.npz", "--cutoff", "3", "--max-angular", "1", "--quiet"])
    let learn = "'\(program)' learn ridge s.npz --targets s.xyz --target order --folds 2"
    let loud = try scratch.shell(learn)
    #expect(loud.output.contains("RMSE"))
    #expect(!(loud.output + loud.errors).contains("\u{1B}") && !loud.errors.contains("\r"))
    #expect(try scratch.shell(learn + " --quiet").output == loud.output)
    // `script` gives a command a terminal.
    guard try scratch.shell("command -v script > /dev/null").code == 0 else { return }
    let terminal = try scratch.shell("script -qec \"\(learn) --quiet\" /dev/null < /dev/null")
    #expect(terminal.code == 0 && !terminal.output.contains("RMSE"), "\(terminal)")
    let seen = try scratch.shell("script -qec \"\(learn)\" /dev/null < /dev/null")
    #expect(seen.output.contains("RMSE"))
  }
}
