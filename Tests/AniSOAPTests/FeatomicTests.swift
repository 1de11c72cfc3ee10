import AniSOAP
import FileFormats
import Foundation
import Geometry
import Mathematics
import TestSupport
import Testing

/// All-atom SOAP is this engine with spheres: against featomic in a radial basis that both have
/// (data/reference/featomic/make.py, which also writes down the map of conventions).
@Suite struct FeatomicTests {
  /// The second file has the paper's setting for benzene: lmax 10, cutoff 7, width 0.5, with invariants.
  @Test(arguments: ["spheres", "benzene"])
  func spheresAgreeWithFeatomic(_ name: String) throws {
    let archive = try NumPyArchive(contentsOf: ReferenceData.path("featomic/\(name).npz"))
    let p = try archive["parameters"].doubles ?? []
    let (l, n, scale, width, cutoff) = (Int(p[0]), Int(p[1]), p[2], p[3], p[4])
    let flat = try archive["positions"].doubles ?? []
    let edges = try archive["cell"].doubles ?? []
    func row(_ values: [Double], _ i: Int) -> Vector3 {
      Vector3(values[3 * i], values[3 * i + 1], values[3 * i + 2])
    }
    let numbers = try archive["numbers"].integers ?? []
    let centers =
      archive.contains("centers")
      ? try archive["centers"].integers ?? [] : Array(numbers.indices)
    let sphere = try SemiAxes(width, width, width)
    let frame = Frame(
      positions: numbers.indices.map { row(flat, $0) }, species: numbers.map(String.init),
      semiAxes: Array(repeating: sphere, count: numbers.count),
      cell: try Cell(row(edges, 0), row(edges, 1), row(edges, 2)))
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .laguerre(width: scale), maxAngular: l, maxRadial: .uniform(n), cutoff: cutoff),
      species: SpeciesTable(found: frame.species))
    let ours = try expansion.coefficients(of: frame).values
    // From unit square norm to unit mass.
    let factor = pow(Double.pi * width * width, 0.75) / pow(2 * Double.pi * width * width, 1.5)
    let stride = (n + 1) * expansion.species.count
    var start = 0
    for channel in 0...l {
      let reference = try archive["l\(channel)"].doubles ?? []
      let size = (2 * channel + 1) * stride
      try #require(reference.count == centers.count * size)
      let largest = factor * (reference.map(abs).max() ?? 0)
      for (k, center) in centers.enumerated() {
        let values = reference[(k * size)..<((k + 1) * size)].map { factor * $0 }
        let row = ours.row(center)
        let mine = row[(row.startIndex + start)..<(row.startIndex + start + size)]
        // featomic interpolates its radial integrals: its splines are accurate to about 1e-8.
        #expect(largestDifference(values, mine) <= 1e-7 * largest)
      }
      start += size
    }
    guard archive.contains("power_spectrum") else { return }
    try invariantsAgree(
      archive, expansion.features(of: frame, correlation: .two, average: .none).values, centers,
      factor: factor * factor)
  }

  /// featomic's (type, n) have the type first, ours n.
  private func invariantsAgree(
    _ archive: NumPyArchive, _ ours: Matrix, _ centers: [Int], factor: Double
  ) throws {
    let array = try archive["power_spectrum"]
    let reference = try #require(array.doubles)
    let (channels, types, radials) = (array.shape[1], array.shape[2], array.shape[3])
    let size = types * radials
    try #require(ours.columns == channels * size * size)
    let largest = factor * (reference.map(abs).max() ?? 0)
    for (k, center) in centers.enumerated() {
      let expected = (0..<channels * size * size).map { column -> Double in
        let (l, rest) = column.quotientAndRemainder(dividingBy: size * size)
        let (a, b) = rest.quotientAndRemainder(dividingBy: size)
        func place(_ index: Int) -> Int { index % types * radials + index / types }
        return factor * reference[((k * channels + l) * size + place(a)) * size + place(b)]
      }
      #expect(largestDifference(expected, Array(ours.row(center))) <= 1e-7 * largest)
    }
  }
}
