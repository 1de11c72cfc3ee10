internal import Geometry
internal import Learning
internal import Mathematics

/// Whether features carry anything: rows that repeat, columns that are the same everywhere, particles that
/// have no neighbours. Such features are computed and learned from without any other sign.
struct FeatureCheck {
  /// More rows than this are not remembered.
  private static let mostRows = 100_000
  /// So many particles are asked for their neighbours.
  private static let mostParticles = 20_000

  private var seen = Set<UInt64>()
  private var rows = 0
  private var repeated = 0
  private var low: [Double] = []
  private var high: [Double] = []
  private var scale = 0.0
  private var asked = 0
  private var lonely = 0

  /// Looks at a row.
  mutating func add(row: some Collection<Double>) {
    if rows == 0 {
      (low, high) = (Array(row), Array(row))
      scale = row.reduce(0) { max($0, abs($1)) }
    }
    guard rows < Self.mostRows else { return }
    var hash = StableHash()
    for (k, value) in row.enumerated() {
      low[k] = min(low[k], value)
      high[k] = max(high[k], value)
      // Rounding differs between rows that are the same for every purpose.
      hash.combine(scale > 0 ? (value / scale * 1e7).rounded() + 0 : value)
    }
    rows += 1
    if !seen.insert(hash.value).inserted { repeated += 1 }
  }

  /// Whether further rows are not remembered.
  var hasEnoughRows: Bool { rows >= Self.mostRows }

  /// Whether further frames are not looked at.
  var hasSeenEnough: Bool { asked >= Self.mostParticles }

  /// Looks at the neighbours of the particles of a frame, until so many particles have been asked.
  mutating func add(_ frame: Frame, cutoff: Double) {
    guard asked < Self.mostParticles, frame.count > 0,
      let finder = try? NeighborFinder(
        positions: frame.positions, cell: frame.cell, cutoff: cutoff)
    else { return }
    var buffer = NeighborFinder.Buffer()
    for i in 0..<min(frame.count, Self.mostParticles - asked) {
      finder.neighbors(of: i, into: &buffer)
      asked += 1
      if buffer.count == 0 { lonely += 1 }
    }
  }

  /// What a user should know, with counts; empty where all is well.
  func warnings(cutoff: Double?) -> [String] {
    var warnings: [String] = []
    if lonely > 0, let cutoff {
      warnings.append(
        "\(lonely) of \(asked) particles have no neighbour nearer than \(cutoff): their features "
          + "say nothing of where others are; a larger cutoff may help")
    }
    guard rows > 1 else { return warnings }
    if repeated > 0 {
      warnings.append(
        "\(repeated) of \(rows) rows of the features repeat another row"
          + (repeated > rows / 10 ? "; nothing can be learned from these" : ""))
    }
    let constant = low.indices.count { high[$0] - low[$0] <= 1e-12 * max(abs(low[$0]), scale) }
    if constant > 0 {
      warnings.append(
        "\(constant) of \(low.count) columns of the features are the same in every row")
    }
    return warnings
  }
}
