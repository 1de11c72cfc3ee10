import Foundation
import TestSupport
import Testing

/// `mesogen label` with workers that are scripts of the shell; energies are the identity over ten.
@Suite struct LabelTests {
  /// Reads frames and answers them; `$1` is what it does wrong, `$2` at which frame.
  static let worker = #"""
    while read -r n; do
      IFS= read -r header
      id=${header##*label_id=}; id=${id%% *}
      rows=""; k=0
      while [ "$k" -lt "$n" ]; do IFS= read -r row; rows="$rows$row
    "; k=$((k + 1)); done
      echo "$id" >> asked
      labels="energy=$(expr "$id" : '[0-9]*$' > /dev/null && echo "$id.5" || echo 0.25) energy_unit=eV"
      if [ "$2" = "$id" ] || [ "$2" = all ]; then
        case $1 in
          rubbish) echo "hello"; continue ;;
          die) exit 3 ;;
          hang) sleep 60 ;;
          order) header="${header%label_id=*}label_id=7 pbc=\"F F F\"" ;;
          unlabelled) header="${header%label_id=*}pbc=\"F F F\"" ;;
          unit) labels="energy=1" ;;
          nothing) labels="energy_unit=eV" ;;
          error) labels='label_error="did not converge"' ;;
          moved) rows=$(printf '%s' "$rows" | sed '1s/[0-9]\.[0-9]*/9.5/')"
    " ;;
        esac
      fi
      printf '%s\n%s %s\n%s' "$n" "$header" "$labels" "$rows"
    done
    """#

  private func prepared(_ frames: Int = 6) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(Self.worker, to: "worker.sh")
    let texts = (0..<frames).map { k in
      "2\nProperties=species:S:1:pos:R:3:id:I:1 name=f\(k) pbc=\"F F F\"\nC 0.25 0 \(k) 1\nH 0 1.\(k) 0 2\n"
    }
    try scratch.write(texts.joined(), to: "in.xyz")
    return scratch
  }

  private func label(
    _ scratch: Scratch, _ wrong: String = "", _ more: [String] = [], output: String = "out.xyz"
  ) throws -> Outcome {
    try scratch.mesogen(
      ["label", "in.xyz", "-o", output, "--with", "sh worker.sh \(wrong)", "--quiet"] + more)
  }

  @Test func framesComeBackInOrderWithWhatTheyHad() throws {
    let scratch = try prepared()
    let outcome = try label(scratch)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let text = try scratch.read("out.xyz")
    let headers = text.split(separator: "\n").filter { $0.contains("Properties") }
    #expect(headers.count == 6)
    for (k, header) in headers.enumerated() {
      #expect(header.contains("name=f\(k) ") && header.contains("energy=\(k).5 "))
      #expect(header.contains("energy_unit=eV") && !header.contains("label_id"))
    }
    #expect(text.contains("C 0.25 0.0 3.0 1\n"))
    #expect(
      try scratch.mesogen(
        "label", "in.xyz", "-o", "two.xyz", "--workers", "3", "--with", "sh worker.sh"
      ).code == 0)
    #expect(try scratch.read("two.xyz") == text)
    #expect(!scratch.names.contains { $0.hasSuffix(".labels") })
  }

  /// A run that ends at a worker's fault keeps its answers, and goes on to the same bytes.
  @Test func resumedIsAsWithoutInterruption() throws {
    let scratch = try prepared()
    try #require(try label(scratch, "", [], output: "whole.xyz").code == 0)
    // The same command, whose worker is replaced between the runs.
    try scratch.write(
      Self.worker.replacingOccurrences(of: "$2", with: "4").replacingOccurrences(
        of: "$1", with: "rubbish"), to: "worker.sh")
    let broken = try label(scratch)
    #expect(broken.code == 65 && broken.errors.contains("4 answers are kept in out.xyz.labels"))
    #expect(!scratch.names.contains("out.xyz"))
    try scratch.write(Self.worker, to: "worker.sh")
    let again = try label(scratch)
    #expect(again.code == 65 && again.errors.contains("--resume"))
    let other = try label(scratch, "other", ["--resume"])
    #expect(other.code == 65 && other.errors.contains("made by another command"))
    try FileManager.default.removeItem(atPath: scratch.path("asked"))
    let resumed = try label(scratch, "", ["--resume"])
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(try scratch.read("out.xyz") == scratch.read("whole.xyz"))
    #expect(try scratch.read("asked") == "4\n5\n", "what was answered is not asked again")
  }

  /// A file that was cut off in the middle of an answer, as by a loss of power.
  @Test func aTornAnswerIsAskedAgain() throws {
    let scratch = try prepared()
    try #require(try label(scratch, "", [], output: "whole.xyz").code == 0)
    _ = try label(scratch, "rubbish 5")
    let path = scratch.path("out.xyz.labels")
    let bytes = try Data(contentsOf: URL(filePath: path))
    try bytes.dropLast(20).write(to: URL(filePath: path))
    _ = try label(scratch, "rubbish 5", ["--resume"])
    let asked = try scratch.read("asked").split(separator: "\n")
    #expect(asked.suffix(2) == ["4", "5"])
  }

  @Test func failuresAreMarkedAndTold() throws {
    let scratch = try prepared()
    let outcome = try label(scratch, "error 2")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("1 of 6 frames could not be labelled"))
    #expect(outcome.errors.contains("frame 2: did not converge"))
    let text = try scratch.read("out.xyz")
    #expect(text.contains("name=f2 label_error=\"did not converge\""))
    let dropped = try label(scratch, "error 2", ["--failures", "drop"], output: "less.xyz")
    #expect(dropped.code == 0)
    let less = try scratch.read("less.xyz")
    #expect(!less.contains("name=f2") && less.contains("name=f3"))
  }

  @Test func aWorkerThatHangsIsReplaced() throws {
    let scratch = try prepared()
    let outcome = try label(scratch, "hang 1", ["--time-limit", "2"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("frame 1: no answer within 2.0 s"))
    let text = try scratch.read("out.xyz")
    #expect(text.contains("label_error=\"no answer within 2.0 s\"") && text.contains("energy=5.5"))
  }

  @Test func aWorkerThatDiesIsReplacedAndTheFrameTriedOnceMore() throws {
    let scratch = try prepared()
    let outcome = try label(scratch, "die 3")
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("frame 3: the worker ended with code 3"))
    #expect(try scratch.read("asked") == "0\n1\n2\n3\n3\n4\n5\n")
  }

  @Test(arguments: [
    ("rubbish 1", "printed 'hello'; expected a frame of 2 particles"),
    ("die all", "ended with code 3 before it answered"),
    ("order 1", "answered with frame label_id=7; expected 1"),
    ("unlabelled 1", "answered without label_id"), ("unit 1", "answered without energy_unit"),
    ("nothing 1", "answered without a finite energy"),
    ("moved 1", "changed the frame: species or positions are not those that were sent"),
  ])
  func whatAWorkerDoesWrongIsOneLine(_ wrong: String, _ message: String) throws {
    let scratch = try prepared()
    let outcome = try label(scratch, wrong)
    #expect(outcome.code == 65)
    #expect(outcome.errorLines.count == 1)
    #expect(
      outcome.errors.contains("worker 'sh worker.sh \(wrong)': \(message)"), "\(outcome.errors)")
    #expect(!scratch.names.contains("out.xyz"))
  }

  /// What ended before the first answer stands in nobody's way.
  @Test func aWrongCommandLeavesNothing() throws {
    let scratch = try prepared(1)
    let wrong = try scratch.mesogen(
      "label", "in.xyz", "-o", "out.xyz", "--with", "exit 3", "--quiet")
    #expect(wrong.code == 65 && !scratch.names.contains("out.xyz.labels"))
    // As a run that was killed leaves it.
    try scratch.write("mesogen label another command\n", to: "out.xyz.labels")
    let right = try label(scratch)
    #expect(right.code == 0, "\(right.errors)")
  }

  @Test func aWorkerThatIsNotThere() throws {
    let scratch = try prepared()
    let outcome = try scratch.mesogen(
      "label", "in.xyz", "-o", "out.xyz", "--with", "no-such-program --fast", "--quiet")
    #expect(outcome.code == 65 && outcome.errorLines.count == 1)
    #expect(outcome.errors.contains("ended with code 127") && outcome.errors.contains("not found"))
  }

  @Test func energiesRelativeToTheMolecule() throws {
    let scratch = try prepared(1)
    try scratch.write("2\nProperties=species:S:1:pos:R:3\nC 0 0 0\nH 0 0 1.1\n", to: "ch.xyz")
    let four = """
      4
      Properties=species:S:1:pos:R:3
      C 0 0 0
      H 0 0 1.1
      C 5 0 0
      H 5 0 1.1

      """
    try scratch.write(four, to: "in.xyz")
    let outcome = try label(scratch, "", ["--reference", "ch.xyz"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let text = try scratch.read("out.xyz")
    // 0.5 less two molecules of 0.25.
    #expect(
      text.contains("reference_energy=0.25 molecules=2 energy_per_molecule=0.0 energy_per_atom=0.0")
    )
    try scratch.write("1\nProperties=species:S:1:pos:R:3\nC 0 0 0\n", to: "in.xyz")
    let bad = try label(scratch, "", ["--reference", "ch.xyz"], output: "bad.xyz")
    #expect(bad.code == 65 && bad.errors.contains("in.xyz: frame 0: atoms of the frame is 1 C"))
  }

  @Test(arguments: [
    (["--workers", "0"], "workers is 0"), (["--time-limit", "-1"], "time limit is -1"),
    (["--with", " "], "worker is ' '"),
  ])
  func settingsThatMakeNoSense(_ more: [String], _ message: String) throws {
    let outcome = try label(try prepared(), "", more)
    #expect(outcome.code == 64 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// The worker for ASE, where ASE is installed: its Lennard-Jones potential.
  @Test func theASEWorkerLabels() throws {
    guard LivePython.hasASE else { return }
    let scratch = try prepared(0)
    try scratch.write(
      """
      2
      Lattice="12 0 0 0 12 0 0 0 12" Properties=species:S:1:pos:R:3 pbc="T T T"
      Ar 0 0 0
      Ar 3.5 0 0

      """, to: "in.xyz")
    let script = ReferenceData.path("../labels/ase_worker.py")
    let outcome = try scratch.mesogen(
      "label", "in.xyz", "-o", "out.xyz", "--quiet", "--with",
      "\(LivePython.command) '\(script)' lj sigma=3.4 epsilon=0.01 rc=5.9 smooth=False")
    try #require(outcome.code == 0, "\(outcome.errors)")
    let text = try scratch.read("out.xyz")
    let energy = try #require(
      text.split(separator: " ").first { $0.hasPrefix("energy=") }.flatMap {
        Double($0.dropFirst("energy=".count))
      })
    // ASE shifts the energy to zero at the cutoff.
    func lj(_ r: Double) -> Double {
      let x = pow(3.4 / r, 6)
      return 4 * 0.01 * (x * x - x)
    }
    #expect(abs(energy - (lj(3.5) - lj(5.9))) < 1e-12)
    #expect(text.contains("forces:R:3") && text.contains("stress=\""))
  }
}
