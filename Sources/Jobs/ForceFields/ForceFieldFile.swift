internal import FileFormats
internal import Foundation
internal import GayBerne
internal import Geometry

/// The file of a learned potential (.npz): `coefficients`, `force_field` (JSON: what the energy is made of,
/// the shapes that were learned from, alpha), `feature_hyperparameters` and `version`.
public struct ForceFieldFile: Sendable {
  /// The potential.
  public let potential: ForceField

  /// What is stored as JSON.
  struct Record: Codable, Sendable {
    var baselines: [ForceFieldSettings.Baseline]
    var contactColumns: Int
    var contact: ContactFunction
    var alpha: Double
    var shapes: [String: [[Double]]]
  }

  /// Whether an archive holds such a potential.
  ///
  /// Throws: `DataError` when it cannot be read.
  static func isForceField(_ path: String) throws -> Bool {
    try NumPyArchive(contentsOf: path).contains("force_field")
  }

  /// Reads a file.
  ///
  /// Throws: `DataError` when it cannot be read, holds no learned potential, or one that does not fit
  /// its description.
  public init(contentsOf path: String) throws {
    let archive = try NumPyArchive(contentsOf: path)
    func text(_ name: String) throws -> String {
      guard archive.contains(name), let text = try archive[name].strings?.first else {
        throw DataError(
          .badData, file: path,
          message: "the archive holds no learned potential ('\(name)' is missing); 'mesogen learn "
            + "ridge' writes one with --forces, --baseline or --contact-columns")
      }
      return text
    }
    do {
      let record = try JSONDecoder().decode(Record.self, from: Data(text("force_field").utf8))
      let description = try FeatureSettings(description: text("feature_hyperparameters"))
      var settings = ForceFieldSettings()
      (settings.contactColumns, settings.contact) = (record.contactColumns, record.contact)
      try settings.validate()
      let coefficients = try FeatureTable.matrix(
        archive, "coefficients", isFinite: true
      ).elements
      var shapes: [String: (low: Vector3, high: Vector3)] = [:]
      for (name, bounds) in record.shapes {
        guard bounds.count == 2, bounds.allSatisfy({ $0.count == 3 }) else {
          throw InvalidInput("shapes", value: "\(bounds)", expected: "two triples of numbers")
        }
        shapes[name] = (
          Vector3(bounds[0][0], bounds[0][1], bounds[0][2]),
          Vector3(bounds[1][0], bounds[1][1], bounds[1][2])
        )
      }
      potential = try ForceField(
        ForceFieldBasis(description, settings, baselines: record.baselines),
        coefficients: coefficients, learnedShapes: shapes)
    } catch let error as DataError {
      throw error
    } catch {
      throw DataError(.badData, file: path, message: "not a learned potential: \(error)")
    }
  }

  /// Writes a file, which appears whole or not at all.
  ///
  /// Throws: `DataError` when it cannot be written.
  static func write(
    _ coefficients: [Double], _ record: Record, features: String, to path: String
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let writer = try NumPyArchiveWriter(path)
    try writer.add("coefficients", NumPyArray(coefficients))
    try writer.add(
      "force_field", NumPyArray(String(decoding: try encoder.encode(record), as: UTF8.self)))
    try writer.add("feature_hyperparameters", NumPyArray(features))
    try writer.add("version", NumPyArray(Version.current))
    try writer.commit()
  }
}
