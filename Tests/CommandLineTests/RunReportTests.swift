import Foundation
import TestSupport
import Testing

/// The page that `run` writes, as a browser sees it.
@Suite struct RunReportTests {
  private static let recipe = """
    name: small & <quick>
    seed: 2
    datasets:
      - name: nematic
        generate:
          {phase: nematic, count: 6, particles: 24, packing-fraction: 0.2, order: 0:0.9}
        order: &order {cutoff: 3, steinhardt: 2:4}
        featurize: &features {max-angular: 2, max-radial: 2, cutoff: 3}
      - name: smectic
        generate: {phase: smectic, count: 5, particles: 24, packing-fraction: 0.2, order: 0:0.9}
        order: *order
        featurize: *features
      - name: dimers
        generate: {phase: dimers, count: 40, semi-axes: "1,1.5,2"}
        featurize: *features
      - name: bare
        read: {file: given.xyz}
      - name: none
        generate: {phase: nematic, count: 0}

    """

  private func page() throws -> (scratch: Scratch, html: String) {
    let scratch = try Scratch()
    try scratch.write(Sample.frame(), to: "given.xyz")
    try scratch.write(Self.recipe, to: "recipe.yaml")
    try scratch.mesogenMust(["run", "recipe.yaml", "-o", "out", "--quiet"])
    return (scratch, try scratch.read("out/report.html"))
  }

  @Test func whatBelongsTogetherStandsTogether() throws {
    let (scratch, html) = try page()
    for words in [
      ">nematic, smectic</h2>", ">dimers</h2>", ">bare</h2>", "small &amp; &lt;quick&gt;",
      ">nematic.nu2.npz</a></td>", "href=\"./nematic.nu2.npz\"",
    ] {
      let isThere = html.contains(words)
      #expect(isThere, "\(words)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("out"))
    #expect(
      names.filter { $0.hasSuffix(".svg") }.sorted() == [
        "dimers.energy.svg", "dimers.nu2.map.svg", "nematic+smectic.nu2.map.svg",
        "nematic+smectic.order.svg",
      ])
    let isSmall = html.utf8.count < 3_000_000
    #expect(isSmall)
    // 6 + 5 points, one a frame.
    let map = try scratch.read("out/nematic+smectic.nu2.map.svg")
    #expect(map.components(separatedBy: "<circle").count - 1 == 11)
  }

  @Test(.enabled(if: Browser.isInstalled, "there is no chromium (MESOGEN_BROWSER)"))
  func aBrowserDrawsIt() throws {
    let (_, html) = try page()
    let visit = try Browser.visit(
      html,
      steps: [
        "document.body.dataset.drawn",
        // The third frame of the smectic set is row 8 of its group.
        """
        {
          const plot = document.querySelector('[data-figure][data-viewer]');
          plot.emit('plotly_click', { points: [{ customdata: 8 }] });
          await pause();
          return document.querySelector('.viewer output').textContent.split(',')[0];
        }
        """,
        // Another property along the first axis, and colours by set.
        """
        {
          const place = document.querySelector('[data-explorer]');
          const [x, y, colour] = place.querySelectorAll('select');
          const choose = (select, name) => {
            select.value = [...select.options].find(option => option.textContent === name).value;
            select.dispatchEvent(new Event('change'));
          };
          choose(x, 'q2');
          choose(colour, 'set');
          await pause();
          const plot = place.querySelector('.js-plotly-plot');
          return [plot.layout.xaxis.title.text, ...plot.data.slice(0, 2).map(trace =>
            trace.name + trace.x.length)].join();
        }
        """,
      ])
    #expect(visit.troubles == [])
    // Map, order, explorer and 3D view of the liquid crystals; map, energy, explorer and 3D view of the
    // dimers; 3D view of the frame that was read.
    #expect(visit.results == ["9", "smectic 2", "q2,nematic6,smectic5"])
    #expect(visit.count("class=\"scene js-plotly-plot\"") == 3)
  }
}
