internal import FileFormats
internal import Foundation
internal import Geometry

/// The files that a step reads and those that it writes, as its options name them.
///
/// No output may be one of the inputs, which it would destroy, or another output. What an output
/// replaces is told where it is larger than what comes in its place.
public struct StepFiles: Sendable {
  /// The files to read.
  public let inputs: [String]
  /// The files to write.
  public let outputs: [String]
  /// The sizes in bytes of files that stand where outputs go.
  private let sizes: [String: Int]

  /// Of given files.
  public init(inputs: [String], outputs: [String]) {
    self.inputs = inputs.map { TableFormat.split($0).file }
    self.outputs = outputs
    sizes = Dictionary(
      outputs.compactMap { path in Self.status(path).map { (path, Int($0.st_size)) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Those of the options of a step, as they are before it is done.
  public init(_ options: some StepOptions) {
    self.init(
      inputs: options.texts(of: type(of: options).inputFiles),
      outputs: options.texts(of: type(of: options).outputFiles))
  }

  /// Makes sure that no output is an input or another output: the same path, or the same file by
  /// another name or through links.
  ///
  /// Throws: `InvalidInput`.
  public func check() throws {
    for (k, output) in outputs.enumerated() where output != "-" {
      if let input = inputs.first(where: { FilePath.same($0, output) }) {
        throw InvalidInput(
          "output", value: "'\(output)'",
          expected: "another file than the input '\(input)', which it would destroy")
      }
      if outputs[..<k].contains(where: { FilePath.same($0, output) }) {
        throw InvalidInput(
          "output", value: "'\(output)' twice", expected: "a file of its own for each output")
      }
    }
  }

  /// What a user should know after the step was done: files that were replaced by smaller ones.
  public var warnings: [String] {
    outputs.compactMap { path in
      guard let before = sizes[path], let after = Self.status(path).map({ Int($0.st_size) }),
        after < before
      else { return nil }
      return "\(path): replaced a file of \(before) bytes by one of \(after)"
    }
  }

  /// The status of a regular file; nil where there is none.
  private static func status(_ path: String) -> stat? {
    var status = stat()
    guard path != "-", stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return status
  }
}
