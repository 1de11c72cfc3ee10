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
    if job.limit != nil { result.add("frame", labelled.map(\.index)) }
    var names = ["energy"]
    for (_, frame) in labelled {
      for name in frame.labels.names where name != "virial" && !names.contains(name) {
        names.append(name)
      }
    }
    let values = names.flatMap { name in labelled.map { Self.number($0.frame.labels[name]) } }
    if names.count == 1 {
      result.add(names[0], values)
    } else {
      result.add(columns: CallResult.ColumnNames(names), values)
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

  private static func number(_ label: Frame.Label?) -> Double {
    if case .logical(let flag) = label { return flag ? 1 : 0 }
    return label?.real ?? .nan
  }
}

/// Order parameters.
struct OrderCall: PreparedCall {
  private typealias Part = (names: CallResult.ColumnNames, places: Range<Int>)

  private let job: OrderJob
  /// The columns before and after those of the director.
  private let before, after: Part

  init(_ settings: OrderSettings) throws {
    job = try OrderJob(input: "frames", output: "order.csv", settings: settings)
    let names = Array(job.columns.dropFirst())
    let start = names.prefix { $0 != "director_x" }.count
    let (first, last) = (0..<start, start + 3..<names.count)
    before = (CallResult.ColumnNames(names[first]), first)
    after = (CallResult.ColumnNames(names[last]), last)
  }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let (orders, correlations) = try job.orders(of: input.frames(), context)
    let result = CallResult()
    let rows = orders.map(job.values)
    func columns(_ part: Part) -> [Double] {
      part.places.flatMap { k in rows.map { $0[k] } }
    }
    result.add(columns: before.names, columns(before))
    let directors = rows.flatMap { $0[before.places.upperBound..<after.places.lowerBound] }
    result.add("director", directors, shape: [rows.count, 3])
    result.add(columns: after.names, columns(after))
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
  private static let particles = CallResult.ColumnNames(ContactJob.columns.prefix(3))
  private static let distances = CallResult.ColumnNames(ContactJob.columns.dropFirst(3))

  private let job: ContactJob

  init(_ settings: ContactSettings) throws {
    job = try ContactJob(input: "frames", output: "contact.csv", settings: settings)
  }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let frames = try job.contacts(of: input.frames(), context)
    let result = CallResult()
    let rows = frames.enumerated().flatMap { index, pairs in pairs.map { (index, $0) } }
    result.add(
      columns: Self.particles,
      rows.map(\.0) + rows.map(\.1.particles.first) + rows.map(\.1.particles.second))
    result.add(
      columns: Self.distances,
      (0..<Self.distances.count).flatMap { k in rows.map { $0.1.numbers[k] } })
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
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .asText
    let data = try encoder.encode(report)
    result.json.append(("report", String(decoding: data, as: UTF8.self)))
    return result
  }
}
