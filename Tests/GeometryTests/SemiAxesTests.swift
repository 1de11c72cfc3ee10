import Geometry
import Testing

@Suite("Semi-axes")
struct SemiAxesTests {
  @Test("volume, extremes, sphere, scaling")
  func values() throws {
    let shape = try SemiAxes(2, 1, 1.5)
    #expect(shape.vector == Vector3(2, 1, 1.5))
    #expect(shape.largest == 2 && shape.smallest == 1 && !shape.isSphere)
    #expect(abs(shape.volume - 4 * Double.pi) < 1e-14)
    #expect(try SemiAxes(3, 3, 3).isSphere)
    #expect(try !SemiAxes(3, 3, (3.0).nextUp).isSphere)
    #expect(try shape.scaled(by: 2) == SemiAxes(4, 2, 3))
    #expect(try SemiAxes(1, 1.5, 3).largest == 3)
    #expect(try SemiAxes(2, 3, 1).smallest == 1)
  }

  @Test("an aspect ratio is length over diameter, below 1 oblate")
  func revolution() throws {
    #expect(try SemiAxes(aspectRatio: 3, diameter: 1) == SemiAxes(0.5, 0.5, 1.5))
    #expect(try SemiAxes(aspectRatio: 0.5, diameter: 4) == SemiAxes(2, 2, 1))
    #expect(try SemiAxes(aspectRatio: 1, diameter: 2).isSphere)
  }

  @Test("what is not positive and finite is refused by name", arguments: [0, -1, .nan, .infinity])
  func refused(bad: Double) throws {
    #expect(
      throws: InvalidInput("semi-axis a", value: "\(bad)", expected: "a positive finite number")
    ) {
      _ = try SemiAxes(bad, 1, 1)
    }
    let b = #expect(throws: InvalidInput.self) { _ = try SemiAxes(1, bad, 1) }
    let c = #expect(throws: InvalidInput.self) { _ = try SemiAxes(1, 1, bad) }
    #expect(b?.quantity == "semi-axis b" && c?.quantity == "semi-axis c")
    let ratio = #expect(throws: InvalidInput.self) {
      _ = try SemiAxes(aspectRatio: bad, diameter: 1)
    }
    let diameter = #expect(throws: InvalidInput.self) {
      _ = try SemiAxes(aspectRatio: 1, diameter: bad)
    }
    #expect(ratio?.quantity == "aspect ratio" && diameter?.quantity == "diameter")
    #expect(throws: InvalidInput.self) { _ = try SemiAxes(1, 1, 1).scaled(by: bad) }
  }

  @Test("overflow of a product is refused, not stored")
  func overflow() {
    #expect(throws: InvalidInput.self) { _ = try SemiAxes(aspectRatio: 1e200, diameter: 1e200) }
    #expect(throws: InvalidInput.self) { _ = try SemiAxes(1e-200, 1, 1).scaled(by: 1e-200) }
  }

  @Test("the message of an invalid input says quantity, value and what was expected")
  func message() {
    let error = InvalidInput("cutoff radius", value: -1, expected: "a positive number")
    #expect("\(error)" == "cutoff radius is -1.0; expected a positive number")
  }
}
