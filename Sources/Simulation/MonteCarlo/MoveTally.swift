/// How many moves of each sort were tried and taken; by groups of kinds where steps have sizes.
struct MoveTally: Equatable, Sendable, Codable {
  /// Tried and taken.
  struct Count: Equatable, Sendable, Codable {
    var tried = 0
    var taken = 0

    /// The fraction taken; not a number when none was tried.
    var acceptance: Double { Double(taken) / Double(tried) }

    @inline(__always)
    mutating func add(_ isTaken: Bool) {
      tried += 1
      taken += isTaken ? 1 : 0
    }

    static func += (l: inout Count, r: Count) {
      l.tried += r.tried
      l.taken += r.taken
    }
  }

  var translations: [Count]
  var rotations: [Count]
  var swaps = Count()
  var volumes = Count()

  init(groups: Int) {
    translations = Array(repeating: Count(), count: groups)
    rotations = translations
  }

  static func += (l: inout MoveTally, r: MoveTally) {
    for g in l.translations.indices {
      l.translations[g] += r.translations[g]
      l.rotations[g] += r.rotations[g]
    }
    l.swaps += r.swaps
    l.volumes += r.volumes
  }

  static func total(_ counts: [Count]) -> Count {
    counts.reduce(into: Count()) { $0 += $1 }
  }
}
