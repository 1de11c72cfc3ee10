internal import AniSOAP
internal import Foundation
internal import Geometry

/// What a feature file says about itself, enough to repeat the calculation: JSON text with the keys
/// in alphabetical order.
struct FeatureDescription: Encodable {
  let program = "mesogen"
  let version = Version.current
  /// The name of the file, without folders: the same data give the same bytes anywhere.
  let input: String
  let basis: String
  let maxAngular: Int
  /// Radial functions of every l: the n of --max-radial, one more than it.
  let radialFunctions: [Int]
  let radialWidth: Double?
  let cutoff: Double
  let rcond: Double
  let smoothCutoff: Double?
  let compact: Bool
  let excludeSelf: Bool
  let correlation: Int
  let average: String
  let species: [String]
  let types: [Int]
  let semiAxes: [String: [Double]]?
  let scaleAxes: Double
  let selectFrames: [Int]?

  init(_ job: FeaturizeJob, species table: SpeciesTable) {
    let h = job.hyperparameters
    input = job.input.split(separator: "/").last.map(String.init) ?? job.input
    switch h.basis {
    case .gto: basis = "gto"
    case .monomial: basis = "monomial"
    case .laguerre: basis = "laguerre"
    case .slater: basis = "slater"
    }
    maxAngular = h.maxAngular
    switch h.maxRadial {
    case .automatic: radialFunctions = (0...h.maxAngular).map { (h.maxAngular - $0) / 2 + 1 }
    case .uniform(let n): radialFunctions = Array(repeating: n + 1, count: h.maxAngular + 1)
    case .perChannel(let list): radialFunctions = list.map { $0 + 1 }
    }
    radialWidth = h.basis.width
    cutoff = h.cutoff
    rcond = h.rcond
    if case .smooth(let width) = h.cutoffShape {
      smoothCutoff = width
    } else {
      smoothCutoff = nil
    }
    compact = h.spectrumForm == .unorderedPairs
    excludeSelf = h.excludeSelf
    correlation = job.correlation.rawValue
    average = job.rows == .frame ? "frame" : (job.rows == .pair ? "pairs" : "none")
    species = table.names
    types = table.numbers
    var axes: [String: [Double]] = [:]
    for name in table.names {
      if let v = job.shapes.semiAxes[name] { axes[name] = [v.x, v.y, v.z] }
    }
    semiAxes = axes.isEmpty ? nil : axes
    scaleAxes = job.shapes.scale
    selectFrames = job.frames.map { [$0.lowerBound, $0.upperBound] }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
