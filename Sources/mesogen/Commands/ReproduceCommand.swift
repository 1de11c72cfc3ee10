import ArgumentParser
import Jobs
import Recipes
import Report

/// A figure of the paper, or all.
enum FigureName: String, CaseIterable, ExpressibleByArgument {
  case fig1, fig2, fig3, fig4, fig5, fig6, fig7, figS1, figS2, figS3, figS4, figS5, figS6, phases
  case learnedGayBerne = "learned-gay-berne"
  case all

  /// The figures of that name.
  var figures: [PaperFigure] {
    PaperFigure(rawValue: rawValue).map { [$0] } ?? PaperFigure.allCases
  }
}

struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "A figure of the AniSOAP paper from data made here, beside what the paper printed.",
    discussion: """
      Writes numbers (CSV, JSON), pictures (SVG) and report.html, one page with all of it, plots to \
      zoom into and frames to turn, that needs no network. Data have the paper's sizes; --quick takes \
      a tenth of them.

        mesogen reproduce fig2
        mesogen reproduce all --quick --output figures
        mesogen reproduce --list
      """)

  @Argument(help: "Which figure.")
  var figure: FigureName?
  @Flag(help: "Print the figures and what they show.")
  var list = false
  @Flag(help: "A tenth of the paper's sizes.")
  var quick = false
  @Option(name: .shortAndLong, help: "The folder for the outputs.")
  var output = "reproduction"
  @Option(
    help: "Labelled crystals of benzene for figs. 5 to 7, S5, S6 (default: a set of the program's)."
  )
  var benzene: String?
  @Option(parsing: .unconditional, help: "The seed of all random numbers.")
  var seed: UInt64 = 1
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard list || figure != nil else {
      throw ValidationError(
        "which figure? one of \(FigureName.allCases.map(\.rawValue).joined(separator: ", "))")
    }
  }

  func run() throws {
    if list {
      var table = TextTable(["name", "what"])
      for figure in PaperFigure.allCases { table.add([figure.rawValue, figure.title]) }
      print(table, terminator: "")
      return
    }
    let context = global.context
    var settings: ReproductionSettings =
      quick
      ? .quick(seed: seed, threads: context.threads)
      : ReproductionSettings(seed: seed, threads: context.threads)
    settings.benzene = benzene
    var reproducer = try Reproducer(settings) { task, done, total in
      context.progress(JobProgress(task: task, done: done, total: total, unit: "done"))
    }
    let results = try (figure?.figures ?? []).map { try reproducer.run($0) }
    let paths = try ReproductionReport(results).write(to: output)
    guard !global.quiet else { return }
    for result in results {
      print("\(result.figure.title)\n")
      print(ReproductionReport.table(result))
      for remark in result.remarks { print("\(remark)\n") }
    }
    print("\(paths.count) files in \(output); the page is \(output)/report.html")
  }
}
