package import Geometry

/// The particles of a frame, made ready for one of the two ways to project them.
struct FrameDensities: Sendable {
  /// The index of every particle's species.
  let types: [Int]
  /// The turns of the particles into their own frames (`BodyFrame`); empty in the frame of space.
  let turns: [Double]
  private let way: Way

  private enum Way {
    case moments(MomentEngine, ParticleDensities)
    case pairs(@Sendable (Int, Vector3) throws -> [Double])
  }

  /// Throws: `InvalidInput` for a species that is not in the table or a frame that lacks what the
  /// projection needs.
  init(_ frame: Frame, _ plan: DensityExpansion.Plan) throws {
    types = try plan.species.types(of: frame)
    turns = try plan.body?.turns(of: frame) ?? []
    switch plan.way {
    case .moments(let engine):
      way = .moments(
        engine,
        try ParticleDensities(
          frame, types: types, speciesCount: plan.species.count,
          width: plan.hyperparameters.basis.width, degree: engine.kernel.largestPower))
    case .pairs(let projection): way = .pairs(try projection.coefficients(of: frame))
    }
  }

  /// What a worker sums over neighbours with.
  func sum(_ plan: DensityExpansion.Plan) -> any NeighborSum {
    switch way {
    case .moments(let engine, let densities):
      MomentSum(engine, plan.hyperparameters, densities)
    case .pairs(let pair): PairSum(plan.hyperparameters, count: plan.count, pair: pair)
    }
  }
}

extension SpeciesTable {
  /// The index of the species of every particle.
  ///
  /// Throws: `InvalidInput` for a species that is not in the table.
  package func types(of frame: Frame) throws -> [Int] {
    try frame.species.enumerated().map { index, name in
      guard let type = self.index(of: name) else {
        throw InvalidInput(
          "species of particle \(index)", value: name,
          expected: "one of \(names.joined(separator: ", "))")
      }
      return type
    }
  }
}

/// Projects the neighbourhoods of centres: finds the neighbours, sums over those of each species, mixes
/// species into channels. One for each worker.
final class NeighborhoodProjector {
  private let plan: DensityExpansion.Plan
  private let types: [Int]
  private let finder: NeighborFinder
  private let sum: any NeighborSum
  private var buffer = NeighborFinder.Buffer()
  /// Positions in the buffer by species.
  private var members: [[Int32]]
  /// Coefficients of every species before they are mixed.
  private var unmixed: [Double]

  init(_ plan: DensityExpansion.Plan, _ densities: FrameDensities, _ finder: NeighborFinder) {
    self.plan = plan
    types = densities.types
    self.finder = finder
    sum = densities.sum(plan)
    members = Array(repeating: [], count: plan.species.count)
    unmixed = Array(
      repeating: 0,
      count: plan.hyperparameters.mixing == nil ? 0 : plan.count * plan.species.count)
  }

  /// Writes the coefficients of centre `i` in the order l, m, n, neighbour species or channel
  /// (fastest).
  ///
  /// Throws: what a `PairProjection` throws.
  func project(center i: Int, to output: UnsafeMutablePointer<Double>) throws {
    guard let weights = plan.hyperparameters.mixing?.weights else {
      try projectSpecies(center: i, to: output)
      return
    }
    try unmixed.withUnsafeMutableBufferPointer { unmixed in
      guard let base = unmixed.baseAddress else { return }
      try projectSpecies(center: i, to: base)
      let count = plan.species.count
      for k in 0..<plan.count {
        for (c, row) in weights.enumerated() {
          var sum = 0.0
          for t in 0..<count { sum += row[t] * unmixed[k * count + t] }
          output[k * weights.count + c] = sum
        }
      }
    }
  }

  /// As `project(center:to:)`, with every species by itself.
  private func projectSpecies(
    center i: Int, to output: UnsafeMutablePointer<Double>
  ) throws {
    finder.neighbors(of: i, into: &buffer)
    if !plan.hyperparameters.excludeSelf {
      buffer.append(index: Int32(i), displacement: Vector3.zero)
    }
    // Taken out of the object, so that each append is not checked for exclusive access.
    var members = self.members
    self.members = []
    defer { self.members = members }
    for t in members.indices { members[t].removeAll(keepingCapacity: true) }
    let indices = buffer.indices
    for k in indices.indices { members[types[Int(indices[k])]].append(Int32(k)) }
    let count = members.count
    for t in 0..<count {
      if members[t].isEmpty {
        for k in 0..<plan.count { output[k * count + t] = 0 }
      } else {
        try sum.project(members[t], of: buffer, species: t, to: output + t, stride: count)
      }
    }
  }

  /// Writes the coefficients of the single neighbour `j` at `r`, in the order l, m, n.
  ///
  /// Throws: what a `PairProjection` throws.
  func project(
    neighbor j: Int, at r: Vector3, to output: UnsafeMutablePointer<Double>
  ) throws {
    buffer.removeAll()
    buffer.append(index: Int32(j), displacement: r)
    try sum.project([0], of: buffer, species: types[j], to: output, stride: 1)
  }
}
