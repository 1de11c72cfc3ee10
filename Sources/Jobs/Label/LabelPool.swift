internal import Foundation
internal import Geometry

/// Workers side by side, each of which is started once and has one frame at a time.
///
/// One thread does all: it waits until some worker has printed or taken something, or the time of a frame
/// is over. A worker that ends or hangs loses its frame and is replaced; the frame is tried once more
/// by another where it ended, and given up where it hung.
final class LabelPool {
  /// A frame that is to be labelled.
  struct Task {
    let index: Int
    let identity: String
    let frame: Frame
    let question: [UInt8]
    var tries = 0
  }

  /// What became of a frame: what the worker printed, or the reason why there is nothing.
  enum Outcome {
    case answer([UInt8])
    case failure(String)
  }

  private struct Seat {
    var worker: WorkerProcess?
    var task: Task?
    var deadline: Date?
  }

  private let command: String
  private let timeLimit: Double?
  private var seats: [Seat]
  private var waiting: [Task] = []
  /// Whether any worker ever answered: where none does, the command is wrong and not a frame.
  private var hasAnswered = false
  private var ends = 0

  /// So many workers may end in a row before one has answered.
  private static let mostEnds = 2

  init(command: String, workers: Int, timeLimit: Double?) {
    self.command = command
    self.timeLimit = timeLimit
    seats = Array(repeating: Seat(), count: workers)
  }

  /// How many frames are waiting or with a worker.
  var load: Int { waiting.count + seats.count { $0.task != nil } }

  /// Gives a frame to the next worker that is free.
  func add(_ task: Task) { waiting.append(task) }

  /// Waits until something has become of some frames.
  ///
  /// Throws: `WorkerFailure` for a worker that cannot be started, prints what it should not, or never
  /// answers.
  func results() throws -> [(Task, Outcome)] {
    var results: [(Task, Outcome)] = []
    while results.isEmpty, load > 0 {
      try assign()
      waitForWorkers()
      for k in seats.indices { try advance(k, &results) }
    }
    return results
  }

  /// Lets all workers end.
  func finish() {
    for seat in seats { seat.worker?.finish(within: 5) }
    seats = []
  }

  private func assign() throws {
    for k in seats.indices where seats[k].task == nil && !waiting.isEmpty {
      let worker = try seats[k].worker ?? start()
      let task = waiting.removeFirst()
      worker.send(task.question)
      seats[k] = Seat(
        worker: worker, task: task, deadline: timeLimit.map { Date().addingTimeInterval($0) })
    }
  }

  private func start() throws -> WorkerProcess {
    do {
      return try WorkerProcess(command: command)
    } catch let failure as WorkerFailure {
      throw WorkerFailure("cannot be started: \(failure)")
    }
  }

  private func waitForWorkers() {
    var ends = seats.flatMap { $0.worker?.polled ?? [] }
    let next = seats.compactMap(\.deadline).min()
    let patience = next.map { max(0, min($0.timeIntervalSinceNow, 3600)) * 1000 + 1 }
    poll(&ends, nfds_t(ends.count), patience.map { Int32($0) } ?? -1)
  }

  private func advance(_ k: Int, _ results: inout [(Task, Outcome)]) throws {
    guard let worker = seats[k].worker else { return }
    worker.step()
    guard let task = seats[k].task else {
      if worker.hasMore { throw WorkerFailure("printed something although nothing was asked") }
      // One that ends while it has nothing to do is not missed.
      if worker.hasClosedOutput { seats[k] = Seat() }
      return
    }
    if let frame = try worker.frame(of: task.frame.count) {
      // Checked at once: whoever answers wrongly must not get another frame.
      _ = try LabelAnswer.parse(frame, to: task.frame, identity: task.identity)
      hasAnswered = true
      ends = 0
      results.append((task, .answer(frame)))
      seats[k].task = nil
      seats[k].deadline = nil
    } else if worker.hasClosedOutput {
      let how = worker.wait()
      ends += 1
      seats[k] = Seat()
      if !hasAnswered, ends >= Self.mostEnds { throw WorkerFailure("\(how) before it answered") }
      if task.tries == 0 {
        var again = task
        again.tries = 1
        waiting.insert(again, at: 0)
      } else {
        results.append((task, .failure("the worker \(how)")))
      }
    } else if let deadline = seats[k].deadline, deadline <= Date() {
      worker.end()
      seats[k] = Seat()
      results.append((task, .failure("no answer within \(timeLimit ?? 0) s")))
    }
  }
}
