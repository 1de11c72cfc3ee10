public import Mathematics

/// The largest difference of two vectors of coefficients, each l block relative to the largest value
/// of that block in `expected`; infinity where shapes differ or a value is not a number.
public func largestChannelDifference(
  _ values: [Double], _ expected: [Double], _ properties: IndexTable
) -> Double {
  guard values.count == expected.count, values.count == properties.count else { return .infinity }
  var worst = 0.0
  let channels = properties.rows.map { $0[0] }
  for l in Set(channels) {
    let block = channels.indices.filter { channels[$0] == l }
    let largest = block.map { abs(expected[$0]) }.max() ?? 0
    let difference = largestDifference(block.map { values[$0] }, block.map { expected[$0] })
    worst = max(worst, difference / largest)
    if difference.isNaN || largest == 0 { return .infinity }
  }
  return worst
}
