internal import Foundation
internal import Geometry
internal import Simulation

/// One simulation, or several that exchange their configurations: lanes that go on together.
enum Walk: Sendable {
  case monteCarlo(MonteCarlo)
  case molecularDynamics(MolecularDynamics)
  case exchange(ReplicaExchange, sweeps: Int, host: (any ReplicaHost)?)

  /// Replicas that exchange advance on the host, where there is one.
  ///
  /// Throws: `InvalidInput` for a frame or settings that cannot be simulated.
  init(
    _ frame: Frame, _ settings: SimulateSettings, index: Int, threads: Int,
    host: (any ReplicaHost)? = nil
  ) throws {
    switch settings.method {
    case .molecularDynamics:
      self = .molecularDynamics(
        try MolecularDynamics(
          frame, potential: settings.potential(frame),
          settings: try settings.molecularDynamics(index), threads: threads))
    case .monteCarlo:
      let common = try settings.monteCarlo(frame, index)
      guard let (quantity, values) = try settings.rungs() else {
        self = .monteCarlo(try MonteCarlo(frame, settings: common))
        return
      }
      let rungs = try values.map { value in
        var rung = common
        switch quantity {
        case "temperature": rung.temperature = value
        case "pressure": rung.pressure = value
        default: rung.field = .init(strength: value, axis: try settings.axisOfField())
        }
        return rung
      }
      self = .exchange(
        try ReplicaExchange([frame], settings: rungs),
        sweeps: settings.exchangeEvery ?? SimulateSettings.defaultExchangeEvery, host: host)
    }
  }

  /// The number of simulations that go on together.
  var laneCount: Int {
    if case .exchange(let exchange, _, _) = self { exchange.rungs.count } else { 1 }
  }

  /// The steps between which nothing else happens: replicas exchange only at multiples of it.
  var stride: Int {
    if case .exchange(_, let sweeps, _) = self { sweeps } else { 1 }
  }

  mutating func advance(_ count: Int, threads: Int) throws {
    switch self {
    case .monteCarlo(var engine):
      try engine.advance(count, threads: threads)
      self = .monteCarlo(engine)
    case .molecularDynamics(var engine):
      try engine.advance(count, threads: threads)
      self = .molecularDynamics(engine)
    case .exchange(var engine, let sweeps, let host):
      try engine.advance(count / sweeps, sweeps: sweeps, threads: threads, host: host)
      self = .exchange(engine, sweeps: sweeps, host: host)
    }
  }

  mutating func endEquilibration() {
    switch self {
    case .monteCarlo(var engine):
      engine.endEquilibration()
      self = .monteCarlo(engine)
    case .molecularDynamics(var engine):
      engine.endEquilibration()
      self = .molecularDynamics(engine)
    case .exchange(var engine, let sweeps, let host):
      engine.endEquilibration()
      self = .exchange(engine, sweeps: sweeps, host: host)
    }
  }

  private var engines: [any SimulationEngine] {
    switch self {
    case .monteCarlo(let engine): [engine]
    case .molecularDynamics(let engine): [engine]
    case .exchange(let exchange, _, _): exchange.rungs
    }
  }

  func measure(threads: Int) throws -> [Simulation.Measurement] {
    try engines.map { try $0.measure(threads: threads) }
  }

  var frames: [Frame] { engines.map(\.frame) }

  func checkpoint() throws -> Data {
    switch self {
    case .monteCarlo(let engine): try engine.checkpoint()
    case .molecularDynamics(let engine): try engine.checkpoint()
    case .exchange(let engine, _, _): try engine.checkpoint()
    }
  }

  mutating func restore(_ data: Data) throws {
    switch self {
    case .monteCarlo(var engine):
      try engine.restore(data)
      self = .monteCarlo(engine)
    case .molecularDynamics(var engine):
      try engine.restore(data)
      self = .molecularDynamics(engine)
    case .exchange(var engine, let sweeps, let host):
      try engine.restore(data)
      self = .exchange(engine, sweeps: sweeps, host: host)
    }
  }

  /// What there is to say of exchanges at the end: their acceptances and round trips.
  var exchangeNote: String? {
    guard case .exchange(let exchange, _, _) = self else { return nil }
    let rates = exchange.acceptances.map { "\((100 * $0).rounded() / 100)" }
    return "exchanges taken between neighbours: \(rates.joined(separator: ", ")); "
      + "round trips: \(exchange.roundTrips)"
  }
}
