import Geometry
import Learning

extension TuneJob {
  /// The best candidates, and the commands that repeat the best.
  func summary(_ rows: [Row]) -> ResultSummary {
    let names = candidates.first?.options.map(\.name) ?? []
    var summary = ResultSummary(
      heads: names + ["whiten", "gamma", "samples", "features", "alpha", "score"])
    for row in rows.prefix(10) {
      let candidate = row.candidate
      summary.rows.append(
        candidate.options.map { .text($0.value) }
          + [
            .text(candidate.components.map { "\($0)" } ?? ""),
            .text(candidate.gamma.map { "\($0)" } ?? ""), .count(row.samples),
            .count(row.features), row.alpha > 0 ? .number(row.alpha) : .text(""),
            .number(row.score),
          ])
    }
    if let best = rows.first { summary.commands = repeating(best) }
    return summary
  }

  /// The commands that featurize and learn with what was best.
  private func repeating(_ row: Row) -> [String] {
    let candidate = row.candidate
    let name = output.dropLast(".csv".count) + ".npz"
    var featurize = ["featurize", input, "-o", "\(name)"]
    for option in candidate.options {
      switch option.value {
      case "true": featurize.append("--\(option.name)")
      case "false": break
      default: featurize += ["--\(option.name)", option.value]
      }
    }
    var commands = [featurize]
    if settings.score != .gfre {
      let isKernel = settings.score == .kernel
      var learn = ["learn", isKernel ? "kernel" : "ridge", "\(name)"]
      learn += ["--targets", settings.targets ?? input]
      learn += settings.target.flatMap { ["--target", $0] }
      if settings.per != .frame { learn += ["--per", settings.per.rawValue] }
      if settings.score == .forces { learn += forceOptions }
      if let count = candidate.components { learn += ["--whiten", "\(count)"] }
      if let transform = settings.transform { learn += ["--transform", transform] }
      if settings.score == .kernel { learn += ["--kernel", settings.choice.kernel.rawValue] }
      if let gamma = candidate.gamma { learn += ["--gamma", "\(gamma)"] }
      if case .polynomial(let degree, _, let offset) = candidate.kernel {
        learn += ["--degree", "\(degree)", "--offset", "\(offset)"]
      }
      learn += ["--alphas", "\(row.alpha)"]
      if let test = settings.test {
        learn += [
          "--test", test, "--split", settings.split.rawValue, "--seed", "\(settings.seed)",
        ]
      }
      commands.append(learn)
    }
    return commands.map { (["mesogen"] + $0.map(Self.quoted)).joined(separator: " ") }
  }

  /// What makes the best a force field again.
  private var forceOptions: [String] {
    let (field, standard) = (settings.field, ForceFieldSettings())
    var options: [String] = []
    for (name, value) in [
      ("forces", field.forces), ("torques", field.torques), ("virial", field.virial),
      ("baseline", settings.baseline),
    ] {
      if let value { options += ["--\(name)", value] }
    }
    if field.weights != standard.weights { options += ["--weights", field.weights] }
    if field.contactColumns > 0 { options += ["--contact-columns", "\(field.contactColumns)"] }
    if field.contact != standard.contact { options += ["--contact", field.contact.rawValue] }
    return options
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_./:,+=".contains($0) }
    guard !plain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }

  /// Says where the best of several numbers is the smallest or the largest.
  func warnAtEdges(_ row: Row, _ context: JobContext) {
    for (k, option) in row.candidate.options.enumerated() {
      let tried = Set(candidates.compactMap { Double($0.options[k].value) })
      guard let best = Double(option.value), tried.count > 1 else { continue }
      if best == tried.min() || best == tried.max() {
        let edge = best == tried.min() ? "smallest" : "largest"
        context.warning("the best of \(option.name), \(best), is the \(edge) of those tried")
      }
    }
    if let gamma = row.candidate.gamma,
      let gammas = try? settings.choice.gammas(default: TuneSettings.defaultGammas)
    {
      gammas.warnAtEdge(gamma, "gamma", context)
    }
    if settings.score != .gfre { alphas.warnAtEdge(row.alpha, "alphas", context) }
  }
}
