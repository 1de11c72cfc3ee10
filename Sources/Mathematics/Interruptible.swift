internal import CThread
internal import Dispatch
internal import Synchronization

/// Long calls of libraries that do not know `StopRequest`, as LAPACK's, and how one comes away from them.
public enum Interruptible {
  /// Work of fewer operations ends soon enough by itself: 5e8 floating-point operations take 0.1 s.
  public static let leastOperations = 5e8
  /// How often is looked whether to stop, in milliseconds.
  private static let interval = 20

  /// Does some work of about so many floating-point operations.
  ///
  /// Where somebody may ask the calling thread to stop (`StopRequest`) and the work is long, a thread of
  /// its own does it while the calling one waits and looks. On a stop the calling thread leaves: the other
  /// one goes on to the end of the work, whose closure owns all that it reads and writes, and what comes of
  /// it is thrown away. The work itself is not told to stop.
  ///
  /// Throws: what the work throws, and `Stopped`.
  public static func run<Result: Sendable>(
    operations: Double, _ work: @escaping @Sendable () throws -> Result
  ) throws -> Result {
    guard operations > leastOperations, let isThere = StopRequest.isThere else {
      return try work()
    }
    if isThere() { throw Stopped() }
    let job = Job(work)
    let context = Unmanaged.passRetained(job)
    let status = mesogen_run_on_thread(
      { context in
        if let context { Unmanaged<Task>.fromOpaque(context).takeRetainedValue().run() }
      }, context.toOpaque())
    guard status == 0 else {
      // No thread is to be had: then nobody can be waited for.
      context.release()
      return try work()
    }
    while job.isDone.wait(timeout: .now() + .milliseconds(interval)) == .timedOut {
      if isThere() { throw Stopped() }
    }
    return try job.outcome()
  }

  /// Something to be done on another thread; without a generic parameter, which C does not know.
  private class Task: @unchecked Sendable {
    func run() {}
  }

  private final class Job<Result: Sendable>: Task, @unchecked Sendable {
    let isDone = DispatchSemaphore(value: 0)
    private let work: Mutex<(@Sendable () throws -> Result)?>
    private let result = Mutex<Swift.Result<Result, any Error>?>(nil)

    init(_ work: @escaping @Sendable () throws -> Result) { self.work = Mutex(work) }

    override func run() {
      // What the work owns goes with it, on this thread.
      guard let work = work.withLock({ $0.take() }) else { return }
      let result = Swift.Result { try work() }
      self.result.withLock { $0 = result }
      isDone.signal()
    }

    /// After the work is done.
    func outcome() throws -> Result {
      guard let result = result.withLock({ $0 }) else { throw Stopped() }
      return try result.get()
    }
  }
}
