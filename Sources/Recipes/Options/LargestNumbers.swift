internal import Geometry

/// The largest whole numbers that options take: more frames, steps, particles or threads than anybody
/// means, so that no calculation with them overflows.
public enum LargestNumbers {
  /// The limit of a whole number in an option; a seed may be anything.
  public static let limit = 1_000_000_000_000

  /// Looks over the words of a step, `--key=value` or `--key value`, before they are parsed.
  ///
  /// Throws: `InvalidInput` for a whole number beyond the limit, alone or in a list or range.
  public static func check(_ words: some Sequence<String>, of step: any StepOptions.Type) throws {
    let free = step.inputFiles.union(step.outputFiles).union(["seed"])
    var key: Substring?
    for word in words {
      if word == "--" { return }
      var value = word[...]
      if word.hasPrefix("--") {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1)
        key = parts.first
        guard parts.count == 2 else { continue }
        value = parts[1]
      } else if word.hasPrefix("-"), word.dropFirst().first?.isLetter == true {
        // A short name: files.
        key = nil
      }
      guard let key, !free.contains(String(key)) else { continue }
      for part in value.split(whereSeparator: { ":,;".contains($0) }) where isTooLarge(part) {
        throw InvalidInput(
          String(key), value: String(value.prefix(100)), expected: "whole numbers up to \(limit)")
      }
    }
  }

  private static func isTooLarge(_ text: Substring) -> Bool {
    let digits = text.drop { $0 == "-" || $0 == "+" }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return false }
    return Int(digits).map { $0 > limit } ?? true
  }
}
