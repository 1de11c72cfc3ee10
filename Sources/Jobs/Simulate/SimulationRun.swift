internal import FileFormats
internal import Foundation
internal import GayBerne
internal import Geometry
internal import Mathematics
internal import Simulation

/// The simulation of one starting frame, from its first step to its last, in a folder that holds what an
/// interruption must not lose: the frames so far, the rows of the observables, and the whole state.
///
/// Frames and state are stored every half minute. What is stored when never changes what is simulated, so
/// that a simulation that was killed and gone on with ends in the same bytes as an undisturbed one.
struct SimulationRun {
  /// One lane's observables, a row every so many steps.
  struct Lane: Codable, Sendable {
    var names: [String] = []
    var rows: [[Double]] = []

    /// The values under a name.
    func series(_ name: String) -> [Double]? {
      names.firstIndex(of: name).map { k in rows.map { $0[k] } }
    }
  }

  /// What is stored.
  private struct State: Codable {
    var fingerprint: String
    var walk: Data
    var lanes: [Lane]
    /// The SHA-256 of the files of frames, lane by lane, of each part.
    var parts: [[String]]
    var equilibrated: Int
    var nextLook: Int
    /// The rows at which there were enough independent frames for the first time.
    var enough: Int?
    /// Frames outside of what a learned potential learned from.
    var outside: OutsideFrames?
  }

  /// What came out.
  struct Result: Sendable {
    let lanes: [Lane]
    /// Which frames of each lane are kept.
    let plans: [SamplePlan]
    /// The SHA-256 of the files of frames, lane by lane, of each part in order.
    let parts: [[String]]
    let note: String?
    /// What is to be told: that it stopped early, and frames outside of what a potential learned from.
    var warnings: [String] = []
  }

  let frame: Frame
  let index: Int
  let settings: SimulateSettings
  let folder: String
  let threads: Int
  /// Where replicas advance, if not on the threads.
  let host: (any ReplicaHost)?
  /// Hears how far it got: steps done, steps to do, and a few words.
  let progress: @Sendable (Int, Int, String) -> Void
  /// Hears what a user should know at once.
  let warning: @Sendable (String) -> Void

  /// Seconds between the times at which the state is stored.
  private static let storingInterval = 30.0
  /// More frames than this are not kept in memory.
  private static let mostPending = 256
  /// Rows before anybody asks how many of them are independent.
  private static let firstLook = 40

  /// Simulates to the end.
  ///
  /// Throws: `InvalidInput` for a frame that cannot be simulated, or a simulation that cannot go on;
  /// `DataError` for a state of another simulation.
  func run() throws -> Result {
    var walk = try Walk(frame, settings, index: index, threads: threads, host: host)
    var state = State(
      fingerprint: try fingerprint(), walk: Data(),
      lanes: Array(repeating: Lane(), count: walk.laneCount), parts: [], equilibrated: 0,
      nextLook: Self.firstLook)
    if let stored = try stored() {
      guard stored.fingerprint == state.fingerprint else {
        throw DataError(
          .badData, file: statePath,
          message: "a state of another simulation; remove \(folder), or give the same options")
      }
      state = stored
      try checkParts(state.parts)
      try walk.restore(state.walk)
    }
    let potential = try watchedPotential()
    var watch = try potential.flatMap {
      try ForceFieldWatch($0, until: settings.untilSpread, outside: state.outside)
    }
    var pending = Array(repeating: [Frame](), count: walk.laneCount)
    var lastStored = ContinuousClock.now
    func store() throws {
      guard !pending[0].isEmpty || state.equilibrated > 0 else { return }
      // Not before there is something to keep: an empty folder would stand in the way of the next run.
      try OutputFolder.make(folder)
      state.parts.append(try write(&pending, part: state.parts.count))
      state.walk = try walk.checkpoint()
      state.outside = watch?.outside
      let bytes = try StateCoding.encode(state)
      let file = try OutputFile(statePath)
      try file.write(SHA256.digest(of: bytes) + "\n")
      try file.write([UInt8](bytes))
      try file.commit()
      lastStored = .now
    }
    func isTime() -> Bool {
      pending[0].count >= Self.mostPending
        || lastStored.duration(to: .now) > .seconds(Self.storingInterval)
    }
    let stride = walk.stride
    let equilibration = (settings.equilibrate + stride - 1) / stride * stride
    while state.equilibrated < equilibration {
      let size = min(equilibration - state.equilibrated, max(stride, 50 / stride * stride))
      try StopRequest.check()
      try walk.advance(size, threads: threads)
      state.equilibrated += size
      progress(state.equilibrated, equilibration, "equilibration")
      if isTime() { try store() }
    }
    walk.endEquilibration()
    let interval = (settings.interval + stride - 1) / stride * stride
    let most = max(1, settings.mostSteps / interval)
    while state.lanes[0].rows.count < most {
      let done = state.lanes[0].rows.count
      if let wanted = settings.samples, done >= state.nextLook {
        let plans = state.lanes.map { plan($0, wanted: wanted) }
        let missing = plans.map { $0.missing(wanted: wanted, available: done) }.max() ?? 0
        // Enough frames from a run that is too short to know are not enough; four times as long is.
        if missing == 0, state.enough == nil { state.enough = done }
        let isSettled = plans.allSatisfy(\.warnings.isEmpty)
        if missing == 0, isSettled || done >= 4 * (state.enough ?? done) { break }
        state.nextLook = done + max(missing, done / 4)
      }
      try StopRequest.check()
      try walk.advance(interval, threads: threads)
      let measured = try walk.measure(threads: threads)
      for (lane, (measurement, frame)) in zip(measured, walk.frames).enumerated() {
        Self.add(measurement, count: frame.count, to: &state.lanes[lane])
        var own = try labelled(frame, measurement, potential, lane: lane)
        if let words = try watch?.look(at: &own, step: measurement.step, threads: threads) {
          warning(words)
        }
        pending[lane].append(own)
      }
      if watch?.reason != nil { break }
      let rows = state.lanes[0].rows.count
      let total = settings.samples == nil ? most : min(most, state.nextLook)
      progress(rows * interval, total * interval, Self.words(measured[0]))
      if isTime() { try store() }
    }
    try store()
    let warned = state.lanes.map { plan($0, wanted: settings.samples) }
    return Result(
      lanes: state.lanes, plans: warned, parts: state.parts, note: walk.exchangeNote,
      warnings: [watch?.outside.total(), watch?.reason].compactMap { $0 })
  }

  /// The potential that frames are evaluated with: for their forces, and whether they lie outside of what it
  /// learned from; nil where nothing of the kind is needed.
  private func watchedPotential() throws -> (any FramePotential)? {
    var isLearned = false
    if case .learned = settings.interaction.potential { isLearned = true }
    guard isLearned || settings.untilSpread != nil || settings.forces else { return nil }
    return settings.interaction.potential == .hard ? nil : try settings.potential(frame)
  }

  // MARK: Observables

  /// The names of the columns that every simulation has, in their order; `time` with dynamics.
  private static func columns(
    _ m: Simulation.Measurement, count: Int
  ) -> [(name: String, value: Double?)] {
    [
      ("step", Double(m.step)), ("time", m.time), ("energy", m.energy),
      ("energy_per_particle", m.energy / Double(max(1, count))), ("temperature", m.temperature),
      ("pressure", m.pressure), ("packing_fraction", m.packingFraction), ("density", m.density),
      ("order", m.order), ("smectic_order", m.smecticOrder),
    ]
  }

  private static func add(_ measurement: Simulation.Measurement, count: Int, to lane: inout Lane) {
    let columns = columns(measurement, count: count).filter {
      $0.value != nil || !["time"].contains($0.name)
    }
    let extras = measurement.extras.map { (name: $0.name, value: Double?($0.value)) }
    if lane.names.isEmpty { lane.names = (columns + extras).map(\.name) }
    lane.rows.append((columns + extras).map { $0.value ?? .nan })
  }

  /// A few words for whoever watches.
  private static func words(_ m: Simulation.Measurement) -> String {
    func text(_ name: String, _ value: Double?) -> String? {
      value.flatMap { $0.isFinite ? "\(name) = \((1000 * $0).rounded() / 1000)" : nil }
    }
    return [text("S", m.order), text("P", m.pressure), text("U", m.energy)]
      .compactMap { $0 }.joined(separator: ", ")
  }

  /// Which frames of a lane are independent, by the slowest of energy, density, order and layers.
  private func plan(_ lane: Lane, wanted: Int?) -> SamplePlan {
    let names = ["energy", "density", "order", "smectic_order"]
    let series = names.compactMap { name in
      lane.series(name).flatMap { values in
        Set(values).count > 1 ? (name: name, values: values) : nil
      }
    }
    return SamplePlan(series, wanted: wanted)
  }

  // MARK: Frames

  private func labelled(
    _ given: Frame, _ m: Simulation.Measurement, _ potential: (any FramePotential)?, lane: Int
  ) throws -> Frame {
    var frame = given
    frame.labels["step"] = .integer(m.step)
    frame.labels["start"] = .integer(index)
    if let rungs = try settings.rungs() {
      frame.labels["rung"] = .integer(lane)
      if rungs.quantity == "field" { frame.labels["field"] = .real(rungs.values[lane]) }
    }
    frame.labels["energy"] = .real(m.energy)
    frame.labels["temperature"] = .real(m.temperature)
    frame.labels["pressure"] = m.pressure.map { .real($0) }
    frame.labels["order"] = m.order.map { .real($0) }
    frame.labels["director"] = m.director.map { .reals([$0.x, $0.y, $0.z]) }
    frame.labels["smectic_order"] = m.smecticOrder.map { .real($0) }
    frame.labels["packing_fraction"] = m.packingFraction.map { .real($0) }
    frame.labels["density"] = m.density.map { .real($0) }
    if let p = m.pressureTensor {
      frame.labels["pressure_tensor"] = .reals((0..<9).map { p[$0 / 3, $0 % 3] })
    }
    if settings.forces, let potential {
      var complete = frame
      if frame.orientations == nil {
        try complete.set(orientations: Array(repeating: .identity, count: frame.count))
      }
      let result = try potential.evaluate(complete, forces: true, threads: threads)
      try frame.set(Frame.Column(name: "forces", vectors: result.forces))
      try frame.set(Frame.Column(name: "torques", vectors: result.torques))
    }
    return frame
  }

  /// The file of a part of the frames of a lane.
  static func part(_ folder: String, lane: Int, part: Int) -> String {
    "\(folder)/frames-\(lane)-\(part).xyz"
  }

  /// Returns the checksums of the files.
  private func write(_ pending: inout [[Frame]], part: Int) throws -> [String] {
    try pending.indices.map { lane in
      let path = Self.part(folder, lane: lane, part: part)
      let writer = try FrameWriter.create(path)
      for frame in pending[lane] { try writer.write(frame) }
      try writer.commit()
      pending[lane] = []
      return try SHA256.digest(ofFile: path).checksum
    }
  }

  /// Makes sure that the frames so far are as they were written: they cannot be made anew from the state.
  private func checkParts(_ parts: [[String]]) throws {
    for (part, sums) in parts.enumerated() {
      for (lane, sum) in sums.enumerated() {
        let path = Self.part(folder, lane: lane, part: part)
        guard (try? SHA256.digest(ofFile: path).checksum) == sum else {
          throw DataError(
            .badData, file: path,
            message: "the frames stored here are damaged or gone; remove \(folder) to begin anew")
        }
      }
    }
  }

  // MARK: State

  private var statePath: String { "\(folder)/state" }

  private func stored() throws -> State? {
    guard let data = FileManager.default.contents(atPath: statePath) else { return nil }
    do {
      let (sum, bytes) = (data.prefix(64), data.dropFirst(65))
      guard String(decoding: sum, as: UTF8.self) == SHA256.digest(of: Data(bytes)) else {
        throw InvalidInput("checkpoint", value: "damaged", expected: "bytes of their checksum")
      }
      return try StateCoding.decode(State.self, from: Data(bytes))
    } catch {
      throw DataError(
        .badData, file: statePath,
        message: "the stored state cannot be read; remove \(folder) to begin anew")
    }
  }

  /// A fingerprint of all that decides what is simulated.
  private func fingerprint() throws -> String {
    var essential = settings
    (essential.resume, essential.checkpoint, essential.observables) = (false, nil, nil)
    let sum = SHA256()
    sum.update(Data("\(Version.current) \(index) \(frame.stableHash)".utf8))
    sum.update(Data(try essential.json.utf8))
    return sum.digest()
  }
}
