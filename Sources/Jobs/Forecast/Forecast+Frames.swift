internal import AniSOAP
internal import FileFormats
internal import GayBerne
internal import Generators
internal import Geometry
internal import Mathematics

// What the jobs that make and label frames would make: each works on one frame in memory.

extension Forecast {
  /// What a job makes that makes a frame of every frame of a file: one is made and timed.
  mutating func frameByFrame(
    _ what: String, from input: String, _ frames: Range<Int>?, to output: String,
    _ make: (Frame) throws -> Frame
  ) throws -> JobForecast {
    let (sample, count) = try self.frames(of: input, frames)
    let (made, seconds) = try Self.measured { try make(sample) }
    add(output, .frames(made, count: count))
    let bytes = Self.bytes(made, count: count, path: output)
    return JobForecast(
      what, amount: "\(count) x \(made.count) particles", output: output, bytes: bytes,
      seconds: time(seconds, frames: count)
        + Self.transfer(reading: sample, count: count, text: bytes))
  }
}

extension GenerateJob: ForecastingJob {
  /// The frame in the middle of the set is made and timed.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let count = (frames ?? 0..<self.count).clamped(to: 0..<self.count).count
    guard count > 0 else {
      return JobForecast("\(generator.name) frames", amount: "0", output: output, bytes: 0)
    }
    let (sample, seconds) = try Forecast.measured {
      try generator.frame(index: self.count / 2, of: self.count, seed: seed)
    }
    forecast.add(output, .frames(sample, count: count))
    let bytes = Forecast.bytes(sample, count: count, path: output)
    if let companion {
      forecast.add(companion.output, .frames(try companion.make(sample), count: count))
    }
    return JobForecast(
      "\(generator.name) frames", amount: "\(count) x \(sample.count) particles", output: output,
      bytes: bytes,
      seconds: forecast.time(seconds, frames: count) + Forecast.transfer(text: bytes))
  }
}

extension ConvertJob: ForecastingJob {
  /// The frames as they are.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let (sample, count) = try forecast.frames(of: input, frames)
    let shaped = try shapes.apply(to: sample)
    forecast.add(output, .frames(shaped, count: count))
    let bytes = Forecast.bytes(shaped, count: count, path: output)
    return JobForecast(
      "frames", amount: "\(count) x \(shaped.count) particles", output: output, bytes: bytes,
      seconds: Forecast.transfer(reading: sample, count: count, text: bytes))
  }
}

extension EnergyJob: ForecastingJob {
  /// The energy of one frame is computed and timed.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    try forecast.frameByFrame("energies", from: input, frames, to: output) {
      try label($0, threads: 1)
    }
  }
}

extension OrderJob: ForecastingJob {
  /// The order of one frame is computed and timed.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let (sample, count) = try forecast.frames(of: input, frames)
    let (result, seconds) = try Forecast.measured { try evaluate(sample, keep: true) }
    let labelled = try labelled(result.frame ?? sample, result.order)
    var bytes = 20.0 * Double(columns.count * count)
    if isTable {
      let names =
        settings.perParticle
        ? ["frame", "particle"] + result.order.particles.map(\.name) : columns
      let rows = settings.perParticle ? count * sample.count : count
      bytes = 20 * Double(names.count * rows)
      if output != "-" { forecast.add(output, .table(names, rows: rows)) }
    } else {
      bytes = Forecast.bytes(labelled, count: count, path: output)
      forecast.add(output, .frames(labelled, count: count))
    }
    return JobForecast(
      "order parameters", amount: "\(count) frames", output: output, bytes: bytes,
      seconds: forecast.time(seconds, frames: count)
        + Forecast.transfer(reading: sample, count: count, text: bytes))
  }
}

extension ContactJob: ForecastingJob {
  /// The contacts of one frame are computed and timed.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let (sample, count) = try forecast.frames(of: input, frames)
    let (pairs, seconds) = try Forecast.measured {
      try PairContacts.all(in: shapes.apply(to: sample), cutoff: cutoff).count
    }
    forecast.add(output, .table(Self.columns, rows: pairs * count))
    return JobForecast(
      "contacts", amount: "\(pairs * count) pairs of \(count) frames", output: output,
      bytes: 200 * Double(pairs * count), seconds: forecast.time(seconds, frames: count))
  }
}

extension LabelJob: ForecastingJob {
  /// How long a worker takes nobody knows.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let (sample, count) = try forecast.frames(of: input, frames)
    var labelled = sample
    for name in ["energy", "energy_per_molecule", "energy_per_atom", "reference_energy"] {
      labelled.labels[name] = .real(0)
    }
    labelled.labels["molecules"] = .integer(1)
    labelled.labels["stress"] = .matrix(Array(repeating: [0, 0, 0], count: 3))
    labelled.labels["virial"] = labelled.labels["stress"]
    try labelled.set(
      Frame.Column(name: "forces", vectors: Array(repeating: .zero, count: sample.count)))
    forecast.add(output, .frames(labelled, count: count))
    return JobForecast(
      "labelled frames", amount: "\(count)", output: output,
      bytes: Forecast.bytes(labelled, count: count, path: output))
  }
}

extension SimulateJob: ForecastingJob {
  /// By the costs of a trial move or time step that README.md gives.
  public func forecast(_ forecast: inout Forecast) throws -> JobForecast {
    let (sample, starts) = try forecast.frames(of: input, frames)
    let shaped = try shapes.apply(to: sample)
    let rungs = try settings.rungs()?.values.count ?? 1
    let count = starts * rungs * settings.mostFrames
    var made = shaped
    for name in [
      "energy", "pressure", "temperature", "order", "smectic_order", "packing_fraction", "density",
    ] { made.labels[name] = .real(0) }
    made.labels["step"] = .integer(0)
    if settings.forces {
      let zeros = Array(repeating: Vector3.zero, count: made.count)
      try made.set(Frame.Column(name: "forces", vectors: zeros))
      try made.set(Frame.Column(name: "torques", vectors: zeros))
    }
    let perMove =
      settings.method == .molecularDynamics
      ? 2.3e-6 : settings.interaction.potential == .hard ? 0.44e-6 : 4.8e-6
    let steps = Double(settings.equilibrate + settings.mostSteps)
    var seconds: Double? =
      steps * Double(starts * rungs * made.count) * perMove
      / Double(max(1, min(forecast.threads, max(starts, 2))))
    // How long independent samples and learned potentials take is found by itself.
    if case .learned = settings.interaction.potential { seconds = nil }
    if settings.samples != nil { seconds = nil }
    forecast.add(output, .frames(made, count: count))
    forecast.add(
      observables,
      .table(["step", "energy", "order"], rows: settings.mostSteps / settings.interval))
    return JobForecast(
      "simulated frames",
      amount: "\(settings.samples == nil ? "" : "at most ")\(count) x \(made.count) particles",
      output: output, bytes: Forecast.bytes(made, count: count, path: output), seconds: seconds)
  }
}
