internal import FileFormats
internal import Foundation
internal import Jobs

/// What a recipe made: the version, the recipe's own text and checksum, every file with its size and
/// SHA-256, and every finished step with a digest of all that it depends on. It holds no times, so that
/// the same recipe gives the same bytes.
struct Manifest: Codable {
  struct Source: Codable, Equatable {
    let name: String
    let file: String
    let sha256: String
    let text: String
  }

  struct Output: Codable, Equatable {
    let file: String
    let what: String
    let amount: String
    let bytes: Int
    let sha256: String
  }

  /// A finished step: files are named from the folder of the manifest.
  struct Step: Codable, Equatable {
    let dataset: String
    let step: String
    /// Of version, arguments and the bytes of all files that the step reads.
    let digest: String
    /// What the step wrote, as it left it.
    let files: [Output]
    let report: JobReport
  }

  var program = "mesogen"
  var version = Version.full
  let recipe: Source
  /// Whether all steps are done.
  let finished: Bool
  /// The files; one that several steps wrote is listed once, as the last one left it.
  let outputs: [Output]
  let steps: [Step]

  static let name = "manifest.json"

  /// The manifest of the steps that are done.
  init(_ recipe: Recipe, steps: [Step], finished: Bool) {
    self.recipe = Source(
      name: recipe.name, file: recipe.file.split(separator: "/").last.map(String.init) ?? "",
      sha256: SHA256.digest(of: recipe.text), text: recipe.text)
    var order: [String] = []
    var last: [String: Output] = [:]
    for output in steps.flatMap(\.files) {
      if last.updateValue(output, forKey: output.file) == nil { order.append(output.file) }
    }
    outputs = order.compactMap { last[$0] }
    self.steps = steps
    self.finished = finished
  }

  /// The manifest of a folder.
  ///
  /// Throws: `DataError` when there is none, or it is none that this version writes.
  init(of folder: String) throws {
    let path = "\(folder)/\(Self.name)"
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DataError(.noInput, file: path, message: "no such file, or it cannot be read")
    }
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      self = try decoder.decode(Self.self, from: data)
    } catch {
      throw DataError(.badData, file: path, message: "not a manifest of this version of mesogen")
    }
  }

  /// Throws: `DataError`.
  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .asText
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    let file = try OutputFile("\(folder)/\(Self.name)")
    try file.write(text + "\n")
    try file.commit()
  }
}

/// Whether the files of a folder are those that its manifest names.
public struct ManifestCheck: Sendable {
  /// A file of the manifest.
  public struct Entry: Sendable {
    /// Its name, from the folder of the manifest.
    public let file: String
    /// Its size as the manifest says.
    public let bytes: Int
    /// What is wrong with it; nil: it is whole.
    public let problem: String?
  }

  /// The files of the manifest.
  public let entries: [Entry]
  /// The version that made them.
  public let version: String
  /// Whether all steps of the recipe were done.
  public let isFinished: Bool

  /// Reads the manifest of a folder and all files that it names.
  ///
  /// Throws: `DataError` when there is no manifest.
  public init(of folder: String) throws {
    let manifest = try Manifest(of: folder)
    (version, isFinished) = (manifest.version, manifest.finished)
    entries = manifest.outputs.map { output in
      let path = output.file.hasPrefix("/") ? output.file : "\(folder)/\(output.file)"
      var problem: String?
      if !FileManager.default.fileExists(atPath: path) {
        problem = "missing"
      } else if let (sum, size) = try? SHA256.digest(ofFile: path) {
        if size != output.bytes {
          problem = "has \(size) bytes"
        } else if sum != output.sha256 {
          problem = "has other bytes"
        }
      } else {
        problem = "cannot be read"
      }
      return Entry(file: output.file, bytes: output.bytes, problem: problem)
    }
  }
}
