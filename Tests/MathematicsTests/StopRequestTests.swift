import Dispatch
import Foundation
import Mathematics
import Synchronization
import TestSupport
import Testing

@Suite struct StopRequestTests {
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

  /// A long call is left while it lasts; what it works on stays there until it ends.
  @Test func longCallsAreLeft() throws {
    let (gate, isOpen) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let sum = Atomic<Int>(0)
    let numbers = Array(0..<1000)
    let questions = try Patience.stopped(after: 3) {
      try Interruptible.run(operations: 1e12) {
        gate.wait()
        sum.store(numbers.reduce(0, +), ordering: .sequentiallyConsistent)
        isOpen.signal()
      }
    }
    #expect(questions == 4)
    gate.signal()
    isOpen.wait()
    #expect(sum.load(ordering: .sequentiallyConsistent) == 499_500)
  }

  @Test func longCallsGiveResultsAndErrors() throws {
    for operations in [0, 1e12] {
      try StopRequest.heeding({ false }) {
        let numbers = try Interruptible.run(operations: operations) { [1, 2] }
        #expect(numbers == [1, 2])
        #expect(throws: NumericalError("none")) {
          try Interruptible.run(operations: operations) { throw NumericalError("none") }
        }
      }
    }
    // Nobody asks: the same thread does it.
    let here = pthread_self()
    #expect(try Interruptible.run(operations: 1e12) { pthread_self() } == here)
  }

  /// The same numbers, whoever does the work, and none when it is to stop.
  @Test func longLinearAlgebraStops() throws {
    // As the program does it: with more threads of OpenBLAS the last digits depend on their number, which other
    // tests set at the same time.
    LinearAlgebra.setThreads(1)
    var stream = RandomStream(seed: 1)
    let x = Matrix(
      rows: 750, columns: 650, elements: (0..<487_500).map { _ in stream.gaussian() })
    let square = LinearAlgebra.multiply(x, x, transposeA: true)
    let calls: [@Sendable () throws -> [Double]] = [
      { try LinearAlgebra.product(x, square).elements },
      { try LinearAlgebra.symmetricEigen(square).vectors.elements },
      { try LinearAlgebra.largestEigenpairs(square, count: 2).vectors.elements },
      { try LinearAlgebra.singularValues(x).vTransposed.elements },
      { try LinearAlgebra.triangularFactor(x).elements },
      { try LinearAlgebra.solvePositiveDefinite(square, square).elements },
      {
        var triangle = Matrix(rows: 650, columns: 650)
        try LinearAlgebra.update(triangle: &triangle, rows: x)
        return triangle.elements
      },
    ]
    for (k, call) in calls.enumerated() {
      let plain = try call()
      let questions = try Patience.questions {
        let numbers = try call()
        // One number: of arrays that differ the testing library would look for all differences, for hours.
        let largest = zip(numbers, plain).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(numbers.count == plain.count && largest == 0, "call \(k)")
      }
      #expect(questions >= 1)
      #expect(try Patience.stopped(after: 0) { _ = try call() } == 1)
    }
  }
}
