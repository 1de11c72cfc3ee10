import Generators
import Geometry
import Testing

@Suite struct ValueRangeTests {
  @Test func coversTheClosedRangeEvenly() {
    let range = ValueRange(0, 1)
    #expect((0..<5).map { range.value(at: $0, of: 5) } == [0, 0.25, 0.5, 0.75, 1])
    #expect(range.value(at: 0, of: 1) == 0)
    // The last value is the end itself, whatever the rounding on the way.
    #expect(ValueRange(0.1, 0.7).value(at: 6, of: 7) == 0.7)
    #expect(ValueRange(1, -0.5).value(at: 1, of: 4) == 0.5)
    #expect(ValueRange(0.3).value(at: 3, of: 9) == 0.3)
  }

  @Test func readsText() throws {
    #expect(try ValueRange(parsing: "0.3", quantity: "order") == 0.3)
    #expect(try ValueRange(parsing: "-0.5:1", quantity: "order") == ValueRange(-0.5, 1))
    #expect(ValueRange(-0.5, 1).description == "-0.5:1.0")
    for text in ["", ":", "0:", "a", "0:1:2", "nan", "0:inf"] {
      #expect(throws: InvalidInput.self) {
        try ValueRange(parsing: text, quantity: "nematic order")
      }
    }
  }

  @Test func readsDirectors() throws {
    #expect(try Director(parsing: "random") == .random)
    #expect(try Director(parsing: "1,0,-2") == .fixed(Vector3(1, 0, -2)))
    for text in ["", "x", "1,2", "0,0,0", "1,2,3,4", "1,2,nan", "1,,2"] {
      #expect(throws: InvalidInput.self) { try Director(parsing: text) }
    }
  }
}
