import FileFormats
public import Learning
import Mathematics

/// A trained model in a `.npz` archive: its arrays, `model` (JSON, 0-d text) with all that is not an
/// array, `feature_hyperparameters` (how the features were made that it learned from) and `version`.
public struct ModelFile: Sendable {
  /// The model.
  public var model: TrainedModel
  /// The `hyperparameters` of the features it learned from, where they were known.
  public var featureHyperparameters: String?

  /// From both parts.
  public init(model: TrainedModel, featureHyperparameters: String?) {
    self.model = model
    self.featureHyperparameters = featureHyperparameters
  }

  private static let text = ["model", "feature_hyperparameters", "version"]

  /// Reads an archive.
  ///
  /// Throws: `DataError` when it cannot be read, holds no model, or one with numbers that are not finite.
  public init(contentsOf path: String) throws {
    let archive = try NumPyArchive(contentsOf: path)
    guard archive.contains("model"), let text = try archive["model"].strings?.first else {
      throw DataError(
        .badData, file: path,
        message: archive.contains("force_field")
          ? "a force field: 'mesogen energy FRAMES --potential' takes it"
          : "the archive holds no model")
    }
    var record = ModelRecord(hyperparameters: text, arrays: [:])
    for name in archive.names where !Self.text.contains(name) {
      // Scores of candidates that could not be fitted are infinite.
      let matrix = try FeatureTable.matrix(archive, name, isFinite: !name.hasSuffix("scores"))
      record.arrays[name] = matrix
    }
    do {
      model = try TrainedModel(record)
    } catch let error as InvalidData {
      throw DataError(.badData, file: path, message: error.description)
    }
    featureHyperparameters =
      archive.contains("feature_hyperparameters")
      ? try archive["feature_hyperparameters"].strings?.first : nil
  }

  /// Throws: `DataError` (`unknownFormat`) unless a model is to go to an archive and a table to a table.
  static func checkOutputs(model: String?, table: String?) throws {
    if let model { _ = try TableFormat.writing(model, [.npz]) }
    if let table { _ = try TableFormat.writing(table) }
  }

  /// Writes an archive, which appears whole or not at all.
  ///
  /// Throws: `DataError` when it cannot be written.
  public func write(to path: String) throws {
    _ = try TableFormat.writing(path, [.npz])
    let record = try model.record
    let writer = try NumPyArchiveWriter(path)
    try writer.add("model", NumPyArray(record.hyperparameters))
    if let featureHyperparameters {
      try writer.add("feature_hyperparameters", NumPyArray(featureHyperparameters))
    }
    try writer.add("version", NumPyArray(Version.current))
    for name in record.arrays.keys.sorted() {
      if let matrix = record.arrays[name] { try writer.add(name, matrix) }
    }
    try writer.commit()
  }
}
