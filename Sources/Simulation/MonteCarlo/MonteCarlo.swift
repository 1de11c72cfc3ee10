internal import GayBerne
public import Geometry
internal import Mathematics

/// Metropolis Monte Carlo of ellipsoids in a periodic cell: hard bodies, any pair potential or any
/// potential of whole frames, mixtures, at constant volume or pressure; see `MonteCarloSettings`.
///
/// A sweep is N trial moves, half of them displacements, half rotations (only displacements of
/// spheres), by checkerboard domains whose random numbers depend on (seed, sweep, domain) alone:
/// any number of threads gives the same bits. Under pressure trial changes of the cell follow.
///
/// A cell of the board has room for a few more particles than it holds at the beginning of a sweep; a move
/// into a full one is rejected. It has to be so rare that it does not count: at least three may come.
///
/// Step sizes are tuned until `endEquilibration`; only what comes after samples the stationary
/// distribution exactly.
public struct MonteCarlo: SimulationEngine {
  /// What it was made with. Temperature, pressure and field may have been exchanged since by a
  /// `ReplicaExchange`.
  public let settings: MonteCarloSettings
  let template: FrameTemplate
  let model: MonteCarloModel
  /// Particles that are no spheres.
  let axisCount: Int
  /// The upper half of the second word of the generator's key.
  let replica: UInt64

  var state: State
  /// Copies share the particles' memory until one of them moves on.
  private var owner = Owner()

  private final class Owner: Sendable {}

  /// Everything that changes.
  struct State: Sendable {
    var store: ParticleStore
    var conditions: Conditions
    var steps: StepSizes
    var step = 0
    var isEquilibrating = true
    /// Since step sizes were last tuned, and since they were frozen (or the start).
    var recent: MoveTally
    var total: MoveTally
    /// The potential energy carried along, and the sum of P2(u.z).
    var energy = 0.0
    var alignment = 0.0
    /// The largest difference found between the energy carried along and a fresh sum.
    var drift = 0.0
  }

  /// The random streams of a simulation: the second word of the generator's key.
  enum Stream {
    static let moves: UInt64 = 0x6D63_0001
    static let board: UInt64 = 0x6D63_0002
    static let volume: UInt64 = 0x6D63_0003
    static let exchange: UInt64 = 0x6D63_0004
  }

  /// Starts from that frame.
  ///
  /// Throws: `InvalidInput` for settings that cannot be used; a frame that has no particles, does
  /// not repeat along all three vectors or lacks semi-axes (or orientations, unless all are
  /// spheres); a start in which hard bodies overlap or a potential is not defined (it names the
  /// pair); a potential without a cutoff.
  public init(_ frame: Frame, settings: MonteCarloSettings) throws {
    try self.init(frame, settings: settings, replica: 0)
  }

  /// Simulations with the same seed and different numbers have different random numbers.
  init(_ frame: Frame, settings: MonteCarloSettings, replica: UInt64) throws {
    self.replica = replica
    try settings.validate()
    let start = try StartingFrame(frame)
    self.settings = settings
    template = FrameTemplate(frame)
    let model = try MonteCarloModel(start.kinds, settings, box: start.box)
    self.model = model
    axisCount = start.kindOf.count { model.axes[Int($0)] >= 0 }
    guard settings.field == nil && settings.bias == nil || axisCount > 0 else {
      throw InvalidInput(
        "field or bias", value: "given for spheres", expected: "particles with an axis")
    }
    guard settings.swapFraction == 0 || start.kinds.count > 1 else {
      throw InvalidInput(
        "fraction of swaps", value: settings.swapFraction,
        expected: "0 where all particles are of one kind")
    }
    guard start.box.heights.min() > CellBox.narrowest * model.range else {
      throw InvalidInput(
        "height of the cell", value: start.box.heights.min(),
        expected: "more than a tenth of the range of the interaction, \(model.range)")
    }
    let store = ParticleStore(
      box: start.box, range: model.searchRange, unit: model.unit, stride: model.stride,
      positions: start.positions, orientations: start.orientations, kinds: start.kindOf)
    for slot in 0..<store.count {
      model.write(
        kind: Int(start.kindOf[slot]), orientation: start.orientations[slot],
        to: store.records.base + model.stride * slot)
    }
    state = State(
      store: store, conditions: Conditions(settings),
      steps: StepSizes(
        translations: Array(repeating: 0.05 * model.range, count: model.groupCount),
        rotations: Array(repeating: 0.2, count: model.groupCount), volume: 0.01),
      recent: MoveTally(groups: model.groupCount), total: MoveTally(groups: model.groupCount))
    try checkStart()
    state.energy = try freshEnergy(threads: 1)
    state.alignment = freshAlignment().alignment
  }

  /// The random numbers of one use.
  func random(_ stream: UInt64, frame: UInt64) -> CounterRandom {
    CounterRandom(seed: settings.seed, stream: stream | replica << 32, frame: frame)
  }

  /// Shares the memory of particles with another simulation until one of the two moves on.
  mutating func share(with other: MonteCarlo) { owner = other.owner }

  /// The sweeps done.
  public var step: Int { state.step }

  /// Whether step sizes are still being tuned.
  public var isEquilibrating: Bool { state.isEquilibrating }

  /// Freezes the step sizes, and starts to count acceptances anew.
  public mutating func endEquilibration() {
    guard state.isEquilibrating else { return }
    state.isEquilibrating = false
    state.total = MoveTally(groups: model.groupCount)
  }

  /// Goes on by `count` sweeps.
  ///
  /// Throws: `InvalidInput` for a negative count, or when the energy is no longer a number.
  public mutating func advance(_ count: Int, threads: Int) throws {
    guard count >= 0 else {
      throw InvalidInput("number of sweeps", value: "\(count)", expected: "not negative")
    }
    if !isKnownUniquelyReferenced(&owner) {
      state.store = state.store.copy()
      owner = Owner()
    }
    let collective = collectiveMoves(threads: threads)
    for _ in 0..<count {
      try StopRequest.check()
      if state.step % Self.rebuildInterval == 0 || state.store.isTight {
        try refresh(threads: threads)
      }
      try collective?.begin(completed(frame))
      sweep(collective, threads: threads)
      if let error = collective?.error { throw error }
      try changeVolume(threads: threads)
      state.step += 1
      if state.isEquilibrating { tune() }
    }
  }

  /// Sweeps between two new divisions of the box: often enough to follow density and diffusion,
  /// seldom enough to cost nothing.
  private static let rebuildInterval = 100

  /// Divides the box anew, and compares the energy carried along with a fresh sum.
  private mutating func refresh(threads: Int) throws {
    state.store.rebuild()
    let fresh = try freshEnergy(threads: threads)
    guard fresh.isFinite else {
      throw InvalidInput(
        "energy at sweep \(state.step)", value: fresh, expected: "a finite number")
    }
    state.drift = max(state.drift, abs(fresh - state.energy))
    state.energy = fresh
    state.alignment = freshAlignment().alignment
  }

  /// One sweep of moves of particles.
  private mutating func sweep(_ collective: CollectiveMoves?, threads: Int) {
    let (store, model) = (state.store, model)
    let sweep = UInt64(state.step)
    let hasBias = state.conditions.biasStiffness != 0
    let boardRandom = random(Stream.board, frame: sweep)
    let board = Checkerboard(
      store.stencil, particles: store.count, isWhole: hasBias || collective != nil,
      random: boardRandom)
    let tensor = hasBias ? freshAlignment().tensor : OrderTensor()
    let moves = DomainMoves(
      store: store, scan: NeighborScan(store, range: model.range), model: model, board: board,
      conditions: state.conditions, steps: state.steps, swapFraction: settings.swapFraction,
      axisCount: axisCount, collective: collective)
    let colors = boardRandom.permutation(board.colors)
    let counts = board.counts
    let results = ResultSlots(board.domainCount)
    let engineRandom = random(Stream.moves, frame: sweep)
    Parallel.phases(counts, threads: threads, workspace: moves.makeScratch) {
      phase, item, scratch in
      let domain = board.domain(color: colors[phase], item: item)
      let number = (domain.x * board.blocks.y + domain.y) * board.blocks.z + domain.z
      let random = CounterRandom(
        seed: engineRandom.seed, stream: engineRandom.stream, frame: sweep, place: UInt64(number))
      results.set(number, moves.run(domain, random: random, tensor: tensor, scratch))
    }
    for result in results.all {
      state.energy += result.energy
      state.alignment += result.alignment
      state.recent += result.tally
      state.total += result.tally
    }
  }
}

/// Results of domains, each written by one worker.
private final class ResultSlots: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<DomainResult?>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    slots = .allocate(capacity: count)
    slots.initialize(repeating: nil, count: count)
  }

  deinit {
    slots.deinitialize(count: count)
    slots.deallocate()
  }

  func set(_ index: Int, _ result: DomainResult) { slots[index] = result }

  var all: [DomainResult] { (0..<count).compactMap { slots[$0] } }
}

extension CounterRandom {
  /// A random order of 0, ..., count - 1 from the second block on (Fisher and Yates).
  func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, Int(block(UInt64(i))[0] % UInt64(i + 1)))
    }
    return order
  }
}

extension Conditions {
  init(_ settings: MonteCarloSettings) {
    self.init(temperature: settings.temperature, pressure: settings.pressure)
    if let field = settings.field {
      fieldStrength = field.strength
      fieldAxis = field.axis.normalized
    }
    if let bias = settings.bias {
      biasStiffness = bias.stiffness
      biasTarget = bias.target
    }
  }
}
