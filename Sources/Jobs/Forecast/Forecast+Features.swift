internal import AniSOAP
internal import FileFormats
internal import Geometry
internal import Mathematics

// What featurization and learning would make.

extension FeaturizeJob: ForecastingJob {
  /// The features of one frame are computed and timed; derivatives take two and a half times as long for
  /// each column and particle that a row depends on.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let (sample, count) = try forecast.frames(of: input, frames)
    let shaped = try calculator.shapes.apply(to: sample)
    let table =
      try calculator.species.map { try SpeciesTable(ordered: $0) }
      ?? SpeciesTable(found: sample.species)
    let expansion = try calculator.expansion(species: table)
    var columns = try calculator.properties(of: expansion).count
    for text in settings.concatenate {
      columns += try forecast.features(ConcatenatedFeatures.parsed(text).features)?.columns ?? 0
    }
    let (made, seconds) = try Forecast.measured {
      try calculator.rows(of: shaped, expansion, threads: 1)
    }
    let rowCount = made.count * count
    forecast.add(output, .features(rows: rowCount, columns: columns, particles: rows != .frame))
    var (bytes, time) = (8 * Double(rowCount) * Double(columns), seconds)
    for kind in calculator.gradients {
      let derived =
        kind == .cell ? 9 * made.count : 3 * made.count * (rows == .frame ? sample.count : 40)
      let numbers = Double(derived) * Double(columns)
      bytes += 8 * numbers * Double(count)
      // 6.8 ns a number (README.md).
      time += 6.8e-9 * numbers
    }
    return JobForecast(
      "AniSOAP nu = \(calculator.correlation.rawValue)", amount: "\(rowCount) x \(columns)",
      output: output, bytes: bytes,
      // Without --species the file is read once more.
      seconds: forecast.time(time, frames: count)
        + Forecast.transfer(
          reading: sample, count: calculator.species == nil ? 2 * count : count, numbers: bytes))
  }
}

extension Forecast {
  /// The rows and columns of features that are learned from.
  ///
  /// Throws: `DataError` where there is no such archive.
  mutating func features(_ name: String) throws -> (rows: Int, columns: Int)? {
    guard let content = try content(of: name) else {
      throw DataError(.noInput, file: name, message: "no such file, and no step before makes it")
    }
    guard case .features(let rows, let columns, _) = content else { return nil }
    return (rows, columns)
  }

  /// Throws: `UnknownKey` for targets, baselines and groups that will not be there.
  mutating func check(_ data: DataSettings, _ field: ForceFieldSettings? = nil, groupBy: String?)
    throws
  {
    guard let targets = data.targets else { return }
    // `name[0]` is one of the numbers of a label.
    try check(data.keys.map { String($0.prefix { $0 != "[" }) }, option: "target", of: targets)
    if let baseline = data.baseline, try ForceFieldSettings.baselines(baseline) == nil {
      try check(DataSettings.keys([baseline]), option: "baseline", of: targets)
    }
    if let groupBy { try check([groupBy], option: "group-by", of: targets) }
    for (option, key) in [
      ("forces", field?.forces), ("torques", field?.torques), ("virial", field?.virial),
    ] {
      if let key { try check([key], option: option, of: targets) }
    }
  }

  /// Dense linear algebra with so many operations, at 5 GFLOPS.
  static func seconds(operations: Double) -> Double { operations / 5e9 }
}

/// The form that all regressions have.
private func regression(
  _ forecast: inout Forecast, _ features: String, _ output: String?, _ data: DataSettings,
  _ field: ForceFieldSettings?, groupBy: String?, predictions: String?, what: String,
  operations: (_ rows: Double, _ columns: Double) -> Double
) throws -> JobForecast {
  let size = try forecast.features(features)
  try forecast.check(data, field, groupBy: groupBy)
  if let output { forecast.add(output, .other) }
  if let predictions { forecast.add(predictions, .table([], rows: 0)) }
  let isForceField = try field?.isWanted(baseline: data.baseline) ?? false
  return JobForecast(
    what, amount: data.keys.joined(separator: ", "), output: output,
    bytes: size.map { 8 * Double($0.columns) },
    // A force field goes through the frames again, several times.
    seconds: isForceField
      ? nil
      : size.map { Forecast.seconds(operations: operations(Double($0.rows), Double($0.columns))) })
}

extension RidgeJob: ForecastingJob {
  /// Targets are looked for; a singular value decomposition for every fold.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let folds = Double(settings.split.folds + 1)
    return try regression(
      &forecast, features, output, settings.data, settings.field, groupBy: settings.split.groupBy,
      predictions: settings.predictions, what: "model (ridge)"
    ) { 6 * folds * $0 * $1 * min($0, $1) }
  }
}

extension KernelJob: ForecastingJob {
  /// Targets are looked for; a kernel and an eigendecomposition for every fold.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let folds = Double(settings.split.folds + 1)
    return try regression(
      &forecast, features, output, settings.data, settings.field, groupBy: settings.split.groupBy,
      predictions: settings.predictions, what: "model (kernel)"
    ) { 2 * $0 * $0 * $1 + folds * 10 * $0 * $0 * $0 }
  }
}

extension CurveJob: ForecastingJob {
  /// Targets are looked for.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    var made = try regression(
      &forecast, features, nil, settings.data, settings.field, groupBy: settings.split.groupBy,
      predictions: nil, what: "learning curve"
    ) {
      Double(self.settings.repeats * (self.settings.split.folds + 1)) * 12 * $0 * $1 * min($0, $1)
    }
    made.output = output
    return made
  }
}

extension CovariateJob: ForecastingJob {
  /// Targets are looked for.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    try regression(
      &forecast, features, output, settings.data, nil, groupBy: settings.split.groupBy,
      predictions: settings.projections, what: "model (covariates)"
    ) { 20 * $0 * $1 * min($0, $1) }
  }
}

extension ComponentJob: ForecastingJob {
  /// Features are looked for.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let size = try forecast.features(features)
    if let output { forecast.add(output, .other) }
    if let table = settings.projections { forecast.add(table, .table([], rows: size?.rows ?? 0)) }
    return JobForecast(
      "model (components)", amount: "\(settings.components)", output: output,
      bytes: size.map { 8 * Double($0.columns * (settings.components + 1)) },
      seconds: size.map {
        Forecast.seconds(operations: 10 * Double($0.rows * $0.columns * min($0.rows, $0.columns)))
      })
  }
}

extension TuneJob: ForecastingJob {
  /// Targets are looked for; every candidate featurizes anew.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let (_, count) = try forecast.frames(of: input)
    try forecast.check(
      settings.data(input), settings.field, groupBy: nil)
    forecast.add(output, .table([], rows: candidates.count))
    return JobForecast(
      "comparison", amount: "\(candidates.count) candidates on \(count) frames", output: output,
      bytes: 100 * Double(candidates.count))
  }
}

extension PredictJob: ForecastingJob {
  /// Model and input are looked for.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    for file in [model, input] where try forecast.content(of: file) == nil {
      throw DataError(.noInput, file: file, message: "no such file, and no step before makes it")
    }
    forecast.add(output, TableFormat(path: output) == nil ? .other : .table([], rows: 0))
    return JobForecast("predictions", output: output)
  }
}
