import Dispatch
import Foundation
import Synchronization

extension Parallel {
  /// Runs the items of one phase after those of another: `body(phase, item, &workspace)` for item 0
  /// ..< `counts[phase]`, all items of a phase before any of the next, with a workspace that each
  /// worker makes once.
  ///
  /// One set of workers goes through all phases and waits between them by looking, which takes a
  /// microsecond where a loop of its own for every phase would take ten. Each begins with its own part of
  /// the items, the same in every phase, so that what it touched last is still near; then it helps others.
  /// An item must write to
  /// nothing that another item of its phase touches; what depends on the order of items is up to
  /// the caller.
  public static func phases<Workspace>(
    _ counts: [Int], threads: Int = availableThreads, workspace make: @Sendable () -> Workspace,
    _ body: @Sendable (Int, Int, inout Workspace) -> Void
  ) {
    let workers = max(1, min(threads, counts.max() ?? 0))
    if workers == 1 {
      var workspace = make()
      for (phase, count) in counts.enumerated() {
        for item in 0..<count { body(phase, item, &workspace) }
      }
      return
    }
    let progress = counts.map { Progress($0, workers: workers) }
    withoutActuallyEscaping(body) { body in
      withoutActuallyEscaping(make) { make in
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
          var workspace = make()
          for (phase, progress) in progress.enumerated() {
            var done = 0
            while let item = progress.next(worker) {
              body(phase, item, &workspace)
              done += 1
            }
            progress.finish(done)
            progress.wait()
          }
        }
      }
    }
  }

  /// How far a phase is.
  private final class Progress: Sendable {
    private let count: Int
    /// How many items of every worker's part were begun.
    private let started: [Counter]
    private let finished = Counter()

    init(_ count: Int, workers: Int) {
      self.count = count
      started = (0..<workers).map { _ in Counter() }
    }

    /// The next item for a worker: of its own part, then of those behind it.
    func next(_ worker: Int) -> Int? {
      let parts = started.count
      for k in 0..<parts {
        let part = (worker + k) % parts
        let item = part * count / parts + started[part].add(1)
        if item < (part + 1) * count / parts { return item }
      }
      return nil
    }

    func finish(_ items: Int) { _ = finished.add(items) }

    /// Looks for a while, then lets others have the processor between looks.
    func wait() {
      var looks = 0
      while finished.value < count {
        looks += 1
        if looks > 2_000 { sched_yield() }
      }
    }
  }

  /// A number that several threads count, on a cache line of its own.
  private final class Counter: Sendable {
    private let before = (0, 0, 0, 0, 0, 0, 0)
    private let number = Atomic<Int>(0)
    private let behind = (0, 0, 0, 0, 0, 0, 0)

    /// The number before.
    func add(_ count: Int) -> Int { number.add(count, ordering: .acquiringAndReleasing).oldValue }

    var value: Int { number.load(ordering: .acquiring) }
  }
}
