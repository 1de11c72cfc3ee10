import Geometry
import Testing

@Suite("Frame, labels and columns")
struct FrameTests {
  @Test("one species holds for all; none is needed for no particle")
  func species() {
    #expect(Frame(positions: [.zero, .zero]).species == ["X", "X"])
    #expect(Frame(positions: [.zero, .zero], species: ["C"]).species == ["C", "C"])
    #expect(Frame(positions: [.zero, .zero], species: ["A", "B"]).species == ["A", "B"])
    #expect(Frame(positions: []).species == [])
    #expect(Frame(positions: [], species: []).count == 0)
    #expect(Frame(positions: [.zero], species: ["C"]).species == ["C"])
  }

  @Test("a frame is a value")
  func value() {
    let frame = Frame(positions: [Vector3(1, 2, 3)])
    var copy = frame
    copy.labels["energy"] = .real(1)
    #expect(frame.labels.isEmpty && copy.labels["energy"] == .real(1))
    #expect(copy != frame)
    copy.labels["energy"] = nil
    #expect(copy == frame)
  }

  @Test("labels keep the order in which they came")
  func labels() {
    var labels: Frame.Labels = ["b": .integer(1), "a": .real(2.5)]
    labels["c"] = .string("x")
    #expect(labels.names == ["b", "a", "c"] && !labels.isEmpty)
    labels["b"] = .logical(true)
    #expect(labels.names == ["b", "a", "c"] && labels["b"] == .logical(true))
    labels["a"] = nil
    labels["nothing"] = nil
    #expect(labels.names == ["b", "c"] && labels["a"] == nil)
    labels["a"] = .matrix([[1, 2], [3, 4]])
    #expect(labels.names == ["b", "c", "a"])
    // A literal may name one twice: the last value holds.
    let twice: Frame.Labels = ["a": .integer(1), "b": .integer(2), "a": .integer(3)]
    #expect(twice.names == ["a", "b"] && twice["a"] == .integer(3))
    #expect(Frame.Labels().isEmpty)
    let one: Frame.Labels = ["a": .integer(1), "b": .integer(2)]
    let other: Frame.Labels = ["b": .integer(2), "a": .integer(1)]
    #expect(one != other)
  }

  @Test("only numbers have a real value")
  func real() {
    #expect(Frame.Label.real(1.5).real == 1.5)
    #expect(Frame.Label.integer(-3).real == -3)
    let others: [Frame.Label] = [
      .logical(true), .string("1"), .reals([1]), .integers([1]), .logicals([true]),
      .strings(["1"]), .matrix([[1]]),
    ]
    #expect(others.allSatisfy { $0.real == nil })
  }

  @Test("columns are found, replaced and added by name")
  func columns() throws {
    var frame = Frame(positions: [.zero, .zero])
    try frame.set(.init(name: "forces", vectors: [Vector3(1, 2, 3), Vector3(4, 5, 6)]))
    try frame.set(.init(name: "id", values: .integers([1, 2])))
    try frame.set(.init(name: "mass", reals: [1, 2]))
    #expect(frame.columns.map(\.name) == ["forces", "id", "mass"])
    #expect(frame.column("forces")?.width == 3)
    #expect(frame.column("forces")?.values == .reals([1, 2, 3, 4, 5, 6]))
    #expect(frame.column("id")?.width == 1 && frame.column("none") == nil)
    try frame.set(.init(name: "forces", reals: [7, 8]))
    #expect(frame.columns.map(\.name) == ["forces", "id", "mass"])
    #expect(frame.column("forces")?.width == 1)
    #expect(frame.column("mass")?.values == .reals([1, 2]))
  }
}

extension FrameTests {
  /// A frame's arrays always belong together: what would not fit is refused, and nothing changes.
  @Test func arraysBelongTogether() throws {
    let axes = try SemiAxes(1, 1, 2)
    var frame = Frame(
      positions: [.zero, Vector3(1, 0, 0)], orientations: [.identity, .identity],
      semiAxes: [axes, axes])
    let before = frame
    #expect(throws: InvalidInput.self) { try frame.set(positions: [.zero]) }
    #expect(throws: InvalidInput.self) { try frame.set(species: ["A"]) }
    #expect(throws: InvalidInput.self) { try frame.set(orientations: [.identity]) }
    #expect(throws: InvalidInput.self) { try frame.set(semiAxes: [axes]) }
    #expect(throws: InvalidInput.self) { try frame.set(Frame.Column(name: "x", reals: [1])) }
    #expect(throws: InvalidInput.self) {
      try frame.set(columns: [
        Frame.Column(name: "x", reals: [1, 2]), Frame.Column(name: "y", reals: [1]),
      ])
    }
    #expect(frame == before)
    try frame.set(orientations: nil)
    #expect(throws: InvalidInput.self) { try frame.turn(0, to: .identity) }
    try frame.set(Frame.Column(name: "x", reals: [1, 2]))
    try frame.set(Frame.Column(name: "x", reals: [3, 4]))
    #expect(frame.columns == [Frame.Column(name: "x", reals: [3, 4])])
    frame.removeColumns { $0.name == "x" }
    #expect(frame.columns.isEmpty && frame.orientations == nil)
  }
}
