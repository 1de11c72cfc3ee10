internal import Geometry
internal import Mathematics

/// Weighted sums of spherical harmonics over the bonds of every particle, with the particles that the
/// bonds lead to.
struct HarmonicSums {
  private let harmonics: SphericalHarmonics
  private var real: Matrix
  private var imaginary: Matrix
  /// The sum of the weights of every particle's bonds.
  private var totals: [Double]
  /// The other end of every particle's bonds.
  private(set) var neighbors: [[Int]]

  init(_ harmonics: SphericalHarmonics, particles: Int) {
    self.harmonics = harmonics
    real = Matrix(rows: particles, columns: harmonics.count)
    imaginary = real
    totals = Array(repeating: 0, count: particles)
    neighbors = Array(repeating: [], count: particles)
  }

  /// Adds a bond of particle `i`, whose direction is a unit vector.
  mutating func add(_ i: Int, _ neighbor: Int, _ direction: Vector3, weight: Double) {
    neighbors[i].append(neighbor)
    totals[i] += weight
    let row = i * harmonics.count
    real.elements.withUnsafeMutableBufferPointer { re in
      imaginary.elements.withUnsafeMutableBufferPointer { im in
        guard let re = re.baseAddress, let im = im.baseAddress else { return }
        harmonics.add(
          direction.x, direction.y, direction.z, weight: weight, real: re + row,
          imaginary: im + row)
      }
    }
  }

  /// The sums divided by the sums of the weights; zeros without bonds.
  func normalized() -> (real: Matrix, imaginary: Matrix) {
    let factors = totals.map { $0 > 0 ? 1 / $0 : 0 }
    return (real.scaling(rows: factors), imaginary.scaling(rows: factors))
  }
}

/// The coupling of three q_lm to an invariant, through Wigner's 3j symbols.
struct ThirdOrderCoupling {
  /// l.
  let degree: Int
  /// (m1, m2, 3j) of all m1 and m2 whose symbol is not zero; m3 = -m1 - m2.
  private let terms: [(Int, Int, Double)]

  /// Throws: `NumericalError` when a symbol cannot be computed.
  init(degree l: Int) throws {
    degree = l
    var terms: [(Int, Int, Double)] = []
    // The symbol changes sign under exchange of columns for odd l: everything cancels.
    if l % 2 == 0 {
      for m1 in -l...l {
        for m2 in max(-l, -l - m1)...min(l, l - m1) {
          let value = try SpecialFunctions.wigner3j(l, l, l, m1, m2, -m1 - m2)
          if value != 0 { terms.append((m1, m2, value)) }
        }
      }
    }
    self.terms = terms
  }

  /// The real part of sum 3j q_m1 q_m2 q_m3 (the imaginary one vanishes), from stored q_lm without the
  /// Condon-Shortley phase: q_m = (-1)^m stored for m > 0, the conjugate of stored for m < 0.
  func sum(
    real: ArraySlice<Double>, imaginary: ArraySlice<Double>, offset: Int
  ) -> Double {
    let (re, im) = (real.startIndex + offset, imaginary.startIndex + offset)
    let q = { (m: Int) -> (Double, Double) in
      let sign = m > 0 && m % 2 != 0 ? -1.0 : 1.0
      return (sign * real[re + abs(m)], (m < 0 ? -sign : sign) * imaginary[im + abs(m)])
    }
    var total = 0.0
    for (m1, m2, coupling) in terms {
      let ((a, b), (c, d), (e, f)) = (q(m1), q(m2), q(-m1 - m2))
      total += coupling * ((a * c - b * d) * e - (a * d + b * c) * f)
    }
    return total
  }
}
