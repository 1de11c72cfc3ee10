internal import Geometry

/// Species that options name, as `--semi-axes A:1,1,2` and `--strength A:1,1`, and which of them no frame has: a
/// misspelt name would otherwise change nothing without a word.
struct NamedSpecies {
  private var missing: Set<String>

  init(_ names: Set<String>) { missing = names }

  /// Notes the species of a frame.
  mutating func see(_ frame: Frame) {
    guard !missing.isEmpty else { return }
    for species in frame.species where missing.contains(species) { missing.remove(species) }
  }

  /// Tells of those that none of some frames in memory has.
  static func check(_ names: Set<String>, in frames: [Frame], _ context: JobContext) {
    guard !names.isEmpty, !frames.isEmpty else { return }
    var named = NamedSpecies(names)
    for frame in frames { named.see(frame) }
    if let warning = named.warning { context.warning(warning) }
  }

  /// What to tell when all frames were seen; nil when every species was there.
  var warning: String? {
    guard !missing.isEmpty else { return nil }
    let names = missing.sorted().map { "'\($0)'" }.joined(separator: ", ")
    return "something was given for \(missing.count == 1 ? "species" : "the species") \(names), "
      + "which no frame has; it changes nothing"
  }
}
