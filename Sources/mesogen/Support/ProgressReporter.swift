import FileFormats
import Foundation
import Report
import Jobs
import Recipes
import Synchronization

/// Tells on standard error how far a job got: a bar on a terminal, a plain line now and then
/// elsewhere, nothing with `--quiet`.
final class ProgressReporter: Sendable {
  private struct State {
    var task = ""
    var started = ContinuousClock.now
    var lastShown: ContinuousClock.Instant?
    var barIsOpen = false
  }

  private let quiet: Bool
  private let onTerminal: Bool
  private let state = Mutex(State())

  init(quiet: Bool) {
    self.quiet = quiet
    onTerminal = Console.isTerminal
  }

  /// What jobs are given.
  func context(threads: Int) -> JobContext {
    JobContext(
      threads: threads, progress: { self.show($0) }, warning: { self.warn($0) })
  }

  /// Shows the progress where it is time to.
  func show(_ progress: JobProgress) {
    guard !quiet else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if state.task != progress.task { state = State(task: progress.task, started: now) }
      let finished = progress.done == progress.total
      let pause: Duration = onTerminal ? .milliseconds(100) : .seconds(10)
      let since = (state.lastShown ?? state.started).duration(to: now)
      guard since >= pause || (finished && (onTerminal || state.lastShown != nil)) else { return }
      state.lastShown = now
      Console.write(text(progress, elapsed: state.started.duration(to: now), finished))
      state.barIsOpen = onTerminal && !finished
    }
  }

  /// Says a warning on a line of its own, also when quiet.
  func warn(_ message: String) {
    state.withLock { state in
      Console.write(
        (state.barIsOpen ? "\r\u{1B}[K" : "")
          + "mesogen: warning: \(VisibleText.message(message))\n")
      state.barIsOpen = false
    }
  }

  private func text(_ progress: JobProgress, elapsed: Duration, _ finished: Bool) -> String {
    let seconds =
      Double(elapsed.components.seconds) + 1e-18 * Double(elapsed.components.attoseconds)
    let done = Figures.grouped(progress.done)
    let task = VisibleText.escaped(progress.task)
    let amount = progress.total.map { "\(done) of \(Figures.grouped($0))" } ?? done
    let tail = "\(amount) \(progress.unit), \(Figures.duration(seconds))"
    guard onTerminal else { return "\(task): \(tail)\n" }
    var bar = ""
    if let total = progress.total, total > 0 {
      let filled = 24 * min(progress.done, total) / total
      bar =
        "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: 24 - filled)
        + "] "
    }
    return "\r\u{1B}[K\(task) \(bar)\(tail)" + (finished ? "\n" : "")
  }
}
