internal import Geometry

/// How frames are labelled by another program.
public struct LabelSettings: Settings {
  /// What becomes of frames that could not be labelled.
  public enum Failures: String, CaseIterable, Codable, Sendable {
    /// They stand in the output with `label_error` in place of labels.
    case keep
    /// They are left out.
    case drop
  }

  /// The command of a worker, as a shell takes it; nil: none was given.
  public var with: String?
  /// How many workers run side by side.
  public var workers = 1
  /// The longest time for a frame, in seconds; nil: any.
  public var timeLimit: Double?
  /// The isolated molecule that energies are relative to: `benzene`, or a file; nil: they are not.
  public var reference: String?
  /// What becomes of frames that could not be labelled.
  public var failures = Failures.keep
  /// Whether the answers of an earlier run that ended early are used.
  public var resume = false
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// What is said of the file.
  public var reading = ReadSettings()

  /// No worker yet.
  public init() {}

  /// The command of the workers.
  ///
  /// Throws: `InvalidInput` for none, and for numbers that make no sense.
  func validated() throws -> String {
    guard let with, with.contains(where: { !$0.isWhitespace }) else {
      throw InvalidInput(
        "worker", value: with.map { "'\($0)'" } ?? "not given", expected: "a command that labels")
    }
    guard workers >= 1, workers <= 1024 else {
      throw InvalidInput("workers", value: "\(workers)", expected: "a number from 1 to 1024")
    }
    if let timeLimit, !(timeLimit > 0 && timeLimit.isFinite) {
      throw InvalidInput("time limit", value: timeLimit, expected: "a positive number of seconds")
    }
    return with
  }
}
