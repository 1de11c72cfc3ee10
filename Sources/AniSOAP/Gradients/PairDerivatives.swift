/// The derivatives of the coefficients of eight pairs by position and rotation of the neighbour: what
/// `GradientEngine` says, for every basis function instead of one polynomial.
///
///     dc/dr     = w (K <grad f> - M r <f>)   (+ the slope of the cutoff)
///     dc/dtheta = w <r x grad f> - r x dc/dr  (a small rotation about the axes of space)
///
/// and, where the engine has what it takes, by the semi-axes (`ShapeOperations`).
final class PairDerivatives {
  typealias Eight = SIMD8<Double>

  private let engine: GradientEngine
  private let hyperparameters: Hyperparameters
  /// Means of the extended harmonics.
  private let means: UnsafeMutablePointer<Eight>
  /// Six rows of one component, by n.
  private let rows: UnsafeMutablePointer<Eight>
  private let width: Int
  private let ownStarts: [Int]
  /// The number of coefficients of one species.
  let count: Int
  /// Coefficients in the order l, m, n for each of the directions: x, y, z; rotation about x, y, z;
  /// perhaps the semi-axes.
  let values: UnsafeMutablePointer<Eight>
  /// Six, or nine with semi-axes.
  let directions: Int
  private let shape: ShapeDerivatives?

  init(_ engine: GradientEngine, _ hyperparameters: Hyperparameters) {
    self.engine = engine
    self.hyperparameters = hyperparameters
    count = engine.contraction.count
    shape = engine.shapes.map { ShapeDerivatives(engine, $0, hyperparameters) }
    directions = shape == nil ? 6 : 9
    ownStarts = GradientEngine.starts(engine.counts)
    width = engine.counts.max() ?? 1
    means = .allocate(capacity: engine.harmonicCount)
    means.initialize(repeating: .zero, count: engine.harmonicCount)
    rows = .allocate(capacity: directions * width)
    rows.initialize(repeating: .zero, count: directions * width)
    values = .allocate(capacity: directions * count)
    values.initialize(repeating: .zero, count: directions * count)
  }

  deinit {
    means.deallocate()
    rows.deallocate()
    values.deallocate()
  }

  /// Fills `values` for a group of neighbours that `NeighborhoodGradient.project` has kept; with three
  /// directions, those by position alone. `bodies` are the particles of the eight, where semi-axes count.
  func fill(
    _ header: UnsafeMutablePointer<Eight>, directions: Int, isSphere: Bool,
    _ radial: MomentContraction.Radial, bodies: ShapeDerivatives.Bodies?
  ) {
    let moments = header + KeptMoments.headerRows
    if isSphere {
      means.update(from: moments, count: engine.harmonicCount)
    } else {
      sumHarmonics(moments)
    }
    let h = KeptMoments.Header<Eight>(header)
    if directions == 9, let bodies { shape?.prepare(means, h, bodies) }
    for (l, count) in engine.counts.enumerated() {
      for m in 0..<(2 * l + 1) {
        differentiate(l, m, count)
        assemble(h, l, m, count, isSphere: isSphere)
        if directions == 9 { shape?.add(l, m, count, to: rows + 6 * width, width: width) }
        transform(l, m, count, radial.columns[l], directions)
      }
    }
  }

  private func sumHarmonics(_ moments: UnsafeMutablePointer<Eight>) {
    engine.map.toHarmonics.terms.withUnsafeBufferPointer { terms in
      engine.map.toHarmonics.ends.withUnsafeBufferPointer { ends in
        var t = 0
        for k in 0..<ends.count {
          var sum = Eight.zero
          let end = Int(ends[k])
          while t < end {
            sum = fma(sum, Eight(repeating: terms[t].coefficient), moments[Int(terms[t].source)])
            t &+= 1
          }
          means[k] = sum
        }
      }
    }
  }

  /// Rows 0 to 2: <grad f>; rows 3 to 5: <r x grad f>, of f = r^(2n) R_lm.
  private func differentiate(_ l: Int, _ m: Int, _ count: Int) {
    rows.update(repeating: .zero, count: directions * width)
    for entry in engine.pairOperations[engine.ownComponent(l, m)] {
      let target = rows + entry.row * width
      let source = means + entry.source
      let value = entry.value
      switch entry.kind {
      case .turn:
        for n in 0..<count { target[n] = fma(target[n], Eight(repeating: value), source[n]) }
      case .down:
        let scale = value / Double(2 * l + 1)
        for n in 0..<count {
          target[n] = fma(
            target[n], Eight(repeating: scale * Double(2 * n + 2 * l + 1)), source[n])
        }
      case .up:
        for n in 1..<max(1, count) {
          target[n] = fma(target[n], Eight(repeating: value * Double(2 * n)), source[n - 1])
        }
      }
    }
  }

  /// From <grad f> and <r x grad f> to the derivatives by position and rotation.
  private func assemble(
    _ h: KeptMoments.Header<Eight>, _ l: Int, _ m: Int, _ count: Int, isSphere: Bool
  ) {
    let slope = hyperparameters.basis.width.map { 1 / (2.0.squareRoot() * $0) } ?? 0
    let isSmooth = hyperparameters.cutoffShape != .hard
    let (x, y, z) = (h.x, h.y, h.z)
    let (xx, xy, xz, yy, yz, zz) = (h.xx, h.xy, h.xz, h.yy, h.yz, h.zz)
    var (ax, ay, az) = (h.bx * slope, h.by * slope, h.bz * slope)
    if isSmooth {
      ax -= h.slope * x
      ay -= h.slope * y
      az -= h.slope * z
    }
    let values = means + engine.starts[l] + m * engine.extended[l]
    shape?.keepGradient(rows, width, values, count)
    for n in 0..<count {
      let (gx, gy, gz) = (rows[n], rows[width + n], rows[2 * width + n])
      let p = values[n]
      let dx = (xx * gx + xy * gy + xz * gz) - ax * p
      let dy = (xy * gx + yy * gy + yz * gz) - ay * p
      let dz = (xz * gx + yz * gy + zz * gz) - az * p
      (rows[n], rows[width + n], rows[2 * width + n]) = (dx, dy, dz)
      if isSphere {
        for k in 3..<6 { rows[k * width + n] = .zero }
      } else {
        rows[3 * width + n] -= y * dz - z * dy
        rows[4 * width + n] -= z * dx - x * dz
        rows[5 * width + n] -= x * dy - y * dx
      }
    }
  }

  /// To orthonormal radial functions.
  private func transform(
    _ l: Int, _ m: Int, _ count: Int, _ columns: [Eight], _ directions: Int
  ) {
    let vectors = (count + 7) / 8
    columns.withUnsafeBufferPointer { columns in
      let matrix = UnsafeRawPointer(columns.baseAddress.unsafelyUnwrapped)
        .assumingMemoryBound(to: Double.self)
      for direction in 0..<directions {
        let source = rows + direction * width
        let target = values + direction * self.count + ownStarts[l] + m * count
        var row = 0
        // Four rows side by side: one sum alone waits for each of its additions.
        while row + 4 <= count {
          var (s0, s1, s2, s3) = (Eight.zero, Eight.zero, Eight.zero, Eight.zero)
          for n in 0..<count {
            let factors = matrix + (n &* vectors &* 8 &+ row)
            let value = source[n]
            s0 = fma(s0, Eight(repeating: factors[0]), value)
            s1 = fma(s1, Eight(repeating: factors[1]), value)
            s2 = fma(s2, Eight(repeating: factors[2]), value)
            s3 = fma(s3, Eight(repeating: factors[3]), value)
          }
          (target[row], target[row + 1], target[row + 2], target[row + 3]) = (s0, s1, s2, s3)
          row += 4
        }
        while row < count {
          var sum = Eight.zero
          for n in 0..<count {
            sum = fma(sum, Eight(repeating: matrix[n &* vectors &* 8 &+ row]), source[n])
          }
          target[row] = sum
          row += 1
        }
      }
    }
  }
}

extension GradientEngine {
  /// One term of the derivative of component (l, m): value times the means from `source` on.
  struct PairOperation: Sendable {
    enum Kind: Sendable {
      /// The same n, times 1; rows 3 to 5.
      case turn
      /// The same n of degree l - 1, times (2n + 2l + 1) / (2l + 1).
      case down
      /// n - 1 of degree l + 1, times 2n.
      case up
    }
    let kind: Kind
    /// 0 to 2: gradient; 3 to 5: r x grad.
    let row: Int
    let source: Int
    let value: Double
  }

  /// The place of component m (from 0) of degree l.
  func ownComponent(_ l: Int, _ m: Int) -> Int { l * l + m }

  /// The terms of every component of functions with these counts, in the means of others.
  static func pairOperations(
    _ counts: [Int], in extended: [Int], _ harmonics: HarmonicDerivatives
  ) -> [[PairOperation]] {
    let starts = Self.starts(extended)
    var lists = [[PairOperation]]()
    for l in counts.indices {
      for m in 0..<(2 * l + 1) {
        var list = [PairOperation]()
        for axis in 0..<3 {
          func add(
            _ kind: PairOperation.Kind, _ row: Int, _ degree: Int,
            _ entries: [HarmonicDerivatives.Entry]
          ) {
            list += entries.filter { $0.from == m }
              .map {
                PairOperation(
                  kind: kind, row: row, source: starts[degree] + $0.to * extended[degree],
                  value: $0.value)
              }
          }
          if l > 0 { add(.down, axis, l - 1, harmonics.down[l][axis]) }
          if l + 1 < extended.count { add(.up, axis, l + 1, harmonics.up[l][axis]) }
          add(.turn, 3 + axis, l, harmonics.turn[l][axis])
        }
        lists.append(list)
      }
    }
    return lists
  }
}
