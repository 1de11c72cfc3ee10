public import AniSOAP
internal import Foundation
internal import Geometry

/// Which features are computed of which frames. Its JSON is the description in an archive of features.
public struct FeatureSettings: Settings {
  /// The radial functions by name.
  public enum Basis: String, CaseIterable, Codable, Sendable {
    /// Gaussian-type orbitals.
    case gto
    /// Monomials.
    case monomial
    /// Orthonormal functions of the harmonic oscillator.
    case laguerre
    /// Slater-type functions.
    case slater
  }

  /// Over what features are averaged.
  public enum Average: String, CaseIterable, Codable, Sendable {
    /// Over the particles of a frame.
    case frame
    /// Over nothing: every particle has a row.
    case none
  }

  /// What features are derived by.
  public enum Gradient: String, CaseIterable, Codable, Sendable {
    /// The positions of the particles.
    case positions
    /// Small rotations of the particles about the axes of space.
    case orientations
    /// Strain of the cell and all positions.
    case cell
  }

  /// The radial functions.
  public var basis = Basis.gto
  /// The density of a particle.
  public var density = ParticleDensity.gaussian
  /// The largest l.
  public var maxAngular = 6
  /// The largest n of every l, a list with one for each l, or `auto`.
  public var maxRadial = "6"
  /// The sigma of the radial Gaussians; nil is `defaultRadialWidth` where the basis has one.
  public var radialWidth: Double?
  /// Neighbours are nearer than this; needed.
  public var cutoff: Double?
  /// The order nu of the correlation: 1, 2 or 3.
  public var correlation = 2
  /// The frame in which features of nu = 1 are given.
  public var frame = CoefficientFrame.space
  /// What a row is; nil is `defaultAverage`.
  public var average: Average?
  /// Weights fall smoothly to zero over the last stretch of this width; nil: they do not.
  public var smoothCutoff: Double?
  /// Power spectrum with a <= b only, sqrt 2 off the diagonal.
  public var compact = false
  /// Whether a particle's own density is left out.
  public var excludeSelf = false
  /// Eigenvalues of the radial overlap up to this are dropped.
  public var rcond = 0.0
  /// Whether every pair of neighbours has a row.
  public var pairs = false
  /// Species mixed into channels: a row of weights each, separated by commas, one for every species.
  public var mixing: [String] = []
  /// Archives whose columns are put beside these: `FILE.npz`, or `FILE.npz:WEIGHT`.
  public var concatenate: [String] = []
  /// Derivatives that are stored too: `positions`, `orientations`, `cell`, separated by commas; nil: none.
  public var gradients: String?
  /// Whether derivatives may leave out the jumps at a hard cutoff.
  public var allowHardCutoff = false
  /// The species and their order, separated by commas; nil finds them.
  public var species: String?
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Shapes in place of the file's.
  public var shapes = ShapeSettings()
  /// What is said of the file.
  public var reading = ReadSettings()

  /// The sigma of the radial Gaussians where none is given.
  public static let defaultRadialWidth = 3.0
  /// What a row is where it is not said.
  public static let defaultAverage = Average.frame

  /// The defaults; a cutoff is needed.
  public init() {}

  /// The defaults with that cutoff.
  public init(cutoff: Double) { self.cutoff = cutoff }

  /// The fields that a description has besides the settings: who made it, of which file, with which
  /// numbers for the species.
  static let provenance: Set<String> = ["program", "version", "input", "types"]

  /// The expansion.
  ///
  /// Throws: `InvalidInput` for values that make no sense, alone or together.
  public func hyperparameters() throws -> Hyperparameters {
    guard let cutoff else {
      throw InvalidInput("cutoff radius", value: "missing", expected: "a positive number")
    }
    if basis == .monomial, let radialWidth { throw refusal("radial-width", radialWidth) }
    if compact, correlation != 2 { throw refusal("compact", compact) }
    if frame != .space, correlation != 1 || pairs { throw refusal("frame", frame.rawValue) }
    let hyperparameters = Hyperparameters(
      basis: radialBasis, maxAngular: maxAngular, maxRadial: try RadialSize(parsing: maxRadial),
      cutoff: cutoff, rcond: rcond, excludeSelf: excludeSelf,
      cutoffShape: smoothCutoff.map { .smooth(width: $0) } ?? .hard,
      spectrumForm: compact ? .unorderedPairs : .allPairs, mixing: try speciesMixing(),
      density: density, frame: frame)
    try hyperparameters.validate()
    return hyperparameters
  }

  private var radialBasis: RadialBasis {
    let width = radialWidth ?? Self.defaultRadialWidth
    return switch basis {
    case .gto: .gto(width: width)
    case .monomial: .monomial
    case .laguerre: .laguerre(width: width)
    case .slater: .slater(width: width)
    }
  }

  private func speciesMixing() throws -> SpeciesMixing? {
    guard !mixing.isEmpty else { return nil }
    return try SpeciesMixing(
      weights: mixing.map { row in
        try row.split(separator: ",", omittingEmptySubsequences: false).map { text in
          guard let weight = Double(text) else {
            throw InvalidInput(
              "mixing", value: "'\(row)'", expected: "a weight for every species, as in 1,0.5")
          }
          return weight
        }
      })
  }

  /// The derivatives that are wanted, each once.
  ///
  /// Throws: `InvalidInput` for names that are not known, derivatives of pairs, and a hard cutoff that is
  /// not allowed for.
  public func wantedGradients() throws -> [Gradient] {
    guard let gradients else { return [] }
    let kinds = try gradients.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let kind = Gradient(rawValue: String(name)) else {
        throw InvalidInput(
          "gradients", value: "'\(name)'", expected: "positions, orientations or cell")
      }
      return kind
    }
    guard Set(kinds).count == kinds.count else {
      throw InvalidInput("gradients", value: "'\(gradients)'", expected: "each at most once")
    }
    if pairs {
      throw InvalidInput("gradients", value: gradients, expected: "none of features of pairs")
    }
    if !concatenate.isEmpty {
      throw InvalidInput(
        "gradients", value: gradients, expected: "none of features beside those of other archives")
    }
    guard smoothCutoff != nil || allowHardCutoff else {
      throw InvalidInput(
        "gradients", value: gradients,
        expected: "a smooth cutoff: with a hard one features jump where a neighbour crosses it, "
          + "which derivatives leave out (allow-hard-cutoff takes them so)")
    }
    return kinds
  }

  /// Throws: `InvalidInput` for features that frames alone do not give: some of their columns are those of
  /// another archive.
  func requireFromFramesAlone() throws {
    guard concatenate.isEmpty else {
      throw InvalidInput(
        "features", value: "beside those of \(concatenate.joined(separator: ", "))",
        expected: "features that can be made of frames again; give features (.npz) of these frames")
    }
  }

  /// The order of the correlation.
  ///
  /// Throws: `InvalidInput`.
  public func densityCorrelation() throws -> DensityExpansion.Correlation {
    guard let nu = DensityExpansion.Correlation(rawValue: correlation) else {
      throw InvalidInput("correlation", value: "\(correlation)", expected: "1, 2 or 3")
    }
    return nu
  }

  /// What a row of the features belongs to.
  ///
  /// Throws: `InvalidInput` for pairs that are averaged, or correlated.
  public func rows() throws -> FeaturizeJob.Rows {
    guard pairs else { return (average ?? Self.defaultAverage) == .frame ? .frame : .particle }
    if let average { throw refusal("average", average.rawValue) }
    guard correlation == 1 else {
      throw InvalidInput(
        "correlation", value: "\(correlation)", expected: "1 for features of pairs")
    }
    return .pair
  }

  /// The species in their order; nil where they are to be found.
  ///
  /// Throws: `InvalidInput` for names that are empty or come twice.
  public func speciesNames() throws -> [String]? {
    guard let species else { return nil }
    let names = species.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    _ = try SpeciesTable(ordered: names)
    return names
  }

  private func refusal(_ option: String, _ value: Any) -> InvalidInput {
    let reason =
      switch option {
      case "radial-width": "none: monomials have no width"
      case "frame": "space unless the correlation is 1 and rows are particles or frames"
      case "compact": "none unless the correlation is 2: only power spectra have pairs of columns"
      default: "none beside pairs: a row for every pair is an average over nothing"
      }
    return InvalidInput(option, value: "\(value)", expected: reason)
  }
}
