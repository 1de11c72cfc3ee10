internal import FileFormats
internal import Foundation
internal import Jobs

/// What a recipe made: the version, the recipe's own text and checksum, and every file with its size
/// and SHA-256. It holds no times, so that the same recipe gives the same bytes.
struct Manifest: Encodable {
  struct Recipe: Encodable {
    let name: String
    let file: String
    let sha256: String
    let text: String
  }

  struct Output: Encodable {
    let file: String
    let what: String
    let amount: String
    let bytes: Int
    let sha256: String
  }

  let program = "mesogen"
  let version = Version.current
  let recipe: Recipe
  let outputs: [Output]
  private let path: String

  private enum CodingKeys: String, CodingKey { case program, version, recipe, outputs }

  /// The manifest of the outputs that are there. A file that several steps wrote is listed once, as
  /// the last one left it.
  ///
  /// Throws: when an output cannot be read.
  init(_ recipe: Recipes.Recipe, reports: [JobReport], output: String) throws {
    self.recipe = Recipe(
      name: recipe.name, file: recipe.file.split(separator: "/").last.map(String.init) ?? "",
      sha256: SHA256.digest(of: recipe.text), text: recipe.text)
    var order: [String] = []
    var last: [String: JobReport] = [:]
    for report in reports.flatMap(\.all) {
      guard let file = report.output else { continue }
      if last.updateValue(report, forKey: file) == nil { order.append(file) }
    }
    outputs = try order.compactMap { file in
      guard let report = last[file] else { return nil }
      let (checksum, size) = try SHA256.digest(ofFile: file)
      return Output(
        file: file.hasPrefix(output + "/") ? String(file.dropFirst(output.count + 1)) : file,
        what: report.what, amount: report.amount, bytes: size, sha256: checksum)
    }
    path = "\(output)/manifest.json"
  }

  /// Throws: `DataError`.
  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    let file = try OutputFile(path)
    try file.write(text + "\n")
    try file.commit()
  }
}
