internal import Foundation
internal import Geometry
internal import Simulation

/// What simulations say at their end: for one of them a row an observable, for several a row each.
struct SimulationSummary {
  let table: ResultSummary

  /// Columns that are no observables of the system.
  private static let foreign: Set<String> = ["step", "time"]

  init(
    _ results: [SimulationRun.Result], _ starts: [Frame], _ settings: SimulateSettings
  ) {
    var table =
      results.count == 1 && results[0].lanes.count == 1
      ? Self.one(results[0], settings) : Self.several(results, settings)
    var note: [String] = []
    let isotropic = results.contains { result in
      result.lanes.contains { lane in
        guard let mean = Self.summary("order", lane, settings.interval)?.mean else { return false }
        return abs(mean) < 2 / Double(max(1, starts[0].count)).squareRoot()
      }
    }
    if isotropic {
      note.append(
        "the order of an isotropic frame of N particles is not 0: its size is about 0.82/sqrt(N) = "
          + "\((1000 * 0.82 / Double(starts[0].count).squareRoot()).rounded() / 1000), its sign changes "
          + "from frame to frame, and a mean over frames says little")
    }
    note += results.compactMap(\.note)
    table.note = note.flatMap { [.text($0), .text("")] }
    self.table = table
  }

  private static func summary(
    _ name: String, _ lane: SimulationRun.Lane, _ interval: Int
  ) -> ObservableSummary? {
    guard let values = lane.series(name), values.count > 1, values.allSatisfy(\.isFinite) else {
      return nil
    }
    return ObservableSummary(values, interval: Double(interval))
  }

  private static func one(
    _ result: SimulationRun.Result, _ settings: SimulateSettings
  ) -> ResultSummary {
    var table = ResultSummary(heads: [
      "observable", "mean", "standard error", "correlation time", "effective samples",
      "equilibrated at",
    ])
    for name in result.lanes[0].names where !foreign.contains(name) {
      guard let s = summary(name, result.lanes[0], settings.interval) else { continue }
      table.rows.append([
        .text(name), .number(s.mean), .number(s.standardError), .number(s.correlationTime),
        .number(s.effectiveSamples), .number(s.equilibratedAt),
      ])
    }
    return table
  }

  private static func several(
    _ results: [SimulationRun.Result], _ settings: SimulateSettings
  ) -> ResultSummary {
    let names = ["temperature", "pressure", "packing_fraction", "energy_per_particle", "order"]
    // What each rung of an exchange was asked for; what follows is measured.
    let asked = (try? settings.rungs()) ?? nil
    var table = ResultSummary(
      heads: ["start", "rung"] + (asked.map { ["\($0.quantity) asked for"] } ?? [])
        + names.flatMap { [$0, "+-"] } + ["slowest", "independent frames"])
    for (k, result) in results.enumerated() {
      for (rung, lane) in result.lanes.enumerated() {
        var row: [ResultSummary.Cell] = [.count(k), .count(rung)]
        if let asked { row.append(.number(asked.values[rung])) }
        for name in names {
          let s = summary(name, lane, settings.interval)
          row += [
            s.map { .number($0.mean) } ?? .text(""),
            s.map { .number($0.standardError) } ?? .text(""),
          ]
        }
        row += [.text(result.plans[rung].slowest ?? ""), .count(result.plans[rung].count)]
        table.rows.append(row)
      }
    }
    return table
  }

  /// All summaries as JSON: one simulation by its observables; several as a list under `simulations`.
  ///
  /// Throws: never in practice; as `JSONEncoder`.
  static func json(_ results: [SimulationRun.Result], interval: Int) throws -> String {
    struct Entry: Encodable {
      let start: Int
      let rung: Int
      let observables: [String: ObservableSummary]
    }
    let entries = results.enumerated().flatMap { k, result in
      result.lanes.enumerated().map { rung, lane in
        Entry(
          start: k, rung: rung,
          observables: Dictionary(
            lane.names.filter { !foreign.contains($0) }.compactMap { name in
              summary(name, lane, interval).map { (name, $0) }
            }, uniquingKeysWith: { first, _ in first }))
      }
    }
    let encoder = SettingsCoding.encoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let data =
      entries.count == 1
      ? try encoder.encode(entries[0].observables)
      : try encoder.encode(["simulations": entries])
    return String(decoding: data, as: UTF8.self)
  }
}
