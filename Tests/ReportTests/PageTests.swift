import Foundation
import Geometry
import Mathematics
import Report
import TestSupport
import Testing

/// Pages as a browser sees them.
@Suite(.serialized) struct PageTests {
  private static let settings = ReproductionSettings(
    configurations: 10, particles: 32, dimers: 300, trainingDimers: 100, largestCrystal: 2, seed: 3)

  init() { LinearAlgebra.setThreads(1) }

  @Test(.enabled(if: Browser.isInstalled, "there is no chromium (MESOGEN_BROWSER)"))
  func aBrowserDrawsEveryPlot() throws {
    var reproducer = try Reproducer(Self.settings)
    let results = try [PaperFigure.fig1, .fig2, .fig3].map { try reproducer.run($0) }
    let visit = try Browser.visit(
      ReproductionReport(results).html,
      steps: [
        "document.body.dataset.drawn",
        // A click on a point of the map shows its frame.
        """
        {
          const plot = document.querySelector('[data-figure][data-viewer]');
          const trace = plot.data.find(trace => trace.customdata?.includes(15));
          plot.emit('plotly_click', { points: [{ customdata: 15 }] });
          await pause();
          const ring = plot.data.find(trace => trace.meta === 'mark');
          const viewer = document.getElementById(plot.dataset.viewer);
          return [viewer.querySelector('output').textContent.split(',')[0],
            ring.x[0] === trace.x[trace.customdata.indexOf(15)]].join();
        }
        """,
        // The mesh of ellipsoids: within the reach of each along every axis, and closed.
        """
        {
          const [mesh] = document.querySelector('.viewer .scene').data;
          const edges = new Map();
          mesh.i.forEach((_, n) => {
            const t = [mesh.i[n], mesh.j[n], mesh.k[n]];
            for (let e = 0; e < 3; e++) {
              const key = [t[e], t[(e + 1) % 3]].join();
              edges.set(key, (edges.get(key) ?? 0) + 1);
            }
          });
          return [...edges.keys()].every(key =>
            edges.get(key) === 1 && edges.has(key.split(',').reverse().join()));
        }
        """,
      ])
    #expect(visit.troubles == [])
    // A map, a table, three plots; 3D views of Figs. 1 and 3.
    #expect(visit.results == ["7", "frame 15: smectic,true", "true"])
    #expect(visit.count("class=\"plot js-plotly-plot\"") == 5)
    #expect(visit.count("class=\"scene js-plotly-plot\"") == 2)
    #expect(visit.count("class=\"gl-container\"") >= 2)
    // Every frame in the map and in its inset, and the rings around the one that is shown; every
    // tested dimer in two plots.
    #expect(visit.count("class=\"point plotly-customdata\"") == 2 * 20)
    #expect(visit.count("class=\"point\"") == 2 + 2 * 60)
  }

  @Test func thePageNeedsNothingFromElsewhere() throws {
    var reproducer = try Reproducer(Self.settings)
    let report = try ReproductionReport([PaperFigure.fig1, .fig3].map { try reproducer.run($0) })
    let page = report.html.components(separatedBy: "id=\"library\"")
    try #require(page.count == 2)
    let text = page[0].replacingOccurrences(of: "xmlns=\"http://www.w3.org/2000/svg\"", with: "")
    for word in ["src=", "@import", "http:", "https:", "fetch(", "XMLHttpRequest"] {
      let isThere = text.contains(word)
      #expect(!isThere, "\(word)")
    }
    #expect(occurrences(of: "data-figure=", in: page[0]) == 4)
    #expect(occurrences(of: "data-frames=", in: page[0]) == 2)
    #expect(report.html.utf8.count < 10_000_000)
    let again = try ReproductionReport([PaperFigure.fig1, .fig3].map { try reproducer.run($0) })
    let isSame = report.html == again.html
    #expect(isSame)
  }

  /// A browser has few contexts of WebGL: plots beyond them show every so many-th point, and say so.
  @Test(.enabled(if: Browser.isInstalled, "there is no chromium (MESOGEN_BROWSER)"))
  func plotsOfManyPointsAreThinned() throws {
    let values = (0..<4_100).map { Double($0) }
    let plot = Plot(
      "many", x: PlotAxis("x"), y: PlotAxis("y"),
      series: [
        .init(
          "points", x: values, y: values.map { $0 * $0 }, mark: .points(radius: 1),
          color: .of(0))
      ])
    var result = FigureResult(figure: .fig3)
    result.pictures = [
      .init(name: "", caption: "", content: .plots(Array(repeating: plot, count: 6)))
    ]
    let visit = try Browser.visit(
      ReproductionReport([result]).html,
      steps: [
        """
        [...document.querySelectorAll('[data-figure]')].map(plot =>
          plot.data[0].type + plot.data[0].x.length).join()
        """,
        "document.querySelectorAll('[data-figure]')[5].data[0].name",
      ])
    #expect(visit.troubles == [])
    let (all, few) = ("scattergl4100", "scatter1367")
    #expect(
      visit.results == [
        [all, all, all, all, few, few].joined(separator: ","), "points (1 of 3 shown)",
      ])
  }

  @Test func albumsStaySmall() throws {
    let frame = Frame(
      positions: (0..<1_000).map { Vector3(Double($0), 0, 0) },
      species: Array(repeating: "X", count: 1_000))
    var result = FigureResult(figure: .fig1)
    for row in 0..<300 { result.frames.add(frame, row: row, caption: "frame \(row)") }
    let html = ReproductionReport([result]).html
    // 64,000 particles: every eighth of 300 frames.
    #expect(occurrences(of: "\"caption\":", in: html) == 38)
    let hasLast = html.contains("\"row\":296,\"caption\":\"frame 296\"")
    #expect(hasLast)
  }

  @Test func wordsCannotBreakThePage() throws {
    var result = FigureResult(figure: .fig1)
    let nasty = "</script><script>alert(\"x\")</script>&\u{2028}"
    result.remarks = [nasty]
    result.settings = [.init(name: nasty, value: nasty)]
    result.pictures = [
      .init(
        name: "", caption: nasty,
        content: .plots([
          Plot(
            nasty, x: PlotAxis(nasty), y: PlotAxis("y", scale: .logarithmic),
            series: [
              .init(
                nasty, x: [1, .nan], y: [10, .infinity], mark: .points(radius: 2), color: .of(0),
                labels: [nasty, nasty])
            ])
        ]))
    ]
    result.frames.add(
      Frame(positions: [Vector3(0, 0, 0)], species: ["X"]), row: 0, caption: nasty)
    let html = ReproductionReport([result]).html
    let isBroken = html.contains("<script>alert")
    #expect(!isBroken)
    guard Browser.isInstalled else { return }
    let visit = try Browser.visit(html, steps: ["document.body.dataset.drawn"])
    #expect(visit.troubles == [] && visit.results == ["2"])
  }
}
