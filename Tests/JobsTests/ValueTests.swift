import AniSOAP
import GayBerne
import Geometry
import Jobs
import Simulation
import Testing

@Suite struct ValueTests {
  @Test func frameRanges() throws {
    #expect(try IntegerRange.frames(parsing: "0:100") == 0..<100)
    #expect(try IntegerRange.frames(parsing: "5:5") == 5..<5)
    #expect(try IntegerRange.frames(parsing: "7:") == 7..<Int.max)
    #expect(try IntegerRange.frames(parsing: ":3") == 0..<3)
    for text in ["", "3", "3:1", "-1:2", "a:b", "1:2:3", "1.5:2"] {
      #expect(throws: InvalidInput.self) { try IntegerRange.frames(parsing: text) }
    }
  }

  @Test func closedRanges() throws {
    #expect(try IntegerRange.closed(parsing: "0:6") == 0...6)
    #expect(try IntegerRange.closed(parsing: "4") == 4...4)
    for text in ["", ":", "6:0", "-1", "a", "0:6:2"] {
      #expect(throws: InvalidInput.self) { try IntegerRange.closed(parsing: text) }
    }
  }

  @Test func triples() throws {
    let triples = try SpeciesTriples(parsing: ["1,1.5,2", "A:1,1,3", "b:c:2,2,2"], quantity: "x")
    #expect(triples["A"] == Vector3(1, 1, 3))
    #expect(triples["b:c"] == Vector3(2, 2, 2))
    #expect(triples["other"] == Vector3(1, 1.5, 2))
    #expect(try SpeciesTriples(parsing: ["A:1,2,3"], quantity: "x")["B"] == nil)
    for texts in [["1,2"], ["1,2,3,"], ["1,2,x"], ["1,2,inf"], ["1,2,3", "4,5,6"], [":1,2,3"]] {
      #expect(throws: InvalidInput.self) { try SpeciesTriples(parsing: texts, quantity: "x") }
    }
  }

  @Test func massesAndMoments() throws {
    let none = try BodyProperties.parse(masses: [], momentsOfInertia: [])
    #expect(none.common == BodyProperties() && none.bySpecies.isEmpty)
    let (common, named) = try BodyProperties.parse(
      masses: ["2", "A:3"], momentsOfInertia: ["1,2,3", "b:c:4,5,6"])
    #expect(common == BodyProperties(mass: 2, momentsOfInertia: Vector3(1, 2, 3)))
    #expect(named["A"] == BodyProperties(mass: 3, momentsOfInertia: Vector3(1, 2, 3)))
    #expect(named["b:c"] == BodyProperties(mass: 2, momentsOfInertia: Vector3(4, 5, 6)))
    #expect(named.count == 2)
    for masses in [["0"], ["-1"], ["nan"], ["x"], ["A:"], [":1"], ["1", "2"], ["A:1", "A:2"]] {
      #expect(throws: InvalidInput.self, "\(masses)") {
        try BodyProperties.parse(masses: masses, momentsOfInertia: [])
      }
    }
    #expect(throws: InvalidInput.self) {
      try BodyProperties.parse(masses: [], momentsOfInertia: ["1,0,1"])
    }
  }

  @Test func shapes() throws {
    let frame = Frame(
      positions: [.zero, Vector3(1, 0, 0)], species: ["A", "B"],
      semiAxes: [try SemiAxes(1, 2, 3), try SemiAxes(4, 5, 6)])
    let changed = try ShapeOverride(
      semiAxes: SpeciesTriples(bySpecies: ["B": Vector3(1, 1, 2)]), scale: 0.5
    ).apply(to: frame)
    #expect(changed.semiAxes == [try SemiAxes(0.5, 1, 1.5), try SemiAxes(0.5, 0.5, 1)])
    #expect(try ShapeOverride().apply(to: frame) == frame)
    var bare = frame
    try bare.set(semiAxes: nil)
    // One species gets a shape and the other has none.
    #expect(throws: InvalidInput.self) {
      try ShapeOverride(semiAxes: SpeciesTriples(bySpecies: ["B": Vector3(1, 1, 2)]))
        .apply(to: bare)
    }
    for scale in [0, -1, .nan, .infinity] {
      #expect(throws: InvalidInput.self) { try ShapeOverride(scale: scale) }
    }
    #expect(throws: InvalidInput.self) {
      try ShapeOverride(semiAxes: SpeciesTriples(common: Vector3(1, 0, 1)))
    }
  }

  @Test func wellDepths() throws {
    #expect(try WellDepths(parsing: ["curvature"]) == .curvature)
    #expect(try WellDepths(parsing: ["1,2,3"]) == .uniform(Vector3(1, 2, 3)))
    #expect(
      try WellDepths(parsing: ["A:1,2,3", "B:1,1,1"])
        == .bySpecies(["A": Vector3(1, 2, 3), "B": Vector3(1, 1, 1)]))
    for texts in [["curved"], ["1,2"], ["curvature", "1,2,3"], ["1,2,3", "A:1,2,3"]] {
      #expect(throws: InvalidInput.self) { try WellDepths(parsing: texts) }
    }
  }

  @Test func radialSizes() throws {
    #expect(try RadialSize(parsing: "auto") == .automatic)
    #expect(try RadialSize(parsing: "6") == .uniform(6))
    #expect(try RadialSize(parsing: "3,2,1") == .perChannel([3, 2, 1]))
    for text in ["", "six", "3,,1", "3,"] {
      #expect(throws: InvalidInput.self) { try RadialSize(parsing: text) }
    }
  }
}
