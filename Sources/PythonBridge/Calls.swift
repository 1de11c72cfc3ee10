internal import AniSOAP
internal import FileFormats
internal import Foundation
internal import Geometry
internal import Jobs
internal import Mathematics
internal import OrderParameters
internal import Recipes

/// AniSOAP features.
struct FeaturizeCall: PreparedCall {
  private let calculator: FeatureCalculator

  init(_ settings: FeatureSettings) throws { calculator = try FeatureCalculator(settings) }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let features = try calculator.features(of: input.frames(), context)
    let result = CallResult()
    result.add(
      "features", features.values, shape: [features.rowCount, features.columnCount])
    guard calculator.rows != .frame || !calculator.gradients.isEmpty else { return result }
    result.add("frame", features.frames)
    for (name, values) in zip(calculator.sampleNames, features.samples) {
      result.add(name, values)
    }
    guard !calculator.gradients.isEmpty else { return result }
    let (rows, particles) = features.gradientSamples
    result.add("gradient_sample", rows)
    result.add("gradient_particle", particles)
    for kind in FeatureSettings.Gradient.allCases {
      guard let values = features.gradients[kind] else { continue }
      let width = features.columnCount
      result.add(
        "gradient_\(kind.rawValue)", values,
        shape: kind == .cell ? [features.rowCount, 3, 3, width] : [rows.count, 3, width])
    }
    return result
  }
}

/// What the columns of AniSOAP features are, for the species of the frames.
struct LabelsCall: PreparedCall {
  private let calculator: FeatureCalculator

  init(_ settings: FeatureSettings) throws { calculator = try FeatureCalculator(settings) }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let table = try calculator.speciesTable(of: input.frames())
    let properties = try calculator.properties(of: calculator.expansion(species: table))
    let result = CallResult()
    result.add("properties", texts: properties.names)
    result.add("species", texts: table.names)
    result.add("numbers", table.numbers)
    let description = try calculator.settings.description(input: "frames", species: table)
    result.json.append(("description", JSONWords.text(description)))
    result.add(
      "values", properties.rows.flatMap { $0 }, shape: [properties.count, properties.names.count])
    return result
  }
}

/// Energies, forces and torques.
struct EnergyCall: PreparedCall {
  private let job: EnergyJob

  init(_ settings: EnergySettings) throws {
    job = try EnergyJob(input: "frames", output: "frames.xyz", settings: settings)
  }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let labelled = try job.labelled(input.frames(), context)
    let result = CallResult()
    result.add("energy", labelled.map { $0.frame.labels["energy"]?.real ?? .nan })
    if job.limit != nil { result.add("frame", labelled.map(\.index)) }
    var names: [String] = []
    for (_, frame) in labelled {
      for name in frame.labels.names where !names.contains(name) { names.append(name) }
    }
    for name in names where name != "energy" && name != "virial" {
      result.add(
        name,
        labelled.map { entry -> Double in
          switch entry.frame.labels[name] {
          case .logical(let flag): flag ? 1 : 0
          case let label: label?.real ?? .nan
          }
        })
    }
    if job.settings.forces {
      let virials = labelled.flatMap { entry -> [Double] in
        guard case .matrix(let rows) = entry.frame.labels["virial"] else { return [] }
        return rows.flatMap { $0 }
      }
      result.add("virial", virials, shape: [labelled.count, 3, 3])
    }
    for name in ["forces", "torques", "spread_forces", "spread_torques"] {
      let values = labelled.flatMap { entry -> [Double] in
        guard case .reals(let values) = entry.frame.column(name)?.values else { return [] }
        return values
      }
      let particles = labelled.reduce(0) { $0 + $1.frame.count }
      guard particles > 0, values.count % particles == 0, !values.isEmpty else { continue }
      let width = values.count / particles
      result.add(name, values, shape: width == 1 ? [particles] : [particles, width])
    }
    return result
  }
}

/// Order parameters.
struct OrderCall: PreparedCall {
  private let job: OrderJob

  init(_ settings: OrderSettings) throws {
    job = try OrderJob(input: "frames", output: "order.csv", settings: settings)
  }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let (orders, correlations) = try job.orders(of: input.frames(), context)
    let result = CallResult()
    let rows = orders.map(job.values)
    for (k, name) in job.columns.dropFirst().enumerated() {
      result.add(name, rows.map { $0[k] })
    }
    if job.settings.perParticle {
      var names: [String] = []
      for quantity in orders.flatMap(\.particles) where !names.contains(quantity.name) {
        names.append(quantity.name)
      }
      for name in names {
        result.add(
          "particle_\(name)",
          orders.flatMap { order in
            order.particles.first { $0.name == name }?.values
              ?? Array(repeating: Double.nan, count: order.count)
          })
      }
    }
    for (name, values) in zip(["r", "g", "g2"], correlations ?? []) {
      result.add("correlation_\(name)", values)
    }
    return result
  }
}

/// Contact distances of pairs.
struct ContactCall: PreparedCall {
  private let job: ContactJob

  init(_ settings: ContactSettings) throws {
    job = try ContactJob(input: "frames", output: "contact.csv", settings: settings)
  }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let frames = try job.contacts(of: input.frames(), context)
    let result = CallResult()
    let rows = frames.enumerated().flatMap { index, pairs in pairs.map { (index, $0) } }
    result.add("frame", rows.map(\.0))
    result.add("first", rows.map(\.1.particles.first))
    result.add("second", rows.map(\.1.particles.second))
    for (k, name) in ContactJob.columns.dropFirst(3).enumerated() {
      result.add(name, rows.map { $0.1.numbers[k] })
    }
    return result
  }
}

/// Frames of a generator.
struct GenerateCall: PreparedCall {
  let job: GenerateJob

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let (frames, companions) = try job.frames(context)
    return FramesResult.make(frames, companions: companions)
  }
}

/// A step with its files.
struct JobCall: PreparedCall {
  let job: any Job

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let report = try job.run(context)
    let result = CallResult()
    let data = try JSONEncoder().encode(report)
    result.json.append(("report", String(decoding: data, as: UTF8.self)))
    return result
  }
}
