/// Derivatives of the solid harmonics, as sparse matrices between the components m of one degree and
/// those of the same or a neighbouring one.
///
/// With Q_l^m(z, r^2) = r^(l-m) d^m P_l / dz^m and C_m + i S_m = (x + i y)^m the harmonics are
/// N_lm Q_l^m C_m and N_lm Q_l^m S_m, and
///
///     d_z Q_l^m C_m = (l + m) Q_(l-1)^m C_m                                    (the same with S_m)
///     d_x Q_l^m C_m = (-Q_(l-1)^(m+1) C_(m+1) + (l+m)(l+m-1) Q_(l-1)^(m-1) C_(m-1)) / 2
///     d_x Q_l^m S_m = (-Q_(l-1)^(m+1) S_(m+1) + (l+m)(l+m-1) Q_(l-1)^(m-1) S_(m-1)) / 2
///     d_y Q_l^m C_m = (-Q_(l-1)^(m+1) S_(m+1) - (l+m)(l+m-1) Q_(l-1)^(m-1) S_(m-1)) / 2
///     d_y Q_l^m S_m = ( Q_(l-1)^(m+1) C_(m+1) + (l+m)(l+m-1) Q_(l-1)^(m-1) C_(m-1)) / 2
///
/// for m > 0; for m = 0, d_x Q_l^0 = -Q_(l-1)^1 C_1 and d_y Q_l^0 = -Q_(l-1)^1 S_1. (They follow from
/// d_z Q_l^m = (l + m) Q_(l-1)^m, d_x Q_l^m = -x Q_(l-1)^(m+1) and
/// 2m Q_l^m = (x^2 + y^2) Q_(l-1)^(m+1) + (l+m)(l+m-1) Q_(l-1)^(m-1).)
struct HarmonicDerivatives: Sendable {
  /// value times component `to` in the image of component `from`; components count from 0, m + l.
  struct Entry: Sendable {
    let from: Int
    let to: Int
    let value: Double
  }

  /// `down[l][a]`: d_a R_l in terms of R_(l-1).
  let down: [[[Entry]]]
  /// `up[l][a]`: x_a R_l - r^2 d_a R_l / (2l + 1) in terms of R_(l+1), for l below the largest degree.
  let up: [[[Entry]]]
  /// `turn[l][a]`: (r x grad)_a R_l in terms of R_l.
  let turn: [[[Entry]]]

  /// For l = 0...degree.
  init(degree: Int) {
    let down = (0...degree).map { l in (0..<3).map { Self.derivative(l, axis: $0) } }
    // Harmonics are orthonormal on the sphere: int Y_(l+1) x_a Y_l dOmega is both an element of `up`
    // and 1 / (2l + 3) of one of `down`.
    let up = (0..<degree).map { l in
      (0..<3).map { axis in
        down[l + 1][axis].map {
          Entry(from: $0.to, to: $0.from, value: $0.value / Double(2 * l + 3))
        }
      }
    }
    self.down = down
    self.up = up
    turn = (0...degree).map { l in
      (0..<3).map { axis in
        guard l > 0 else { return [] }
        let (b, c) = ((axis + 1) % 3, (axis + 2) % 3)
        return Self.difference(
          Self.product(down[l][c], up[l - 1][b]), Self.product(down[l][b], up[l - 1][c]))
      }
    }
  }

  /// First `first`, then `second`, by components.
  private static func product(_ first: [Entry], _ second: [Entry]) -> [SIMD2<Int>: Double] {
    var sums: [SIMD2<Int>: Double] = [:]
    for a in first {
      for b in second where b.from == a.to {
        sums[SIMD2(a.from, b.to), default: 0] += a.value * b.value
      }
    }
    return sums
  }

  private static func difference(
    _ a: [SIMD2<Int>: Double], _ b: [SIMD2<Int>: Double]
  ) -> [Entry] {
    a.merging(b.mapValues(-)) { $0 + $1 }
      // All elements are half square roots of integers, or integers; what cancels leaves rounding.
      .filter { abs($0.value) > 1e-10 }
      .map { Entry(from: $0.key.x, to: $0.key.y, value: $0.value) }
      .sorted { ($0.from, $0.to) < ($1.from, $1.to) }
  }

  /// d_a R_l in terms of R_(l-1).
  private static func derivative(_ l: Int, axis: Int) -> [Entry] {
    guard l > 0 else { return [] }
    var entries = [Entry]()
    for m in -l...l {
      let order = abs(m)
      // Cosine and sine components of order k of degree l - 1.
      func add(order k: Int, isSine: Bool, _ weight: Double) {
        guard k <= l - 1, !(isSine && k == 0) else { return }
        let ratio = Self.norm(l, order) / Self.norm(l - 1, k)
        entries.append(
          Entry(from: m + l, to: (isSine ? -k : k) + l - 1, value: weight * ratio))
      }
      let isSine = m < 0
      let raised = Double((l + order) * (l + order - 1))
      switch axis {
      case 2: add(order: order, isSine: isSine, Double(l + order))
      case 0 where m == 0: add(order: 1, isSine: false, -1)
      case 1 where m == 0: add(order: 1, isSine: true, -1)
      case 0:
        add(order: order + 1, isSine: isSine, -0.5)
        add(order: order - 1, isSine: isSine, 0.5 * raised)
      default:
        add(order: order + 1, isSine: !isSine, isSine ? 0.5 : -0.5)
        add(order: order - 1, isSine: !isSine, isSine ? 0.5 * raised : -0.5 * raised)
      }
    }
    return entries
  }

  /// N_lm = sqrt((2 - delta_m0) (2l + 1) (l - m)! / (4 pi (l + m)!)).
  private static func norm(_ l: Int, _ m: Int) -> Double {
    var square = Double(2 * l + 1) / (4 * Double.pi) * (m == 0 ? 1 : 2)
    for factor in stride(from: l - m + 1, through: l + m, by: 1) { square /= Double(factor) }
    return square.squareRoot()
  }
}
