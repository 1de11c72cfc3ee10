import ArgumentParser
import CStartup
import Foundation
import Mathematics
import Jobs
import Recipes

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many threads to use (default: \(GlobalOptions.variable), or all cores).",
      discussion: "\(GlobalOptions.variable) is a variable of the environment."))
  var threads: Int?

  @Flag(
    help: """
      Say nothing but errors and warnings; tables of results only where standard output is no terminal.
      """)
  var quiet = false

  private static let mostThreads = 4096
  /// The variable of the environment that says how many threads there are where no option does.
  static let variable = "MESOGEN_THREADS"

  func validate() throws {
    if let threads, !(1...Self.mostThreads ~= threads) {
      throw ValidationError(
        "--threads is \(threads); expected a number from 1 to \(Self.mostThreads)")
    }
    if threads == nil { _ = try Self.threadsOfEnvironment() }
  }

  /// What the environment says; nil where it says nothing.
  ///
  /// Throws: `ValidationError` for what is no number of threads.
  static func threadsOfEnvironment() throws -> Int? {
    guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else {
      return nil
    }
    guard let number = Int(text), 1...mostThreads ~= number else {
      throw ValidationError(
        "the variable \(variable) is '\(text)'; expected a number from 1 to \(mostThreads)")
    }
    return number
  }

  /// Threads, progress and warnings for a job.
  var context: JobContext {
    // Our own threads use the cores; OpenBLAS must not multiply them.
    LinearAlgebra.setThreads(1)
    let reporter = ProgressReporter(quiet: quiet)
    // What the variable says was checked by `validate`.
    var threads =
      threads ?? (try? Self.threadsOfEnvironment()).flatMap { $0 } ?? Parallel.availableThreads
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
