internal import AniSOAP
internal import Foundation
internal import Geometry
internal import Learning
internal import Mathematics

/// Fig. S1: seconds for the power spectrum of N x N x M crystals on one core.
struct CostFigure {
  private static let spacing = 0.8

  func result(
    _ settings: ReproductionSettings, progress: (String, Int, Int) -> Void
  ) throws -> FigureResult {
    var result = FigureResult(figure: .figS1)
    result.set(
      "crystals",
      "N x N x M cells of a simple cubic crystal of spacing \(Self.spacing), N and M up "
        + "to \(settings.largestCrystal), spheroids of semi-axes 0.2, 0.2, 0.3 turned at random")
    result.set(
      "AniSOAP", "power spectrum averaged over the frame, GTO of width 5, nmax 6, lmax 6, cutoff 1")
    result.set("time", "the least of three runs, one thread; the tables made once are not counted")
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: 5), maxAngular: 6, maxRadial: .uniform(6), cutoff: 1,
        spectrumForm: .allPairs), species: ["X"])
    let edges = [1, 2, 3, 4, 6, 8, 12, 16].filter { $0 <= settings.largestCrystal }
    let cells = edges.flatMap { n in edges.map { (n, $0) } }
    var points = [(particles: Double, seconds: Double)]()
    for (k, (n, m)) in cells.enumerated() {
      progress("time crystals", k, cells.count)
      let frame = try crystal(n, m, seed: settings.seed)
      points.append((Double(frame.count), try seconds(expansion, frame)))
    }
    progress("time crystals", cells.count, cells.count)
    try summarize(points, &result)
    result.tables = [
      .init(
        name: "times", heads: ["n", "m", "particles", "seconds"],
        rows: zip(cells, points).map { cell, point in
          [Double(cell.0), Double(cell.1), point.particles, point.seconds].map { .number($0) }
        })
    ]
    result.pictures = [
      .init(
        name: "", caption: "The dashed line has slope 1.", content: .plots([plot(points, cells)]))
    ]
    result.remarks = [
      "The paper's times are those of Python code on another machine and only shown in its picture; "
        + "its text prints the slope that they approach and the speed-up that it expects of compiled "
        + "moments. It does not print the crystal or nmax: the spacing here gives every particle its "
        + "six nearest neighbours within the cutoff.",
      "Times depend on the machine and on what else it does; all other numbers of this page repeat "
        + "to the last bit.",
    ]
    return result
  }

  private func crystal(_ n: Int, _ m: Int, seed: UInt64) throws -> Frame {
    var positions = [Vector3]()
    for x in 0..<n {
      for y in 0..<n {
        for z in 0..<m {
          positions.append(Vector3(Double(x), Double(y), Double(z)) * Self.spacing)
        }
      }
    }
    // A stream of its own: "figS1" in ASCII.
    var stream = RandomStream(seed: seed, stream: 0x66_6967_5331)
    let turns = try positions.map { _ in
      let q = stream.rotation()
      return try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
    }
    return Frame(
      positions: positions, species: Array(repeating: "X", count: positions.count),
      orientations: turns,
      semiAxes: Array(repeating: try SemiAxes(0.2, 0.2, 0.3), count: positions.count),
      cell: try Cell(box: Vector3(Double(n), Double(n), Double(m)) * Self.spacing))
  }

  private func seconds(_ expansion: DensityExpansion, _ frame: Frame) throws -> Double {
    let clock = ContinuousClock()
    var least = Double.infinity
    for _ in 0..<3 {
      let start = clock.now
      _ = try expansion.averagedFeatures(of: frame, correlation: .two, threads: 1)
      let parts = start.duration(to: clock.now).components
      least = min(least, Double(parts.seconds) + 1e-18 * Double(parts.attoseconds))
    }
    return least
  }

  private func summarize(
    _ points: [(particles: Double, seconds: Double)], _ result: inout FigureResult
  ) throws {
    let large = points.filter { $0.particles >= 64 }
    let fitted = large.count >= 2 ? large : points
    let line = try RidgeRegression(
      Matrix(column: fitted.map { log10($0.particles) }),
      Matrix(column: fitted.map { log10($0.seconds) }), alpha: 0)
    result.comparisons = [
      .init(
        "slope of log time over log particles, from 64 particles", line.coefficients[0, 0],
        printed: "approaches 1")
    ]
    if let last = points.last {
      result.comparisons.append(
        .init(
          "time a particle, \(Int(last.particles)) particles",
          1e6 * last.seconds / last.particles, unit: "µs"))
    }
  }

  private func plot(
    _ points: [(particles: Double, seconds: Double)], _ cells: [(n: Int, m: Int)]
  ) -> Plot {
    let (first, last) = (points.first, points.last)
    let ends = [first, last].compactMap { $0?.particles }
    let scale = last.map { $0.seconds / $0.particles } ?? 0
    return Plot(
      "Power spectrum, one core", x: PlotAxis("particles", scale: .logarithmic),
      y: PlotAxis("milliseconds", scale: .logarithmic),
      series: [
        .init(
          nil, x: ends, y: ends.map { 1e3 * scale * $0 }, mark: .line(dashed: true),
          color: PlotColor(0.4, 0.4, 0.4)),
        .init(
          nil, x: points.map(\.particles), y: points.map { 1e3 * $0.seconds },
          mark: .points(radius: 3), color: .of(0),
          labels: cells.map { "\($0.n) x \($0.n) x \($0.m)" }),
      ])
  }
}
