internal import FileFormats
internal import Foundation
internal import Geometry
public import Jobs
public import Recipes

/// The page of a run: what was made, maps of the features, order and energies, frames to turn, and the
/// recipe. Nothing in it depends on the time or the machine: the same recipe gives the same page.
public struct RunReport: Sendable {
  private let recipe: Recipe
  private let outcomes: [RecipeRunner.Outcome]
  private let folder: String

  /// The report of what a runner did in that folder.
  public init(_ recipe: Recipe, _ outcomes: [RecipeRunner.Outcome], output folder: String) {
    self.recipe = recipe
    self.outcomes = outcomes
    self.folder = folder
  }

  /// Writes `report.html`, and the pictures of it as SVG files that begin with the names of their
  /// datasets; returns their paths.
  ///
  /// Throws: `DataError` when a file of the run cannot be read, or one cannot be written.
  public func write(_ context: JobContext) throws -> [String] {
    var page = ReportPage(recipe.name)
    page.paragraph(
      "Made by mesogen \(Version.current) from the recipe at the end of this page; manifest.json has "
        + "the checksums of all files.")
    page.section("What was made", id: "made", short: "What was made")
    page.table(
      ["set", "what", "how many", "file", "size"], outcomes.map(row), numbers: [4],
      files: [3])
    var paths: [String] = []
    func write(_ text: String, _ name: String) throws {
      let file = try OutputFile("\(folder)/\(name)")
      try file.write(text)
      try file.commit()
      paths.append("\(folder)/\(name)")
    }
    let groups = try groups()
    for (k, sets) in groups.enumerated() {
      context.progress(
        JobProgress(task: "report", done: k, total: groups.count, unit: "groups of sets"))
      let group = try RunGroup(sets)
      let pictures = RunPlots(group).pictures
      Self.add(group, pictures, to: &page)
      let name = Self.fileName(sets, index: k)
      for picture in pictures { try write(picture.plot.svg(), "\(name).\(picture.name).svg") }
    }
    try addSimulations(to: &page) { plot, name in try write(plot.svg(), name) }
    try addResults(to: &page) { plot, name in try write(plot.svg(), name) }
    page.section("Recipe", id: "recipe", short: "Recipe")
    page.preformatted(recipe.text)
    try write(page.html, "report.html")
    return paths
  }

  /// Time series of simulations, their means against each other, and the last frames to turn.
  private func addSimulations(
    to page: inout ReportPage, write: (Plot, String) throws -> Void
  ) throws {
    let jobs = recipe.datasets.flatMap { dataset in
      dataset.steps.compactMap { step in (step.job as? SimulateJob).map { (dataset.name, $0) } }
    }
    guard !jobs.isEmpty else { return }
    page.section("Simulations", id: "simulations", short: "Simulations")
    let plots = try SimulationPlots(
      jobs.map { ($0.0, try NumberTable(contentsOf: $0.1.observables)) })
    for (kind, list) in [("means", plots.curves), ("series", plots.series)] where !list.isEmpty {
      let rows = page.rows(hasViewer: false)
      page.row { page in page.plots(list, of: rows) }
      for (k, plot) in list.enumerated() { try write(plot, "simulations.\(kind)-\(k + 1).svg") }
    }
    var album = FrameAlbum()
    for (row, (name, job)) in jobs.enumerated() {
      let reader = try FrameReader.open(job.output)
      var last: Frame?
      while let next = try reader.next() { last = next }
      if let last { album.add(last, row: row, caption: "\(name): last frame") }
    }
    guard !album.isEmpty else { return }
    let rows = page.rows(hasViewer: true, labels: jobs.map(\.0))
    page.figure(caption: "The last frame of the first simulation. Drag to turn.") {
      $0.viewer(album, of: rows)
    }
  }

  /// What steps have to say besides their files, whatever kind of steps they are; of predictions also how
  /// they compare with their targets.
  private func addResults(
    to page: inout ReportPage, write: (Plot, String) throws -> Void
  ) throws {
    let told = outcomes.filter { $0.report.summary != nil || !$0.report.remarks.isEmpty }
    guard !told.isEmpty else { return }
    page.section("Results", id: "results", short: "Results")
    for outcome in told {
      let file = outcome.report.output?.split(separator: "/").last.map(String.init)
      page.heading("\(outcome.dataset): \(outcome.report.what) \(file ?? "")")
      for remark in outcome.report.remarks { page.paragraph(remark) }
      guard let summary = outcome.report.summary else { continue }
      page.table(
        summary.heads, summary.rows.map { $0.map(Figures.text) },
        numbers: Set(
          summary.heads.indices.filter { k in
            summary.rows.allSatisfy { if case .text = $0[k] { false } else { true } }
          }))
      if !summary.note.isEmpty { page.paragraph(TextTable.line(summary.note)) }
      for command in summary.commands { page.preformatted(command) }
      let tables = outcome.report.all.compactMap(\.output).filter { TableFormat(path: $0) == .csv }
      for path in tables {
        let plots = try ParityPlots(contentsOf: path).plots
        guard !plots.isEmpty else { continue }
        let rows = page.rows(hasViewer: false)
        page.row { page in page.plots(plots.map(\.plot), of: rows) }
        let name = path.split(separator: "/").last.map { String($0.dropLast(4)) } ?? ""
        for plot in plots { try write(plot.plot, "\(name).\(plot.target).svg") }
      }
    }
  }

  /// A line of the table of files.
  private func row(_ outcome: RecipeRunner.Outcome) -> [String] {
    let path = outcome.report.output ?? ""
    let name = path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return [
      outcome.dataset, outcome.report.what, outcome.report.amount, name,
      (attributes?[.size] as? Int).map(Figures.bytes) ?? "",
    ]
  }

  /// Datasets whose features are all of the same kinds stand together; others alone.
  private func groups() throws -> [[RunSet]] {
    var (keys, groups): ([[String]], [[RunSet]]) = ([], [])
    for dataset in recipe.datasets {
      guard let set = try RunSet(dataset) else { continue }
      let key = try set.features.map { try set.mapKey($0) }
      if !key.isEmpty, let place = keys.firstIndex(of: key) {
        groups[place].append(set)
      } else {
        keys.append(key)
        groups.append([set])
      }
    }
    return groups
  }

  private static func fileName(_ sets: [RunSet], index: Int) -> String {
    let name = sets.map(\.name).joined(separator: "+")
    return name.utf8.count <= 100 ? name : "group-\(index + 1)"
  }

  private static func add(
    _ group: RunGroup, _ pictures: [RunPlots.Picture], to page: inout ReportPage
  ) {
    let names = group.sets.map(\.name).joined(separator: ", ")
    page.section(names, id: "set-\(group.sets[0].name)", short: names)
    let rows = page.rows(hasViewer: !group.album.isEmpty, labels: group.properties.labels)
    page.row { page in
      page.plots(pictures.map(\.plot), of: rows)
    }
    page.row { page in
      if group.properties.canBeDrawn {
        page.figure(
          caption:
            "Any property of the frames against any other. A click on a point shows its frame."
        ) { $0.explorer(group.properties, of: rows) }
      }
      if !group.album.isEmpty {
        page.figure(
          caption:
            "Colours tell the direction of the symmetry axis: x red, y green, z blue. Drag to "
            + "turn, scroll to come nearer."
        ) { $0.viewer(group.album, of: rows) }
      }
    }
    for remark in group.remarks { page.paragraph(remark) }
    page.heading("Properties: mean [least, largest]")
    page.table(
      ["property"] + group.sets.map(\.name), statistics(group),
      numbers: Set(1...group.sets.count))
  }

  /// Mean, least and largest of every property of every set; one number where they are the same.
  private static func statistics(_ group: RunGroup) -> [[String]] {
    group.properties.columns.compactMap { column in
      guard column.name != "frame", !column.name.hasPrefix("PC "),
        case .numbers(let all) = column.values
      else { return nil }
      return [column.name]
        + group.sets.indices.map { set in
          let values = group.rows(of: set).map { all[$0] }.filter(\.isFinite)
          guard let least = values.min(), let largest = values.max() else { return "" }
          let mean = Figures.significant(values.reduce(0, +) / Double(values.count))
          let ends = [least, largest].map(Figures.significant)
          return ends[0] == ends[1] ? ends[0] : "\(mean) [\(ends[0]), \(ends[1])]"
        }
    }
  }
}
