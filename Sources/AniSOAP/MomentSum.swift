internal import Geometry

/// What the moments of Gaussians take that does not depend on a frame.
struct MomentEngine: Sendable {
  let kernel: MomentKernel
  let spheres: SphereKernel
  let contraction: MomentContraction

  /// Throws: `NumericalError` when an overlap matrix is singular even with 32 digits.
  init(_ hyperparameters: Hyperparameters, counts: [Int]) throws {
    kernel = MomentKernel(radial: counts)
    spheres = SphereKernel(radial: counts)
    contraction = try MomentContraction(hyperparameters, kernel: kernel)
  }
}

/// The sum over Gaussian neighbours by their moments: eight neighbours at a time into the kernel, the
/// sums of moments into coefficients.
final class MomentSum: NeighborSum {
  private let engine: MomentEngine
  private let hyperparameters: Hyperparameters
  private let densities: ParticleDensities
  private let moments: MomentKernel.Workspace
  private let harmonics: SphereKernel.Workspace
  private let contraction: MomentContraction.Workspace
  private let gathered = GatheredNeighbors()
  private let sums: UnsafeMutablePointer<MomentKernel.Sum>
  /// The radial transformations of every species.
  private let radial: [MomentContraction.Radial]

  init(
    _ engine: MomentEngine, _ hyperparameters: Hyperparameters, _ densities: ParticleDensities
  ) {
    self.engine = engine
    self.hyperparameters = hyperparameters
    self.densities = densities
    moments = MomentKernel.Workspace(
      engine.kernel, sums: max(engine.kernel.count, engine.spheres.count))
    sums = moments.sums
    contraction = MomentContraction.Workspace(engine.contraction)
    harmonics = SphereKernel.Workspace(engine.spheres)
    radial = densities.routes.map { route in
      if case .ellipsoids(let shift) = route { return engine.contraction.radial(shift: shift) }
      return engine.contraction.unshifted
    }
  }

  func project(
    _ entries: [Int32], of buffer: NeighborFinder.Buffer, species: Int,
    to output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    switch densities.routes[species] {
    case .spheres(let alpha):
      sums.update(repeating: .zero, count: engine.spheres.count)
      for start in Swift.stride(from: 0, to: entries.count, by: 8) {
        engine.spheres.accumulate(
          gathered.gaussians(entries, start, buffer, densities, hyperparameters), alpha: alpha,
          harmonics, into: sums)
      }
      engine.contraction.applyToHarmonics(
        sums, radial[species], contraction, to: output, stride: stride)
    case .ellipsoids:
      sums.update(repeating: .zero, count: engine.kernel.count)
      var start = 0
      while start < entries.count {
        // A vector of four for four or fewer that are left.
        if entries.count - start > 4 {
          let g: MomentKernel.Gaussians<SIMD8<Double>> = gathered.gaussians(
            entries, start, buffer, densities, hyperparameters)
          engine.kernel.accumulate(g, moments, into: sums)
        } else {
          let g: MomentKernel.Gaussians<SIMD4<Double>> = gathered.gaussians(
            entries, start, buffer, densities, hyperparameters)
          engine.kernel.accumulate(g, moments, into: sums)
        }
        start += 8
      }
      engine.contraction.apply(sums, radial[species], contraction, to: output, stride: stride)
    }
  }
}
