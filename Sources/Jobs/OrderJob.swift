internal import FileFormats
public import Geometry
public import OrderParameters

/// Computes the order parameters of every frame of a file: into a table of comma-separated values, or
/// as labels of the frames, by the extension of the output.
public struct OrderJob: Job {
  /// The file with the frames.
  public let input: String
  /// The table or the labelled frames; `-` prints the table.
  public let output: String
  /// What is computed of every frame.
  public let settings: FrameOrder.Settings
  /// Shapes in place of the file's.
  public let shapes: ShapeOverride
  private let reading: ReadOptions
  /// Which frames; nil means all.
  public let frames: Range<Int>?
  /// The pair correlations of the whole set, where they are wanted.
  public let pairCorrelation: PairCorrelationTable?
  /// Steinhardt's degrees that were asked for without a cutoff: their columns are nan.
  private let unmetDegrees: [Int]

  /// A table of g(r) and g2(r), the means over the frames.
  public struct PairCorrelationTable: Sendable {
    /// The file, as comma-separated values.
    public let output: String
    /// The largest distance.
    public let range: Double
    /// How many bins lie between 0 and the range.
    public let bins: Int

    /// Throws: `InvalidInput` unless the range is positive and there are 1 to 1,000,000 bins.
    public init(output: String, range: Double?, bins: Int) throws {
      guard let range, range > 0, range.isFinite else {
        throw InvalidInput(
          "range of pair correlations", value: range.map { "\($0)" } ?? "missing",
          expected: "a positive number")
      }
      guard (1...1_000_000).contains(bins) else {
        throw InvalidInput("number of bins", value: "\(bins)", expected: "1 to 1000000")
      }
      (self.output, self.range, self.bins) = (output, range, bins)
    }
  }

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(input: String, output: String, settings: OrderSettings) throws {
    self.input = input
    self.output = output
    self.settings = try settings.frameOrder()
    shapes = try settings.shapes.override()
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
    pairCorrelation = try settings.correlations()
    unmetDegrees = try settings.unmetDegrees()
    if TableFormat(path: output) != nil { _ = try TableFormat.writing(output, [.csv]) }
    if let table = pairCorrelation?.output { _ = try TableFormat.writing(table, [.csv]) }
  }

  var isTable: Bool { output == "-" || TableFormat(path: output) == .csv }

  /// Computes the order of all frames that are wanted.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    if let warning = unmetWarning { context.warning("\(input): \(warning)") }
    let count = isTable ? try writeTable(context) : try writeFrames(context)
    return report(count)
  }

  private func report(_ count: Int) -> JobReport {
    JobReport(
      what: "order parameters", amount: "\(count) frames", output: output == "-" ? nil : output,
      others: pairCorrelation.map {
        [JobReport(what: "pair correlations", amount: "\($0.bins) bins", output: $0.output)]
      } ?? [], counts: ["frames": count])
  }

  private func pipeline(_ context: JobContext) -> FramePipeline {
    FramePipeline(
      input: input, frames: frames, context: context, task: "order \(input)",
      reading: reading, named: shapes.named)
  }

  /// What is computed of one frame.
  struct Result: Sendable {
    let frame: Frame?
    let order: FrameOrder
    let pairs: PairCorrelation?
  }

  func evaluate(_ given: Frame, keep: Bool) throws -> Result {
    let frame = try shapes.apply(to: given)
    return Result(
      frame: keep ? frame : nil, order: try FrameOrder(frame, settings),
      pairs: try pairCorrelation.map {
        try PairCorrelation(frame, cutoff: $0.range, bins: $0.bins, axis: settings.axis)
      })
  }

  private func writeTable(_ context: JobContext) throws -> Int {
    let file = try OutputFile(output)
    var correlations = CorrelationMeans()
    var gaps = OrderGaps()
    var header = settings.perParticle ? nil : columns
    if let header { try file.write(header.joined(separator: ",") + "\n") }
    let count = try pipeline(context).run(
      workspace: {},
      work: { frame, _, _, _ in try evaluate(frame, keep: false) },
      consume: { index, result in
        correlations.add(result.pairs)
        gaps.add(result.order)
        guard settings.perParticle else {
          try file.write(row(index, result.order).joined(separator: ",") + "\n")
          return
        }
        let quantities = result.order.particles
        let names = ["frame", "particle"] + quantities.map(\.name)
        if header == nil {
          header = names
          try file.write(names.joined(separator: ",") + "\n")
        }
        // A frame without layers, say, has nan in their columns.
        let places = (header ?? []).dropFirst(2).map { name in
          quantities.firstIndex { $0.name == name }
        }
        for particle in 0..<(quantities.first?.values.count ?? 0) {
          let values = places.map { $0.map { "\(quantities[$0].values[particle])" } ?? "nan" }
          let row = ["\(index)", "\(particle)"] + values
          try file.write(row.joined(separator: ",") + "\n")
        }
      })
    try file.commit()
    try write(correlations)
    for warning in gaps.warnings { context.warning("\(input): \(warning)") }
    return count
  }

  private func writeFrames(_ context: JobContext) throws -> Int {
    let writer = try FrameWriter.create(output)
    var correlations = CorrelationMeans()
    var gaps = OrderGaps()
    let count = try pipeline(context).run(
      workspace: {},
      work: { frame, _, _, _ in try evaluate(frame, keep: true) },
      consume: { _, result in
        correlations.add(result.pairs)
        gaps.add(result.order)
        if let frame = result.frame { try writer.write(try labelled(frame, result.order)) }
      })
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    try write(correlations)
    for warning in gaps.warnings { context.warning("\(input): \(warning)") }
    return count
  }

  private func write(_ means: CorrelationMeans) throws {
    guard let pairCorrelation else { return }
    let file = try OutputFile(pairCorrelation.output)
    try file.write(means.table)
    try file.commit()
  }

  /// The names of what is computed of a frame: the heads of the table.
  public var columns: [String] {
    let degrees = settings.steinhardt?.degrees ?? []
    var columns = [
      "frame", "order", "order_max", "director_x", "director_y", "director_z", "biaxiality", "p4",
    ]
    if settings.smectic != nil { columns += ["smectic_order", "layer_spacing"] }
    if settings.hexatic != nil { columns += ["psi6", "psi6_global"] }
    if settings.steinhardt != nil { columns += degrees.map { "q\($0)" } + ["neighbors"] }
    columns += unmetDegrees.map { "q\($0)" }
    if settings.averaged { columns += degrees.map { "q\($0)_averaged" } }
    if settings.thirdOrder { columns += degrees.map { "w\($0)" } }
    if settings.smectic != nil {
      columns += ["smectic_order_2", "smectic_noise", "smectic_chance"]
    }
    if settings.species != nil { columns.append("order_particles") }
    return columns
  }

  /// The order parameters of frames in memory. Pair correlations are those of the whole list (r, g, g2; no
  /// g2 where a frame has no orientations).
  ///
  /// Throws: `FrameError` for a frame that has none; `Stopped`.
  public func orders(
    of frames: [Frame], _ context: JobContext
  ) throws -> (orders: [FrameOrder], correlations: [[Double]]?) {
    if let warning = unmetWarning { context.warning(warning) }
    NamedSpecies.check(shapes.named, in: frames, context)
    let results = try FrameList(frames, context, task: "order").map { frame, _, _ in
      try evaluate(frame, keep: false)
    }
    var correlations = CorrelationMeans()
    var gaps = OrderGaps()
    for result in results {
      correlations.add(result.pairs)
      gaps.add(result.order)
    }
    for warning in gaps.warnings { context.warning(warning) }
    return (results.map(\.order), pairCorrelation == nil ? nil : correlations.columns)
  }

  /// The values under `columns` but the index of the frame; what a frame does not have is NaN.
  public func values(_ order: FrameOrder) -> [Double] {
    let director = order.director
    var row: [Double?] = [
      order.order, order.orderMax, director?.x, director?.y, director?.z, order.biaxiality,
      order.p4,
    ]
    if settings.smectic != nil { row += [order.smectic?.order, order.smectic?.spacing] }
    if settings.hexatic != nil { row += [order.hexatic?.mean, order.hexatic?.global] }
    if settings.steinhardt != nil { row += order.steinhardt + [order.meanNeighborCount] }
    row += unmetDegrees.map { _ in nil }
    row += order.averaged + order.thirdOrder
    if settings.smectic != nil {
      let layers = order.smectic
      row += [layers?.secondOrder, layers?.noise, layers?.chance]
    }
    if settings.species != nil { row.append(Double(order.orderedCount)) }
    return row.map { $0 ?? .nan }
  }

  /// The row of the table.
  private func row(_ index: Int, _ order: FrameOrder) -> [String] {
    let counts = settings.species == nil ? 0 : 1
    let values = values(order)
    return ["\(index)"] + values.dropLast(counts).map { "\($0)" }
      + values.suffix(counts).map { "\(Int($0))" }
  }

  private var unmetWarning: String? {
    unmetDegrees.isEmpty
      ? nil
      : "no Steinhardt invariants without a cutoff (or --weights voronoi): "
        + "\(unmetDegrees.count) columns of the table are nan"
  }

  func labelled(_ frame: Frame, _ order: FrameOrder) throws -> Frame {
    var frame = frame
    if let nematic = order.nematic {
      let n = nematic.director
      frame.labels["order"] = .real(nematic.order)
      frame.labels["order_max"] = .real(nematic.orderMax)
      frame.labels["director"] = .reals([n.x, n.y, n.z])
      frame.labels["biaxiality"] = .real(nematic.biaxiality)
      frame.labels["p4"] = .real(nematic.p4)
      if nematic.count < frame.count {
        frame.labels["order_particles"] = .integer(nematic.count)
      }
    }
    if let smectic = order.smectic {
      frame.labels["smectic_order"] = .real(smectic.order)
      frame.labels["smectic_order_2"] = .real(smectic.secondOrder)
      frame.labels["smectic_noise"] = .real(smectic.noise)
      frame.labels["smectic_chance"] = .real(smectic.chance)
      frame.labels["layer_spacing"] = .real(smectic.spacing)
    }
    if let hexatic = order.hexatic {
      frame.labels["psi6"] = .real(hexatic.mean)
      frame.labels["psi6_global"] = .real(hexatic.global)
    }
    for (l, q) in zip(order.degrees, order.steinhardt) { frame.labels["q\(l)"] = .real(q) }
    for (l, q) in zip(order.degrees, order.averaged) { frame.labels["q\(l)_averaged"] = .real(q) }
    for (l, w) in zip(order.degrees, order.thirdOrder) { frame.labels["w\(l)"] = .real(w) }
    for quantity in order.particles {
      try frame.set(Frame.Column(name: quantity.name, reals: quantity.values))
    }
    return frame
  }
}

extension OrderJob: ShardableJob {
  /// Without a selection of frames, and without means over all of them.
  public var canBeSharded: Bool {
    frames == nil && pairCorrelation == nil && output != "-"
      && (isTable || JoinedFiles.canJoinFrames(output))
  }

  /// Joins the tables, or the labelled frames.
  ///
  /// Throws: `DataError`.
  public func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport {
    if isTable {
      try JoinedFiles.tables(Array(zip(parts.files(), parts.map(\.first))), to: output)
    } else {
      try JoinedFiles.frames(parts.files(), to: output)
    }
    return report(parts.sum("frames"))
  }
}

/// The means over frames of g(r), and of g2(r) weighted by the pairs of every bin.
private struct CorrelationMeans {
  private var distances: [Double] = []
  private var radial: [Double] = []
  private var orientational: [Double]?
  private var pairs: [Int] = []
  private var frames = 0

  mutating func add(_ next: PairCorrelation?) {
    guard let next else { return }
    if frames == 0 {
      distances = next.distances
      radial = next.radial.map { _ in 0 }
      orientational = next.orientational.map { $0.map { _ in 0 } }
      pairs = next.orientationalCounts.map { _ in 0 }
    }
    frames += 1
    for k in radial.indices {
      radial[k] += next.radial[k]
      pairs[k] += next.orientationalCounts[k]
    }
    // One frame without orientations, and the set has no mean.
    guard let theirs = next.orientational, let mine = orientational else {
      orientational = nil
      return
    }
    orientational = mine.indices.map { k in
      let pairs = next.orientationalCounts[k]
      return pairs > 0 ? mine[k] + theirs[k] * Double(pairs) : mine[k]
    }
  }

  /// r, g, and g2 where all frames have orientations: NaN for bins without pairs.
  var columns: [[Double]] {
    let g = radial.map { $0 / Double(frames) }
    guard let sums = orientational else { return [distances, g] }
    return [distances, g, sums.indices.map { pairs[$0] > 0 ? sums[$0] / Double(pairs[$0]) : .nan }]
  }

  var table: String {
    let columns = columns
    var text = columns.count == 2 ? "r,g\n" : "r,g,g2\n"
    for k in radial.indices {
      text += columns.map { $0[k].isNaN ? "" : "\($0[k])" }.joined(separator: ",") + "\n"
    }
    return text
  }
}
