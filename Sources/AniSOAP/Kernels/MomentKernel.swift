/// The moments of many Gaussians at once: the hot loop of the house.
///
/// For a Gaussian with mean b and covariance C (which may have negative eigenvalues: only the
/// algebra counts) and a polynomial f, Stein's identity says
///
///     <x_i f> = b_i <f> + sum_j C_ij <d_j f>.
///
/// The density expansion needs <r^(2n) R_lm>, and every solid harmonic R_lm is a sum of
/// r^(2k) x^p y^q z^c with c = 0 or 1, because z^2 = r^2 - x^2 - y^2. On the functions
/// r^(2n) x^p y^q z^c with p + q + c = l the identity closes:
///
///     d_j (r^(2n) g) = 2n r^(2n-2) x_j g + r^(2n) d_j g,
///
/// so that layer n follows from layer n - 1 and from lower l in its own layer. Write A_l[p] for
/// x^p y^(l-p) and B_l[p] for x^p y^(l-1-p) z. Then A_l[p] = <x f> and B_l[p-1] = <z f> for the same
/// f = r^(2n) x^(p-1) y^(l-p), and share its three derivatives (a prime marks layer n - 1):
///
///     <d_x f> = 2n A_l'[p]     + (p-1) A_(l-2)[p-2]
///     <d_y f> = 2n A_l'[p-1]   + (l-p) A_(l-2)[p-1]
///     <d_z f> = 2n B_l'[p-1]
///     A_l[p]   = b_x A_(l-1)[p-1] + C_xx <d_x f> + C_xy <d_y f> + C_xz <d_z f>
///     B_l[p-1] = b_z A_(l-1)[p-1] + C_zx <d_x f> + C_zy <d_y f> + C_zz <d_z f>
///
/// Only A_l[0] = <y f> is reached along y, and layer n starts from the sum of <x_i x_i r^(2n-2)> over
/// the three directions. All values in a loop are contiguous, two layers of (lmax + 1)^2 of them are
/// all it works on, and the sums over neighbours go to memory once a value: 378 unknowns and about
/// 2,200 multiply-adds a pair at lmax = nmax = 6, against 1,330 and 3,700 for all Cartesian moments
/// of degree 18 (paper, A55-A60).
///
/// What was tried, at (6, 6) with 40 neighbours on one core, everything included (neighbour search,
/// contraction), on a machine shared with other work, so that only ratios count: A and B in loops of
/// their own, with tables of p C and n C, 320 ns a pair; A and B together, each summing its own
/// products, 250 ns; sharing the derivatives as above, 210 ns; the same with four lanes instead of
/// eight, 235 ns. By processor time on the quiet machine that was 199 ns. It is 174 ns since the neighbour
/// search goes through long runs (24 to 14 ns a pair), neighbours are gathered through memory instead of
/// lane by lane, the last four or fewer of a centre take a vector of four, and layers and sums lie in one
/// piece of memory. Vectors of sixteen were no faster than those of eight, nor was AVX-512 (of a
/// processor that does it in two halves). Layers divided by 2^n n!, which takes the factor 2n out of the
/// loop, gained 3 % and cost monomials a digit; reading the factors p from a table instead of converting
/// integers changed nothing. What is left is short rows: at (12, 12) all runs at 59 % of the machine's
/// peak, at (4, 4) at 35 %.
///
/// The room AniSOAPReference computes the same by way of all Cartesian moments, with 32 digits, as a
/// check.
///
/// Eight pairs run side by side in a vector, or the last four or fewer of a centre; sums are kept in
/// four lanes.
struct MomentKernel: Sendable {
  typealias Sum = SIMD4<Double>

  /// Mean, covariance and weight of as many Gaussians as there are lanes.
  struct Gaussians<Lanes: MomentLanes> {
    var weight: Lanes
    var bx: Lanes
    var by: Lanes
    var bz: Lanes
    var xx: Lanes
    var xy: Lanes
    var xz: Lanes
    var yy: Lanes
    var yz: Lanes
    var zz: Lanes
  }

  /// Largest p + q + c; at least 2, because the start of a layer needs l = 2 of the one before.
  let degree: Int
  /// `layers[l]`: how many powers r^(2n) are needed of degree l; never growing with l.
  let layers: [Int]
  /// Number of moments in all.
  let count: Int
  /// `highest[n]`: the largest l of layer n.
  let highest: [Int]

  /// `radial[l]` is the number of radial functions wanted for R_lm.
  init(radial: [Int]) {
    degree = max(2, radial.count - 1)
    var layers = [Int](repeating: 1, count: degree + 1)
    // R_lm needs r^(2k) times degree l - 2k, for all k.
    for (l, wanted) in radial.enumerated() {
      for k in 0...(l / 2) { layers[l - 2 * k] = max(layers[l - 2 * k], wanted + k) }
    }
    for l in stride(from: degree - 1, through: 0, by: -1) {
      layers[l] = max(layers[l], layers[l + 1])
    }
    // The start of layer n needs degree 1 of layer n - 1 and degree 2 of layer n - 2.
    layers[1] = max(layers[1], layers[0] - 1)
    layers[2] = max(layers[2], layers[0] - 2)
    self.layers = layers
    highest = (0..<layers[0]).map { n in layers.lastIndex { $0 > n } ?? 0 }
    count = layers.enumerated().reduce(0) { $0 + $1.element * (2 * $1.offset + 1) }
  }

  /// The largest l + 2n.
  var largestPower: Int { layers.enumerated().map { $0.offset + 2 * ($0.element - 1) }.max() ?? 0 }

  /// Where in the sums the moments of layer n and degree l begin: A_l[0...l], then B_l[0..<l].
  func offset(layer n: Int, degree l: Int) -> Int {
    highest[..<n].reduce(0) { $0 + ($1 + 1) * ($1 + 1) } + l * l
  }

  /// What one worker needs: two layers, and the sums.
  struct Workspace: ~Copyable {
    /// Sums over the neighbours; room for as many as were asked for.
    let sums: UnsafeMutablePointer<Sum>
    private let memory: UnsafeMutableRawPointer
    private let second: Int

    /// Layers and sums in one piece of memory, so that how they lie does not depend on chance: with
    /// three pieces from the allocator a pair at (6, 6) took 174 to 192 ns, from build to build.
    init(_ kernel: MomentKernel, sums count: Int) {
      let size = (kernel.degree + 1) * (kernel.degree + 1) * MemoryLayout<SIMD8<Double>>.stride
      second = Self.place(after: size, page: 2048)
      let third = Self.place(after: second + size, page: 1024)
      let bytes = third + count * MemoryLayout<Sum>.stride
      memory = .allocate(byteCount: bytes, alignment: 4096)
      memory.initializeMemory(as: Double.self, repeating: 0, count: bytes / 8)
      sums = (memory + third).assumingMemoryBound(to: Sum.self)
    }

    deinit { memory.deallocate() }

    /// The first place from `start` on that lies `offset` beyond a multiple of 4,096.
    private static func place(after start: Int, page offset: Int) -> Int {
      (start - offset + 4095) / 4096 * 4096 + offset
    }

    /// The two layers for so many lanes; what other lanes have left in them is overwritten before it
    /// is read, or meets a weight of zero.
    fileprivate func pair<Lanes: MomentLanes>(
      _: Lanes.Type
    ) -> (UnsafeMutablePointer<Lanes>, UnsafeMutablePointer<Lanes>) {
      (
        memory.assumingMemoryBound(to: Lanes.self),
        (memory + second).assumingMemoryBound(to: Lanes.self)
      )
    }
  }

  /// Adds the moments of the Gaussians, summed over the lanes, to `sums` (`count` of them).
  ///
  /// With `kept` the moments of each lane are left there too, in the order of the sums: the layers then
  /// stand behind each other instead of taking turns in the workspace.
  func accumulate<Lanes: MomentLanes>(
    _ g: borrowing Gaussians<Lanes>, _ workspace: borrowing Workspace,
    into sums: UnsafeMutablePointer<Sum>, keeping kept: UnsafeMutablePointer<Lanes>? = nil
  ) {
    var sums = sums
    var (now, before) = workspace.pair(Lanes.self)
    if let kept { (now, before) = (kept, kept) }
    // r^(2n) of the last two layers.
    var start = g.weight
    now[0] = start
    Self.add(start, sums)
    sums += 1
    layer(g, n: 0, isFirst: true, now: now, before: before, sums: &sums)
    for n in 1..<max(1, layers[0]) {
      start = nextStart(g, n: n, last: start, before: now, twoBefore: before)
      if kept == nil {
        swap(&now, &before)
      } else {
        (before, now) = (now, now + (highest[n - 1] + 1) * (highest[n - 1] + 1))
      }
      now[0] = start
      Self.add(start, sums)
      sums += 1
      layer(g, n: n, isFirst: false, now: now, before: before, sums: &sums)
    }
  }

  @inline(__always)
  private static func add<Lanes: MomentLanes>(
    _ value: Lanes, _ sum: UnsafeMutablePointer<Sum>
  ) {
    sum.pointee += value.four
  }

  /// <r^(2n)> = b . <x r^(2n-2)> + tr C <r^(2n-2)> + 2 (n-1) sum_ij C_ij <x_i x_j r^(2n-4)>, with
  /// `before` the layer n - 1 and `twoBefore` the layer n - 2.
  @inline(__always)
  private func nextStart<Lanes: MomentLanes>(
    _ g: borrowing Gaussians<Lanes>, n: Int, last: Lanes, before: UnsafeMutablePointer<Lanes>,
    twoBefore: UnsafeMutablePointer<Lanes>
  ) -> Lanes {
    // Layer order: 1; y, x, z; yy, xy, xx, yz, xz.
    var sum = (g.xx + g.yy + g.zz) * last
    sum = fma(sum, g.by, before[1])
    sum = fma(sum, g.bx, before[2])
    sum = fma(sum, g.bz, before[3])
    guard n > 1 else { return sum }
    let (yy, xy, xx) = (twoBefore[4], twoBefore[5], twoBefore[6])
    let (yz, xz) = (twoBefore[7], twoBefore[8])
    var second = g.zz * (last - xx - yy)
    second = fma(second, g.xx, xx)
    second = fma(second, g.yy, yy)
    var mixed = g.xy * xy
    mixed = fma(mixed, g.xz, xz)
    mixed = fma(mixed, g.yz, yz)
    second = second + mixed + mixed
    return fma(sum, Lanes(repeating: Double(2 * (n - 1))), second)
  }

  /// All degrees from 1 of layer n; `isFirst` says at compile time that n = 0 and nothing came before.
  ///
  /// No branch depends on p: at the ends of a row a weight of zero meets a neighbouring value.
  @inline(__always)
  private func layer<Lanes: MomentLanes>(
    _ g: borrowing Gaussians<Lanes>, n: Int, isFirst: Bool, now: UnsafeMutablePointer<Lanes>,
    before: UnsafeMutablePointer<Lanes>, sums: inout UnsafeMutablePointer<Sum>
  ) {
    let twice = Lanes(repeating: Double(2 * n))
    guard highest[n] > 0 else { return }
    for l in 1...highest[n] {
      let a = now + l * l
      let b = a + (l + 1)
      let down = now + (l - 1) * (l - 1)
      let downTwo = now + max(0, l - 2) * max(0, l - 2)
      let aBefore = before + l * l
      let bBefore = aBefore + (l + 1)

      // A_l[0], the only one that is reached along y.
      var lastA = Lanes.zero
      var lastTwo = downTwo[0]
      var first = g.by * down[0]
      first = fma(first, Lanes(repeating: Double(l - 1)) * g.yy, lastTwo)
      if !isFirst {
        lastA = twice * aBefore[0]
        first = fma(first, g.xy, twice * aBefore[1])
        first = fma(first, g.yy, lastA)
        first = fma(first, g.yz, twice * bBefore[0])
      }
      a[0] = first
      Self.add(first, sums)

      // A_l[p] = <x f> and B_l[p - 1] = <z f> share the three derivatives of f.
      lastTwo = .zero
      for p in 1...l {
        let f = down[p - 1]
        let two = downTwo[p - 1]
        var along = g.bx * f
        var above = g.bz * f
        if isFirst {
          let dx = Lanes(repeating: Double(p - 1)) * lastTwo
          let dy = Lanes(repeating: Double(l - p)) * two
          along = fma(fma(along, g.xx, dx), g.xy, dy)
          above = fma(fma(above, g.xz, dx), g.yz, dy)
        } else {
          let dy = fma(lastA, Lanes(repeating: Double(l - p)), two)
          lastA = twice * aBefore[p]
          let dx = fma(lastA, Lanes(repeating: Double(p - 1)), lastTwo)
          let dz = twice * bBefore[p - 1]
          along = fma(fma(fma(along, g.xy, dy), g.xx, dx), g.xz, dz)
          above = fma(fma(fma(above, g.yz, dy), g.xz, dx), g.zz, dz)
        }
        lastTwo = two
        a[p] = along
        b[p - 1] = above
        Self.add(along, sums + p)
        Self.add(above, sums + l + p)
      }
      sums += 2 * l + 1
    }
  }
}
