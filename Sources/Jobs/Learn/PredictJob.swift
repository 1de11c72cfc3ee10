internal import FileFormats
internal import Foundation
internal import Geometry
internal import Learning
internal import Mathematics

/// Applies a stored model to features, or to frames, which are then featurized as those were that the
/// model learned from. A force field takes frames alone.
public struct PredictJob: Job {
  /// The model (.npz).
  public let model: String
  /// Features (`FILE.npz`, `FILE.npz:ARRAY`), or a file with frames.
  public let input: String
  /// A table (`.csv`, `.npz`, `-` prints it), or for frames also the frames with the predictions as
  /// labels `predicted_NAME` (`.xyz` and what else frames are written to).
  public let output: String
  /// Which frames, as in `featurize`; nil means all.
  public let selectFrames: String?
  private let frames: Range<Int>?
  private let settings: PredictionSettings
  private var reading: ReadSettings { settings.reading }

  /// Throws: `InvalidInput` for frames that are no range.
  public init(
    model: String, input: String, output: String, settings: PredictionSettings
  ) throws {
    self.model = model
    self.input = input
    self.output = output
    selectFrames = settings.selectFrames
    self.settings = settings
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  private var isTable: Bool {
    output == "-" || TableFormat(path: output) != nil
  }

  /// Predicts for all samples.
  ///
  /// Throws: `DataError` for a model or features that do not fit each other, for frames that cannot be
  /// featurized, and for a model that does not say how its features were made.
  public func run(_ context: JobContext) throws -> JobReport {
    if try ForceFieldFile.isForceField(model) {
      return try ForceFieldPrediction(
        model: model, input: input, output: output, frames: frames, settings: settings
      ).run(context)
    }
    guard !settings.forces, !settings.spread else {
      throw InvalidInput(
        settings.forces ? "forces" : "spread", value: model,
        expected: "a force field; other models have no forces, and write their spreads anyway")
    }
    let file = try ModelFile(contentsOf: model)
    let isArchive = FeatureConvertJob.converts(input)
    guard !isArchive || isTable else {
      throw DataError(
        .unknownFormat, file: output,
        message: "predictions of features go to .csv or .npz; give the frames to label them")
    }
    guard !isArchive || frames == nil else {
      throw InvalidInput("select-frames", value: input, expected: "a file with frames")
    }
    let features =
      isArchive
      ? try FeatureTable(contentsOf: input) : try featurize(file.featureHyperparameters, context)
    if isArchive, let learned = file.featureHyperparameters, let given = features.hyperparameters {
      _ = try featureSettings(learned)
      let differences = try FeatureSettings.differences(learned, given)
      if !differences.isEmpty {
        context.warning(
          "the model learned from other features than these: "
            + differences.joined(separator: "; "))
      }
    }
    let table = try predictions(file.model, features)
    if isTable {
      try table.write(to: output)
    } else {
      try label(table, features, context)
    }
    return JobReport(
      what: "predictions", amount: "\(table.values.rows) samples",
      output: output == "-" ? nil : output)
  }

  private func predictions(_ model: TrainedModel, _ features: FeatureTable) throws -> ResultTable {
    let prediction = try model.predict(features.values)
    let all = prediction.values.elements
    if let place = all.firstIndex(where: { !$0.isFinite }) {
      let (row, column) = place.quotientAndRemainder(dividingBy: prediction.values.columns)
      throw DataError(
        .badData, file: input,
        message:
          "the prediction of \(model.outputNames[column]) for sample \(row) is \(all[place]): "
          + "features that are not finite, or far beyond those that the model learned from")
    }
    var (names, values) = (model.outputNames, prediction.values)
    if let spreads = prediction.spreads {
      names += model.outputNames.map { "spread_\($0)" }
      values = values.padded(toColumns: names.count)
      for i in 0..<values.rows {
        for t in 0..<spreads.columns { values[i, spreads.columns + t] = spreads[i, t] }
      }
    }
    return ResultTable(labels: ResultTable.labels(of: features), names: names, values: values)
  }

  /// How the features were made that the model learned from.
  ///
  /// Throws: `DataError` for a description that makes no sense.
  private func featureSettings(_ description: String) throws -> FeatureSettings {
    do {
      let settings = try FeatureSettings(description: description)
      _ = (try settings.hyperparameters(), try settings.densityCorrelation())
      return settings
    } catch let error as InvalidInput {
      throw DataError(
        .badData, file: model,
        message: "the description of the features it learned from: \(error.description)")
    }
  }

  /// The features of the frames, by way of a temporary file.
  private func featurize(_ description: String?, _ context: JobContext) throws -> FeatureTable {
    guard let description else {
      throw DataError(
        .badData, file: model,
        message: "the model does not say how the features were made that it learned from; give it "
          + "features (.npz) instead of frames")
    }
    let folder = try TemporaryFolder()
    let path = folder.file("features.npz")
    var settings = try featureSettings(description)
    try settings.requireFromFramesAlone()
    guard !settings.pairs else {
      throw InvalidInput(
        "rows of the features", value: "pairs", expected: "frames or particles")
    }
    (settings.selectFrames, settings.reading) = (selectFrames, reading)
    _ = try FeaturizeJob(input: input, output: path, settings: settings).run(context)
    return try withExtendedLifetime(folder) { try FeatureTable(contentsOf: path) }
  }

  /// The frames again, with labels, or with columns where samples are particles.
  private func label(
    _ table: ResultTable, _ features: FeatureTable, _ context: JobContext
  ) throws {
    let writer = try FrameWriter.create(output)
    var row = 0
    try FramePipeline(
      input: input, frames: frames, context: context, task: "label \(input)",
      reading: reading.options()
    ).run(
      workspace: {}, work: { frame, _, _, _ in frame },
      consume: { _, given in
        var frame = given
        for (column, name) in table.names.enumerated() {
          let key = name.hasPrefix("spread_") ? name : "predicted_\(name)"
          if features.particles == nil {
            frame.labels[key] = .real(table.values[row, column])
          } else {
            let values = (0..<frame.count).map { table.values[row + $0, column] }
            try frame.set(Frame.Column(name: key, reals: values))
          }
        }
        row += features.particles == nil ? 1 : frame.count
        try writer.write(frame)
      })
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
  }
}
