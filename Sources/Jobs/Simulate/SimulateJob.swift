internal import FileFormats
internal import Foundation
internal import Generators
internal import Geometry
internal import Mathematics
internal import Simulation

/// Takes the frames of a file to equilibrium by Monte Carlo or molecular dynamics, and writes the frames of
/// the simulations, a table of their observables, and what these are worth.
///
/// Each frame of the file starts a simulation of its own; the outputs of all stand after each other, told
/// apart by `start` (and `rung`, where replicas exchange). With `samples` frames are kept that are
/// statistically independent.
public struct SimulateJob: SharedJob {
  /// The file with the starting frames.
  public let input: String
  /// The frames of the simulations.
  public let output: String
  /// What is simulated.
  public let settings: SimulateSettings
  /// The table of observables.
  public let observables: String
  /// Their means and errors: the name of the table with the ending .json.
  public let means: String
  private let folder: String
  let shapes: ShapeOverride
  let frames: Range<Int>?
  private let reading: ReadOptions

  /// Throws: `InvalidInput` for settings that make no sense, alone or together.
  public init(input: String, output: String, settings: SimulateSettings) throws {
    try settings.validate()
    if try FrameFormat.toWrite(output).holdsOneFrame,
      settings.mostFrames > 1 || settings.exchange != nil
    {
      throw InvalidInput(
        "output", value: "\(output), which holds one frame",
        expected: "a file for \(settings.mostFrames) frames, as .xyz, .gsd or .dump")
    }
    self.input = input
    self.output = output
    self.settings = settings
    let stem = output == "-" ? "simulation" : output
    observables = settings.observables ?? "\(stem).observables.csv"
    _ = try TableFormat.writing(observables, [.csv])
    means = observables.dropLast(".csv".count) + ".json"
    for table in [observables, means] {
      for (what, file) in [("the frames", output), ("the input", input)]
      where FilePath.same(table, file) {
        throw InvalidInput(
          "observables", value: "'\(table)', which is also the file of \(what)",
          expected: "a file of its own for the table and the means beside it (--observables)")
      }
    }
    folder = settings.checkpoint ?? stem + ".checkpoint"
    shapes = try settings.shapes.override()
    reading = try settings.reading.options()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  /// Simulates every starting frame.
  ///
  /// Throws: `DataError` that names file and frame for a start that cannot be simulated and a simulation that
  /// cannot go on (the last stored state stays); for a state of another simulation.
  public func run(_ context: JobContext) throws -> JobReport {
    defer { if let ranks = context.ranks { RankedReplicas.end(ranks) } }
    let lock = try output == "-" ? nil : FileLock(output)
    defer { withExtendedLifetime(lock) {} }
    let isThere = FileManager.default.fileExists(atPath: folder)
    guard settings.resume || !isThere else {
      throw DataError(
        .cannotCreate, file: folder,
        message: "the state of an unfinished simulation is there; go on with --resume, or remove it"
      )
    }
    // The output must be possible before days of work.
    let writer = try FrameWriter.create(output)
    let starts = try startingFrames(context)
    let cutoffs = try starts.compactMap { try settings.usualCutoff($0) }
    if let least = cutoffs.min(), let most = cutoffs.max() {
      let which = least == most ? "\(least)" : "\(least) to \(most)"
      context.warning(
        "no --cutoff was given: it is \(which), the longest particle and some more; give one to choose"
      )
    }
    let outer = context.ranks == nil ? max(1, min(context.threads, starts.count)) : 1
    let watch = ProgressSum(context, count: starts.count, task: "simulate \(input)")
    let results = try Parallel.map(count: starts.count, threads: outer) { k in
      let run = SimulationRun(
        frame: starts[k], index: k, settings: settings, folder: "\(folder)/\(k)",
        threads: max(1, context.threads / outer),
        host: context.ranks.map { RankedReplicas(ranks: $0, start: k) },
        progress: { watch.tell(k, $0, $1, $2) },
        warning: { context.warning(starts.count > 1 ? "simulation \(k): \($0)" : $0) })
      do {
        return try run.run()
      } catch let error as DataError {
        throw error
      } catch let error as Stopped {
        throw error
      } catch {
        let kept = FileManager.default.fileExists(atPath: "\(folder)/\(k)/state")
        throw DataError(
          .badData, file: input, frame: (frames?.lowerBound ?? 0) + k,
          message: "\(error)" + (kept ? "; the last stored state is in \(folder)" : ""))
      }
    }
    let count = try join(results, writer)
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    try writeObservables(results)
    if settings.observables == nil {
      for file in [observables, means] { linkToLatest(file, context) }
    }
    try? FileManager.default.removeItem(atPath: folder)
    warn(results, context)
    return JobReport(
      what: "simulated frames", amount: "\(count)", output: output,
      others: [
        JobReport(
          what: "observables",
          amount: "\(results.reduce(0) { $0 + $1.lanes.reduce(0) { $0 + $1.rows.count } }) rows",
          output: observables),
        JobReport(
          what: "means and errors", amount: "of \(results.count) simulations", output: means),
      ], summary: SimulationSummary(results, starts, settings).table)
  }

  /// Whether there are replicas that could advance on several ranks.
  public var canBeShared: Bool { settings.exchange != nil }

  /// Advances replicas for rank 0, which reads the same file and does the rest.
  ///
  /// Throws: what sending and receiving throws.
  public func serve(_ ranks: any RankMessages, threads: Int) throws {
    var starts: [Frame]?
    try RankedReplicas.serve(ranks, threads: threads) { start in
      guard input != "-" else {
        throw InvalidInput(
          "input", value: "standard input, which only rank 0 can read", expected: "a file")
      }
      let frames = try starts ?? startingFrames(JobContext(threads: threads))
      starts = frames
      guard frames.indices.contains(start),
        case .exchange(let exchange, _, _) = try Walk(
          frames[start], settings, index: start, threads: threads)
      else { throw InvalidInput("start", value: "\(start)", expected: "one of \(frames.count)") }
      return exchange.rungs
    }
  }

  private func startingFrames(_ context: JobContext) throws -> [Frame] {
    var starts: [Frame] = []
    let pipeline = FramePipeline(
      input: input, frames: frames, context: context, task: "read \(input)",
      reading: reading, named: shapes.named.union(settings.interaction.namedSpecies))
    try pipeline.run(
      workspace: {},
      work: { frame, _, _, _ in
        let shaped = try shapes.apply(to: frame)
        return settings.removeOverlaps ? try shaped.withoutOverlaps() : shaped
      }, consume: { _, frame in starts.append(frame) })
    guard !starts.isEmpty else {
      throw DataError(.badData, file: input, message: "there is no frame to start from")
    }
    return starts
  }

  /// The frames that are kept, of all simulations after each other.
  private func join(_ results: [SimulationRun.Result], _ writer: FrameWriter) throws -> Int {
    var count = 0
    for (k, result) in results.enumerated() {
      for lane in result.lanes.indices {
        let kept = settings.samples.map { _ in Set(result.plans[lane].frames) }
        var row = 0
        for part in result.parts.indices {
          let file = SimulationRun.part("\(folder)/\(k)", lane: lane, part: part)
          let size = (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int
          // A part without frames is an empty file.
          guard size != 0 else { continue }
          let reader = try FrameReader.open(file)
          while let frame = try reader.next() {
            if kept?.contains(row) ?? true {
              try writer.write(frame)
              count += 1
            }
            row += 1
          }
        }
      }
    }
    return count
  }

  private func writeObservables(_ results: [SimulationRun.Result]) throws {
    let several = results.count > 1 || (results.first?.lanes.count ?? 1) > 1
    let names = results.first?.lanes.first?.names ?? []
    let file = try OutputFile(observables)
    try file.write(((several ? ["start", "rung"] : []) + names).joined(separator: ",") + "\n")
    for (k, result) in results.enumerated() {
      for (lane, content) in result.lanes.enumerated() {
        for row in content.rows {
          let cells = row.enumerated().map { column, value in
            names[column] == "step" ? "\(Int(value))" : "\(value)"
          }
          let head = several ? ["\(k)", "\(lane)"] : []
          try file.write((head + cells).joined(separator: ",") + "\n")
        }
      }
    }
    try file.commit()
    let json = try OutputFile(means)
    try json.write(SimulationSummary.json(results, interval: settings.interval) + "\n")
    try json.commit()
  }

  /// Lets `observables.csv` (and .json) lead to the table of the last simulation of the folder. A file of
  /// that name that is no link stays as it is.
  private func linkToLatest(_ file: String, _ context: JobContext) {
    let ending = file.hasSuffix(".json") ? ".json" : ".csv"
    let slash = file.lastIndex(of: "/")
    let folder = slash.map { String(file[...$0]) } ?? ""
    let name = slash.map { String(file[file.index(after: $0)...]) } ?? file
    let link = folder + "observables" + ending
    guard link != output else { return }
    do {
      try FilePath.link(link, to: name)
    } catch {
      context.warning("\(link) does not lead to \(name), where the observables are: \(error)")
    }
  }

  private func warn(_ results: [SimulationRun.Result], _ context: JobContext) {
    for (k, result) in results.enumerated() {
      let place = results.count > 1 ? "simulation \(k): " : ""
      for warning in Set(result.plans.flatMap(\.warnings)).sorted() + result.warnings {
        context.warning(place + warning)
      }
      if let wanted = settings.samples, let least = result.plans.map(\.count).min(),
        least < wanted
      {
        context.warning(
          place + "\(least) independent frames instead of \(wanted) after \(settings.mostSteps) "
            + "steps; give more --steps")
      }
    }
  }
}

/// How far several simulations at a time got, told from one thread at a time.
private final class ProgressSum: @unchecked Sendable {
  private let lock = NSLock()
  private let context: JobContext
  private let task: String
  private var done: [Int]
  private var totals: [Int]

  init(_ context: JobContext, count: Int, task: String) {
    self.context = context
    self.task = task
    done = Array(repeating: 0, count: count)
    totals = Array(repeating: 0, count: count)
  }

  func tell(_ k: Int, _ steps: Int, _ total: Int, _ words: String) {
    lock.withLock {
      (done[k], totals[k]) = (steps, total)
      context.progress(
        JobProgress(
          task: task, done: done.reduce(0, +), total: max(1, totals.reduce(0, +)),
          unit: "steps (\(words))"))
    }
  }
}
