internal import FileFormats
public import GayBerne
internal import Geometry

/// Labels the frames of a file with their energy by a pair potential.
///
/// Every frame gets `energy`; frames of two particles also `h12`, `eta` and `chi`; on request every
/// particle gets `forces` and `torques` (space frame).
public struct EnergyJob: Sendable {
  /// The file with the frames.
  public var input: String
  /// Where they go with their labels.
  public var output: String
  /// The parameters of the potential.
  public var parameters: GayBerneParameters
  /// Whether forces and torques are wanted.
  public var forces = false
  /// Shapes in place of the file's.
  public var shapes: ShapeOverride
  /// Which frames; nil means all.
  public var frames: Range<Int>?

  /// Energies alone, of all frames, unless changed.
  ///
  /// Throws: `InvalidInput` for parameters that make no sense.
  public init(
    input: String, output: String, parameters: GayBerneParameters, shapes: ShapeOverride
  ) throws {
    try parameters.validate()
    self.input = input
    self.output = output
    self.parameters = parameters
    self.shapes = shapes
  }

  /// Does it.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let potential = try GayBerne(parameters)
    let writer = try FrameWriter.create(output)
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "energy \(input)")
    let count = try pipeline.run(
      workspace: {},
      work: { frame, _, threads, _ in
        try Self.label(frame, with: potential, forces, shapes, threads: threads)
      }, consume: { _, frame in try writer.write(frame) })
    try writer.commit()
    return JobReport(what: "Gay-Berne energies", amount: "\(count) frames", output: output)
  }

  /// The frame with its labels. The shapes it is written with are its own.
  static func label(
    _ frame: Frame, with potential: GayBerne, _ forces: Bool, _ shapes: ShapeOverride, threads: Int
  ) throws -> Frame {
    let shaped = try shapes.apply(to: frame)
    let result = try potential.evaluate(shaped, forces: forces, threads: threads)
    if let (i, j) = result.firstSingularPair {
      throw InvalidInput(
        "energy of particles \(i) and \(j)", value: "not defined",
        expected: "particles that overlap less (h + gamma sigma > 0)")
    }
    var labelled = shaped
    labelled.labels["energy"] = .real(result.energy)
    if frame.count == 2, let axes = shaped.semiAxes, let turns = shaped.orientations {
      let separation = shaped.positions[1] - shaped.positions[0]
      let pair = try potential.pair(
        Ellipsoid(semiAxes: axes[0], orientation: turns[0]),
        Ellipsoid(semiAxes: axes[1], orientation: turns[1]),
        displacement: shaped.cell?.minimumImage(separation) ?? separation,
        species: (shaped.species[0], shaped.species[1]))
      labelled.labels["h12"] = .real(pair.separation)
      labelled.labels["eta"] = pair.eta.map { .real($0) }
      labelled.labels["chi"] = pair.chi.map { .real($0) }
    }
    if forces {
      labelled.set(Frame.Column(name: "forces", vectors: result.forces))
      labelled.set(Frame.Column(name: "torques", vectors: result.torques))
    }
    return labelled
  }
}
