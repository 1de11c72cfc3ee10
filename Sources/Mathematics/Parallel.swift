import Dispatch
import Foundation

/// The one parallel loop of the house, and the only place where threads share memory without the
/// compiler's checks.
///
/// Items are handed out in small chunks. Every item writes its own part of the result, so that a
/// result never depends on the number of threads. When items throw, the error of the lowest index is
/// the one thrown.
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
      let shared = Shared(buffer)
      try forEach(count: count, threads: threads, workspace: make) { index, workspace in
        shared.buffer[index] = try body(index, &workspace)
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
      let shared = Shared(elements)
      try forEach(count: rows, threads: threads, workspace: make) { index, workspace in
        let row = shared.buffer[index * columns..<(index + 1) * columns]
        try body(index, UnsafeMutableBufferPointer(rebasing: row), &workspace)
      }
    }
    return result
  }

  /// Runs `body` for every index from 0; it must write to nothing that another index touches.
  private static func forEach<Workspace>(
    count: Int, threads: Int, workspace make: @Sendable () throws -> Workspace,
    _ body: @Sendable (Int, inout Workspace) throws -> Void
  ) throws {
    let workers = max(1, min(threads, count))
    if workers == 1 {
      guard count > 0 else { return }
      var workspace = try make()
      for index in 0..<count { try body(index, &workspace) }
      return
    }
    let chunk = max(1, min(64, count / (workers * 8)))
    let state = State(count: count)
    withoutActuallyEscaping(body) { body in
      withoutActuallyEscaping(make) { make in
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
          do {
            var workspace = try make()
            while let range = state.next(chunk) {
              for index in range {
                do { try body(index, &workspace) } catch { state.fail(index, error) }
              }
            }
          } catch {
            state.fail(-1, error)
          }
        }
      }
    }
    if let error = state.error { throw error }
  }

  /// The queue of indices, and the error of the lowest index so far.
  private final class State: @unchecked Sendable {
    private let lock = NSLock()
    private let count: Int
    private var position = 0
    private var failure: (index: Int, error: any Error)?

    init(count: Int) { self.count = count }

    var error: (any Error)? { lock.withLock { failure?.error } }

    /// The next chunk of indices, up to one that failed: those behind it no longer matter.
    func next(_ size: Int) -> Range<Int>? {
      lock.withLock {
        let end = min(count, failure.map { $0.index } ?? count)
        guard position < end else { return nil }
        let first = position
        position = min(end, position + size)
        return first..<position
      }
    }

    func fail(_ index: Int, _ error: any Error) {
      lock.withLock {
        if failure.map({ index < $0.index }) ?? true { failure = (index, error) }
      }
    }
  }

  /// Disjoint slots, written by many workers.
  private struct Shared<Element>: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Element>
    init(_ buffer: UnsafeMutableBufferPointer<Element>) { self.buffer = buffer }
  }
}
