internal import AniSOAP
internal import FileFormats
internal import Foundation
internal import Geometry

/// What `FeatureDescription` wrote, read again to featurize other frames in the same way.
struct FeatureRepetition: Decodable {
  private let basis: String
  private let maxAngular: Int
  private let radialFunctions: [Int]
  private let radialWidth: Double?
  private let cutoff: Double
  private let rcond: Double
  private let smoothCutoff: Double?
  private let compact: Bool
  private let excludeSelf: Bool
  private let correlation: Int
  private let average: String
  private let species: [String]
  private let semiAxes: [String: [Double]]?
  private let scaleAxes: Double

  /// From the JSON text of a feature file.
  ///
  /// Throws: `InvalidInput` for a text that is not such a description.
  init(parsing text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(FeatureRepetition.self, from: Data(text.utf8))
    } catch {
      throw InvalidInput(
        "description of features", value: text, expected: "what 'featurize' writes")
    }
  }

  /// The job that makes such features of the frames of a file. The species are those of the
  /// description, so that the columns are the same.
  ///
  /// Throws: `InvalidInput` for a basis, a correlation or rows that are not known.
  func job(input: String, output: String) throws -> FeaturizeJob {
    let radialBasis: RadialBasis
    switch (basis, radialWidth) {
    case ("gto", let width?): radialBasis = .gto(width: width)
    case ("laguerre", let width?): radialBasis = .laguerre(width: width)
    case ("monomial", _): radialBasis = .monomial
    default:
      throw InvalidInput("radial basis", value: basis, expected: "gto, laguerre or monomial")
    }
    guard let correlation = DensityExpansion.Correlation(rawValue: correlation) else {
      throw InvalidInput("correlation", value: "\(correlation)", expected: "1, 2 or 3")
    }
    guard let rows = ["frame": FeaturizeJob.Rows.frame, "none": .particle][average] else {
      throw InvalidInput(
        "rows of the features", value: average, expected: "frames or particles")
    }
    var triples = SpeciesTriples()
    for (name, v) in semiAxes ?? [:] where v.count == 3 {
      triples.bySpecies[name] = Vector3(v[0], v[1], v[2])
    }
    return try FeaturizeJob(
      input: input, output: output,
      hyperparameters: Hyperparameters(
        basis: radialBasis, maxAngular: maxAngular,
        maxRadial: .perChannel(radialFunctions.map { $0 - 1 }), cutoff: cutoff, rcond: rcond,
        excludeSelf: excludeSelf, cutoffShape: smoothCutoff.map { .smooth(width: $0) } ?? .hard,
        spectrumForm: compact ? .unorderedPairs : .allPairs),
      correlation: correlation, rows: rows, species: species,
      shapes: ShapeOverride(semiAxes: triples, scale: scaleAxes))
  }
}
