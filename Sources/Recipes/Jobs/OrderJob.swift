internal import FileFormats
internal import Geometry
public import OrderParameters

/// Computes the order parameters of every frame of a file: into a table of comma-separated values, or
/// as labels of the frames, by the extension of the output.
public struct OrderJob: Sendable {
  /// The file with the frames.
  public var input: String
  /// The table or the labelled frames; `-` prints the table.
  public var output: String
  /// What is computed.
  public var settings: FrameOrder.Settings
  /// Shapes in place of the file's.
  public var shapes: ShapeOverride
  /// Which frames; nil means all.
  public var frames: Range<Int>?

  /// All frames, unless changed.
  ///
  /// Throws: `InvalidInput` for settings that make no sense.
  public init(
    input: String, output: String, settings: FrameOrder.Settings, shapes: ShapeOverride
  ) throws {
    if let cutoff = settings.steinhardt?.cutoff, !(cutoff > 0 && cutoff.isFinite) {
      throw InvalidInput("cutoff radius", value: cutoff, expected: "a positive number")
    }
    self.input = input
    self.output = output
    self.settings = settings
    self.shapes = shapes
  }

  private var isTable: Bool { output == "-" || output.hasSuffix(".csv") }

  /// Does it.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let count = isTable ? try writeTable(context) : try writeFrames(context)
    return JobReport(
      what: "order parameters", amount: "\(count) frames", output: output == "-" ? nil : output)
  }

  private func pipeline(_ context: JobContext) -> FramePipeline {
    FramePipeline(input: input, frames: frames, context: context, task: "order \(input)")
  }

  private func writeTable(_ context: JobContext) throws -> Int {
    let file = try OutputFile(output)
    try file.write(columns.joined(separator: ",") + "\n")
    let count = try pipeline(context).run(
      workspace: {},
      work: { frame, _, _, _ in try FrameOrder(shapes.apply(to: frame), settings) },
      consume: { index, order in
        try file.write(row(index, order).joined(separator: ",") + "\n")
      })
    try file.commit()
    return count
  }

  private func writeFrames(_ context: JobContext) throws -> Int {
    let writer = try FrameWriter.create(output)
    let count = try pipeline(context).run(
      workspace: {},
      work: { frame, _, _, _ in
        let shaped = try shapes.apply(to: frame)
        return labelled(shaped, try FrameOrder(shaped, settings))
      }, consume: { _, frame in try writer.write(frame) })
    try writer.commit()
    return count
  }

  private var columns: [String] {
    ["frame", "order", "order_max", "director_x", "director_y", "director_z", "biaxiality", "p4"]
      + (settings.smectic == nil ? [] : ["smectic_order", "layer_spacing"])
      + (settings.steinhardt.map { $0.degrees.map { "q\($0)" } + ["neighbors"] } ?? [])
  }

  /// The values under `columns`; what a frame does not have stays empty.
  private func row(_ index: Int, _ order: FrameOrder) -> [String] {
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let director = order.director
    var row =
      ["\(index)"]
      + [
        order.order, order.orderMax, director?.x, director?.y, director?.z, order.biaxiality,
        order.p4,
      ].map(text)
    if settings.smectic != nil {
      row += [text(order.smectic?.order), text(order.smectic?.spacing)]
    }
    if settings.steinhardt != nil {
      row += order.steinhardt.map { text($0) } + [text(order.meanNeighborCount)]
    }
    return row
  }

  private func labelled(_ frame: Frame, _ order: FrameOrder) -> Frame {
    var frame = frame
    if let nematic = order.nematic {
      let n = nematic.director
      frame.labels["order"] = .real(nematic.order)
      frame.labels["order_max"] = .real(nematic.orderMax)
      frame.labels["director"] = .reals([n.x, n.y, n.z])
      frame.labels["biaxiality"] = .real(nematic.biaxiality)
      frame.labels["p4"] = .real(nematic.p4)
    }
    if let smectic = order.smectic {
      frame.labels["smectic_order"] = .real(smectic.order)
      frame.labels["layer_spacing"] = .real(smectic.spacing)
    }
    for (l, q) in zip(order.degrees, order.steinhardt) { frame.labels["q\(l)"] = .real(q) }
    return frame
  }
}
