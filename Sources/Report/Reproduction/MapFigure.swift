internal import Learning
internal import Mathematics

/// Figs. 1 and S2: the first two principal components of the power spectra, in a corner those of
/// Steinhardt's parameters, coloured by phase and order, between snapshots of marked frames.
struct MapFigure {
  let figure: PaperFigure

  init(_ figure: PaperFigure) { self.figure = figure }

  func result(of set: LiquidCrystalSet, _ settings: ReproductionSettings) throws -> FigureResult {
    var result = FigureResult(figure: figure)
    set.describe(in: &result, settings)
    let maps = try [
      Map(name: "AniSOAP, nu = 2", set.mapSpectrum), Map(name: "Steinhardt", set.steinhardt),
    ]
    for map in maps {
      try compare(map, set, &result)
    }
    result.remarks = remarks(result)
    result.tables = [table(maps, set)]
    let marked = snapshots(of: set)
    var map = plot(maps[0], set, marked: marked)
    // With several shapes the first component tells these apart: what is left is told by the next two.
    let rest =
      figure == .figS2 ? plot(maps[0], set, marked: marked, components: (1, 2)) : nil
    map.inset = plot(maps[1], set, marked: marked, radius: 1.6)
    (map.width, map.height) = (560, 480)
    let drawings = try marked.map { letter, index in
      Drawing(
        name: "snapshot-\(letter)", caption: "\(letter): \(caption(index, set))",
        svg: try EllipsoidPicture(size: Drawing.size).svg(set.frames[index]))
    }
    result.pictures = [
      .init(
        name: "",
        caption: "Principal components of the power spectra; in the corner those of Steinhardt's "
          + "parameters. A point is the fuller in colour the higher the nematic order S of its "
          + "frame: white is S = 0.",
        content: .plots([map], left: Array(drawings.prefix(2)), right: Array(drawings.dropFirst(2)))
      )
    ]
    if let rest {
      result.pictures.append(
        .init(
          name: "rest",
          caption: "The same frames along the second and third component, which are left when the "
            + "first has told the shapes apart.", content: .plots([rest], left: [], right: [])))
    }
    for (row, frame) in set.frames.enumerated() {
      result.frames.add(frame, row: row, caption: "frame \(row): \(caption(row, set))")
    }
    if let remark = result.frames.remark(of: set.frames.count) { result.remarks.append(remark) }
    return result
  }

  /// What a frame is, for the reader.
  private func caption(_ index: Int, _ set: LiquidCrystalSet) -> String {
    let order = Figures.fixed(set.orientation[index, 0], 2)
    let phase = set.isSmectic[index] ? "smectic" : "nematic"
    return "\(phase), L/D = \(Figures.fixed(set.aspectRatios[index], 0)), S = \(order)"
  }

  /// Samples along their first three principal components, the first two of which are the map.
  private struct Map {
    let name: String
    let plane: Matrix
    let share: Double

    init(name: String, _ features: Matrix) throws {
      let scaled = try Scaler(fitting: features, .matrix).transform(features)
      let components = try PrincipalComponents(scaled, count: 3)
      self.name = name
      plane = try components.transform(scaled)
      share = components.varianceRatios.prefix(2).reduce(0, +)
    }

    /// Quadratic functions of the plane.
    var quadratic: Matrix {
      Matrix(
        (0..<plane.rows).map { i in
          let (x, y) = (plane[i, 0], plane[i, 1])
          return [x, y, x * x, x * y, y * y]
        })
    }
  }

  private func compare(
    _ map: Map, _ set: LiquidCrystalSet, _ result: inout FigureResult
  ) throws {
    result.comparisons.append(
      .init("variance in two components, \(map.name)", 100 * map.share, unit: "%"))
    let phase = Matrix(column: set.isSmectic.map { $0 ? 1 : -1 })
    let border = try RidgeRegression(map.quadratic, phase, alpha: 0).predict(map.quadratic)
    let right = (0..<phase.rows).count { border[$0, 0] * phase[$0, 0] > 0 }
    result.comparisons.append(
      .init(
        "phase told by a quadratic border in the map, \(map.name)",
        100 * Double(right) / Double(phase.rows), unit: "%",
        printed: "delineated (no number)"))
    let nematic = set.isSmectic.indices.filter { !set.isSmectic[$0] }
    let (x, y) = (
      map.quadratic.selecting(rows: nematic), set.orientation.selecting(rows: nematic)
    )
    let fit = try Metrics(
      targets: y, predictions: RidgeRegression(x, y, alpha: 0).predict(x))
    result.comparisons.append(
      .init(
        "R2 of the nematic order of nematic frames in the map, \(map.name)", fit.r2,
        printed: map.name == "Steinhardt" ? "not separated (no number)" : "separated (no number)"))
  }

  private func remarks(_ result: FigureResult) -> [String] {
    var remarks = [
      "The paper prints a picture and no numbers; the three numbers of each map say what the eye "
        + "sees in it. The configurations of the paper are not published: ours are hard "
        + "ellipsoids at one density, so that the maps agree in kind and not point by point."
    ]
    if figure == .fig1 {
      remarks.append(
        "The caption of the paper says 2,000 configurations, its text 1,000 (500 of each phase): "
          + "this is the set of the text, Fig. S2 that of 2,000.")
    }
    if figure == .figS2 {
      remarks.append(
        "Features are scaled as a whole, as in the paper, so that the first component tells the "
          + "shapes apart and little of the variance is left for phase and order in this plane. The "
          + "second and third component show them.")
    }
    remarks.append(
      "What two components show is a matter of the Gaussians' width against the cutoff. Wide "
        + "Gaussians (2.5 times the particles, cutoff 6) give phase and order. For regression the "
        + "particles' own widths, as in Figs. 2 and S3, do as well.")
    return remarks
  }

  /// With one shape the first and the last frame of each phase: least and most order. With two, the
  /// last frame of each phase of each shape.
  private func snapshots(of set: LiquidCrystalSet) -> [(letter: String, index: Int)] {
    let ratios = Set(set.aspectRatios).sorted(by: >)
    let chosen = ratios.flatMap { ratio in
      [false, true].flatMap { smectic -> [Int] in
        let rows = set.isSmectic.indices.filter {
          set.aspectRatios[$0] == ratio && set.isSmectic[$0] == smectic
        }
        return (ratios.count == 1 ? [rows.first, rows.last] : [rows.last]).compactMap { $0 }
      }
    }
    return zip(["A", "B", "C", "D"], chosen).map { ($0, $1) }
  }

  private func plot(
    _ map: Map, _ set: LiquidCrystalSet, marked: [(letter: String, index: Int)],
    radius: Double = 3, components: (x: Int, y: Int) = (0, 1)
  ) -> Plot {
    var series = [Plot.Series]()
    let ratios = Array(Set(set.aspectRatios)).sorted(by: >)
    for ratio in ratios {
      for smectic in [false, true] {
        let rows = set.isSmectic.indices.filter {
          set.isSmectic[$0] == smectic && set.aspectRatios[$0] == ratio
        }
        let name =
          (smectic ? "smectic" : "nematic")
          + (ratios.count > 1 ? ", L/D = \(Figures.fixed(ratio, 0))" : "")
        let base = PlotColor.of((smectic ? 1 : 0) + (ratio == ratios[0] ? 0 : (smectic ? 3 : 5)))
        series.append(
          .init(
            name, x: rows.map { map.plane[$0, components.x] },
            y: rows.map { map.plane[$0, components.y] },
            mark: .points(radius: radius), color: base,
            fills: rows.map { PlotColor.white.mixed(with: base, set.orientation[$0, 0]) },
            labels: rows.map { "frame \($0): \(caption($0, set))" }, rows: rows))
      }
    }
    return Plot(
      map.name, x: PlotAxis("PC \(components.x + 1)"), y: PlotAxis("PC \(components.y + 1)"),
      series: series,
      notes: marked.map {
        .init($0.letter, x: map.plane[$0.index, components.x], y: map.plane[$0.index, components.y])
      })
  }

  private func table(_ maps: [Map], _ set: LiquidCrystalSet) -> FigureResult.Table {
    FigureResult.Table(
      name: "map",
      heads: [
        "phase", "aspect_ratio", "order_max", "anisoap_pc1", "anisoap_pc2", "steinhardt_pc1",
        "steinhardt_pc2",
      ],
      rows: set.isSmectic.indices.map { i in
        [
          .text(set.isSmectic[i] ? "smectic" : "nematic"), .number(set.aspectRatios[i]),
          .number(set.orientation[i, 0]),
        ] + maps.flatMap { [.number($0.plane[i, 0]), .number($0.plane[i, 1])] }
      })
  }
}
