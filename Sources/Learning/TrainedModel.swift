internal import Foundation
public import Mathematics

/// A model as named arrays and a JSON text, the form in which it is stored.
public struct ModelRecord: Equatable, Sendable {
  /// JSON with the key `kind` and everything that is not an array.
  public var hyperparameters: String
  /// Arrays by name; lists of numbers have one row.
  public var arrays: [String: Matrix]

  /// A record of this JSON text and these arrays.
  public init(hyperparameters: String, arrays: [String: Matrix]) {
    self.hyperparameters = hyperparameters
    self.arrays = arrays
  }
}

/// Any model that can be stored and applied to new samples.
public enum TrainedModel: Equatable, Sendable {
  /// Ridge or kernel ridge.
  case regression(RegressionModel)
  /// Several regressions that predict together.
  case committee(Committee)
  /// Principal components of scaled features.
  case components(Scaler, PrincipalComponents)
  /// Principal covariates of scaled features; the second scaler and the names are the targets'.
  case covariates(Scaler, Scaler, PrincipalCovariates, targetNames: [String])

  /// The names of what `predict` returns, in the order of the columns.
  public var outputNames: [String] {
    switch self {
    case .regression(let model): model.targetNames
    case .committee(let committee): committee.members[0].targetNames
    case .components(_, let model): (1...model.components.rows).map { "PC\($0)" }
    case .covariates(_, _, let model, let names):
      (1...model.projector.columns).map { "PCov\($0)" } + names
    }
  }

  /// The predictions, or the projections, for raw features; principal covariates give their
  /// components and then the targets. Without `spreads` a regression does not compute any, which
  /// saves a kernel most of the time.
  ///
  /// Throws: `InvalidData` when the number of features is another than in the fit.
  public func predict(_ x: Matrix, spreads: Bool = true) throws -> Prediction {
    switch self {
    case .regression(let model): return try model.predict(x, spreads: spreads)
    case .committee(let committee): return try committee.predict(x)
    case .components(let scaler, let model):
      return Prediction(values: try model.transform(scaler.transform(x)))
    case .covariates(let scaler, let targets, let model, _):
      let scaled = try scaler.transform(x)
      let components = try model.transform(scaled)
      let predicted = try targets.inverse(model.predict(scaled))
      var values = components.padded(toColumns: components.columns + predicted.columns)
      for i in 0..<x.rows {
        for t in 0..<predicted.columns { values[i, components.columns + t] = predicted[i, t] }
      }
      return Prediction(values: values)
    }
  }
}

/// The part of a model that is not an array.
struct ModelHeader: Codable, Equatable {
  enum Kind: String, Codable {
    case ridge, kernel, committee, pca, pcovr
  }
  var kind: Kind
  var targets: [String]?
  var featureScaling: Scaler.Mode?
  var targetScaling: Scaler.Mode?
  var transform: TargetTransform?
  var isWhitened: Bool?
  var alpha: Double?
  var kernel: Kernel?
  var mixing: Double?
  var posteriorIntercept: Double?
  var members: [ModelHeader]?
}

extension TrainedModel {
  /// The model as arrays and JSON.
  public var record: ModelRecord {
    get throws {
      var arrays: [String: Matrix] = [:]
      let header = Self.store(self, "", &arrays)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return ModelRecord(
        hyperparameters: String(decoding: try encoder.encode(header), as: UTF8.self),
        arrays: arrays)
    }
  }

  /// The model of a record.
  ///
  /// Throws: `InvalidData` when the JSON or an array is not what `record` writes.
  public init(_ record: ModelRecord) throws {
    let header: ModelHeader
    do {
      header = try JSONDecoder().decode(
        ModelHeader.self, from: Data(record.hyperparameters.utf8))
    } catch {
      throw InvalidData("the hyperparameters are not those of a model: \(error)")
    }
    self = try Self.load(header, RecordReader(arrays: record.arrays, prefix: ""))
  }

  private static func store(
    _ model: TrainedModel, _ prefix: String, _ arrays: inout [String: Matrix]
  ) -> ModelHeader {
    func put(_ name: String, _ matrix: Matrix) { arrays[prefix + name] = matrix }
    func put(_ name: String, _ list: [Double]) {
      put(name, Matrix(rows: 1, columns: list.count, elements: list))
    }
    func put(_ name: String, _ scaler: Scaler) -> Scaler.Mode {
      put(name + "_means", scaler.means)
      put(name + "_scales", scaler.scales)
      return scaler.mode
    }
    func put(_ prefix: String, _ components: PrincipalComponents) {
      put(prefix + "means", components.means)
      put(prefix + "components", components.components)
      put(prefix + "variances", components.variances)
      put(prefix + "variance_ratios", components.varianceRatios)
    }
    switch model {
    case .regression(let model):
      var header = ModelHeader(kind: .ridge, targets: model.targetNames)
      if model.transform != .identity { header.transform = model.transform }
      if let whitening = model.whitening {
        header.isWhitened = true
        put("whitening_", whitening.components)
      }
      header.featureScaling = put("feature", model.featureScaler)
      header.targetScaling = put("target", model.targetScaler)
      switch model.core {
      case .ridge(let ridge):
        header.alpha = ridge.alpha
        put("coefficients", ridge.coefficients)
        put("intercepts", ridge.intercepts)
        put("scores", ridge.scores)
      case .kernel(let kernel):
        header.kind = .kernel
        header.alpha = kernel.alpha
        header.kernel = kernel.kernel
        put("samples", kernel.samples)
        put("dual", kernel.dual)
        put("amplitudes", kernel.amplitudes)
        put("scores", kernel.scores)
      }
      if let posterior = model.posterior {
        header.posteriorIntercept = posterior.intercept
        put("posterior_means", posterior.means)
        put("posterior_directions", posterior.directions)
        put("posterior_variances", posterior.variances)
        put("posterior_noise", posterior.noise)
      }
      return header
    case .committee(let committee):
      put("calibration", committee.calibration)
      var header = ModelHeader(kind: .committee)
      header.members = committee.members.enumerated().map { k, member in
        store(.regression(member), "\(prefix)member_\(k)_", &arrays)
      }
      return header
    case .components(let scaler, let model):
      put("", model)
      return ModelHeader(kind: .pca, featureScaling: put("feature", scaler))
    case .covariates(let features, let targets, let model, let names):
      var header = ModelHeader(kind: .pcovr, targets: names)
      header.featureScaling = put("feature", features)
      header.targetScaling = put("target", targets)
      header.mixing = model.mixing
      put("projector", model.projector)
      put("feature_loadings", model.featureLoadings)
      put("target_loadings", model.targetLoadings)
      put("eigenvalues", model.eigenvalues)
      return header
    }
  }

  private static func load(_ header: ModelHeader, _ reader: RecordReader) throws -> TrainedModel {
    switch header.kind {
    case .ridge, .kernel: return .regression(try regression(header, reader))
    case .committee:
      let members = try (header.members ?? []).enumerated().map { k, member in
        try regression(member, reader.inner("member_\(k)_"))
      }
      guard members.count >= 2 else { throw InvalidData("a committee without members") }
      guard members.allSatisfy({ $0.targetNames == members[0].targetNames }) else {
        throw InvalidData("a committee whose members have different targets")
      }
      return .committee(
        Committee(
          members: members,
          calibration: try reader.list("calibration", count: members[0].targetNames.count)))
    case .pca:
      let components = try reader.components("")
      guard components.components.rows > 0 else { throw InvalidData("no components") }
      return .components(
        try reader.scaler("feature", header.featureScaling, count: components.means.count),
        components)
    case .pcovr:
      let projector = try reader.matrix("projector")
      guard projector.columns > 0 else { throw InvalidData("no components") }
      let names = header.targets ?? []
      return .covariates(
        try reader.scaler("feature", header.featureScaling, count: projector.rows),
        try reader.scaler("target", header.targetScaling, count: names.count),
        PrincipalCovariates(
          mixing: header.mixing ?? 0.5, projector: projector,
          featureLoadings: try reader.matrix("feature_loadings", rows: projector.columns),
          targetLoadings: try reader.matrix(
            "target_loadings", rows: projector.columns, columns: names.count),
          eigenvalues: try reader.list("eigenvalues", count: projector.columns)),
        targetNames: names)
    }
  }

  private static func regression(
    _ header: ModelHeader, _ reader: RecordReader
  ) throws -> RegressionModel {
    let names = header.targets ?? []
    guard let alpha = header.alpha else { throw InvalidData("a regression without alpha") }
    try header.transform?.check()
    let features = try reader.scaler("feature", header.featureScaling)
    let whitening =
      header.isWhitened == true ? Whitening(components: try reader.components("whitening_")) : nil
    let width = whitening?.components.components.rows ?? features.means.count
    let core: RegressionModel.Core
    if header.kind == .kernel {
      guard let kernel = header.kernel else { throw InvalidData("a kernel ridge without a kernel") }
      try kernel.check()
      let samples = try reader.matrix("samples", columns: width)
      core = .kernel(
        KernelRidgeRegression(
          kernel: kernel, alpha: alpha, samples: samples,
          dual: try reader.matrix("dual", rows: samples.rows, columns: names.count),
          amplitudes: try reader.list("amplitudes", count: names.count),
          scores: try reader.list("scores")))
    } else {
      core = .ridge(
        RidgeRegression(
          coefficients: try reader.matrix("coefficients", rows: width, columns: names.count),
          intercepts: try reader.list("intercepts", count: names.count), alpha: alpha,
          scores: try reader.list("scores")))
    }
    var posterior: LinearPosterior?
    if let intercept = header.posteriorIntercept {
      let directions = try reader.matrix("posterior_directions", rows: width)
      posterior = LinearPosterior(
        means: try reader.list("posterior_means", count: directions.rows), directions: directions,
        variances: try reader.list("posterior_variances", count: directions.columns), alpha: alpha,
        intercept: intercept, noise: try reader.list("posterior_noise", count: names.count))
    }
    return RegressionModel(
      targetNames: names, featureScaler: features, whitening: whitening,
      transform: header.transform ?? .identity,
      targetScaler: try reader.scaler("target", header.targetScaling, count: names.count),
      core: core,
      posterior: posterior)
  }
}

/// The arrays of a record below a prefix, with their shapes checked.
private struct RecordReader {
  let arrays: [String: Matrix]
  let prefix: String

  func inner(_ name: String) -> RecordReader {
    RecordReader(arrays: arrays, prefix: prefix + name)
  }

  func matrix(_ name: String, rows: Int? = nil, columns: Int? = nil) throws -> Matrix {
    guard let matrix = arrays[prefix + name] else {
      throw InvalidData("the model has no array '\(prefix + name)'")
    }
    guard rows == nil || rows == matrix.rows else {
      throw InvalidData("the array '\(prefix + name)' has \(matrix.rows) rows, not \(rows ?? 0)")
    }
    guard columns == nil || columns == matrix.columns else {
      throw InvalidData(
        "the array '\(prefix + name)' has \(matrix.columns) columns, not \(columns ?? 0)")
    }
    return matrix
  }

  func list(_ name: String, count: Int? = nil) throws -> [Double] {
    let elements = try matrix(name).elements
    guard count == nil || count == elements.count else {
      throw InvalidData(
        "the array '\(prefix + name)' has \(elements.count) numbers, not \(count ?? 0)")
    }
    return elements
  }

  func components(_ prefix: String) throws -> PrincipalComponents {
    let components = try matrix(prefix + "components")
    return PrincipalComponents(
      means: try list(prefix + "means", count: components.columns), components: components,
      variances: try list(prefix + "variances", count: components.rows),
      varianceRatios: try list(prefix + "variance_ratios", count: components.rows))
  }

  func scaler(_ name: String, _ mode: Scaler.Mode?, count: Int? = nil) throws -> Scaler {
    guard let mode else { throw InvalidData("the model does not say how its \(name)s are scaled") }
    let means = try list(name + "_means", count: count)
    return Scaler(
      mode: mode, means: means, scales: try list(name + "_scales", count: means.count))
  }
}
