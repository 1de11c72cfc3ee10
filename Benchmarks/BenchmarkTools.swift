import Dispatch
import Foundation

/// Seconds that `body` takes, as the median of several runs after one that is not counted.
func medianSeconds(runs: Int = 5, _ body: () throws -> Void) rethrows -> Double {
  try body()
  var times = [Double]()
  for _ in 0..<runs {
    let start = DispatchTime.now().uptimeNanoseconds
    try body()
    times.append(Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9)
  }
  return times.sorted()[runs / 2]
}

/// The number with three significant digits and the unit that suits it.
func time(_ seconds: Double) -> String {
  let (value, unit) =
    seconds < 1e-6
    ? (seconds * 1e9, "ns")
    : seconds < 1e-3 ? (seconds * 1e6, "us") : seconds < 1 ? (seconds * 1e3, "ms") : (seconds, "s")
  return "\(decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0)) \(unit)"
}

/// A number with that many decimals.
func decimal(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  let text = "\(rounded)"
  return digits == 0 && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// Text padded with blanks on the left (or, with a negative width, on the right).
func padded(_ text: String, _ width: Int) -> String {
  let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
  return width < 0 ? text + blanks : blanks + text
}

/// Keeps the processor busy for a second: one that was idle begins at half its speed.
func warmUp() {
  let start = processorTime()
  while processorTime() - start < 1e9 {}
}

/// The processor time of this program, in nanoseconds: other programs do not count.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// The shortest processor time of several runs, in nanoseconds: what one core needs, whatever else
/// the machine is doing.
func shortest(of runs: Int = 7, _ body: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<runs {
    let start = processorTime()
    try body()
    best = min(best, processorTime() - start)
  }
  return best
}
