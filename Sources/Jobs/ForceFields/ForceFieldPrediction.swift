internal import FileFormats
internal import GayBerne
internal import Geometry
internal import Mathematics

/// What `learn predict` does with a force field: a table with a row a frame, or the frames with labels
/// `predicted_energy`, `extrapolation` and `spread_energy`, and columns `predicted_forces`,
/// `predicted_torques`, `spread_forces` and `spread_torques`.
struct ForceFieldPrediction {
  let model: String
  let input: String
  let output: String
  let frames: Range<Int>?
  let settings: PredictionSettings

  private var isTable: Bool { output == "-" || TableFormat(path: output) != nil }

  /// Throws: `DataError` for files; `InvalidInput` for what a table or the model does not have.
  func run(_ context: JobContext) throws -> JobReport {
    guard TableFormat(path: input) == nil else {
      throw DataError(
        .badData, file: input, message: "\(model) is a force field, which predicts for frames")
    }
    guard !isTable || !settings.forces else {
      throw InvalidInput(
        "forces", value: output,
        expected: "frames to write, as -o FILE.xyz; a table has a row a frame")
    }
    let field = try ForceFieldFile(contentsOf: model).potential
    guard !settings.spread || field.hasSpread else {
      throw InvalidInput(
        "spread", value: model, expected: "a force field that learned with --spread committee")
    }
    let writer = isTable ? nil : try FrameWriter.create(output)
    var outside = OutsideFrames()
    var rows: [[Double]] = []
    var indices: [Int] = []
    try FramePipeline(
      input: input, frames: frames, context: context, task: "predict \(input)",
      reading: settings.reading.options()
    ).run(
      workspace: {}, work: { frame, _, threads, _ in try label(frame, field, threads) },
      consume: { index, result in
        let (frame, distance) = result
        if let distance, let words = outside.add(distance, index) { context.warning(words) }
        try writer?.write(frame)
        if writer == nil {
          indices.append(index)
          rows.append(names.map { frame.labels[$0]?.real ?? .nan })
        }
      })
    if let words = outside.total() { context.warning(words) }
    if let writer {
      try writer.commit()
      if let warning = writer.lossWarning { context.warning(warning) }
    } else {
      try ResultTable(
        labels: [("frame", indices)], names: names.map { $0.replacing("predicted_", with: "") },
        values: rows.isEmpty ? Matrix(rows: 0, columns: names.count) : Matrix(rows)
      ).write(to: output)
    }
    return JobReport(
      what: "predictions", amount: "\(outside.seen) frames",
      output: output == "-" ? nil : output)
  }

  /// The columns of a table.
  private var names: [String] {
    ["predicted_energy", "extrapolation"] + (settings.spread ? ["spread_energy"] : [])
  }

  private func label(
    _ given: Frame, _ field: ForceField, _ threads: Int
  ) throws -> (Frame, ForceField.Distance?) {
    var frame = given
    let result = try field.evaluate(frame, forces: settings.forces, threads: threads)
    frame.labels["predicted_energy"] = .real(result.energy)
    if settings.forces {
      try frame.set(Frame.Column(name: "predicted_forces", vectors: result.forces))
      try frame.set(Frame.Column(name: "predicted_torques", vectors: result.torques))
    }
    let distance = try field.certainty(
      of: &frame, spread: settings.spread, forces: settings.forces, threads: threads)
    return (frame, distance)
  }
}
