internal import CThread

/// How long work is told to stop before it is done: by whoever had it begun, and waits for it.
///
///     try StopRequest.heeding({ pressed.load(ordering: .relaxed) }) { try job.run(context) }
///
/// `Parallel` looks between two items, loops that last look for themselves (`check()`).
///
/// It belongs to the thread that the work runs on, and to those that `Parallel` lends it. (Not a task-local
/// value: with the runtime linked into a library that is loaded later, as Python's are, these crash.)
public enum StopRequest {
  /// Says whether the work of the calling thread is to stop; nil: nobody will ask for that. It is called
  /// often and from several threads.
  public static var isThere: (@Sendable () -> Bool)? {
    guard let kept = mesogen_kept_for_thread() else { return nil }
    return Unmanaged<Question>.fromOpaque(kept).takeUnretainedValue().ask
  }

  /// Does some work on the calling thread that stops when `question` says yes.
  ///
  /// Throws: what the work throws, and `Stopped`.
  public static func heeding<Result>(
    _ question: @escaping @Sendable () -> Bool, _ work: () throws -> Result
  ) rethrows -> Result {
    let before = mesogen_kept_for_thread()
    let box = Question(question)
    mesogen_keep_for_thread(Unmanaged.passUnretained(box).toOpaque())
    defer { mesogen_keep_for_thread(before) }
    return try withExtendedLifetime(box) { try work() }
  }

  /// Throws: `Stopped` where the work is to stop.
  public static func check() throws {
    if let isThere, isThere() { throw Stopped() }
  }

  private final class Question: Sendable {
    let ask: @Sendable () -> Bool
    init(_ ask: @escaping @Sendable () -> Bool) { self.ask = ask }
  }
}

/// Work that did not come to its end because somebody asked it to stop.
public struct Stopped: Error, CustomStringConvertible, Equatable, Sendable {
  /// It says no more than that.
  public init() {}
  /// "interrupted".
  public var description: String { "interrupted" }
}
