import Recipes
import Report

/// The short table at the end of a run.
enum OutcomeTable {
  static func show(_ outcomes: [RecipeRunner.Outcome], output: String) {
    var table = TextTable(["set", "what", "how many", "time", "where"])
    for outcome in outcomes {
      for (k, report) in outcome.report.all.enumerated() {
        table.add([
          outcome.dataset, report.what, report.amount,
          k > 0 ? "" : outcome.wasFinished ? "kept" : Figures.duration(outcome.seconds),
          report.output ?? "",
        ])
      }
    }
    let total = outcomes.reduce(0) { $0 + $1.seconds }
    table.add(["all", "", "", Figures.duration(total), "\(output)/manifest.json"])
    print(table, terminator: "")
    let kept = outcomes.count { $0.wasFinished }
    if kept > 0 {
      print(
        "\(kept) of \(outcomes.count) steps were finished before and are kept; --anew does them again"
      )
    }
  }
}
