/// The moments of Gaussians with a covariance alpha times the unit matrix: what remains of
/// `MomentKernel` for spheres, where each moment is a product,
///
///     <r^(2n) R_lm> = F_nl(b^2) R_lm(b),
///     F_(n+1) = (b^2 + alpha (4n + 2l + 3)) F_n - alpha^2 2n (2n + 2l + 1) F_(n-1),
///
/// the three-term recurrence of the Laguerre polynomials. This is isotropic SOAP.
struct SphereKernel: Sendable {
  typealias Lanes = SIMD8<Double>
  typealias Sum = MomentKernel.Sum

  /// The number of radial functions for each l.
  let counts: [Int]
  /// Number of moments in all: l, m, n after each other.
  let count: Int
  /// Weights of the recurrence Pi_l^m = rise (z Pi_(l-1)^m) - fall r^2 Pi_(l-2)^m of the normalised
  /// harmonics, at l (l + 1) / 2 + m; on the diagonal `rise` is the weight of the one before it.
  private let rise: [Double]
  private let fall: [Double]

  init(radial: [Int]) {
    counts = radial
    count = radial.enumerated().reduce(0) { $0 + (2 * $1.offset + 1) * $1.element }
    var rise = [Double]()
    var fall = [Double]()
    for l in radial.indices {
      for m in 0...l {
        let (l, m) = (Double(l), Double(m))
        if l == m {
          // sqrt((2m + 1) / 2m), times sqrt(2) where the azimuthal part gets its factor.
          let step = m == 0 ? 1 / (4 * Double.pi) : (2 * m + 1) / (2 * m) * (m == 1 ? 2 : 1)
          rise.append(step.squareRoot())
          fall.append(0)
        } else {
          let square = (4 * l * l - 1) / (l * l - m * m)
          rise.append(square.squareRoot())
          let before = (l - 1) * (l - 1) - m * m
          fall.append((square * before / (4 * (l - 1) * (l - 1) - 1)).squareRoot())
        }
      }
    }
    self.rise = rise
    self.fall = fall
  }

  /// What one worker needs: the harmonics of eight directions.
  struct Workspace: ~Copyable {
    fileprivate let harmonics: UnsafeMutablePointer<Lanes>
    fileprivate let legendre: UnsafeMutablePointer<Lanes>

    init(_ kernel: SphereKernel) {
      let size = kernel.counts.count * kernel.counts.count
      harmonics = .allocate(capacity: size)
      legendre = .allocate(capacity: size)
      harmonics.initialize(repeating: .zero, count: size)
      legendre.initialize(repeating: .zero, count: size)
    }

    deinit {
      harmonics.deallocate()
      legendre.deallocate()
    }
  }

  /// Adds the moments of eight Gaussians, summed over the eight, to `sums` (`count` of them). Only
  /// weight and mean of `g` are read. With `kept` the moments of each lane are left there too.
  func accumulate(
    _ g: borrowing MomentKernel.Gaussians<Lanes>, alpha: Double, _ workspace: borrowing Workspace,
    into sums: UnsafeMutablePointer<Sum>, keeping kept: UnsafeMutablePointer<Lanes>? = nil
  ) {
    var kept = kept
    let square = fma(fma(g.bx * g.bx, g.by, g.by), g.bz, g.bz)
    fillHarmonics(g, square, workspace)
    var sums = sums
    for (l, count) in counts.enumerated() {
      let harmonics = workspace.harmonics + l * l
      var before = Lanes.zero
      var value = g.weight
      for n in 0..<count {
        for m in 0..<(2 * l + 1) {
          let moment = value * harmonics[m]
          sums[m * count + n] += moment.lowHalf + moment.highHalf
          if let kept { kept[m * count + n] = moment }
        }
        let (fn, fl) = (Double(n), Double(l))
        let forward = square + Lanes(repeating: alpha * (4 * fn + 2 * fl + 3))
        let backward = Lanes(repeating: -alpha * alpha * 2 * fn * (2 * fn + 2 * fl + 1))
        (before, value) = (value, fma(forward * value, backward, before))
      }
      sums += (2 * l + 1) * count
      kept = kept.map { $0 + (2 * l + 1) * count }
    }
  }

  /// R_lm(b) at l^2 + l + m.
  @inline(__always)
  private func fillHarmonics(
    _ g: borrowing MomentKernel.Gaussians<Lanes>, _ square: Lanes, _ workspace: borrowing Workspace
  ) {
    let (harmonics, legendre) = (workspace.harmonics, workspace.legendre)
    var (cosine, sine) = (Lanes.one, Lanes.zero)
    for m in counts.indices {
      if m > 0 {
        (cosine, sine) = (
          fma(g.bx * cosine, -g.by, sine), fma(g.by * cosine, g.bx, sine)
        )
      }
      for l in m..<counts.count {
        let k = l * (l + 1) / 2 + m
        var value: Lanes
        if l == m {
          value = Lanes(repeating: rise[k])
          if m > 0 { value *= legendre[k - l - 1] }
        } else {
          value = Lanes(repeating: rise[k]) * g.bz * legendre[k - l]
          if l > m + 1 {
            value = fma(value, Lanes(repeating: -fall[k]) * square, legendre[k - 2 * l + 1])
          }
        }
        legendre[k] = value
        let center = l * l + l
        harmonics[center + m] = value * cosine
        if m > 0 { harmonics[center - m] = value * sine }
      }
    }
  }
}
