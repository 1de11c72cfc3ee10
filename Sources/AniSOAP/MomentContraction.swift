internal import Mathematics

/// From the summed moments of a neighbourhood to the coefficients of the density: two linear maps
/// for each l, applied once per centre and neighbour species and never per pair.
///
///     G_m(n) = sum over the terms of R_lm:  T <r^(2 (n + k)) x^p y^q z^s>
///     c_m(n') = sum_n M_n'n G_m(n)                            (`RadialTransformation`)
///
/// The moments are those of covariances C' = C - alpha (`ParticleDensities`). M contains the way
/// back, <f>_C = <exp(alpha Laplace / 2) f>_C', which for f = r^(2n) R_lm mixes powers of r alone:
///
///     <r^(2n) R_lm>_C = sum_k (alpha / 2)^k / k! prod_(i = n-k+1)^n 2i (2i + 2l + 1)
///                       <r^(2n - 2k) R_lm>_C'.
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
    /// M without alpha, by rows.
    let matrix: [[Double]]
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
      channels.append(
        Channel(
          count: count, vectors: (count + 7) / 8, terms: terms, ends: ends, matrix: matrix,
          base: base))
      base += (2 * l + 1) * count
    }
    self.channels = channels
    count = base
    unshifted = Self.radial(channels, shift: 0)
  }

  /// The transformations for moments of C itself, made once.
  let unshifted: Radial

  /// M of every channel for one alpha, by columns and by rows, both padded to whole vectors.
  struct Radial: Sendable {
    let columns: [[SIMD8<Double>]]
    let rows: [[SIMD8<Double>]]
  }

  /// The transformations for moments taken with C - `shift`.
  func radial(shift: Double) -> Radial {
    shift == 0 ? unshifted : Self.radial(channels, shift: shift)
  }

  private static func radial(_ channels: [Channel], shift: Double) -> Radial {
    var (allColumns, allRows) = ([[Row]](), [[Row]]())
    for (l, channel) in channels.enumerated() {
      let vectors = channel.vectors
      var columns = [Row](repeating: .zero, count: vectors * channel.count)
      var rows = columns
      for n in 0..<channel.count {
        // The weight of <r^(2 target) R_lm> in <r^(2n) R_lm>, from target = n downwards.
        var weight = 1.0
        for target in stride(from: n, through: 0, by: -1) {
          for row in 0..<channel.count {
            let value = weight * channel.matrix[row][n]
            columns[target * vectors + row / 8][row % 8] += value
            rows[row * vectors + target / 8][target % 8] += value
          }
          let power = Double(2 * target) * Double(2 * target + 2 * l + 1)
          weight *= 0.5 * shift * power / Double(n - target + 1)
        }
      }
      allColumns.append(columns)
      allRows.append(rows)
    }
    return Radial(columns: allColumns, rows: allRows)
  }

  /// Room for the arranged moments of one neighbourhood, and for the rows G_m(n).
  struct Workspace: ~Copyable {
    fileprivate let arranged: UnsafeMutablePointer<Double>

    init(_ contraction: MomentContraction) {
      let size = max(contraction.arranged, contraction.count + 8)
      arranged = .allocate(capacity: size)
      arranged.initialize(repeating: 0, count: size)
    }

    deinit { arranged.deallocate() }
  }

  /// Writes the coefficients in the order l, m, n to `output`, `stride` apart.
  func apply(
    _ sums: UnsafeMutablePointer<MomentKernel.Sum>, _ radial: Radial,
    _ workspace: borrowing Workspace, to output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let arranged = workspace.arranged
    slots.withUnsafeBufferPointer { slots in
      for k in 0..<slots.count { arranged[Int(slots[k])] = Self.total(sums[k]) }
    }
    for (channel, columns) in zip(channels, radial.columns) {
      channel.terms.withUnsafeBufferPointer { terms in
        var first = 0
        var target = output + channel.base * stride
        for end in channel.ends {
          Self.transform(channel, columns, to: target, stride: stride) { shift in
            Self.row(terms, first..<end, arranged, shift)
          }
          first = end
          target += channel.count * stride
        }
      }
    }
  }

  /// As `apply` for sums over <r^(2n) R_lm> themselves, in the order l, m, n (`SphereKernel`).
  func applyToHarmonics(
    _ sums: UnsafeMutablePointer<MomentKernel.Sum>, _ radial: Radial,
    _ workspace: borrowing Workspace, to output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let arranged = workspace.arranged
    for k in 0..<count { arranged[k] = Self.total(sums[k]) }
    for (channel, columns) in zip(channels, radial.columns) {
      for m in channel.ends.indices {
        let start = channel.base + m * channel.count
        Self.transform(channel, columns, to: output + start * stride, stride: stride) { shift in
          UnsafeRawPointer(arranged + start + shift).loadUnaligned(as: Row.self)
        }
      }
    }
  }

  @inline(__always)
  private static func total(_ sum: MomentKernel.Sum) -> Double {
    let half = sum.lowHalf + sum.highHalf
    return half.x + half.y
  }

  /// c(n') = sum_n M_n'n G(n), where `row` gives eight G(n) from a shift on; beyond the channel's
  /// count they mean nothing.
  @inline(__always)
  private static func transform(
    _ channel: Channel, _ columns: [Row], to target: UnsafeMutablePointer<Double>, stride: Int,
    row: (Int) -> Row
  ) {
    let vectors = channel.vectors
    columns.withUnsafeBufferPointer { columns in
      if vectors == 1 {
        let moments = row(0)
        var result = Row.zero
        for n in 0..<channel.count {
          result = fma(result, Row(repeating: moments[n]), columns[n])
        }
        for n in 0..<channel.count { target[n * stride] = result[n] }
        return
      }
      for v in 0..<vectors {
        var result = Row.zero
        for u in 0..<vectors {
          let moments = row(8 * u)
          for n in 0..<min(8, channel.count - 8 * u) {
            result = fma(
              result, Row(repeating: moments[n]), columns[(8 * u + n) * vectors + v])
          }
        }
        for n in 0..<min(8, channel.count - 8 * v) { target[(8 * v + n) * stride] = result[n] }
      }
    }
  }

  /// Eight values G_m(n) from n = `shift` on.
  @inline(__always)
  private static func row(
    _ terms: UnsafeBufferPointer<Term>, _ range: Range<Int>,
    _ arranged: UnsafeMutablePointer<Double>, _ shift: Int
  ) -> Row {
    var sum = Row.zero
    for t in range {
      let source = UnsafeRawPointer(arranged + Int(terms[t].source) + shift)
      sum = fma(sum, Row(repeating: terms[t].coefficient), source.loadUnaligned(as: Row.self))
    }
    return sum
  }
}
