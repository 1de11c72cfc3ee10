/// Counts frames that lie outside of what a force field learned from, and says so: the first and then at
/// every doubling of their number, so that a long run is not drowned, and all of them at the end.
struct OutsideFrames: Codable, Sendable {
  /// How many there were.
  private(set) var count = 0
  /// How many frames were looked at.
  private(set) var seen = 0
  /// The largest ratio of the distance to that of the farthest neighbourhood that was learned from.
  private(set) var farthest = 0.0
  private var place = 0
  private var particle = 0
  private var nextTold = 1

  /// A frame, by its index or step; what is to be told at once, if anything.
  @discardableResult
  mutating func add(
    _ distance: ForceField.Distance, _ place: Int, called name: String = "frame"
  ) -> String? {
    seen += 1
    guard distance.isOutside else { return nil }
    count += 1
    if distance.ratio > farthest {
      (farthest, self.place, particle) = (distance.ratio, place, distance.particle)
    }
    guard count == nextTold else { return nil }
    nextTold *= 2
    return
      "\(name) \(place) lies outside of what the model learned from: the neighbourhood of particle "
      + "\(distance.particle) is \(Self.text(distance.ratio)) times as far from the mean of the "
      + "training features as the farthest there"
      + (count > 1 ? " (\(count) such until now)" : "")
  }

  /// What is said at the end; nil where there was none.
  func total(called name: String = "frame") -> String? {
    guard count > 0 else { return nil }
    return "\(count) of \(seen) \(name)s lie outside of what the model learned from, the farthest "
      + "(\(name) \(place), particle \(particle)) at \(Self.text(farthest)) times the largest distance "
      + "of the training set: what is predicted there is extrapolated"
  }

  private static func text(_ ratio: Double) -> String {
    "\((100 * ratio).rounded() / 100)"
  }
}
