/// The largest |a - b| over two sequences of equal length; infinity when a value is not a number or
/// the lengths differ, so that a comparison with it fails.
public func largestDifference(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
  var largest = 0.0
  var left = a.makeIterator()
  var right = b.makeIterator()
  while true {
    switch (left.next(), right.next()) {
    case (let x?, let y?):
      let difference = abs(x - y)
      if difference.isNaN { return .infinity }
      largest = max(largest, difference)
    case (nil, nil): return largest
    default: return .infinity
    }
  }
}
