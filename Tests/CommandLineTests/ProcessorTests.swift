import Foundation
import Testing

/// OpenBLAS picks its kernels by the processor; what is made must not depend on them.
@Suite struct ProcessorTests {
  /// The bytes of a file that `command` writes, with the kernels of that processor.
  private func bytes(_ scratch: Scratch, _ command: String, _ processor: String) throws -> String {
    let name = command.contains("featurize") ? "out.npz" : "out.xyz"
    let line =
      "OPENBLAS_CORETYPE=\(processor) '\(Scratch.program.path)' \(command) -o \(name) --quiet && "
      + "sha256sum < \(name)"
    let outcome = try scratch.shell(line)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test(arguments: [
    "generate nematic --count 3 --order 0:1", "generate smectic --count 3",
    "generate isotropic --count 2", "generate cholesteric --count 2 --particles 500",
    "generate biaxial --count 3", "generate smectic-b --count 2", "generate columnar --count 2",
    "generate crystal --count 2", "generate molecular-crystal --count 2",
    "generate dimers --count 50", "energy set.xyz --forces --cutoff 4",
    "order set.xyz --smectic --cutoff 4", "featurize set.xyz --cutoff 4",
    "featurize set.xyz --cutoff 4 --basis monomial --correlation 3 --max-angular 3 --max-radial 3",
    "simulate set.xyz --select-frames 0:1 --steps 20 --every 10 --seed 1",
  ])
  func bytesDoNotDependOnTheProcessor(command: String) throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "set.xyz", "--count", "3", "--particles", "100", "--order",
      "0.6",
      "--packing-fraction", "0.3", "--seed", "3",
    ])
    // Kernels that run on everything that the program itself runs on.
    let here = try bytes(scratch, command, "Nehalem")
    #expect(try bytes(scratch, command, "Haswell") == here)
    #expect(try bytes(scratch, command, "Zen") == here)
  }
}
