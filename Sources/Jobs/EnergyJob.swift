internal import FileFormats
public import GayBerne
public import Geometry

/// Labels the frames of a file with their energy by a pair potential.
///
/// Every frame gets `energy`; frames of two particles also `h12`, `eta`, `chi` and `U_r` as far as the
/// potential has them; on request every particle gets `forces` and `torques` (space frame) and the
/// frame its `virial`. Where particles overlap so much that the potential is not defined, the energy is
/// infinite and `singular_pairs` the number of such pairs.
///
/// With a learned potential every frame gets `extrapolation`, how far its farthest neighbourhood lies from
/// those that were learned from (above 1: outside, which is told), and on request `spread_energy`, with
/// forces also columns `spread_forces` and `spread_torques`.
public struct EnergyJob: Job {
  /// The file with the frames.
  public let input: String
  /// Where they go with their labels.
  public let output: String
  /// What is computed.
  public let settings: EnergySettings
  /// The potential.
  public let potential: any FramePotential
  /// A ceiling for energies; capped frames get the label `capped`.
  public let limit: EnergyLimit?
  /// Shapes in place of the file's.
  public let shapes: ShapeOverride
  private let reading: ReadOptions
  /// The potential where it is a learned one.
  private let learned: ForceField?
  /// Which frames; nil means all.
  public let frames: Range<Int>?

  /// Throws: `InvalidInput` for settings that make no sense, alone or together.
  public init(input: String, output: String, settings: EnergySettings) throws {
    try self.init(
      input: input, output: output, potential: settings.potential(), settings: settings)
  }

  /// With a potential of one's own; that of the settings is not looked at.
  ///
  /// Throws: `InvalidInput` for settings that make no sense.
  public init(
    input: String, output: String, potential: any FramePotential,
    settings: EnergySettings = EnergySettings()
  ) throws {
    self.input = input
    self.output = output
    self.settings = settings
    self.potential = potential
    limit = try settings.limit()
    shapes = try settings.shapes.override()
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
    learned = potential as? ForceField
    if settings.spread {
      guard learned?.hasSpread ?? false else {
        throw InvalidInput(
          "spread", value: learned == nil ? "of a potential" : "of a model without a committee",
          expected: "a learned potential (--potential MODEL.npz) with --spread committee")
      }
    }
  }

  /// Labels all frames that are wanted.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let writer = try FrameWriter.create(output)
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "energy \(input)",
      reading: reading, named: named)
    var limit = limit
    var outside = OutsideFrames()
    let count = try pipeline.run(
      workspace: {},
      work: { frame, _, threads, _ in
        var labelled = try label(frame, threads: threads)
        let distance = try learned?.certainty(
          of: &labelled, spread: settings.spread, forces: settings.forces, threads: threads)
        return (labelled, distance)
      },
      consume: { index, result in
        let (frame, distance) = result
        if let distance, let words = outside.add(distance, index) { context.warning(words) }
        if let kept = Self.keep(frame, &limit) { try writer.write(kept) }
      })
    try writer.commit()
    if let words = outside.total() { context.warning(words) }
    if let warning = writer.lossWarning { context.warning(warning) }
    return report(frames: count, capped: limit?.capped ?? 0, dropped: limit?.dropped ?? 0)
  }

  private func report(frames: Int, capped: Int, dropped: Int) -> JobReport {
    var amount = "\(frames) frames"
    if capped > 0 { amount += ", \(capped) capped" }
    if dropped > 0 { amount += ", \(dropped) dropped" }
    return JobReport(
      what: "energies", amount: amount, output: output,
      counts: ["frames": frames, "capped": capped, "dropped": dropped])
  }

  /// Frames in memory with their labels, as they would be written, each with its index; those that the limit
  /// leaves out are missing.
  ///
  /// Throws: `FrameError` for a frame that cannot be evaluated; `Stopped`.
  public func labelled(
    _ frames: [Frame], _ context: JobContext
  ) throws -> [(index: Int, frame: Frame)] {
    NamedSpecies.check(named, in: frames, context)
    let list = FrameList(frames, context, task: "energy")
    let results = try list.map { frame, _, threads in
      var labelled = try label(frame, threads: threads)
      let distance = try learned?.certainty(
        of: &labelled, spread: settings.spread, forces: settings.forces, threads: threads)
      return (labelled, distance)
    }
    var limit = limit
    var outside = OutsideFrames()
    var kept: [(index: Int, frame: Frame)] = []
    for (index, (frame, distance)) in results.enumerated() {
      if let distance, let words = outside.add(distance, index) { context.warning(words) }
      if let frame = Self.keep(frame, &limit) { kept.append((index, frame)) }
    }
    if let words = outside.total() { context.warning(words) }
    return kept
  }

  private var named: Set<String> { shapes.named.union(settings.interaction.namedSpecies) }

  /// The frame with its labels. The shapes it is written with are its own.
  func label(_ frame: Frame, threads: Int) throws -> Frame {
    let shaped = try shapes.apply(to: frame)
    let result = try potential.evaluate(shaped, forces: settings.forces, threads: threads)
    var labelled = shaped
    labelled.labels["energy"] = .real(result.energy)
    if result.singularPairs > 0 {
      labelled.labels["singular_pairs"] = .integer(result.singularPairs)
    }
    if frame.count == 2 { try labelPair(&labelled) }
    if settings.forces {
      let w = result.virial
      labelled.labels["virial"] = .matrix((0..<3).map { i in (0..<3).map { w[i, $0] } })
      try labelled.set(Frame.Column(name: "forces", vectors: result.forces))
      try labelled.set(Frame.Column(name: "torques", vectors: result.torques))
    }
    return labelled
  }

  /// The factors of the energy of a dimer.
  private func labelPair(_ frame: inout Frame) throws {
    guard let axes = frame.semiAxes, let turns = frame.orientations,
      let potential = potential as? any PairPotential
    else { return }
    let separation = frame.positions[1] - frame.positions[0]
    let pair = try potential.pair(
      Ellipsoid(semiAxes: axes[0], orientation: turns[0]),
      Ellipsoid(semiAxes: axes[1], orientation: turns[1]),
      displacement: frame.cell?.minimumImage(separation) ?? separation,
      species: (frame.species[0], frame.species[1]))
    frame.labels["h12"] = pair.separation.map { .real($0) }
    frame.labels["eta"] = pair.eta.map { .real($0) }
    frame.labels["chi"] = pair.chi.map { .real($0) }
    frame.labels["U_r"] = pair.radial.map { .real($0) }
  }

  /// The frame as the limit has it; nil when it is left out.
  private static func keep(_ frame: Frame, _ limit: inout EnergyLimit?) -> Frame? {
    guard limit != nil, let energy = frame.labels["energy"]?.real else { return frame }
    let before = limit?.capped
    guard let allowed = limit?.apply(energy) else { return nil }
    guard limit?.capped != before else { return frame }
    var capped = frame
    capped.labels["energy"] = .real(allowed)
    capped.labels["capped"] = .logical(true)
    return capped
  }
}

extension EnergyJob: ShardableJob {
  /// Without a selection of frames.
  public var canBeSharded: Bool { frames == nil && JoinedFiles.canJoinFrames(output) }

  /// Joins the labelled frames.
  ///
  /// Throws: `DataError`.
  public func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport {
    try JoinedFiles.frames(parts.files(), to: output)
    return report(
      frames: parts.sum("frames"), capped: parts.sum("capped"), dropped: parts.sum("dropped"))
  }
}
