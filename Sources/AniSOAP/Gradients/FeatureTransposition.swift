internal import Mathematics

/// From the derivative of something by the features of a centre to that by its coefficients: the
/// transposed Jacobian of the features, never formed.
extension DensityExpansion {
  /// Adds to `target` what the power spectrum contributes: with w the derivative by p_l(a, b),
  ///
  ///     dE/dc_lm(a) = (-1)^l / sqrt(2l + 1) sum_b (w_ab + w_ba) c_lm(b),
  ///
  /// twice w_aa on the diagonal; w_ab sqrt 2 off it for unordered pairs.
  func pullSpectrum(
    _ derivative: UnsafePointer<Double>, _ coefficients: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>
  ) {
    let all = hyperparameters.spectrumForm == .allPairs
    var (derivative, source) = (derivative, 0)
    for (l, columns) in columnCounts.enumerated() {
      let scale = (l % 2 == 0 ? 1 : -1) / Double(2 * l + 1).squareRoot()
      for _ in 0..<(2 * l + 1) {
        let (c, g) = (coefficients + source, target + source)
        var row = derivative
        for a in 0..<columns {
          if all {
            var sum = 0.0
            let factor = scale * c[a]
            for b in 0..<columns {
              sum += row[b] * c[b]
              g[b] += factor * row[b]
            }
            g[a] += scale * sum
            row += columns
          } else {
            let root = scale * 2.0.squareRoot()
            var sum = 0.0
            g[a] += 2 * scale * row[0] * c[a]
            for b in (a + 1)..<max(columns, a + 1) {
              sum += row[b - a] * c[b]
              g[b] += root * row[b - a] * c[a]
            }
            g[a] += root * sum
            row += columns - a
          }
        }
        source += columns
      }
      derivative += all ? columns * columns : columns * (columns + 1) / 2
    }
  }
}

extension Bispectrum {
  /// Adds to `target` the derivative by the coefficients of something whose derivative by the invariants
  /// is `derivative`.
  func pull(
    _ derivative: UnsafePointer<Double>, _ coefficients: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>
  ) {
    var derivative = derivative
    forEachTriple { columns, starts, scale, tensor in
      let ((n1, n2, n3), (s1, s2, s3)) = (columns, starts)
      let size = n1 * n2
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * size + 1) { memory in
        guard let pair = memory.baseAddress else { return }
        let back = pair + size
        var next = 0
        for m3 in 0..<tensor.components {
          let first = next
          while next < tensor.entries.count, Int(tensor.entries[next].result) == m3 { next += 1 }
          if first == next { continue }
          pair.update(repeating: 0, count: size)
          for entry in tensor.entries[first..<next] {
            let a = coefficients + s1 + Int(entry.first) * n1
            let b = coefficients + s2 + Int(entry.second) * n2
            for i in 0..<n1 {
              let factor = scale * entry.value * a[i]
              for j in 0..<n2 { pair[i * n2 + j] += factor * b[j] }
            }
          }
          let (c, gc) = (coefficients + s3 + m3 * n3, target + s3 + m3 * n3)
          for k in 0..<size {
            let row = derivative + k * n3
            var sum = 0.0
            for j in 0..<n3 {
              sum += row[j] * c[j]
              gc[j] += row[j] * pair[k]
            }
            back[k] = sum
          }
          for entry in tensor.entries[first..<next] {
            let (p, q) = (s1 + Int(entry.first) * n1, s2 + Int(entry.second) * n2)
            let factor = scale * entry.value
            for i in 0..<n1 {
              let along = factor * coefficients[p + i]
              var sum = 0.0
              for j in 0..<n2 {
                sum += back[i * n2 + j] * coefficients[q + j]
                target[q + j] += along * back[i * n2 + j]
              }
              target[p + i] += factor * sum
            }
          }
        }
      }
      derivative += size * n3
    }
  }
}
