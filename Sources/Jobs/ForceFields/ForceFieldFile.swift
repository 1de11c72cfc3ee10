internal import FileFormats
internal import Foundation
internal import GayBerne
internal import Geometry
internal import Learning
internal import Mathematics

/// The file of a learned potential (.npz): `coefficients`; `force_field` (JSON: what the energy is made of,
/// the shapes that were learned from, alpha); `feature_hyperparameters` and `version`; of a kernel
/// `points_0`, ..., one array a species; of a committee `members`; of the domain that was learned from
/// `domain_means_0`, `domain_directions_0`, `domain_deviations_0`, ...
public struct ForceFieldFile: Sendable {
  /// The potential.
  public let potential: ForceField

  /// What is stored as JSON.
  struct Record: Codable, Sendable {
    var baselines: [ForceFieldSettings.Baseline]
    var contactColumns: Int
    var contact: ContactFunction
    var alpha: Double
    var shapes: [String: [[Double]]]
    /// The weights of the kinds of rows.
    var weights: [String: Double]?
    /// The kernel of each species.
    var kernels: [Kernel]?
    /// What deviations of the members are multiplied by.
    var calibration: [String: Double]?
    /// The variance outside of the components, and the limit, of the domain of each species.
    var domains: [[Double]]?
  }

  /// All that a file holds.
  struct Content: Sendable {
    var record: Record
    var coefficients: [Double]
    var members: [[Double]] = []
    var kernels: [SparseKernel]?
    var domains: [FeatureDomain] = []
    var features: String
  }

  /// Whether an archive holds such a potential.
  ///
  /// Throws: `DataError` when it cannot be read.
  static func isForceField(_ path: String) throws -> Bool {
    try NumPyArchive(contentsOf: path).contains("force_field")
  }

  /// Reads a file.
  ///
  /// Throws: `DataError` when it cannot be read, holds no learned potential, or one that does not fit
  /// its description.
  public init(contentsOf path: String) throws {
    let archive = try NumPyArchive(contentsOf: path)
    do {
      potential = try Self.potential(Self.content(archive, path))
    } catch let error as DataError {
      throw error
    } catch {
      throw DataError(.badData, file: path, message: "not a learned potential: \(error)")
    }
  }

  private static func content(_ archive: NumPyArchive, _ path: String) throws -> Content {
    func text(_ name: String) throws -> String {
      guard archive.contains(name), let text = try archive[name].strings?.first else {
        throw DataError(
          .badData, file: path,
          message: "the archive holds no learned potential ('\(name)' is missing); 'mesogen learn "
            + "ridge' or 'kernel' writes one with --forces, --baseline or --contact-columns")
      }
      return text
    }
    func matrix(_ name: String) throws -> Matrix {
      try FeatureTable.matrix(archive, name, isFinite: true)
    }
    let record = try JSONDecoder().decode(Record.self, from: Data(text("force_field").utf8))
    var content = Content(
      record: record, coefficients: try matrix("coefficients").elements,
      features: try text("feature_hyperparameters"))
    if archive.contains("members") {
      let members = try matrix("members")
      content.members = (0..<members.rows).map { Array(members.row($0)) }
    }
    content.kernels = try record.kernels?.enumerated().map { k, kernel in
      try SparseKernel(kernel: kernel, points: matrix("points_\(k)"))
    }
    content.domains = try (record.domains ?? []).enumerated().map { k, numbers in
      guard numbers.count == 2 else {
        throw InvalidInput("domain", value: "\(numbers)", expected: "two numbers")
      }
      return try FeatureDomain(
        means: matrix("domain_means_\(k)").elements,
        directions: matrix("domain_directions_\(k)"),
        deviations: matrix("domain_deviations_\(k)").elements, rest: numbers[0],
        limit: numbers[1])
    }
    return content
  }

  private static func potential(_ content: Content) throws -> ForceField {
    let record = content.record
    let description = try FeatureSettings(description: content.features)
    var settings = ForceFieldSettings()
    (settings.contactColumns, settings.contact) = (record.contactColumns, record.contact)
    try settings.validate()
    let species = try description.speciesNames()?.count ?? 0
    let contacts = record.contactColumns * species * (species + 1) / 2
    guard species + contacts <= content.coefficients.count else {
      throw InvalidInput(
        "coefficients", value: "\(content.coefficients.count)",
        expected: "\(species + contacts) or more for \(species) species")
    }
    var shapes: [String: (low: Vector3, high: Vector3)] = [:]
    for (name, bounds) in record.shapes {
      guard bounds.count == 2, bounds.allSatisfy({ $0.count == 3 }) else {
        throw InvalidInput("shapes", value: "\(bounds)", expected: "two triples of numbers")
      }
      shapes[name] = (
        Vector3(bounds[0][0], bounds[0][1], bounds[0][2]),
        Vector3(bounds[1][0], bounds[1][1], bounds[1][2])
      )
    }
    var basis = try ForceFieldBasis(description, settings, baselines: record.baselines)
    if let kernels = content.kernels { basis = try ForceFieldBasis(basis, kernels: kernels) }
    var calibration: [ForceFieldRows.Kind: Double] = [:]
    for (name, factor) in record.calibration ?? [:] {
      guard let kind = ForceFieldRows.Kind(rawValue: name), factor >= 0 else {
        throw InvalidInput(
          "calibration", value: "\(name) \(factor)", expected: "a kind of row and a number from 0")
      }
      calibration[kind] = factor
    }
    guard content.domains.isEmpty || content.domains.count == basis.species.count,
      content.domains.allSatisfy({ $0.means.count == basis.centerFeatureCount })
    else {
      throw InvalidInput(
        "domains", value: "\(content.domains.count)", expected: "one for each species")
    }
    guard content.members.count != 1 else {
      throw InvalidInput("members", value: "1", expected: "none, or two or more")
    }
    var potential = try ForceField(
      basis, coefficients: content.coefficients, members: content.members,
      calibration: calibration, learnedShapes: shapes)
    potential.domains = content.domains
    return potential
  }

  /// Writes a file, which appears whole or not at all.
  ///
  /// Throws: `DataError` when it cannot be written.
  static func write(_ content: Content, to path: String) throws {
    var record = content.record
    record.kernels = content.kernels?.map(\.kernel)
    record.domains = content.domains.map { [$0.rest, $0.limit] }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let writer = try NumPyArchiveWriter(path)
    try writer.add("coefficients", NumPyArray(content.coefficients))
    try writer.add(
      "force_field", NumPyArray(String(decoding: try encoder.encode(record), as: UTF8.self)))
    try writer.add("feature_hyperparameters", NumPyArray(content.features))
    try writer.add("version", NumPyArray(Version.current))
    if !content.members.isEmpty { try writer.add("members", Matrix(content.members)) }
    for (k, kernel) in (content.kernels ?? []).enumerated() {
      try writer.add("points_\(k)", kernel.points)
    }
    for (k, domain) in content.domains.enumerated() {
      try writer.add("domain_means_\(k)", NumPyArray(domain.means))
      try writer.add("domain_directions_\(k)", domain.directions)
      try writer.add("domain_deviations_\(k)", NumPyArray(domain.deviations))
    }
    try writer.commit()
  }
}
