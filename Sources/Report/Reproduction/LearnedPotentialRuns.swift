internal import FileFormats
internal import Foundation
internal import Geometry
internal import Jobs
internal import Mathematics
internal import OrderParameters

/// The simulations of `LearnedPotentialFigure`.
struct LearnedPotentialRuns {
  let settings: ReproductionSettings
  /// Of the learned potential; of the true one five times as many.
  let steps: Int
  let cutoff: Double

  /// The means of a simulation with their errors, and what else is compared.
  struct Means: Sendable {
    var values: [String: (mean: Double, error: Double)] = [:]
    var seconds = 0.0
    var stepsDone = 0
    /// g(r) of its frames, by distance.
    var distances: [Double] = []
    var radial: [Double] = []
    var last: Frame?
    /// Frames outside of what a learned potential learned from, of so many.
    var outside = 0
    var frames = 0
  }

  private func potential(_ model: String?) -> SimulateSettings {
    var simulation = SimulateSettings()
    simulation.method = .molecularDynamics
    if let model {
      simulation.interaction.potential = .learned(model)
    } else {
      (simulation.interaction.model, simulation.interaction.cutoff) = ("gb-3-5-2-1", cutoff)
    }
    return simulation
  }

  /// One simulation of every state, side by side.
  func simulate(_ model: String?, from starts: [String], _ name: String) throws -> [Means] {
    try Parallel.map(count: starts.count, threads: settings.threads) { k in
      var simulation = potential(model)
      simulation.temperature = LearnedPotentialFigure.states[k].temperature
      let factor = model == nil ? 5 : 1
      simulation.steps = factor * steps
      simulation.equilibrate = model == nil ? 5 * steps : steps / 5
      simulation.every = factor * 50
      simulation.forces = model == nil
      simulation.seed = settings.seed &+ UInt64(k)
      simulation.observables = "\(name)-\(k).csv"
      let clock = ContinuousClock()
      let begin = clock.now
      let report = try SimulateJob(
        input: starts[k], output: "\(name)-\(k).xyz", settings: simulation
      ).run(JobContext(threads: 1))
      let elapsed = begin.duration(to: clock.now).components
      var means = Means()
      means.seconds = Double(elapsed.seconds) + 1e-18 * Double(elapsed.attoseconds)
      means.stepsDone = (simulation.steps ?? 0) + simulation.equilibrate
      for row in report.summary?.rows ?? [] {
        if case .text(let name) = row[0], case .number(let mean) = row[1],
          case .number(let error) = row[2]
        {
          means.values[name] = (mean, error)
        }
      }
      try read("\(name)-\(k).xyz", into: &means)
      return means
    }
  }

  /// The frames of a simulation: g(r), the last one, and how many lie outside of the training set.
  private func read(_ path: String, into means: inout Means) throws {
    let reader = try FrameReader.open(path)
    while let frame = try reader.next() {
      let own = try PairCorrelation(frame, cutoff: cutoff, bins: 40)
      means.distances = own.distances
      means.radial =
        means.radial.isEmpty ? own.radial : zip(means.radial, own.radial).map { $0 + $1 }
      means.frames += 1
      if frame.labels["extrapolation"]?.real ?? 0 > 1 { means.outside += 1 }
      means.last = frame
    }
    means.radial = means.radial.map { $0 / Double(max(1, means.frames)) }
  }

  /// The conserved energy a particle of a run at constant energy, less that of its beginning, by step.
  func drift(
    _ model: String?, from start: String, _ name: String
  ) throws -> (steps: [Double], drift: [Double]) {
    var simulation = potential(model)
    simulation.ensemble = .nve
    simulation.temperature = 1
    (simulation.steps, simulation.equilibrate) = (steps, 0)
    simulation.every = max(1, steps / 50)
    simulation.observables = name + ".csv"
    _ = try SimulateJob(input: start, output: name + ".xyz", settings: simulation)
      .run(JobContext(threads: settings.threads))
    let lines = try String(contentsOfFile: name + ".csv", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",") }
    guard let heads = lines.first, let step = heads.firstIndex(of: "step"),
      let column = heads.firstIndex(of: "energy_drift")
    else { return ([], []) }
    let rows = lines.dropFirst()
    return (
      rows.map { Double($0[step]) ?? .nan }, rows.map { Double($0[column]) ?? .nan }
    )
  }
}
