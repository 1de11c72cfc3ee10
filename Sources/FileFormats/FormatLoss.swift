/// Something that frames had and their file cannot hold.
public struct FormatLoss: Equatable, Sendable, CustomStringConvertible {
  /// What was left out: `label 'phase'`, `orientations (the frame has no shapes)`.
  public let what: String
  /// How many frames had it.
  public let frames: Int

  /// `label 'phase' (3 frames)`.
  public var description: String { "\(what) (\(frames) frame\(frames == 1 ? "" : "s"))" }
}

/// Counts what a format has no place for.
struct LossCollector {
  private(set) var losses: [FormatLoss] = []
  private var index: [String: Int] = [:]

  /// Once for each frame that had it.
  mutating func add(_ what: String) {
    if let k = index[what] {
      losses[k] = FormatLoss(what: what, frames: losses[k].frames + 1)
    } else {
      index[what] = losses.count
      losses.append(FormatLoss(what: what, frames: 1))
    }
  }
}
