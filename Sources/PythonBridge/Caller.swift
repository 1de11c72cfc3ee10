internal import CInterrupt
internal import Jobs
internal import Mathematics
internal import Synchronization

/// Who called: threads, ears for progress, and whether the work should stop.
final class Caller: Sendable {
  typealias Hear = @convention(c) (UnsafePointer<CChar>, Int, Int) -> Int32

  private let threads: Int
  private let isWatched: Bool
  private let hear: Hear?
  private let isStopped = Atomic<Bool>(false)
  private let texts = Mutex<[String]>([])

  init(threads: Int, isWatched: Bool, hear: Hear?) {
    self.threads = threads > 0 ? threads : Parallel.availableThreads
    self.isWatched = isWatched
    self.hear = hear
  }

  /// What was told so far.
  var warnings: [String] { texts.withLock { $0 } }

  /// Does the work, which ends with `Stopped` when it is to stop.
  func run<Result>(_ work: (JobContext) throws -> Result) throws -> Result {
    let context = JobContext(
      threads: threads, progress: { self.tell($0) },
      warning: { text in self.texts.withLock { $0.append(text) } })
    guard isWatched || hear != nil else { return try work(context) }
    let stop: @Sendable () -> Bool = {
      self.isStopped.load(ordering: .relaxed)
        || (self.isWatched && mesogen_interrupts_arrived() != 0)
    }
    return try StopRequest.heeding(stop) {
      let result = try work(context)
      // An interrupt in the last moment counts too: Python raises its exception in any case.
      try StopRequest.check()
      return result
    }
  }

  private func tell(_ progress: JobProgress) {
    guard let hear else { return }
    let wish = progress.task.withCString { hear($0, progress.done, progress.total ?? -1) }
    if wish != 0 { isStopped.store(true, ordering: .relaxed) }
  }
}
