public import Foundation
public import Geometry
internal import Mathematics

/// Advances replicas somewhere else than on the threads of this process.
public protocol ReplicaHost: Sendable {
  /// The replicas after `sweeps` further sweeps each, bit by bit as `MonteCarlo.advance` makes them.
  ///
  /// Throws: what `MonteCarlo.advance` throws, and where a replica cannot be had.
  func advance(_ replicas: [MonteCarlo], sweeps: Int, threads: Int) throws -> [MonteCarlo]
}

/// Replica exchange: several simulations of the same system at conditions that follow each other
/// (temperature, pressure, field, or all of them), which now and then exchange their
/// configurations.
///
/// Between neighbouring rungs a and b with configurations x and y an exchange is taken with
///
///     min(1, w_a(y) w_b(x) / (w_a(x) w_b(y))),
///     ln w = -beta (U + P V - h sum P2(u.z) + k/2 (S - S_0)^2)
///
/// (Swendsen and Wang, doi:10.1103/PhysRevLett.57.2607). Conditions and step sizes stay with the
/// rung, configurations move. The replicas run side by side on the threads; nothing depends on
/// their number.
public struct ReplicaExchange: Sendable {
  /// The simulations by rungs.
  public private(set) var rungs: [MonteCarlo]
  /// Which of the starting configurations is at each rung.
  public private(set) var walkers: [Int]
  /// Exchanges tried and taken between rung k and k + 1.
  public private(set) var exchanges: [(tried: Int, taken: Int)]
  /// How often a configuration has gone from the first rung to the last and back.
  public private(set) var roundTrips = 0

  private var rounds = 0
  /// Where every configuration was last of the two ends: 0 nowhere, 1 at the first rung, 2 at the
  /// last after the first.
  private var progress: [Int]

  /// The same system at every settings; the frame (or one for each) is where they start.
  ///
  /// Throws: `InvalidInput` for fewer than two settings, a number of frames that is neither one nor
  /// that of the settings, rungs of which only some have a pressure, and what `MonteCarlo` throws.
  public init(_ frames: [Frame], settings: [MonteCarloSettings]) throws {
    guard settings.count >= 2 else {
      throw InvalidInput(
        "number of replicas", value: "\(settings.count)", expected: "at least two")
    }
    guard frames.count == 1 || frames.count == settings.count else {
      throw InvalidInput(
        "number of starting frames", value: "\(frames.count)",
        expected: "one, or one for each of \(settings.count) replicas")
    }
    let volumes = settings.count { $0.pressure != nil }
    guard volumes == 0 || volumes == settings.count else {
      throw InvalidInput(
        "pressure", value: "given for \(volumes) of \(settings.count) replicas",
        expected: "given for all or for none")
    }
    rungs = try settings.enumerated().map { index, settings in
      try MonteCarlo(
        frames[frames.count == 1 ? 0 : index], settings: settings, replica: UInt64(index))
    }
    for rung in rungs.dropFirst() where !rung.isSameSystem(as: rungs[0]) {
      throw InvalidInput(
        "starting frames", value: "of different systems",
        expected: "the same particles, in the same order, for all replicas")
    }
    walkers = Array(settings.indices)
    exchanges = Array(repeating: (0, 0), count: settings.count - 1)
    progress = Array(repeating: 0, count: settings.count)
    note()
  }

  /// The fraction of exchanges taken between rung k and k + 1; not a number where none was tried.
  public var acceptances: [Double] { exchanges.map { Double($0.taken) / Double($0.tried) } }

  /// `count` rounds of `sweeps` sweeps of every replica, an attempt to exchange neighbours after
  /// each: pairs (0, 1), (2, 3), ... and (1, 2), (3, 4), ... by turns. On the host where there is one, else
  /// on the threads.
  ///
  /// Throws: what `MonteCarlo.advance` throws.
  public mutating func advance(
    _ count: Int, sweeps: Int, threads: Int, host: (any ReplicaHost)? = nil
  ) throws {
    for _ in 0..<max(0, count) {
      rungs =
        try host?.advance(rungs, sweeps: sweeps, threads: threads)
        ?? Self.advance(rungs, sweeps: sweeps, threads: threads)
      exchange()
      rounds += 1
    }
  }

  /// The replicas after `sweeps` further sweeps each, side by side on the threads.
  ///
  /// Throws: what `MonteCarlo.advance` throws.
  public static func advance(
    _ replicas: [MonteCarlo], sweeps: Int, threads: Int
  ) throws -> [MonteCarlo] {
    try Parallel.map(count: replicas.count, threads: threads) { index in
      var replica = replicas[index]
      try replica.advance(sweeps, threads: 1)
      return replica
    }
  }

  /// Freezes the step sizes of all replicas and counts exchanges anew.
  public mutating func endEquilibration() {
    for k in rungs.indices { rungs[k].endEquilibration() }
    exchanges = Array(repeating: (0, 0), count: exchanges.count)
    roundTrips = 0
  }

  private mutating func exchange() {
    let random = CounterRandom(
      seed: rungs[0].settings.seed, stream: MonteCarlo.Stream.exchange, frame: UInt64(rounds))
    for k in stride(from: rounds % 2, to: rungs.count - 1, by: 2) {
      let (a, b) = (rungs[k], rungs[k + 1])
      let change =
        a.logWeight(of: b) + b.logWeight(of: a) - a.logWeight(of: a) - b.logWeight(of: b)
      let lottery = CounterRandom.uniform(random.block(UInt64(k))[0])
      exchanges[k].tried += 1
      guard change >= 0 || lottery < exp(change) else { continue }
      exchanges[k].taken += 1
      rungs[k].takeConfiguration(of: b)
      rungs[k + 1].takeConfiguration(of: a)
      walkers.swapAt(k, k + 1)
    }
    note()
  }

  /// Counts the round trips.
  private mutating func note() {
    let last = walkers.count - 1
    if progress[walkers[0]] == 2 { roundTrips += 1 }
    progress[walkers[0]] = 1
    if progress[walkers[last]] == 1 { progress[walkers[last]] = 2 }
  }

  private struct Stored: Codable {
    var rungs: [Data]
    var walkers: [Int]
    var tried: [Int]
    var taken: [Int]
    var roundTrips: Int
    var rounds: Int
    var progress: [Int]
  }

  /// The whole state, as `SimulationEngine.checkpoint`.
  ///
  /// Throws: an encoding error.
  public func checkpoint() throws -> Data {
    try StateCoding.encode(
      Stored(
        rungs: rungs.map { try $0.checkpoint() }, walkers: walkers,
        tried: exchanges.map(\.tried), taken: exchanges.map(\.taken), roundTrips: roundTrips,
        rounds: rounds, progress: progress))
  }

  /// Takes over a state, as `SimulationEngine.restore`.
  ///
  /// Throws: `InvalidInput` when the bytes are no checkpoint of these replicas.
  public mutating func restore(_ checkpoint: Data) throws {
    let stored = try StateCoding.decode(Stored.self, from: checkpoint)
    let count = rungs.count
    guard stored.rungs.count == count, stored.walkers.sorted() == Array(0..<count),
      stored.tried.count == count - 1, stored.taken.count == count - 1,
      stored.progress.count == count, stored.rounds >= 0
    else {
      throw InvalidInput(
        "checkpoint", value: "one of \(stored.rungs.count) replicas",
        expected: "one of \(count) replicas")
    }
    for k in rungs.indices { try rungs[k].restore(stored.rungs[k]) }
    walkers = stored.walkers
    exchanges = zip(stored.tried, stored.taken).map { ($0, $1) }
    roundTrips = stored.roundTrips
    rounds = stored.rounds
    progress = stored.progress
  }
}

extension MonteCarlo {
  /// The logarithm of the weight that a configuration has under these conditions.
  func logWeight(of other: MonteCarlo) -> Double {
    let conditions = state.conditions
    var energy = other.state.energy
    if let pressure = conditions.pressure {
      energy += pressure * other.state.store.box.volume
    }
    if conditions.fieldStrength != 0 || conditions.biasStiffness != 0 {
      let fresh = other.freshAlignment(along: conditions.fieldAxis)
      energy -= conditions.fieldStrength * fresh.alignment
      let off = fresh.tensor.order(count: axisCount) - conditions.biasTarget
      energy += 0.5 * conditions.biasStiffness * off * off
    }
    return -energy / conditions.temperature
  }

  /// Particles and cell of another simulation of the same system, with these conditions and steps.
  mutating func takeConfiguration(of other: MonteCarlo) {
    share(with: other)
    state.store = other.state.store
    state.energy = other.state.energy
    state.alignment = freshAlignment(along: state.conditions.fieldAxis).alignment
  }

  /// Whether both have the same particles in the same order.
  func isSameSystem(as other: MonteCarlo) -> Bool {
    model.kinds == other.model.kinds && template.species == other.template.species
      && template.semiAxes == other.template.semiAxes && model.range == other.model.range
  }
}
