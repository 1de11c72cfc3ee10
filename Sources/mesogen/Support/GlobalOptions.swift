import ArgumentParser
import CStartup
import Mathematics
import Jobs
import Recipes

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: "How many threads to use (default: all cores).")
  var threads: Int?

  @Flag(help: "Say nothing but errors and warnings.")
  var quiet = false

  private static let mostThreads = 4096

  func validate() throws {
    if let threads, !(1...Self.mostThreads ~= threads) {
      throw ValidationError(
        "--threads is \(threads); expected a number from 1 to \(Self.mostThreads)")
    }
  }

  /// Threads, progress and warnings for a job.
  var context: JobContext {
    // Our own threads use the cores; OpenBLAS must not multiply them.
    LinearAlgebra.setThreads(1)
    let reporter = ProgressReporter(quiet: quiet)
    var threads = threads ?? Parallel.availableThreads
    // A queue whose threads cannot be started would wait for them for ever.
    let status = mesogen_try_threads(Int32(clamping: threads))
    if status != 0 {
      let limit = SystemLimit("\(threads) threads cannot be started", errno: status)
      reporter.warn("\(limit.description); one is used")
      threads = 1
    }
    return reporter.context(threads: threads)
  }
}
