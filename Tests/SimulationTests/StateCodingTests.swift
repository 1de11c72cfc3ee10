import Foundation
import Geometry
import Simulation
import Testing

@Suite struct StateCodingTests {
  private struct State: Codable {
    var numbers: PackedNumbers<Double>
    var counts: PackedNumbers<UInt64>
    var single: Double
  }

  @Test func everyBitComesBack() throws {
    let odd = [0.1, -0.0, .infinity, .nan, .leastNonzeroMagnitude, 1 / 3]
    let data = try StateCoding.encode(
      State(numbers: PackedNumbers(odd), counts: PackedNumbers([.max, 0]), single: 0.1 + 0.2))
    let back = try StateCoding.decode(State.self, from: data)
    #expect(back.numbers.values.map(\.bitPattern) == odd.map(\.bitPattern))
    #expect(back.counts.values == [.max, 0])
    #expect(back.single == 0.1 + 0.2)
  }

  @Test func bytesOfSomethingElseAreAnError() {
    #expect(throws: InvalidInput.self) {
      try StateCoding.decode(State.self, from: Data("no state".utf8))
    }
  }
}
