internal import FileFormats
internal import Geometry

/// Writes the frames of a file in another format, by the extensions; into chemiscope also the principal
/// components of their features.
public struct ConvertJob: Job {
  /// The file with the frames.
  public let input: String
  /// Where they go.
  public let output: String
  /// Shapes in place of the file's.
  public let shapes: ShapeOverride
  private let reading: ReadOptions
  /// Which frames; nil means all.
  public let frames: Range<Int>?
  /// Features whose principal components become properties of the frames, or of the particles.
  public let map: FeatureMap?
  private let writing: WriteOptions

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(input: String, output: String, settings: ConvertSettings) throws {
    self.input = input
    self.output = output
    writing = WriteOptions(for: settings.program)
    shapes = try settings.shapes.override()
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
    if let pca = settings.pca, settings.features == nil {
      throw InvalidInput("pca", value: "\(pca)", expected: "features with it (--features)")
    }
    map = try settings.features.map {
      try FeatureMap(features: $0, count: settings.pca ?? FeatureMap.defaultCount)
    }
  }

  /// Writes the frames that are wanted.
  ///
  /// Throws: `DataError` with file and frame.
  public func run(_ context: JobContext) throws -> JobReport {
    if let map { return try run(context, map) }
    let writer = try FrameWriter.create(output, options: writing)
    let count = try pipeline(context) { _, frame in try writer.write(frame) }
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    return report(count)
  }

  private func report(_ frames: Int) -> JobReport {
    JobReport(what: "frames", amount: "\(frames)", output: output, counts: ["frames": frames])
  }

  private func run(_ context: JobContext, _ map: FeatureMap) throws -> JobReport {
    guard try FrameFormat.of(output).name == "chemiscope" else {
      throw DataError(
        .unknownFormat, file: output,
        message: "principal components go to chemiscope files only (.json, .json.gz)")
    }
    let features = try FeatureTable(contentsOf: map.features)
    let writer = try ChemiscopeWriter(output)
    if let cutoff = FeatureMap.cutoff(of: features) { writer.environmentCutoff = cutoff }
    var sizes: [(frame: Int, particles: Int)] = []
    let wanted = (features.frames.map(Set.init) ?? []).filter { frames?.contains($0) ?? true }.count
    var (every, seen) = (1, 0)
    try pipeline(context) { index, frame in
      if seen == 0 {
        // A frame of a map by frames is one point, and all of its atoms are in the file.
        let points = features.particles == nil ? 1 : frame.count
        every = Self.stride(frames: wanted, points: points, atoms: frame.count)
      }
      defer { seen += 1 }
      guard seen % every == 0 else { return }
      try writer.write(frame)
      sizes.append((index, frame.count))
    }
    if every > 1 {
      context.warning(
        "\(output): \(sizes.count) of \(seen) frames are shown, one of \(every), since a browser shows "
          + "\(Self.mostPoints) points or \(Self.mostAtoms) atoms well; --select-frames chooses others"
      )
    }
    let result = try map.components(
      of: features, frames: sizes, in: input, isSelection: frames != nil || every > 1)
    writer.add(
      properties: "PCA", of: features.particles == nil ? .frame : .particle, result.values)
    try writer.commit()
    if !writer.losses.isEmpty {
      context.warning(
        "\(output): chemiscope has no place for "
          + writer.losses.map(\.description).joined(separator: "; "))
    }
    return JobReport(
      what: "frames, \(map.count) principal components with \(result.percent) % of the variance",
      amount: "\(sizes.count)", output: output)
  }

  /// What a viewer in a browser shows without trouble.
  private static let mostPoints = 50_000
  private static let mostAtoms = 1_000_000

  /// Of so many frames one in how many is shown.
  static func stride(frames: Int, points: Int, atoms: Int) -> Int {
    func share(_ count: Int, _ most: Int) -> Int { (frames * max(1, count) + most - 1) / most }
    return max(1, share(points, mostPoints), share(atoms, mostAtoms))
  }

  @discardableResult
  private func pipeline(
    _ context: JobContext, consume: (Int, Frame) throws -> Void
  ) throws -> Int {
    try FramePipeline(
      input: input, frames: frames, context: context, task: "convert \(input)",
      reading: reading, named: shapes.named
    ).run(
      workspace: {}, work: { frame, _, _, _ in try shapes.apply(to: frame) }, consume: consume)
  }
}

extension ConvertJob: ShardableJob, FrameSourceJob {
  /// Frames alone.
  public var canBeSharded: Bool { map == nil && JoinedFiles.canJoinFrames(output) }

  /// Those of the file, or the selection. The file is read once, for the number of its frames.
  ///
  /// Throws: `DataError` for a file that cannot be read.
  public func allFrames(_ context: JobContext) throws -> Range<Int> {
    if let frames, frames.upperBound != Int.max { return frames }
    let reader = try FrameReader.open(input, options: reading)
    var count = 0
    while try reader.nextSpecies() != nil { count += 1 }
    return frames.map { min($0.lowerBound, count)..<count } ?? 0..<count
  }

  /// `--select-frames`.
  public static var rangeOption: String { "select-frames" }

  /// Joins the frames.
  ///
  /// Throws: `DataError`.
  public func join(_ parts: [ShardPart], _ context: JobContext) throws -> JobReport {
    try JoinedFiles.frames(parts.files(), to: output)
    return report(parts.sum("frames"))
  }
}
