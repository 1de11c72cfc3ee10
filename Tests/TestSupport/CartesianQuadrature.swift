public import Geometry
internal import Mathematics

/// Coefficients of a density by a product quadrature along the body axes of the particle: another
/// grid than spheres about the centre, exact for densities that are smooth between the breaks.
public enum CartesianQuadrature {
  /// int rho(u) g_nl(|r|) Y_lm(r / |r|) du with r = displacement + R u, in the order l, m, n.
  ///
  /// `breaks[k]` are the ends of the panels along body axis k, each with `points` nodes; `radial(l, r)`
  /// are the radial functions of a channel.
  public static func coefficients(
    breaks: [[Double]], points: Int, maxAngular: Int, displacement: Vector3,
    orientation: UnitQuaternion, density: (Vector3) -> Double,
    radial: (Int, Double) -> [Double]
  ) -> [Double] {
    let axes = breaks.map { ends in
      zip(ends, ends.dropFirst()).map { GaussLegendre(count: points, from: $0, to: $1) }
    }
    let lines = axes.map { rules in
      zip(rules.flatMap(\.nodes), rules.flatMap(\.weights)).map { ($0, $1) }
    }
    let harmonics = RealSphericalHarmonics(maxDegree: maxAngular)
    let rotation = orientation.rotationMatrix
    var sums = [Double]()
    for (x, wx) in lines[0] {
      for (y, wy) in lines[1] {
        for (z, wz) in lines[2] {
          let u = Vector3(x, y, z)
          let r = displacement + rotation * u
          let weight = wx * wy * wz * density(u)
          let y = harmonics.values(r.normalized)
          var k = 0
          for l in 0...maxAngular {
            let functions = radial(l, r.length)
            for m in -l...l {
              for g in functions {
                if k == sums.count { sums.append(0) }
                sums[k] += weight * g * y[RealSphericalHarmonics.index(l, m)]
                k += 1
              }
            }
          }
        }
      }
    }
    return sums
  }
}
