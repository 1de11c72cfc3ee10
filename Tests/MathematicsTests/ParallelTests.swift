import Foundation
import Mathematics
import Testing

@Suite("Parallel loop")
struct ParallelTests {
  struct Failure: Error, Equatable { let index: Int }

  /// A counter that several threads may raise.
  final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    var value: Int { lock.withLock { count } }
    func raise() { lock.withLock { count += 1 } }
  }

  @Test("the result is in order and the same for any number of threads")
  func order() throws {
    for count in [0, 1, 2, 7, 64, 1000] {
      let serial = (0..<count).map { Self.work($0) }
      for threads in [1, 2, 3, 8, 200] {
        #expect(try Parallel.map(count: count, threads: threads) { Self.work($0) } == serial)
      }
    }
    #expect(Parallel.availableThreads >= 1)
  }

  @Test("workspaces that are kept are made once for each worker and used again")
  func keptWorkspaces() throws {
    let made = Counter()
    var workspaces: [Counter] = []
    for round in 1...3 {
      var done = [Int](repeating: 0, count: 100)
      try done.withUnsafeMutableBufferPointer { buffer in
        let done = Parallel.Elements(buffer)
        try Parallel.forEach(
          count: 100, threads: 3, keeping: &workspaces,
          workspace: {
            made.raise()
            return Counter()
          }
        ) { index, workspace in
          workspace.raise()
          done[index] += 1
        }
      }
      #expect(done == Array(repeating: 1, count: 100))
      #expect(made.value == 3 && workspaces.count == 3)
      #expect(workspaces.reduce(0) { $0 + $1.value } == 100 * round)
    }
    #expect(throws: Failure(index: 7)) {
      try Parallel.forEach(
        count: 50, threads: 2, keeping: &workspaces, workspace: { Counter() }
      ) { index, _ in if index % 10 == 7 { throw Failure(index: index) } }
    }
  }

  /// Something that takes longer for some indices.
  static func work(_ index: Int) -> Double {
    var stream = RandomStream(seed: 1, frame: UInt64(index))
    return (0..<(index * 37 % 101)).reduce(0) { sum, _ in sum + stream.uniform() }
  }

  @Test("results that own memory, and optional ones")
  func values() throws {
    let strings = try Parallel.map(count: 300, threads: 4) { String(repeating: "x", count: $0) }
    #expect(strings.map(\.count) == Array(0..<300))
    let optional = try Parallel.map(count: 50, threads: 3) { $0 % 2 == 0 ? Int?.some($0) : nil }
    #expect(optional == (0..<50).map { $0 % 2 == 0 ? $0 : nil })
  }

  @Test("rows of a matrix are filled in place, the same for any number of threads")
  func matrixRows() throws {
    for (rows, columns) in [(0, 3), (1, 1), (5, 0), (64, 7), (1000, 3)] {
      let expected = (0..<rows * columns).map { Self.work($0 / max(1, columns)) + Double($0) }
      for threads in [1, 2, 7] {
        let matrix = try Parallel.matrix(
          rows: rows, columns: columns, threads: threads, workspace: { 0 }
        ) { row, elements, count in
          count += 1
          #expect(elements.count == columns && elements.allSatisfy { $0 == 0 } && count <= rows)
          for k in elements.indices {
            elements[k] = Self.work(row) + Double(row * columns + k)
          }
        }
        #expect(matrix == Matrix(rows: rows, columns: columns, elements: expected))
      }
    }
    #expect(throws: Failure(index: 3)) {
      _ = try Parallel.matrix(rows: 90, columns: 2, threads: 4, workspace: { () }) { row, _, _ in
        if row >= 3 { throw Failure(index: row) }
      }
    }
  }

  @Test("the error of the lowest index is thrown, whatever the threads do")
  func lowestError() throws {
    for threads in [1, 2, 5, 16] {
      for _ in 0..<20 {
        let error = #expect(throws: Failure.self) {
          _ = try Parallel.map(count: 500, threads: threads) { index -> Double in
            if index % 97 == 41 { throw Failure(index: index) }
            return Self.work(index)
          }
        }
        #expect(error == Failure(index: 41))
      }
    }
  }

  @Test("every index below the lowest error ran; no loop goes on to the end after an early one")
  func stops() {
    let before = Counter()
    let after = Counter()
    #expect(throws: Failure(index: 900)) {
      _ = try Parallel.map(count: 1_000_000, threads: 2) { index in
        if index < 900 { before.raise() } else { after.raise() }
        if index == 900 { throw Failure(index: index) }
      }
    }
    #expect(before.value == 900)
    #expect(after.value < 999_100)
  }

  @Test("a workspace is made once a worker, and none for no items")
  func workspaces() throws {
    for (count, threads, most) in [(0, 4, 0), (1, 4, 1), (3, 8, 3), (1000, 1, 1), (1000, 3, 3)] {
      let made = Counter()
      let result = try Parallel.map(
        count: count, threads: threads,
        workspace: { () -> [Int] in
          made.raise()
          return []
        }
      ) { index, workspace -> Int in
        workspace.append(index)
        // Indices come to a worker in ascending order.
        return zip(workspace, workspace.dropFirst()).allSatisfy { $0 < $1 } ? index : -1
      }
      #expect(result == Array(0..<count))
      #expect(made.value == most)
    }
  }

  @Test("an error while making a workspace is thrown")
  func failingWorkspace() {
    for threads in [1, 4] {
      #expect(throws: Failure(index: -7)) {
        _ = try Parallel.map(
          count: 100, threads: threads, workspace: { () throws -> Int in throw Failure(index: -7) }
        ) { index, _ in index }
      }
    }
  }

  @Test("loops may be nested, and errors come through")
  func nested() throws {
    let table = try Parallel.map(count: 20, threads: 4) { i in
      try Parallel.map(count: 30, threads: 4) { j in i * j }
    }
    #expect(table == (0..<20).map { i in (0..<30).map { i * $0 } })
    #expect(throws: Failure(index: 503)) {
      _ = try Parallel.map(count: 20, threads: 4) { i in
        try Parallel.map(count: 30, threads: 4) { j in
          if i >= 5 && j >= 3 { throw Failure(index: 100 * i + j) }
          return i
        }
      }
    }
  }

  @Test("a number of threads below one means one")
  func noThreads() throws {
    for threads in [0, -3] {
      #expect(try Parallel.map(count: 5, threads: threads) { $0 } == [0, 1, 2, 3, 4])
    }
  }
}
