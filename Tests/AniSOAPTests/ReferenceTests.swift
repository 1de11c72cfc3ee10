import AniSOAP
import FileFormats
import Geometry
import Mathematics
import TestSupport
import Testing

/// Against AniSOAP at commit 6b28869 and 80-digit values of the same coefficients.
@Suite struct ReferenceTests {
  /// Pair coefficients against 80 digits, relative to the largest value of each l block.
  ///
  /// 1e-13 where lmax and nmax are at most 6 (measured: 9e-15); 1e-11 at (9, 6) (measured: 2e-12).
  @Test(arguments: ReferenceCase.names)
  func pairCoefficientsAgreeWithEightyDigits(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let tolerance = reference.hyperparameters.maxAngular > 6 ? 1e-11 : 1e-13
    let expansion = try DensityExpansion(reference.hyperparameters, species: reference.species)
    let ours = try reference.frames.map { try expansion.pairCoefficients(of: $0) }
    let columns = ours[0].properties.rows
    var compared = 0
    for first in reference.species.numbers {
      for second in reference.species.numbers {
        let key = "\(first)_\(second)"
        guard reference.archive.contains("pair__\(key)__samples") else { continue }
        let samples = try reference.archive["pair__\(key)__samples"].integers ?? []
        for l in 0...reference.hyperparameters.maxAngular {
          let exact = try reference.archive["pairexact__\(key)_l\(l)"].doubles ?? []
          let width = exact.count / (samples.count / 6)
          let start = columns.firstIndex { $0[0] == l } ?? 0
          var largest = 0.0
          var difference = 0.0
          for s in 0..<(samples.count / 6) {
            let sample = Array(samples[(6 * s)..<(6 * s + 6)])
            let block = ours[sample[0]]
            let row = try #require(block.samples.rows.firstIndex(of: Array(sample[1...])))
            for k in 0..<width {
              let value = exact[s * width + k]
              largest = max(largest, abs(value))
              difference = max(difference, abs(block.values[row, start + k] - value))
              compared += 1
            }
          }
          #expect(difference <= tolerance * largest, "\(key) l = \(l): \(difference / largest)")
        }
      }
    }
    #expect(compared > 0)
  }

  /// Sums over neighbours (nu = 1) and power spectra against AniSOAP, whose own error is up to 9e-10
  /// in a block at high orders: 1e-10 of the largest value, 1e-9 where the reference is that bad.
  @Test(arguments: ReferenceCase.names)
  func sumsAndSpectraAgreeWithAniSOAP(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let tolerance = reference.hyperparameters.maxAngular >= 6 ? 1e-9 : 1e-10
    let expansion = try DensityExpansion(reference.hyperparameters, species: reference.species)
    for (f, frame) in reference.frames.enumerated() {
      let coefficients = try expansion.coefficients(of: frame)
      let spectra = try expansion.powerSpectrum(of: frame, average: .none)
      let columns = coefficients.properties.rows
      for number in reference.species.numbers where reference.archive.contains("ps__\(number)") {
        let channels = 0...reference.hyperparameters.maxAngular
        let sums = try channels.map { try reference.archive["nu1__\(number)_l\($0)"] }
        let scale = sums.flatMap { $0.doubles ?? [] }.map(abs).max() ?? 0
        for l in channels {
          let selected = columns.indices.filter { columns[$0][0] == l }
          try compare(
            sums[l], reference.archive["nu1__\(number)__samples"], frame: f,
            tolerance: tolerance, scale: scale
          ) { particle in selected.map { coefficients.values[particle, $0] } }
        }
        try compare(
          reference.archive["ps__\(number)"], reference.archive["ps__\(number)__samples"],
          frame: f, tolerance: tolerance, scale: nil
        ) { particle in Array(spectra.values.row(particle)) }
      }
    }
  }

  /// `scale`: the largest value of all channels where odd ones cancel between mirrored neighbours.
  private func compare(
    _ reference: NumPyArray, _ samples: NumPyArray, frame: Int, tolerance: Double, scale: Double?,
    _ ours: (Int) -> [Double]
  ) {
    let values = reference.doubles ?? []
    let rows = samples.integers ?? []
    let width = values.count / (rows.count / 2)
    let largest = scale ?? values.map(abs).max() ?? 0
    for r in 0..<(rows.count / 2) where rows[2 * r] == frame {
      let difference = largestDifference(
        values[(r * width)..<((r + 1) * width)], ours(rows[2 * r + 1]))
      #expect(difference <= tolerance * largest, "\(difference / largest)")
    }
  }

  /// Frame averages against AniSOAP's `power_spectrum`, which leaves out centres without neighbours:
  /// the case made for that is compared above, row by row.
  @Test(arguments: ReferenceCase.names.filter { !$0.hasPrefix("17") && !$0.hasPrefix("19") })
  func averagesAgreeWithAniSOAP(_ name: String) throws {
    let reference = try ReferenceCase(name)
    let expansion = try DensityExpansion(reference.hyperparameters, species: reference.species)
    let values = try reference.archive["ps_avg"].doubles ?? []
    let ours = try reference.frames.flatMap {
      try expansion.averagedFeatures(of: $0, correlation: .two)
    }
    let largest = values.map(abs).max() ?? 0
    #expect(largestDifference(values, ours) <= 1e-9 * largest)
  }
}
