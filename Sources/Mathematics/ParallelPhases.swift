import Dispatch
import Foundation
import Synchronization

extension Parallel {
  /// Runs the items of one phase after those of another: `body(phase, item, &workspace)` for item 0
  /// ..< `counts[phase]`, all items of a phase before any of the next, with a workspace that each
  /// worker makes once.
  ///
  /// One set of workers goes through all phases and waits between them by looking, which takes a
  /// microsecond where a loop of its own for every phase would take ten. An item must write to
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
    let progress = counts.map { _ in Progress() }
    withoutActuallyEscaping(body) { body in
      withoutActuallyEscaping(make) { make in
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
          var workspace = make()
          for (phase, count) in counts.enumerated() {
            while let item = progress[phase].next(below: count) {
              body(phase, item, &workspace)
              progress[phase].finish()
            }
            progress[phase].wait(for: count)
          }
        }
      }
    }
  }

  /// How far a phase is.
  private final class Progress: Sendable {
    private let started = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)

    func next(below count: Int) -> Int? {
      let item = started.add(1, ordering: .relaxed).oldValue
      return item < count ? item : nil
    }

    func finish() { finished.add(1, ordering: .releasing) }

    /// Looks for a while, then lets others have the processor between looks.
    func wait(for count: Int) {
      var looks = 0
      while finished.load(ordering: .acquiring) < count {
        looks += 1
        if looks > 2_000 { sched_yield() }
      }
    }
  }
}
