internal import Mathematics
internal import Synchronization

/// Counts how often work asks whether it is to stop, and says yes from a certain question on.
public final class Patience: Sendable {
  private let count = Atomic<Int>(0)
  private let most: Int

  /// It says no so many times.
  public init(_ most: Int) { self.most = most }

  /// How often it was asked.
  public var asked: Int { count.load(ordering: .relaxed) }

  /// To be asked by `StopRequest`.
  public func isOver() -> Bool { count.add(1, ordering: .relaxed).newValue > most }

  /// How often some work asks until it is done, undisturbed.
  public static func questions(_ work: () throws -> Void) throws -> Int {
    let patience = Patience(.max)
    try StopRequest.heeding({ patience.isOver() }, work)
    return patience.asked
  }

  /// How often some work asks that is to stop at question number `most` + 1; nil where it does not end with
  /// `Stopped`.
  public static func stopped(after most: Int, _ work: () throws -> Void) throws -> Int? {
    let patience = Patience(most)
    do {
      try StopRequest.heeding({ patience.isOver() }, work)
      return nil
    } catch is Stopped {
      return patience.asked
    }
  }
}
