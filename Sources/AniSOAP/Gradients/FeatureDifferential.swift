internal import Mathematics

/// From the derivatives of coefficients to those of features, for several directions at once. One for
/// each worker.
///
/// The derivatives are those of the density of one neighbour species, so that of the power spectrum
///
///     dp_l(a, b) = (-1)^l / sqrt(2l + 1) (T(a, b) + T(b, a)),   T(a, b) = sum_m dc_lm(a) c_lm(b)
///
/// only rows a of that species are needed. T is a sum over pairs too: for features that are summed over
/// centres the pairs are added to T, and T goes into the features once.
final class FeatureDifferential {
  private typealias Eight = SIMD8<Double>

  private struct Channel {
    let l: Int
    /// Radial functions, and columns (radial functions times channels) in whole vectors.
    let count: Int
    let columns: Int
    let vectors: Int
    /// The first derivative of a coefficient (one species: l, m, n).
    let source: Int
    /// The first coefficient (l, m, n, channel).
    let start: Int
    /// The first sum T of a direction, in vectors.
    let place: Int
    /// The first feature.
    let feature: Int
  }

  private let channels: [Channel]
  private let channelCount: Int
  private let allPairs: Bool
  private let correlations: [DensityExpansion.Correlation]
  private let bispectrum: Bispectrum?
  private let body: BodyFrame?
  /// The channels that a species goes to, with weights.
  private let targets: [[(channel: Int, weight: Double)]]
  private let directions: Int
  /// T: direction, l, n, then the columns in vectors.
  private let sums: UnsafeMutablePointer<SIMD8<Double>>
  private let sumCount: Int
  /// A derivative with a place for every channel, for the bispectrum.
  private var full: [Double]
  private let counts: [Int]
  /// The number of derivatives of a species, and of coefficients of a centre.
  private let own: Int
  private let total: Int
  /// The first column of each order of correlation; and how many there are of it for one centre.
  let offsets: [Int]
  let widths: [Int]

  /// Features of a centre of type t stand at `offsets[k] + t * stride[k]`; see `column`.
  init(
    _ expansion: DensityExpansion, _ correlations: [DensityExpansion.Correlation],
    directions: Int, centerTypes: Int
  ) throws {
    let plan = expansion.plan
    let columns = expansion.columnCounts
    self.correlations = correlations
    self.directions = directions
    channelCount = plan.channels.count
    counts = plan.counts
    own = plan.count
    body = correlations.contains(.one) ? plan.body : nil
    total = expansion.coefficientCount
    allPairs = plan.hyperparameters.spectrumForm == .allPairs
    bispectrum = correlations.contains(.three) ? try Bispectrum(columns: columns) : nil
    var channels = [Channel]()
    var (source, start, place, feature) = (0, 0, 0, 0)
    for (l, count) in plan.counts.enumerated() {
      let vectors = (columns[l] + 7) / 8
      channels.append(
        Channel(
          l: l, count: count, columns: columns[l], vectors: vectors, source: source, start: start,
          place: place, feature: feature))
      source += (2 * l + 1) * count
      start += (2 * l + 1) * columns[l]
      place += count * vectors
      feature += allPairs ? columns[l] * columns[l] : columns[l] * (columns[l] + 1) / 2
    }
    self.channels = channels
    sumCount = correlations.contains(.two) ? place : 0
    sums = .allocate(capacity: max(1, directions * sumCount))
    sums.initialize(repeating: .zero, count: max(1, directions * sumCount))
    targets = (0..<plan.species.count).map { t in
      guard let weights = plan.hyperparameters.mixing?.weights else { return [(t, 1)] }
      return weights.enumerated().map { ($0.offset, $0.element[t]) }
    }
    full = Array(repeating: 0, count: correlations.contains(.three) || body != nil ? total : 0)
    widths = correlations.map { expansion.featureCount($0) }
    var offsets = [Int]()
    var next = 0
    for width in widths {
      offsets.append(next)
      next += width * centerTypes
    }
    self.offsets = offsets
  }

  deinit { sums.deallocate() }

  /// Adds what one pair, or a sum of pairs of the same centre, contributes. `derivatives` holds one
  /// species' coefficients (l, m, n) for each direction, `stride` apart; `coefficients` are the centre's,
  /// with room to read eight more, `turn` its own frame (`BodyFrame`), where there is one. The power
  /// spectrum waits for `finish`.
  func add(
    _ derivatives: UnsafePointer<Double>, stride: Int, _ coefficients: UnsafePointer<Double>,
    turn: UnsafePointer<Double>?, species: Int, centerType: Int,
    to rows: UnsafeMutablePointer<Double>, columns: Int
  ) {
    for (k, nu) in correlations.enumerated() {
      let first = offsets[k] + centerType * widths[k]
      switch nu {
      case .one:
        for direction in 0..<directions {
          let (source, target) = (
            derivatives + direction * stride, rows + direction * columns + first
          )
          guard let body, let turn else {
            spread(source, species, to: target)
            continue
          }
          full.withUnsafeMutableBufferPointer { full in
            guard let base = full.baseAddress else { return }
            full.update(repeating: 0)
            spread(source, species, to: base)
            body.add(base, turn: turn, to: target)
          }
        }
      case .two:
        for direction in 0..<directions {
          addProducts(
            derivatives + direction * stride, coefficients, sums + direction * sumCount)
        }
      case .three:
        guard let bispectrum else { continue }
        for direction in 0..<directions {
          full.withUnsafeMutableBufferPointer { full in
            guard let base = full.baseAddress else { return }
            full.update(repeating: 0)
            spread(derivatives + direction * stride, species, to: base)
            bispectrum.addDifferential(
              base, coefficients, to: rows + direction * columns + first)
          }
        }
      }
    }
  }

  /// Adds what turning the centre's own frame about the axes of space does to its features, three rows.
  func addOwnTurn(
    _ coefficients: UnsafePointer<Double>, turn: UnsafePointer<Double>?,
    _ harmonics: HarmonicDerivatives, centerType: Int, to rows: UnsafeMutablePointer<Double>,
    columns: Int
  ) {
    guard let body, let turn, let k = correlations.firstIndex(of: .one) else { return }
    let first = offsets[k] + centerType * widths[k]
    full.withUnsafeMutableBufferPointer { full in
      guard let base = full.baseAddress else { return }
      for axis in 0..<3 {
        body.turned(coefficients, axis: axis, harmonics, into: base)
        for c in 0..<total { base[c] = -base[c] }
        body.add(base, turn: turn, to: rows + axis * columns + first)
      }
    }
  }

  /// Puts the sums T into the rows and forgets them.
  func finish(
    species: Int, centerType: Int, to rows: UnsafeMutablePointer<Double>, columns: Int
  ) {
    guard let k = correlations.firstIndex(of: .two) else { return }
    let first = offsets[k] + centerType * widths[k]
    for direction in 0..<directions {
      for (channel, weight) in targets[species] {
        addSums(
          sums + direction * sumCount, channel, weight,
          to: rows + direction * columns + first)
      }
    }
    sums.update(repeating: .zero, count: max(1, directions * sumCount))
  }

  /// Adds the derivative of one species to all coefficients.
  private func spread(
    _ derivative: UnsafePointer<Double>, _ species: Int, to target: UnsafeMutablePointer<Double>
  ) {
    for (channel, weight) in targets[species] {
      for k in 0..<own { target[k * channelCount + channel] += weight * derivative[k] }
    }
  }

  private func addProducts(
    _ derivative: UnsafePointer<Double>, _ coefficients: UnsafePointer<Double>,
    _ sums: UnsafeMutablePointer<Eight>
  ) {
    for channel in channels {
      let (count, columns, vectors) = (channel.count, channel.columns, channel.vectors)
      let components = 2 * channel.l + 1
      let d = derivative + channel.source
      let c = coefficients + channel.start
      let target = sums + channel.place
      for v in 0..<vectors {
        var n = 0
        // Four n side by side: one sum alone waits for each of its additions.
        while n + 4 <= count {
          let sums = target + (n &* vectors &+ v)
          var (s0, s1) = (sums[0], sums[vectors])
          var (s2, s3) = (sums[2 &* vectors], sums[3 &* vectors])
          for m in 0..<components {
            let row = UnsafeRawPointer(c + (m &* columns &+ 8 &* v)).loadUnaligned(as: Eight.self)
            let factors = d + (m &* count &+ n)
            s0 = fma(s0, Eight(repeating: factors[0]), row)
            s1 = fma(s1, Eight(repeating: factors[1]), row)
            s2 = fma(s2, Eight(repeating: factors[2]), row)
            s3 = fma(s3, Eight(repeating: factors[3]), row)
          }
          (sums[0], sums[vectors]) = (s0, s1)
          (sums[2 &* vectors], sums[3 &* vectors]) = (s2, s3)
          n += 4
        }
        while n < count {
          var sum = target[n &* vectors &+ v]
          for m in 0..<components {
            let row = UnsafeRawPointer(c + (m &* columns &+ 8 &* v)).loadUnaligned(as: Eight.self)
            sum = fma(sum, Eight(repeating: d[m &* count &+ n]), row)
          }
          target[n &* vectors &+ v] = sum
          n += 1
        }
      }
    }
  }

  private func addSums(
    _ sums: UnsafePointer<Eight>, _ target: Int, _ weight: Double,
    to row: UnsafeMutablePointer<Double>
  ) {
    for channel in channels {
      let columns = channel.columns
      let sign: Double = channel.l % 2 == 0 ? 1 : -1
      let scale = weight * sign / Double(2 * channel.l + 1).squareRoot()
      let root = scale * 2.0.squareRoot()
      let feature = row + channel.feature
      for n in 0..<channel.count {
        let values = UnsafeRawPointer(sums + channel.place + n * channel.vectors)
          .assumingMemoryBound(to: Double.self)
        let a = n * channelCount + target
        if allPairs {
          for b in 0..<columns {
            let value = scale * values[b]
            feature[a * columns + b] += value
            feature[b * columns + a] += value
          }
        } else {
          for b in 0..<columns {
            let (low, high) = (min(a, b), max(a, b))
            // Row `low` begins after columns + (columns - 1) + ... of those before it.
            let place = low * columns - low * (low - 1) / 2 + high - low
            feature[place] += a == b ? 2 * scale * values[b] : root * values[b]
          }
        }
      }
    }
  }
}

extension Bispectrum {
  /// Adds the change of the invariants with a small change of the coefficients.
  func addDifferential(
    _ change: UnsafePointer<Double>, _ coefficients: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Double>
  ) {
    var target = target
    forEachTriple { columns, starts, scale, tensor in
      let ((n1, n2, n3), (s1, s2, s3)) = (columns, starts)
      let size = n1 * n2
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * size + 1) { memory in
        guard let pair = memory.baseAddress else { return }
        let changed = pair + size
        var next = 0
        for m3 in 0..<tensor.components {
          let first = next
          while next < tensor.entries.count, Int(tensor.entries[next].result) == m3 { next += 1 }
          if first == next { continue }
          memory.update(repeating: 0)
          for entry in tensor.entries[first..<next] {
            let (p, q) = (s1 + Int(entry.first) * n1, s2 + Int(entry.second) * n2)
            let factor = scale * entry.value
            for i in 0..<n1 {
              let (a, da) = (factor * coefficients[p + i], factor * change[p + i])
              for j in 0..<n2 {
                pair[i * n2 + j] += a * coefficients[q + j]
                changed[i * n2 + j] += da * coefficients[q + j] + a * change[q + j]
              }
            }
          }
          let c = s3 + m3 * n3
          for k in 0..<size {
            let row = target + k * n3
            for j in 0..<n3 {
              row[j] += changed[k] * coefficients[c + j] + pair[k] * change[c + j]
            }
          }
        }
      }
      target += size * n3
    }
  }
}
