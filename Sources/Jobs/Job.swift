/// A piece of work with everything it needs to know: files in, files out.
public protocol Job: Sendable {
  /// Does the work.
  ///
  /// Throws: `DataError` with file, frame or line; `InvalidInput` for settings that make no sense.
  func run(_ context: JobContext) throws -> JobReport
}
