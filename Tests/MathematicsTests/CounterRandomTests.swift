import Mathematics
import Testing

/// Random numbers without a state, and loops in phases.
@Suite struct CounterRandomTests {
  @Test func blocksAreThoseOfTheStream() {
    var stream = RandomStream(seed: 7, stream: 1 << 40, frame: 3)
    let random = CounterRandom(seed: 7, stream: 1 << 40, frame: 3)
    for k in 0..<100 {
      let block = random.block(UInt64(k))
      for n in 0..<4 { #expect(block[n] == stream.bits()) }
    }
  }

  @Test func placesDiffer() {
    let blocks = (0..<100).map {
      CounterRandom(seed: 1, stream: 2, frame: 3, place: UInt64($0)).block(0)[0]
    }
    #expect(Set(blocks).count == 100)
  }

  @Test func uniformNumbersStayInTheirRanges() {
    #expect(CounterRandom.uniform(0) == 0)
    #expect(CounterRandom.uniform(.max) < 1)
    #expect(CounterRandom.symmetric(1 << 63) == -1)
    #expect(CounterRandom.symmetric((1 << 63) - 1) < 1)
    #expect(CounterRandom.symmetric(0) == 0)
    let random = CounterRandom(seed: 5, stream: 0, frame: 0)
    let mean = (0..<10_000).reduce(0.0) { sum, k in
      sum + CounterRandom.symmetric(random.block(UInt64(k))[k % 4])
    }
    // The standard deviation of the mean is 1/sqrt(3 n).
    #expect(abs(mean / 10_000) < 4 / (30_000.0).squareRoot())
  }

  /// Every item sees all items of the phases before its own, and none of those after it.
  @Test(arguments: [1, 2, 3])
  func phasesFollowEachOther(_ threads: Int) {
    let counts = [5, 1, 0, 37, 8]
    let done = SharedMemory<Int32>(repeating: 0, count: counts.reduce(0, +))
    let sound = SharedMemory<Int32>(repeating: 0, count: counts.reduce(0, +))
    for _ in 0..<200 {
      done.base.update(repeating: 0, count: done.count)
      Parallel.phases(counts, threads: threads, workspace: { 0 }) { phase, item, used in
        used += 1
        let first = counts[0..<phase].reduce(0, +)
        let next = first + counts[phase]
        let before = (0..<first).allSatisfy { done.base[$0] == 1 }
        let after = (next..<done.count).allSatisfy { done.base[$0] == 0 }
        sound.base[first + item] = before && after ? 1 : 0
        done.base[first + item] = 1
      }
      #expect(done.values.allSatisfy { $0 == 1 })
      #expect(sound.values.allSatisfy { $0 == 1 })
    }
  }
}
