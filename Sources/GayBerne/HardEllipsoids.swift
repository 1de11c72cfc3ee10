public import Geometry
public import Mathematics

/// Hard ellipsoids: +infinity where two overlap by the exact criterion of Perram and Wertheim, zero
/// elsewhere. `Interaction.singularPairs` is the number of overlapping pairs.
public struct HardEllipsoids: PairPotential {
  /// No two ellipsoids with larger semi-axes than half of this may be in a frame.
  public let cutoff: Double?
  private let kernel: TruncatedKernel<HardEllipsoidsKernel>

  /// Looks at pairs up to `largestSemiAxis` twice: at more, two ellipsoids cannot overlap.
  ///
  /// Throws: `InvalidInput` unless the semi-axis is positive and finite.
  public init(largestSemiAxis: Double) throws {
    guard largestSemiAxis > 0, largestSemiAxis.isFinite else {
      throw InvalidInput(
        "largest semi-axis", value: largestSemiAxis, expected: "a positive number")
    }
    let cutoff = 2 * largestSemiAxis
    self.cutoff = cutoff
    kernel = TruncatedKernel(
      kernel: HardEllipsoidsKernel(), cutoff: cutoff, truncation: .plain)
  }

  /// Energy zero or +infinity; forces and torques are zero.
  ///
  /// Throws: `InvalidInput` when the centres coincide, or for a semi-axis beyond the largest.
  public func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    PairInteraction(
      try evaluate(first, second, displacement: displacement, species: species, by: kernel))
  }

  /// The overlaps of a frame; there are no forces to ask for.
  ///
  /// Throws: `InvalidInput` when forces are asked for, the frame lacks orientations or semi-axes, or
  /// has two particles at the same place (it names them).
  public func evaluate(
    _ frame: Frame, forces: Bool = false, threads: Int = Parallel.availableThreads
  ) throws -> Interaction {
    guard !forces else {
      throw InvalidInput(
        "forces of hard ellipsoids", value: "asked for", expected: "energies only")
    }
    return try evaluate(frame, by: kernel, forces: false, threads: threads)
  }
}

extension HardEllipsoids: KernelPotential {
  var strengths: PairStrengths { PairStrengths() }

  func particle(_ ellipsoid: Ellipsoid, species: String) throws -> Particle<Double> {
    if let cutoff, ellipsoid.semiAxes.largest > cutoff / 2 {
      throw InvalidInput(
        "semi-axis", value: ellipsoid.semiAxes.largest,
        expected: "at most the largest semi-axis that was announced, \(cutoff / 2)")
    }
    return Particle(
      shape: ellipsoid.shape, wells: ellipsoid.shape, extra: (0, ellipsoid.meanRadius, 0, 0))
  }
}

/// Overlap yes or no.
struct HardEllipsoidsKernel: PairKernel {
  @inline(__always)
  func interact<L: Lanes>(
    _ first: Particle<L>, _ second: Particle<L>, epsilon: L, sigma: L, r: LaneVector<L>,
    forces: Bool
  ) -> PairResult<L> {
    let ratio = ContactPolynomial(
      first.shape, second.shape, r, ratio: first.extra.1 / second.extra.1
    ).maximum()
    let matrix = ContactMatrix(first.shape, second.shape, r, ratio: ratio)
    let value = matrix.value
    let squared = r.dot(r)
    let apart = L.select(L.less(value, .one), .zero, L.one)
    return PairResult(
      energy: .zero, radial: .zero, eta: .one, chi: .one, distance: squared.squareRoot(),
      contactDistance: (squared / value).squareRoot(), regular: L.less(.zero, apart))
  }
}
