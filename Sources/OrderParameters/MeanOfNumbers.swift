extension Sequence<Double> {
  /// The mean of those elements that are not NaN; NaN where all are.
  var meanOfNumbers: Double {
    var (sum, count) = (0.0, 0.0)
    for value in self where !value.isNaN {
      sum += value
      count += 1
    }
    return sum / count
  }
}
