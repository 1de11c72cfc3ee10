internal import FileFormats
internal import GayBerne
public import Geometry

/// Tabulates how far apart the ellipsoids of every frame are, by all three contact functions, with
/// the closest points of their surfaces.
public struct ContactJob: Job {
  /// The file with the frames.
  public let input: String
  /// The table; `-` prints it.
  public let output: String
  /// Pairs with nearer centres than this; nil: all pairs of open frames, or of two particles.
  public let cutoff: Double?
  /// Shapes in place of the file's.
  public let shapes: ShapeOverride
  private let reading: ReadOptions
  /// Which frames; nil means all.
  public let frames: Range<Int>?

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(input: String, output: String, settings: ContactSettings) throws {
    self.input = input
    self.output = output
    _ = try TableFormat.writing(output, [.csv])
    cutoff = try settings.validCutoff()
    shapes = try settings.shapes.override()
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// The columns of the table: which pair; sigma_12 of the Gay-Berne potential; sigma of Perram and
  /// Wertheim, the maximum of their function (below 1: overlap) and where it is; the distance of the
  /// surfaces and its ends, in the coordinates of the first particle's image, empty where the two
  /// overlap.
  public static let columns = [
    "frame", "first", "second", "distance", "sigma_gaussian", "sigma_perram_wertheim",
    "f_perram_wertheim", "lambda", "surface_distance", "x_1", "y_1", "z_1", "x_2", "y_2", "z_2",
  ]

  /// Tabulates the contacts of all frames that are wanted.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    let file = try OutputFile(output)
    try file.write(Self.columns.joined(separator: ",") + "\n")
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "contact \(input)",
      reading: reading, named: shapes.named)
    var pairs = 0
    let count = try pipeline.run(
      workspace: {},
      work: { frame, index, _, _ in
        let shaped = try shapes.apply(to: frame)
        return try PairContacts.all(in: shaped, cutoff: cutoff).map {
          Self.row(index, $0, origin: shaped.positions[$0.particles.first])
        }
      },
      consume: { _, rows in
        pairs += rows.count
        for row in rows { try file.write(row.joined(separator: ",") + "\n") }
      })
    try file.commit()
    return report(frames: count, pairs: pairs)
  }

  private func report(frames: Int, pairs: Int) -> JobReport {
    JobReport(
      what: "contacts", amount: "\(pairs) pairs of \(frames) frames",
      output: output == "-" ? nil : output, counts: ["frames": frames, "pairs": pairs])
  }

  /// The contacts of frames in memory, the values under `columns` but the frame, which stands beside them:
  /// NaN where the table has nothing.
  ///
  /// Throws: `FrameError` for a frame without contacts; `Stopped`.
  public func contacts(
    of frames: [Frame], _ context: JobContext
  ) throws -> [[(particles: (first: Int, second: Int), numbers: [Double])]] {
    NamedSpecies.check(shapes.named, in: frames, context)
    return try FrameList(frames, context, task: "contact").map { frame, _, _ in
      let shaped = try shapes.apply(to: frame)
      return try PairContacts.all(in: shaped, cutoff: cutoff).map {
        ($0.particles, Self.numbers($0, origin: shaped.positions[$0.particles.first]))
      }
    }
  }

  /// The numbers under `columns` from the distance on; NaN where two overlap.
  private static func numbers(_ pair: PairContacts, origin: Vector3) -> [Double] {
    let contact = pair.perramWertheim
    let numbers = [
      pair.displacement.length, pair.gaussianOverlap, contact.distance, contact.value,
      contact.lambda,
    ]
    guard let surface = pair.surface else { return numbers + Array(repeating: .nan, count: 7) }
    let (p, q) = (origin + surface.firstPoint, origin + surface.secondPoint)
    return numbers + [surface.distance, p.x, p.y, p.z, q.x, q.y, q.z]
  }

  private static func row(_ frame: Int, _ pair: PairContacts, origin: Vector3) -> [String] {
    ["\(frame)", "\(pair.particles.first)", "\(pair.particles.second)"]
      + numbers(pair, origin: origin).map { $0.isNaN ? "" : "\($0)" }
  }
}

extension ContactJob: ShardableJob {
  /// Without a selection of frames.
  public var canBeSharded: Bool { frames == nil && output != "-" }

  /// Joins the tables.
  ///
  /// Throws: `DataError`.
  public func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport {
    try JoinedFiles.tables(Array(zip(parts.files(), parts.map(\.first))), to: output)
    return report(frames: parts.sum("frames"), pairs: parts.sum("pairs"))
  }
}
