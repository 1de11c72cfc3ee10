internal import FileFormats
internal import Foundation
internal import Geometry

/// Labels frames by worker processes: programs that read frames of extended XYZ on standard input, one
/// after the other, and write each of them to standard output with its labels.
///
/// Every frame gets what the worker says: `energy` with `energy_unit`, and perhaps `stress` (or `virial`)
/// and the column `forces`; with a reference also `energy_per_molecule`, `energy_per_atom`,
/// `reference_energy` and `molecules`. Frames come in the order of the input, and as the same bytes,
/// whatever the number of workers, and whether or not the work was interrupted. A frame for which a
/// worker reports a failure, ends twice, or takes too long, has the reason under `label_error`.
public struct LabelJob: Job {
  /// The file with the frames.
  public let input: String
  /// Where they go with their labels.
  public let output: String
  /// How they are labelled.
  public let settings: LabelSettings
  private let command: String
  let frames: Range<Int>?
  private let reading: ReadOptions

  /// Frames that are ahead of the first one without an answer are kept in memory, so many at most.
  private static let mostAhead = 2048

  /// Throws: `InvalidInput` for settings that make no sense.
  public init(input: String, output: String, settings: LabelSettings) throws {
    self.input = input
    self.output = output
    self.settings = settings
    command = try settings.validated()
    frames = try settings.selectFrames.map { try IntegerRange.frames(parsing: $0) }
    reading = try settings.reading.options()
    if output == "-" {
      throw InvalidInput(
        "output of labelled frames", value: "-", expected: "a file; answers are kept beside it")
    }
  }

  /// Labels all frames that are wanted.
  ///
  /// Throws: `DataError` with the command for a worker that cannot be used, with file and frame for
  /// frames that cannot be read.
  public func run(_ context: JobContext) throws -> JobReport {
    let writer = try FrameWriter.create(output)
    let reference = try settings.reference.map { try MoleculeReference(named: $0) }
    let journal = try LabelJournal(of: output, heading: command, resume: settings.resume)
    if journal.count > 0 {
      context.warning("\(journal.count) answers are taken from \(journal.path)")
    }
    let pool = LabelPool(
      command: command, workers: settings.workers, timeLimit: settings.timeLimit)
    var run = Run(
      reader: try FrameReader.open(input, options: reading), writer: writer, reference: reference,
      journal: journal, pool: pool, job: self, context: context)
    do {
      try run.all()
    } catch let failure as WorkerFailure {
      if journal.count == 0 { journal.remove() }
      throw DataError(
        .badData, file: "worker '\(command)'",
        message: failure.description
          + (journal.count > 0 ? "; \(journal.count) answers are kept in \(journal.path)" : ""))
    }
    pool.finish()
    try writer.commit()
    journal.remove()
    if let warning = writer.lossWarning { context.warning(warning) }
    return report(run, context)
  }

  private func report(_ run: Run, _ context: JobContext) -> JobReport {
    var remarks: [String] = []
    if let first = run.failures.first {
      remarks.append(
        "\(input): \(run.failures.count) of \(run.count) frames could not be labelled and "
          + (settings.failures == .keep ? "have \(LabelAnswer.error)" : "are left out")
          + ": frame \(first.index): \(first.reason)"
          + (run.failures.count > 1
            ? " (others: "
              + run.failures.dropFirst().prefix(10).map { "\($0.index)" }.joined(separator: ", ")
              + (run.failures.count > 11 ? ", ...)" : ")") : ""))
    }
    for remark in remarks { context.warning(remark) }
    return JobReport(
      what: "labels", amount: "\(run.count - run.failures.count) of \(run.count) frames",
      output: output, remarks: remarks)
  }

  /// The work under way.
  private struct Run {
    let reader: FrameReader
    let writer: FrameWriter
    let reference: MoleculeReference?
    let journal: LabelJournal
    let pool: LabelPool
    let job: LabelJob
    let context: JobContext
    /// The frames that were written.
    var count = 0
    var failures: [(index: Int, reason: String)] = []
    /// The energy of the isolated molecule and its unit.
    var molecule: (energy: Double, unit: String)?
    /// Frames with their answers that wait for one before them.
    private var ready: [Int: (Frame, [UInt8])] = [:]
    private var next = 0

    init(
      reader: FrameReader, writer: FrameWriter, reference: MoleculeReference?,
      journal: LabelJournal, pool: LabelPool, job: LabelJob, context: JobContext
    ) {
      (self.reader, self.writer, self.reference) = (reader, writer, reference)
      (self.journal, self.pool, self.job, self.context) = (journal, pool, job, context)
    }

    mutating func all() throws {
      if let reference { try label(reference) }
      let wanted = job.frames ?? 0..<Int.max
      next = wanted.lowerBound
      var index = 0
      while index < wanted.upperBound, let frame = try reader.next() {
        if wanted.contains(index) {
          try located(index) { if let reference { _ = try reference.molecules(in: frame) } }
          try ask(frame, index, "\(index)")
        }
        index += 1
        while pool.load >= job.settings.workers || pool.load > 0 && ready.count >= mostAhead {
          try collect()
        }
      }
      while pool.load > 0 { try collect() }
      for warning in reader.warnings { context.warning(warning) }
      if let frames = job.frames, frames.upperBound != Int.max, index < frames.upperBound {
        throw DataError(
          .badData, file: job.input,
          message:
            "frames \(frames.lowerBound):\(frames.upperBound) were asked for; there are \(index)")
      }
    }

    private func located(_ frame: Int, _ body: () throws -> Void) throws {
      do {
        try body()
      } catch let error as InvalidInput {
        throw DataError(.badData, file: job.input, frame: frame, message: error.description)
      }
    }

    /// The molecule by itself, before everything else.
    private mutating func label(_ reference: MoleculeReference) throws {
      try ask(reference.frame, -1, "reference")
      while pool.load > 0 { try collect() }
      guard let (frame, bytes) = ready.removeValue(forKey: -1) else { return }
      let answer = try LabelAnswer.parse(bytes, to: frame, identity: "reference")
      guard let energy = answer.labels["energy"]?.real,
        case .string(let unit)? = answer.labels[LabelAnswer.unit]
      else {
        var reason = ""
        if case .string(let text)? = answer.labels[LabelAnswer.error] { reason = ": \(text)" }
        throw WorkerFailure("could not label the isolated molecule\(reason)")
      }
      molecule = (energy, unit)
    }

    private mutating func ask(_ frame: Frame, _ index: Int, _ identity: String) throws {
      let question = try LabelAnswer.question(frame, identity: identity)
      let checksum = SHA256.digest(of: String(decoding: question, as: UTF8.self))
      if let kept = try journal.answer(to: index, checksum: checksum) {
        ready[index] = (frame, kept)
        try flush()
      } else {
        pool.add(
          LabelPool.Task(index: index, identity: identity, frame: frame, question: question))
      }
    }

    private mutating func collect() throws {
      for (task, outcome) in try pool.results() {
        let bytes: [UInt8]
        switch outcome {
        case .answer(let text): bytes = text
        case .failure(let reason):
          bytes = try LabelAnswer.failure(task.frame, identity: task.identity, reason: reason)
        }
        let checksum = SHA256.digest(of: String(decoding: task.question, as: UTF8.self))
        try journal.add(bytes, to: task.index, checksum: checksum)
        ready[task.index] = (task.frame, bytes)
      }
      try flush()
    }

    /// Writes what is next.
    private mutating func flush() throws {
      while let (frame, bytes) = ready.removeValue(forKey: next) {
        let answer = try LabelAnswer.parse(bytes, to: frame, identity: "\(next)")
        var labelled = try LabelAnswer.merged(frame, answer)
        if case .string(let reason)? = answer.labels[LabelAnswer.error] {
          failures.append((next, reason))
        } else if let reference, let molecule {
          guard answer.labels[LabelAnswer.unit] == .string(molecule.unit) else {
            throw WorkerFailure("changed the unit of its energies at frame \(next)")
          }
          try reference.label(&labelled, molecule: molecule.energy)
        }
        if answer.labels[LabelAnswer.error] == nil || job.settings.failures == .keep {
          try writer.write(labelled)
        }
        count += 1
        next += 1
        context.progress(JobProgress(task: "label \(job.input)", done: count, total: nil))
      }
    }
  }
}
