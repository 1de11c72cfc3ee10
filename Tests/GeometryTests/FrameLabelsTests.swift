import Geometry
import Testing

@Suite struct FrameLabelsTests {
  /// Few labels are compared one by one, many are looked up: both are the same to the outside.
  @Test(arguments: [3, 16, 17, 40]) func labelsKeepOrderAndValues(count: Int) throws {
    var labels = Frame.Labels()
    for k in 0..<count { labels["n\(k)"] = .integer(k) }
    labels["n1"] = .real(0.5)
    labels["n0"] = nil
    labels["unknown"] = nil
    labels["n0"] = .string("back")
    #expect(labels.names == (1..<count).map { "n\($0)" } + ["n0"])
    #expect(labels["n1"] == .real(0.5))
    #expect(labels["n2"] == .integer(2))
    #expect(labels["n\(count - 1)"] == (count == 2 ? .real(0.5) : .integer(count - 1)))
    #expect(labels["n0"] == .string("back"))
    #expect(labels["n\(count)"] == nil)
    let again = Frame.Labels(
      uniqueNames: labels.names, values: labels.names.map { labels[$0]! })
    #expect(again == labels)
    var other = again
    other["n0"] = nil
    #expect(other != labels)
    // Down again below the limit.
    for k in stride(from: count - 1, to: 1, by: -1) { other["n\(k)"] = nil }
    #expect(other.names == ["n1"])
    #expect(other["n1"] == .real(0.5))
  }
}
