import Mathematics
import Synchronization
import Testing

@Suite struct StopRequestTests {
  /// Says yes from the question of that number on.
  private final class Patience: Sendable {
    private let asked = Atomic<Int>(0)
    private let most: Int
    init(_ most: Int) { self.most = most }
    func isOver() -> Bool { asked.add(1, ordering: .relaxed).newValue > most }
  }

  @Test(arguments: [1, 3]) func loopsStopBetweenItems(threads: Int) throws {
    let patience = Patience(10)
    let done = Atomic<Int>(0)
    #expect(throws: Stopped()) {
      try StopRequest.heeding({ patience.isOver() }) {
        try Parallel.map(count: 1000, threads: threads) { index in
          done.add(1, ordering: .relaxed)
          return index
        }
      }
    }
    #expect(done.load(ordering: .relaxed) <= 10)
  }

  /// What an item begins on the thread of a worker stops too.
  @Test func loopsWithinLoopsStop() throws {
    let patience = Patience(50)
    #expect(throws: Stopped()) {
      try StopRequest.heeding({ patience.isOver() }) {
        try Parallel.map(count: 2, threads: 2) { _ in
          try Parallel.map(count: 1_000_000, threads: 1) { $0 }.count
        }
      }
    }
  }

  @Test func nobodyAsksAfterwards() throws {
    #expect(
      try StopRequest.heeding({ false }) { try Parallel.map(count: 5) { $0 } } == [0, 1, 2, 3, 4])
    #expect(StopRequest.isThere == nil)
    try StopRequest.check()
    StopRequest.heeding({ true }) {
      StopRequest.heeding({ false }) { #expect(throws: Never.self) { try StopRequest.check() } }
      #expect(throws: Stopped()) { try StopRequest.check() }
    }
  }
}
