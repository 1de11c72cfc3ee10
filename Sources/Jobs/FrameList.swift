internal import Foundation
internal import Geometry
internal import Mathematics

/// What is wrong with one of several frames in memory.
public struct FrameError: Error, CustomStringConvertible, Sendable {
  /// Which of them, from 0.
  public let frame: Int
  /// The trouble.
  public let error: any Error

  /// "frame 3: semi-axis a is -1.0; expected a positive number".
  public var description: String { "frame \(frame): \(error)" }

  /// Gives an error of `body` its frame.
  static func located<Value>(_ frame: Int, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as Stopped {
      throw error
    } catch {
      throw FrameError(frame: frame, error: error)
    }
  }
}

/// Frames in memory that are worked on side by side, as `FramePipeline` does with those of a file.
struct FrameList {
  let frames: [Frame]
  let context: JobContext
  /// What progress reports call it.
  let task: String

  /// So many frames a thread between two reports of progress.
  private static let framesPerThread = 64

  init(_ frames: [Frame], _ context: JobContext, task: String) {
    (self.frames, self.context, self.task) = (frames, context, task)
  }

  /// `work(frame, index, threads it may use)`, in the order of the frames.
  ///
  /// Throws: `FrameError` for the first frame that fails; `Stopped`.
  func map<Result: Sendable>(
    _ work: @Sendable (Frame, Int, Int) throws -> Result
  ) throws -> [Result] {
    // Many frames: one thread each. A few large ones: all threads inside.
    let outer = frames.count >= context.threads ? context.threads : 1
    let inner = outer == 1 ? context.threads : 1
    var results: [Result] = []
    results.reserveCapacity(frames.count)
    let batch = max(1, Self.framesPerThread * context.threads)
    for start in stride(from: 0, to: frames.count, by: batch) {
      let end = min(start + batch, frames.count)
      results += try Parallel.map(count: end - start, threads: outer) { k in
        try FrameError.located(start + k) { try work(frames[start + k], start + k, inner) }
      }
      context.progress(JobProgress(task: task, done: end, total: frames.count))
    }
    return results
  }

  /// As above, without results.
  func forEach(_ work: @Sendable (Frame, Int, Int) throws -> Void) throws { _ = try map(work) }
}

/// Memory that a result may take.
enum MemoryLimit {
  /// Throws: `InvalidInput` where so many numbers take more than the machine's memory.
  static func check(rows: Int, columns: Int, of what: String) throws {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    let bytes = Double(rows) * Double(columns) * 8
    guard !overflow, count >= 0, bytes < Double(ProcessInfo.processInfo.physicalMemory) else {
      throw InvalidInput(
        what, value: "\(rows) rows x \(columns) columns",
        expected: "no more than this machine's memory holds (\(bytes / 1e9) GB are needed)")
    }
  }
}
