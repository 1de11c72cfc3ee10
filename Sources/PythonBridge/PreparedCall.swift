internal import ArgumentParser
internal import FileFormats
internal import Foundation
internal import Geometry
internal import Jobs
internal import Recipes

/// Something that was looked over once and is done with frames as often as wanted.
protocol PreparedCall: Sendable {
  /// Does it.
  ///
  /// Throws: whatever is told to Python.
  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult
}

/// What a step does with frames in memory, of the words of its command line: `featurize`, `energy`, `order`,
/// `contact` and `generate ...`; `read` and `write` of files; `job ...` is any step with its files.
///
/// Throws: `WordsError` for words that are not understood, `InvalidInput` for values that make no sense.
func preparedCall(_ name: String, words: [String]) throws -> any PreparedCall {
  switch name {
  case "featurize":
    return try FeaturizeCall(settings(name, words, input: "frames", output: "features.npz"))
  case "labels":
    return try LabelsCall(settings("featurize", words, input: "frames", output: "features.npz"))
  case "energy":
    return try EnergyCall(settings(name, words, input: "frames", output: "frames.xyz"))
  case "order":
    return try OrderCall(settings(name, words, input: "frames", output: "order.csv"))
  case "contact":
    return try ContactCall(settings(name, words, input: "frames", output: "contact.csv"))
  case "read": return try ReadCall(words)
  case "write": return try WriteCall(words)
  default:
    let type = try BridgeText.step(name.hasPrefix("job ") ? String(name.dropFirst(4)) : name)
    let options = try parsed(type, words)
    try StepFiles(options).check()
    if name.hasPrefix("job ") { return JobCall(job: try options.job()) }
    guard let job = try options.job() as? GenerateJob else {
      throw WordsError(message: "'\(name)' works on files alone")
    }
    return GenerateCall(job: job)
  }
}

/// The settings that words describe, with files that nobody reads or writes.
private func settings<Values: Settings>(
  _ name: String, _ words: [String], input: String, output: String
) throws -> Values {
  let type = try BridgeText.step(name)
  let options = try parsed(type, words + ["--output=\(output)", "--", input])
  guard let values = try options.values() as? Values else {
    throw WordsError(message: "'\(name)' has other settings")
  }
  return values
}

private func parsed<Step: StepOptions>(_ type: Step.Type, _ words: [String]) throws -> Step {
  try LargestNumbers.check(words, of: type)
  do {
    return try type.parse(words)
  } catch let error as InvalidInput {
    throw error
  } catch {
    throw WordsError(
      message: type.message(for: error).split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " "))
  }
}
