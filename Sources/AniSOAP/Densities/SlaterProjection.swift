internal import Geometry
internal import Mathematics
internal import Synchronization

/// Gaussian densities in Slater-type functions, which have no closed moments together: by quadratures
/// that are refined, pair by pair, until their own estimate of the error is below 1e-9 of the largest
/// coefficient.
struct SlaterProjection: PairProjection {
  /// Grids for ever thinner and farther particles (`QuadratureGrid.init` says how fine they must be).
  fileprivate static let grids = [
    QuadratureGrid(angularDegree: 60, radialPoints: 60),
    QuadratureGrid(angularDegree: 120, radialPoints: 100),
    QuadratureGrid(angularDegree: 240, radialPoints: 180),
  ]
  private static let tolerance = 1e-9

  private let levels: Levels

  init(_ hyperparameters: Hyperparameters, width: Double) throws {
    let counts = hyperparameters.radialCounts
    levels = Levels(
      radial: try OrthonormalRadialFunctions(.slater(width: width), counts: counts))
  }

  /// The quadratures, each made when a pair needs it first.
  private final class Levels: Sendable {
    private let radial: OrthonormalRadialFunctions
    private let made = Mutex<[QuadratureExpansion]>([])

    init(radial: OrthonormalRadialFunctions) { self.radial = radial }

    subscript(level: Int) -> QuadratureExpansion {
      made.withLock { made in
        while made.count <= level {
          made.append(QuadratureExpansion(radial: radial, grid: SlaterProjection.grids[made.count]))
        }
        return made[level]
      }
    }
  }

  func coefficients(
    of frame: Frame
  ) throws -> @Sendable (_ particle: Int, _ displacement: Vector3) throws -> [Double] {
    let densities = try frame.shapesToExpand().map { DensityFunction(.gaussian, semiAxes: $0) }
    let (orientations, levels) = (frame.orientations, levels)
    return { j, r in
      var last = 0.0
      for level in Self.grids.indices {
        let found = try levels[level].coefficients(
          of: densities[j], at: r, orientation: orientations?[j] ?? .identity)
        let largest = found.values.reduce(0) { max($0, abs($1)) }
        if found.error <= Self.tolerance * largest { return found.values }
        last = found.error / largest
      }
      throw NumericalError(
        "the quadrature of Slater-type functions over particle \(j) at (\(r.x), \(r.y), \(r.z)) is off "
          + "by \(last) of the largest coefficient: the particle is too thin for its distance")
    }
  }
}
