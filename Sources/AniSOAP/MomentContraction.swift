internal import Mathematics

/// From the summed moments of a neighbourhood to the coefficients of the density: two linear maps
/// for each l, applied once per centre and neighbour species and never per pair.
///
///     G_m(n) = sum over the terms of R_lm:  T <r^(2 (n + k)) x^p y^q z^s>
///     c_m(n') = sum_n M_n'n G_m(n)                            (`RadialTransformation`)
struct MomentContraction: Sendable {
  private typealias Row = SIMD8<Double>

  /// A term of one R_lm: coefficient times the moments from `source` on, contiguous in n.
  private struct Term {
    let source: Int32
    let coefficient: Double
  }

  private struct Channel {
    /// Number of radial functions, and of vectors of eight that hold them.
    let count: Int
    let vectors: Int
    /// The terms of m = -l...l after each other: those of m end at `ends[m]`.
    let terms: [Term]
    let ends: [Int]
    /// M by columns, padded to whole vectors.
    let columns: [Row]
    /// Where the channel's coefficients begin, for one species.
    let base: Int
  }

  private let channels: [Channel]
  /// Where each moment of the kernel goes: contiguous in n for each x^p y^q z^s.
  private let slots: [Int32]
  /// The size of that arrangement, with room to read whole vectors.
  private let arranged: Int
  /// Number of coefficients of one species: sum over l of (2l + 1) counts[l].
  let count: Int

  init(_ hyperparameters: Hyperparameters, kernel: MomentKernel) throws {
    let counts = hyperparameters.maxRadial.counts(maxAngular: hyperparameters.maxAngular)
    // Monomial `index` of degree l starts at starts[l] + index * layers[l].
    var starts = [Int]()
    var total = 0
    for l in 0...kernel.degree {
      starts.append(total)
      total += (2 * l + 1) * kernel.layers[l]
    }
    arranged = total + 8
    var slots = [Int32](repeating: 0, count: kernel.count)
    for l in 0...kernel.degree {
      for n in 0..<kernel.layers[l] {
        let from = kernel.offset(layer: n, degree: l)
        for index in 0..<(2 * l + 1) {
          slots[from + index] = Int32(starts[l] + index * kernel.layers[l] + n)
        }
      }
    }
    self.slots = slots
    var channels = [Channel]()
    var base = 0
    for (l, count) in counts.enumerated() {
      var terms = [Term]()
      var ends = [Int]()
      for m in -l...l {
        for term in SolidHarmonics.polynomial(l: l, m: m) {
          let degree = l - 2 * term.k
          // A_l[p] first, then B_l[p].
          let index = term.s == 0 ? term.p : degree + 1 + term.p
          terms.append(
            Term(
              source: Int32(starts[degree] + index * kernel.layers[degree] + term.k),
              coefficient: term.coefficient.value))
        }
        ends.append(terms.count)
      }
      let matrix = try RadialTransformation(
        basis: hyperparameters.basis, l: l, count: count, cutoff: hyperparameters.cutoff,
        rcond: hyperparameters.rcond
      ).matrix
      let vectors = (count + 7) / 8
      var columns = [Row](repeating: .zero, count: vectors * count)
      for n in 0..<count {
        for row in 0..<count { columns[n * vectors + row / 8][row % 8] = matrix[row][n] }
      }
      channels.append(
        Channel(
          count: count, vectors: vectors, terms: terms, ends: ends, columns: columns, base: base))
      base += (2 * l + 1) * count
    }
    self.channels = channels
    count = base
  }

  /// Room for the arranged moments of one neighbourhood.
  struct Workspace: ~Copyable {
    fileprivate let arranged: UnsafeMutablePointer<Double>

    init(_ contraction: MomentContraction) {
      arranged = .allocate(capacity: contraction.arranged)
      arranged.initialize(repeating: 0, count: contraction.arranged)
    }

    deinit { arranged.deallocate() }
  }

  /// Writes the coefficients in the order l, m, n to `output`, `stride` apart.
  func apply(
    _ sums: UnsafeMutablePointer<MomentKernel.Sum>, _ workspace: borrowing Workspace,
    to output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let arranged = workspace.arranged
    slots.withUnsafeBufferPointer { slots in
      for k in 0..<slots.count {
        let sum = sums[k]
        let half = sum.lowHalf + sum.highHalf
        arranged[Int(slots[k])] = half.x + half.y
      }
    }
    for channel in channels {
      channel.terms.withUnsafeBufferPointer { terms in
        channel.columns.withUnsafeBufferPointer { columns in
          Self.apply(channel, terms, columns, arranged, output, stride)
        }
      }
    }
  }

  @inline(__always)
  private static func apply(
    _ channel: Channel, _ terms: UnsafeBufferPointer<Term>, _ columns: UnsafeBufferPointer<Row>,
    _ arranged: UnsafeMutablePointer<Double>, _ output: UnsafeMutablePointer<Double>,
    _ stride: Int
  ) {
    var first = 0
    var target = output + channel.base * stride
    let vectors = channel.vectors
    for end in channel.ends {
      if vectors == 1 {
        let moments = row(terms, first..<end, arranged, 0)
        var result = Row.zero
        for n in 0..<channel.count {
          result = fma(result, Row(repeating: moments[n]), columns[n])
        }
        for n in 0..<channel.count { target[n * stride] = result[n] }
      } else {
        for v in 0..<vectors {
          var result = Row.zero
          for u in 0..<vectors {
            let moments = row(terms, first..<end, arranged, 8 * u)
            for n in 0..<min(8, channel.count - 8 * u) {
              result = fma(
                result, Row(repeating: moments[n]), columns[(8 * u + n) * vectors + v])
            }
          }
          for n in 0..<min(8, channel.count - 8 * v) {
            target[(8 * v + n) * stride] = result[n]
          }
        }
      }
      first = end
      target += channel.count * stride
    }
  }

  /// Eight values G_m(n) from n = `shift` on. Beyond the channel's count they mean nothing.
  @inline(__always)
  private static func row(
    _ terms: UnsafeBufferPointer<Term>, _ range: Range<Int>,
    _ arranged: UnsafeMutablePointer<Double>, _ shift: Int
  ) -> Row {
    var sum = Row.zero
    for t in range {
      let source = UnsafeRawPointer(arranged + Int(terms[t].source) + shift)
      sum = fma(
        sum, Row(repeating: terms[t].coefficient), source.loadUnaligned(as: Row.self))
    }
    return sum
  }
}
