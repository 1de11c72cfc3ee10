internal import Geometry
internal import Mathematics

/// Keeps the centres in layers at right angles to z, spread about them as they were drawn, while
/// overlaps are removed.
///
/// First they move within the planes at their heights only, which leaves the profile as it is. Where
/// that is not enough (at low nematic order, and near the highest densities) they may also move along z,
/// in such a way that the first harmonics of the density keep their amplitudes. Where even that is not
/// enough, only the first, tau, is kept; tau_2 then tells how far the profile has changed.
struct LayerConstraint {
  let spacing: Double
  /// Particles with an axis and spheres among them have the same profile, each for themselves, so that
  /// the layers of either can be measured alone.
  private let groups: [[Int]]

  /// The number of harmonics that are held, where there are enough particles: those m whose amplitude in
  /// Gaussian layers, tau^(m m), is above 0.02; 2 to 8 of them. More would leave less room to move, and
  /// would hold what is chance in the positions drawn.
  private static func harmonics(order tau: Double) -> Int {
    guard tau > 0 else { return 2 }
    let last = (logarithm(0.02) / logarithm(min(tau, 0.999))).squareRoot()
    return min(8, max(2, Int(last)))
  }
  /// Fewer particles for each harmonic, and they would hardly have room to move.
  private static let particlesPerHarmonic = 8

  init(spacing: Double, _ members: Population.Members) {
    self.spacing = spacing
    groups = [members.oriented, members.spheres].filter { !$0.isEmpty }
  }

  private var waveVector: Vector3 { Vector3(0, 0, 2 * Double.pi / spacing) }

  /// Moves the particles along z as little as it takes for |<exp(2 pi i z/spacing)>| to be `order`.
  /// A few spheres among other particles, which may not be able to have that order, stay where they are.
  ///
  /// Throws: `NumericalError` when that does not converge; `Stopped`.
  func restore(_ positions: inout [Vector3], order: Double) throws {
    for (k, group) in groups.enumerated() {
      let waves = DensityWaves(
        [.init(waveVector: waveVector, amplitude: order)], members: group)
      if k == 0 {
        try waves.restore(&positions)
      } else {
        var moved = positions
        do {
          try waves.restore(&moved)
          positions = moved
        } catch is NumericalError {}
      }
    }
  }

  /// What may not change, the strictest first.
  func stages(_ positions: [Vector3], order: Double) -> [[DensityWaves]] {
    let normal = Vector3(0, 0, 1)
    let strict = [DensityWaves([], frozen: [normal])]
    guard order <= DensityWaves.frozenAmplitude else { return [strict] }
    let number = Self.harmonics(order: order)
    func holding(_ most: Int) -> [DensityWaves] {
      groups.map { group in
        let harmonics = min(most, group.count / Self.particlesPerHarmonic)
        return harmonics == 0
          ? DensityWaves([], frozen: [normal], members: group)
          : DensityWaves(holding: harmonics, of: waveVector, at: positions, members: group)
      }
    }
    return [strict, holding(number), holding(1)]
  }

  /// The positions of the particles whose layers are measured: those with an axis, where there are any.
  func members(of positions: [Vector3]) -> [Vector3] { (groups.first ?? []).map { positions[$0] } }
}
