internal import Geometry

/// What the derivatives of Gaussian moments take that does not depend on a frame.
///
/// A function E of the coefficients of one centre has the derivative g = dE/dc. Seen from a single
/// neighbour, with the moments of `MomentKernel` at mean b and covariance C', E changes with
///
///     e = w <P>,   P = sum over l, m, n of q_lmn r^(2n) R_lm,   q = M^T g,
///
/// one polynomial for every centre and neighbour species. With p = w <P>, v = w <grad P> and
/// t = w <r x grad P> (the mean is over the neighbour's Gaussian) everything follows:
///
///     force on the neighbour   F   = p M r - K v          (K = db/dr = sqrt(2) sigma M; monomials: 1)
///     with a smooth cutoff     F  -= p f_c'/(f_c |r|) r
///     torque on the neighbour  tau = - t - r x F
///     virial                   r (outer) F
///
/// because turning position and particle together about the centre changes e by t, and what the
/// position contributes to that is -r x F. Strain moves r and leaves shapes alone.
///
/// grad and r x grad act on solid harmonics (`HarmonicDerivatives`):
///
///     d_a (r^(2n) R_l) = (2n + 2l + 1) / (2l + 1) r^(2n) d_a R_l + 2n r^(2n-2) (x_a R_l)_(l+1),
///
/// so that moments up to lmax + 1 are needed, one layer less there. Seven polynomials then stand in
/// one table, and each pair takes seven dot products with its moments. No Jacobian is formed.
struct GradientEngine: Sendable {
  /// The rows of the polynomials: r x grad along x, y, z; the polynomial itself; its gradient.
  enum Row {
    static let turn = 0
    static let value = 3
    static let gradient = 4
    /// Rows are vectors of this many, the last one unused.
    static let count = 8
  }

  /// Radial functions for each l of the features.
  let counts: [Int]
  /// Those of the moments, for l = 0...lmax + 1 (lmax where nothing is left of lmax + 1).
  let extended: [Int]
  let kernel: MomentKernel
  let spheres: SphereKernel
  let contraction: MomentContraction
  let harmonics: HarmonicDerivatives
  /// Where in the extended harmonics (l, m, n; the last fastest) those of each l begin.
  let starts: [Int]
  let components: [Component]
  let pairOperations: [[PairOperation]]
  /// What derivatives by semi-axes take; nil without them.
  let shapes: ShapeOperations?
  let map: HarmonicMap
  /// For each layer of the kernel: how many of its moments the first four and the last three rows have.
  let spans: [SIMD2<Int>]

  /// Derivatives by semi-axes take the gradient of the gradient, whence moments up to lmax + 2.
  ///
  /// Throws: `NumericalError` when an overlap matrix is singular even with 32 digits.
  init(_ hyperparameters: Hyperparameters, includesShapes: Bool) throws {
    let counts = hyperparameters.radialCounts
    self.counts = counts
    let inner = Self.withGradient(counts)
    extended = includesShapes ? Self.withGradient(inner) : inner
    kernel = MomentKernel(radial: extended)
    spheres = SphereKernel(radial: extended)
    contraction = try MomentContraction(hyperparameters, kernel: kernel)
    harmonics = HarmonicDerivatives(degree: extended.count - 1)
    starts = Self.starts(extended)
    components = Self.components(counts, extended, harmonics)
    pairOperations = Self.pairOperations(counts, in: extended, harmonics)
    shapes = includesShapes ? ShapeOperations(counts, inner: inner, extended, harmonics) : nil
    map = HarmonicMap(extended: extended, kernel: kernel)
    let (value, slope) = (
      Self.spans(counts, kernel), Self.spans(Self.gradientCounts(counts), kernel)
    )
    spans = zip(value, slope).map { SIMD2($0, $1) }
  }

  /// The radial functions that the gradients of these have, for one l more.
  private static func gradientCounts(_ counts: [Int]) -> [Int] {
    (0...counts.count).map { l in
      max(l + 1 < counts.count ? counts[l + 1] : 0, l > 0 ? counts[l - 1] - 1 : 0)
    }
  }

  /// These and those of their gradients.
  private static func withGradient(_ counts: [Int]) -> [Int] {
    var result = gradientCounts(counts)
    for (l, count) in counts.enumerated() { result[l] = max(result[l], count) }
    if result.last == 0 { result.removeLast() }
    return result
  }

  /// The first harmonic of every l in the order l, m, n.
  static func starts(_ counts: [Int]) -> [Int] {
    var starts = [Int]()
    var total = 0
    for (l, count) in counts.enumerated() {
      starts.append(total)
      total += (2 * l + 1) * count
    }
    return starts
  }

  /// How many moments of each layer a polynomial of these radial functions reaches.
  private static func spans(_ radial: [Int], _ kernel: MomentKernel) -> [Int] {
    kernel.highest.indices.map { n in
      var reach = 0
      for (l, wanted) in radial.enumerated() where wanted > 0 {
        // r^(2n) of degree l - 2k comes from r^(2 (n - k)) R_lm.
        for k in 0...(l / 2) where k <= n && n - k < wanted { reach = max(reach, l - 2 * k + 1) }
      }
      return reach * reach
    }
  }

  /// The number of extended harmonics.
  var harmonicCount: Int { spheres.count }

  /// One sparse term of a derivative: value times the numbers from `source` on.
  struct Term: Sendable {
    let source: Int32
    let value: Double
  }

  /// Where a component (l, m) of the extended harmonics of the seven polynomials comes from, in the rows
  /// of the features' harmonics: `paddedWidth` numbers for each (l, m).
  struct Component: Sendable {
    let degree: Int
    /// The first of its harmonics, and how many.
    let place: Int
    let count: Int
    /// The polynomial itself; -1 above lmax.
    let own: Int
    /// Nine lists after each other, each ending where `ends` says: r x grad along x, y, z; the part of
    /// the gradient that comes from l + 1, along x, y, z; the part that comes from l - 1 at n + 1.
    let terms: [Term]
    let ends: [Int]
  }

  /// The width of rows that have whole vectors for any n of the extended harmonics, and one vector
  /// more.
  var paddedWidth: Int { Self.paddedWidth(extended) }

  private static func paddedWidth(_ extended: [Int]) -> Int {
    ((extended.max() ?? 0) + 7) / 8 * 8 + 8
  }

  private static func components(
    _ counts: [Int], _ extended: [Int], _ harmonics: HarmonicDerivatives
  ) -> [Component] {
    let (width, starts) = (paddedWidth(extended), Self.starts(extended))
    return extended.enumerated().flatMap { l, count in
      (0..<(2 * l + 1)).map { m in
        var terms = [Term]()
        var ends = [Int]()
        func add(_ degree: Int, _ entries: [HarmonicDerivatives.Entry]) {
          terms += entries.filter { $0.to == m }
            .map { Term(source: Int32((degree * degree + $0.from) * width), value: $0.value) }
        }
        for axis in 0..<3 {
          if l < counts.count { add(l, harmonics.turn[l][axis]) }
          ends.append(terms.count)
        }
        for axis in 0..<3 {
          if l + 1 < counts.count { add(l + 1, harmonics.down[l + 1][axis]) }
          ends.append(terms.count)
        }
        for axis in 0..<3 {
          if l > 0, l - 1 < counts.count { add(l - 1, harmonics.up[l - 1][axis]) }
          ends.append(terms.count)
        }
        return Component(
          degree: l, place: starts[l] + m * count, count: count,
          own: l < counts.count ? (l * l + m) * width : -1, terms: terms, ends: ends)
      }
    }
  }
}

/// r^(2n) R_lm of the extended harmonics in the monomials of the kernel, for whole rows of numbers at
/// once: moment k of the kernel takes part in the sum of coefficient times harmonic `source`.
struct HarmonicMap: Sendable {
  struct Term: Sendable {
    let source: Int32
    let coefficient: Double
  }

  /// Sums of terms: those of sum k stand from ends[k - 1] to ends[k].
  struct Sums: Sendable {
    let terms: [Term]
    let ends: [Int32]

    init(_ lists: [[Term]]) {
      terms = lists.flatMap { $0 }
      var ends = [Int32]()
      for list in lists { ends.append((ends.last ?? 0) + Int32(list.count)) }
      self.ends = ends
    }
  }

  /// Coefficients of monomials from those of harmonics.
  let toMoments: Sums
  /// The means of harmonics from those of monomials.
  let toHarmonics: Sums

  init(extended: [Int], kernel: MomentKernel) {
    var lists = Array(repeating: [Term](), count: kernel.count)
    var back = Array(
      repeating: [Term](),
      count: extended.enumerated().reduce(0) { $0 + (2 * $1.offset + 1) * $1.element })
    let starts = GradientEngine.starts(extended)
    for (l, count) in extended.enumerated() {
      for m in -l...l {
        for term in SolidHarmonics.polynomial(l: l, m: m) {
          let degree = l - 2 * term.k
          // A_l[p] first, then B_l[p].
          let index = term.s == 0 ? term.p : degree + 1 + term.p
          for n in 0..<count {
            let moment = kernel.offset(layer: n + term.k, degree: degree) + index
            let harmonic = starts[l] + (m + l) * count + n
            let value = term.coefficient.value
            lists[moment].append(Term(source: Int32(harmonic), coefficient: value))
            back[harmonic].append(Term(source: Int32(moment), coefficient: value))
          }
        }
      }
    }
    toMoments = Sums(lists)
    toHarmonics = Sums(back)
  }
}
