import Jobs
import Report
import Testing

@Suite struct TextTableTests {
  @Test func alignsNumbersToTheRight() {
    var table = TextTable(["name", "count", "time"])
    table.add(["nematic", "1,000", "0.13 s"])
    table.add(["a", "25", "12.4 s"])
    table.add(["all"])
    #expect(
      table.description == """
        name     count    time
        -------  -----  ------
        nematic  1,000  0.13 s
        a           25  12.4 s
        all

        """)
  }

  /// What does not exist has a dash, and the numbers stay at the right.
  @Test func whatDoesNotExist() {
    var summary = ResultSummary(heads: ["part", "R2"], note: [])
    summary.rows = [[.text("a"), .fixed(.nan, 6)], [.text("b"), .fixed(0.5, 6)]]
    #expect(TextTable(summary).description.contains("a            -\nb     0.500000\n"))
  }

  @Test func withoutRowsThereAreTheHeads() {
    #expect(TextTable(["a", "bc"]).description == "a  bc\n-  --\n")
  }

  @Test(arguments: [
    (0.0, "0"), (0.99999, "1.000"), (9.9994, "9.999"), (-123456, "-123456"),
    (0.000123456, "0.0001235"),
    (1.5e-9, "1.500e-9"), (-9.99999e12, "-1.000e13"), (.infinity, "inf"),
  ])
  func significant(_ value: Double, _ text: String) {
    #expect(Figures.significant(value) == text)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (12_500, "12,500"),
  ])
  func grouped(_ number: Int, _ text: String) { #expect(Figures.grouped(number) == text) }

  @Test(arguments: [
    (0.0, "0.00 s"), (9.99, "9.99 s"), (12.44, "12.4 s"), (185.4, "3 min 5 s"),
    (7800, "2 h 10 min"),
  ])
  func durations(_ seconds: Double, _ text: String) { #expect(Figures.duration(seconds) == text) }

  @Test(arguments: [(0, "0 B"), (999, "999 B"), (1234, "1.2 kB"), (5_000_000, "5.0 MB")])
  func sizes(_ count: Int, _ text: String) { #expect(Figures.bytes(count) == text) }

  @Test(arguments: [
    (1.005, 2, "1.00"), (-0.001, 2, "0.00"), (-1.25, 1, "-1.2"), (99.996, 2, "100.00"),
    (3, 0, "3"), (0.05, 2, "0.05"),
  ])
  func fixed(_ value: Double, _ digits: Int, _ text: String) {
    #expect(Figures.fixed(value, digits) == text)
  }
}
