import AniSOAP
import FileFormats
import Geometry
import Mathematics
import TestSupport
import Testing

/// Single pairs against 100-digit values (data/reference/anisoap-exact/make.py), with rcond = 0: high
/// orders, near-spheres, needles, tiny and huge particles, distance 0, a far pair.
@Suite struct ExactPairTests {
  /// The largest error over the largest value of each l block, the largest of all blocks.
  private func largestError(
    case index: Int, recurrence: Recurrence
  ) throws -> (l: Int, n: Int, error: Double) {
    let archive = try NumPyArchive(
      contentsOf: ReferenceData.path("anisoap-exact/exact.npz"))
    let input = try archive["case\(index)_input"].doubles ?? []
    let exact = try archive["case\(index)"].doubles ?? []
    let (l, n) = (Int(input[0]), Int(input[1]))
    let r = Vector3(input[3], input[4], input[5])
    let orientation = try UnitQuaternion(w: input[6], x: input[7], y: input[8], z: input[9])
    let axes = try SemiAxes(input[10], input[11], input[12])
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: input[2]), maxAngular: l, maxRadial: .uniform(n), cutoff: 100),
      species: ["X"], recurrence: recurrence)
    let frame = Frame(
      positions: [Vector3.zero, r], orientations: [orientation, orientation],
      semiAxes: [axes, axes])
    let block = try expansion.pairCoefficients(of: frame)
    let row = try #require(block.samples.rows.firstIndex { $0[0] == 0 && $0[1] == 1 })
    let ours = Array(block.values.row(row))
    try #require(ours.count == exact.count)
    var worst = 0.0
    var start = 0
    for channel in 0...l {
      let range = start..<(start + (2 * channel + 1) * (n + 1))
      let largest = exact[range].map(abs).max() ?? 0
      // An odd channel vanishes at distance 0 and for spheres; nothing may appear there.
      let error = largestDifference(ours[range], exact[range])
      worst = max(worst, largest > 0 ? error / largest : error)
      start = range.upperBound
    }
    return (l, n, worst)
  }

  @Test(arguments: 0..<15)
  func coefficientsAgreeWithHundredDigits(_ index: Int) throws {
    let (l, n, error) = try largestError(case: index, recurrence: .solid)
    // Measured: 5e-14 at (6, 6), 3e-13 at (12, 12), 1.2e-11 at (20, 10).
    let tolerance = l <= 6 ? 2e-13 : l <= 12 ? 2e-12 : 1e-10
    #expect(error <= tolerance, "(\(l), \(n)): \(error)")
  }

  /// The twin, which shares the layout of the moments and what is made of them, but no step of the way.
  /// Measured: 4e-15 where the fast kernel has 9e-15 at (6, 6), 1.1e-13 (1.4e-13) at (12, 12), 1.2e-11
  /// (1.0e-11) at (20, 10).
  @Test(arguments: 0..<15)
  func cartesianTwinAgreesWithHundredDigits(_ index: Int) throws {
    let (l, n, error) = try largestError(case: index, recurrence: .cartesian)
    let tolerance = l <= 6 ? 2e-13 : l <= 12 ? 2e-12 : 1e-10
    #expect(error <= tolerance, "(\(l), \(n)): \(error)")
  }
}
