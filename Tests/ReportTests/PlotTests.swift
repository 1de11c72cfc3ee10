import Foundation
import Report
import Testing

/// Whether every element that is opened is closed, in order, and text holds no bare & or <.
func isWellFormed(_ markup: String) -> Bool {
  var open = [Substring]()
  var rest = markup[...]
  while let start = rest.firstIndex(of: "<") {
    let words = rest[..<start]
    for piece in words.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
    where !["amp;", "lt;", "gt;", "quot;"].contains(where: { piece.hasPrefix($0) }) { return false }
    guard let end = rest[start...].firstIndex(of: ">") else { return false }
    let tag = rest[rest.index(after: start)..<end]
    rest = rest[rest.index(after: end)...]
    if tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
    if tag.hasPrefix("/") {
      guard open.popLast() == tag.dropFirst() else { return false }
    } else {
      guard tag.filter({ $0 == "\"" }).count % 2 == 0 else { return false }
      open.append(tag.prefix { !$0.isWhitespace })
    }
  }
  return open.isEmpty
}

/// How often `piece` occurs.
func occurrences(of piece: String, in text: String) -> Int {
  text.components(separatedBy: piece).count - 1
}

@Suite struct PlotTests {
  private func plot(_ x: [Double], _ y: [Double], scale: PlotAxis.Scale = .linear) -> Plot {
    Plot(
      "a < b & \"c\"", x: PlotAxis("x", scale: scale), y: PlotAxis("y", scale: scale),
      series: [
        .init("points", x: x, y: y, mark: .points(radius: 2), color: .of(0)),
        .init("line", x: x, y: y, mark: .line(dashed: true), color: .of(1)),
        .init("band", x: x, y: y, mark: .band(upper: y.map { $0 + 1 }), color: .of(2)),
      ], notes: [.init("A", x: x[0], y: y[0])])
  }

  @Test func isWellFormedAndHasAMarkAValue() {
    let svg = plot([1, 2, 3, 4], [3, 1, 4, 1]).svg()
    #expect(isWellFormed(svg))
    #expect(occurrences(of: "<circle", in: svg) == 4)
    #expect(occurrences(of: "class=\"line\"", in: svg) == 1)
    #expect(occurrences(of: "class=\"band\"", in: svg) == 1)
    #expect(occurrences(of: "class=\"note\"", in: svg) == 1)
    #expect(svg.contains("a &lt; b &amp; &quot;c&quot;"))
    #expect(svg == plot([1, 2, 3, 4], [3, 1, 4, 1]).svg())
  }

  @Test func valuesThatCannotBeShownAreLeftOut() {
    let linear = plot([1, 2, .nan, 4], [3, .infinity, 4, 1]).svg()
    #expect(occurrences(of: "<circle", in: linear) == 2)
    let logarithmic = plot([1, 0, 3, -4], [3, 1, 4, 1], scale: .logarithmic).svg()
    #expect(occurrences(of: "<circle", in: logarithmic) == 2)
    var limited = plot([1, 2, 3, 4], [3, 1, 4, 1])
    limited.xAxis.limits = 1.5...3.5
    #expect(occurrences(of: "<circle", in: limited.svg()) == 2)
    #expect(!linear.contains("nan") && !linear.contains("inf"))
  }

  /// On a logarithmic axis equal factors are equal steps.
  @Test func logarithmicSteps() {
    let svg = plot([1, 10, 100], [1, 10, 100], scale: .logarithmic).svg()
    let places = svg.components(separatedBy: "cx=\"").dropFirst().compactMap {
      Double($0.prefix { $0 != "\"" })
    }
    #expect(places.count == 3)
    // Places are written with one digit.
    #expect(abs((places[1] - places[0]) - (places[2] - places[1])) < 0.21)
  }

  @Test func oneValueAndNoneAreDrawn() {
    #expect(isWellFormed(plot([2], [2]).svg()))
    let empty = Plot("", x: PlotAxis("x"), y: PlotAxis("y"), series: [])
    #expect(isWellFormed(empty.svg()))
    #expect(isWellFormed(Plot.row([empty, plot([2], [2])])))
  }

  @Test func aHeatTableHasItsCells() {
    let svg = HeatTable(
      "t", rows: ["a", "b"], columns: ["c", "d", "e"], values: [[1, nil, 3], [0, 2, nil]],
      format: { Figures.fixed($0, 1) }
    ).svg()
    #expect(isWellFormed(svg))
    #expect(occurrences(of: "class=\"cell\"", in: svg) == 6)
    #expect(svg.contains(">3.0</text>"))
    // The bar of colours says what half of the largest is.
    #expect(occurrences(of: "class=\"bar\"", in: svg) == 50 && svg.contains(">1.5</text>"))
  }

  @Test func colorsMixToWhite() {
    #expect(PlotColor.of(0).mixed(with: .white, 1).hexadecimal == "#ffffff")
    #expect(PlotColor.of(0).mixed(with: .white, 0) == .of(0))
  }

  /// A smaller plot never hides points: it stands in an empty corner, or the axis grows.
  @Test(arguments: [0.3, 1, 3]) func anInsetHidesNoPoint(spread: Double) throws {
    // A grid fills all corners; a thin diagonal leaves two.
    let x = (0..<400).map { Double($0 % 20) }
    let y = (0..<400).map { spread * Double($0 / 20) + (spread < 1 ? Double($0 % 20) : 0) }
    var outer = plot(x, y)
    outer.series = [outer.series[0]]
    outer.notes = []
    outer.inset = plot([1, 2, 3], [1, 4, 9])
    let svg = outer.svg()
    #expect(isWellFormed(svg))
    #expect(occurrences(of: "<circle", in: svg) == 400 + 3)
    func numbers(_ text: Substring, _ names: [String]) throws -> [Double] {
      try names.map { name in
        let value = try #require(text.components(separatedBy: " \(name)=\"").dropFirst().first)
        return try #require(Double(value.prefix { $0 != "\"" }))
      }
    }
    let start = try #require(svg.range(of: "<g font-size=\"10\">"))
    let rectangle = try #require(
      svg[start.upperBound...].split(separator: "\n").first { $0.hasPrefix("<rect") })
    let card = try numbers(rectangle, ["x", "y", "width", "height"])
    for line in svg[..<start.lowerBound].split(separator: "\n") where line.hasPrefix("<circle") {
      let place = try numbers(line, ["cx", "cy"])
      let isHidden =
        place[0] > card[0] && place[0] < card[0] + card[2] && place[1] > card[1]
        && place[1] < card[1] + card[3]
      #expect(!isHidden)
    }
  }
}
