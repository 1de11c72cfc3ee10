import Dispatch
import Foundation

/// The one parallel loop of the house, and the only place where threads share memory without the
/// compiler's checks.
///
/// Items are handed out in small chunks. Every item writes its own part of the result, so that a
/// result never depends on the number of threads. When items throw, the error of the lowest index is
/// the one thrown. Between two items a loop looks whether it is to stop (`StopRequest`).
public enum Parallel {
  /// The number of cores that this process may use.
  public static var availableThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// `body(0)`, ..., `body(count - 1)`, in that order in the result.
  public static func map<Result: Sendable>(
    count: Int, threads: Int = availableThreads, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    try map(count: count, threads: threads, workspace: { () }) { index, _ in try body(index) }
  }

  /// As above, with a workspace that each worker makes once and may change.
  public static func map<Result: Sendable, Workspace>(
    count: Int, threads: Int = availableThreads,
    workspace make: @Sendable () throws -> Workspace,
    _ body: @Sendable (Int, inout Workspace) throws -> Result
  ) throws -> [Result] {
    var slots = [Result?](repeating: nil, count: count)
    try slots.withUnsafeMutableBufferPointer { buffer in
      let shared = Elements(buffer)
      try forEach(count: count, threads: threads, workspace: make) { index, workspace in
        shared[index] = try body(index, &workspace)
      }
    }
    return slots.map { $0! }
  }

  /// A matrix whose rows are filled side by side: `body` gets the index of a row, its elements (zero at
  /// first) and the workspace of its worker.
  public static func matrix<Workspace>(
    rows: Int, columns: Int, threads: Int = availableThreads,
    workspace make: @Sendable () throws -> Workspace,
    _ body:
      @Sendable (
        _ row: Int, _ elements: UnsafeMutableBufferPointer<Double>, _ workspace: inout Workspace
      ) throws -> Void
  ) throws -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    try result.elements.withUnsafeMutableBufferPointer { elements in
      let shared = Elements(elements)
      try forEach(count: rows, threads: threads, workspace: make) { index, workspace in
        let row = UnsafeMutableBufferPointer(
          start: shared.base.map { $0 + index * columns }, count: columns)
        try body(index, row, &workspace)
      }
    }
    return result
  }

  /// Runs `body` for every index from 0; it must write to nothing that another index touches.
  public static func forEach<Workspace>(
    count: Int, threads: Int, workspace make: @Sendable () throws -> Workspace,
    _ body: @Sendable (Int, inout Workspace) throws -> Void
  ) throws {
    guard count > 0 else { return }
    let workers = max(1, min(threads, count))
    if workers == 1 {
      var workspace = try make()
      let stop = StopRequest.isThere
      for index in 0..<count {
        if let stop, stop() { throw Stopped() }
        try body(index, &workspace)
      }
      return
    }
    try run(count: count, workers: workers) { _, state in
      do {
        var workspace = try make()
        state.work { index in try body(index, &workspace) }
      } catch {
        state.fail(-1, error)
      }
    }
  }

  /// As above, with workspaces that the caller keeps for the next time: those that are missing are made.
  /// Which index meets which workspace is left to chance.
  public static func forEach<Workspace: AnyObject>(
    count: Int, threads: Int = availableThreads, keeping workspaces: inout [Workspace],
    workspace make: () -> Workspace, _ body: @Sendable (Int, Workspace) throws -> Void
  ) throws {
    guard count > 0 else { return }
    let workers = max(1, min(threads, count))
    while workspaces.count < workers { workspaces.append(make()) }
    if workers == 1 {
      let stop = StopRequest.isThere
      for index in 0..<count {
        if let stop, stop() { throw Stopped() }
        try body(index, workspaces[0])
      }
      return
    }
    try workspaces.withUnsafeMutableBufferPointer { buffer in
      let shared = Elements(buffer)
      try run(count: count, workers: workers) { worker, state in
        state.work { index in try body(index, shared[worker]) }
      }
    }
  }

  /// Has that many workers empty the queue of indices together.
  private static func run(
    count: Int, workers: Int, _ worker: @Sendable (Int, State) -> Void
  ) throws {
    let state = State(
      count: count, chunk: max(1, min(64, count / (workers * 8))), stop: StopRequest.isThere)
    withoutActuallyEscaping(worker) { worker in
      DispatchQueue.concurrentPerform(iterations: workers) { index in
        guard let stop = state.stop else { return worker(index, state) }
        // What an item begins on another thread is to stop too.
        StopRequest.heeding(stop) { worker(index, state) }
      }
    }
    if let error = state.error { throw error }
  }

  /// The queue of indices, and the error of the lowest index so far.
  private final class State: @unchecked Sendable {
    private let lock = NSLock()
    private let count: Int
    private let chunk: Int
    let stop: (@Sendable () -> Bool)?
    private var position = 0
    private var failure: (index: Int, error: any Error)?

    init(count: Int, chunk: Int, stop: (@Sendable () -> Bool)?) {
      (self.count, self.chunk, self.stop) = (count, chunk, stop)
    }

    var error: (any Error)? { lock.withLock { failure?.error } }

    /// The next chunk of indices, up to one that failed: those behind it no longer matter.
    private func next() -> Range<Int>? {
      lock.withLock {
        let end = min(count, failure.map { $0.index } ?? count)
        guard position < end else { return nil }
        let first = position
        position = min(end, position + chunk)
        return first..<position
      }
    }

    /// Does what there is to do, chunk after chunk.
    func work(_ body: (Int) throws -> Void) {
      while let range = next() {
        for index in range {
          if let stop, stop() { return fail(-1, Stopped()) }
          do { try body(index) } catch { fail(index, error) }
        }
      }
    }

    func fail(_ index: Int, _ error: any Error) {
      lock.withLock {
        if failure.map({ index < $0.index }) ?? true { failure = (index, error) }
      }
    }
  }

  /// The elements of an array for the workers of one loop, of which each reads and writes only those of
  /// its own indices. It holds as long as the array's `withUnsafeMutableBufferPointer`.
  @frozen
  public struct Elements<Element>: @unchecked Sendable {
    @usableFromInline let base: UnsafeMutablePointer<Element>?

    /// The elements of this buffer.
    @inlinable
    public init(_ buffer: UnsafeMutableBufferPointer<Element>) { base = buffer.baseAddress }

    /// The element at this index, which the caller knows to be there.
    @inlinable
    public subscript(index: Int) -> Element {
      unsafeAddress { UnsafePointer(base.unsafelyUnwrapped + index) }
      nonmutating unsafeMutableAddress { base.unsafelyUnwrapped + index }
    }

    /// Where the element at this index stands.
    @inlinable
    public func pointer(_ index: Int) -> UnsafeMutablePointer<Element> {
      base.unsafelyUnwrapped + index
    }
  }
}
