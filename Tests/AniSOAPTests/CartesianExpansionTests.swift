import AniSOAP
import AniSOAPReference
import Geometry
import Mathematics
import TestSupport
import Testing

/// The fast kernel against all Cartesian moments on whole frames: sums over neighbours, several species
/// and shapes, groups of neighbours of any size (full vectors of eight, of four, and lanes left over).
@Suite struct CartesianExpansionTests {
  @Test(arguments: [(0, 0), (1, 2), (2, 0), (3, 5), (6, 6), (9, 4)])
  func theFastKernelAgrees(_ l: Int, _ n: Int) throws {
    var stream = RandomStream(seed: 11, stream: UInt64(l * 10 + n))
    for count in [1, 2, 5, 6, 9, 13, 20] {
      let positions = (0..<count).map { _ in stream.direction() * stream.uniform(0, 4) }
      let orientations = try (0..<count).map { _ in
        let q = stream.rotation()
        return try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
      }
      let axes = try (0..<count).map { _ in
        try SemiAxes(stream.uniform(0.3, 2), stream.uniform(0.3, 2), stream.uniform(0.3, 2))
      }
      let frame = Frame(
        positions: positions, species: (0..<count).map { $0 % 3 == 0 ? "A" : "B" },
        orientations: orientations, semiAxes: axes)
      for basis in [RadialBasis.gto(width: 1.5), .monomial] {
        let hyperparameters = Hyperparameters(
          basis: basis, maxAngular: l, maxRadial: .uniform(n), cutoff: 5)
        let fast = try DensityExpansion(hyperparameters, species: ["A", "B"])
        let reference = try DensityExpansion(
          hyperparameters, species: fast.species, projection: CartesianExpansion(hyperparameters))
        let (a, b) = try (fast.coefficients(of: frame), reference.coefficients(of: frame))
        // The overlaps of monomials are that much worse conditioned.
        let tolerance = basis == .monomial ? 1e-11 : 1e-12
        for channel in 0...l {
          let columns = a.properties.rows.indices.filter { a.properties.rows[$0][0] == channel }
          var (largest, difference) = (0.0, 0.0)
          for row in 0..<count {
            for k in columns {
              largest = max(largest, abs(b.values[row, k]))
              difference = max(difference, abs(a.values[row, k] - b.values[row, k]))
            }
          }
          #expect(difference <= tolerance * largest, "\(basis), \(count) particles, l = \(channel)")
        }
      }
    }
  }
}
