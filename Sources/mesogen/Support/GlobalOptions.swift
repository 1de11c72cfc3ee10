import ArgumentParser
import Mathematics
import Jobs
import Recipes

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: "How many threads to use (default: all cores).")
  var threads: Int?

  @Flag(help: "Say nothing but errors and warnings.")
  var quiet = false

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("--threads is \(threads); expected a number from 1")
    }
  }

  /// Threads, progress and warnings for a job.
  var context: JobContext {
    // Our own threads use the cores; OpenBLAS must not multiply them.
    LinearAlgebra.setThreads(1)
    return ProgressReporter(quiet: quiet).context(threads: threads ?? Parallel.availableThreads)
  }
}
