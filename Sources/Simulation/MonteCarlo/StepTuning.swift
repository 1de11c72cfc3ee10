/// Step sizes during equilibration.
extension MonteCarlo {
  /// After enough trials of a sort its step follows the acceptance, by the ratio to the middle of
  /// what is wanted, at most by a factor of 1.5.
  mutating func tune() {
    let wanted = settings.acceptance
    func adapted(_ size: Double, _ count: inout MoveTally.Count, enough: Int, most: Double)
      -> Double
    {
      guard count.tried >= enough else { return size }
      defer { count = MoveTally.Count() }
      let rate = count.acceptance
      if wanted.contains(rate) { return size }
      let middle = 0.5 * (wanted.lowerBound + wanted.upperBound)
      return min(most, size * max(1 / 1.5, min(1.5, rate / middle)))
    }
    let heights = state.store.box.heights
    for g in 0..<model.groupCount {
      state.steps.translations[g] = adapted(
        state.steps.translations[g], &state.recent.translations[g], enough: 500,
        most: 0.5 * heights.min())
      // Beyond this a rotation vector turns by almost half a turn always.
      state.steps.rotations[g] = adapted(
        state.steps.rotations[g], &state.recent.rotations[g], enough: 500, most: 2)
    }
    state.steps.volume = adapted(
      state.steps.volume, &state.recent.volumes, enough: 50, most: 0.5)
  }
}
