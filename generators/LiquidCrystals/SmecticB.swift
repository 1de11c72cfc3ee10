public import Geometry
internal import Mathematics
internal import OrderParameters

/// A hexatic smectic B: layers with order tau along the director, and within every layer neighbours in
/// six directions that all layers share, while the layers lie above each other by chance.
///
/// The bond order is psi_6 = |<1/6 sum over the six nearest neighbours in the layer of
/// exp(6 i theta)>|, theta the direction of a bond within the layer; 1 for a hexagonal lattice, near 0
/// for a liquid layer. A hexagonal lattice is displaced by normal displacements as large as it takes:
/// after overlaps are gone, psi_6 is within 0.005 of the target. S and tau are exact.
///
/// Labels: those of `Smectic`, and `hexatic_order` (measured psi_6), `target_hexatic_order`.
public struct SmecticB: Generator, Equatable {
  /// Particles and density.
  public var specimen: Specimen
  /// The nematic order S, from -1/2 to 1.
  public var order: ValueRange
  /// The layer order tau, from 0 to 1.
  public var smecticOrder: ValueRange
  /// The bond order psi_6, from 0.1 to 1.
  public var hexaticOrder: ValueRange
  /// The number of layers: a divisor of the number of particles that leaves an even number in each.
  public var layers: Int?
  /// How axes are drawn.
  public var sampling: AxisSampling
  /// Where the axes and the layer normal point.
  public var director: Director

  /// How close psi_6 comes to its target.
  private static let tolerance = 0.005

  /// A smectic B.
  public init(
    specimen: Specimen, order: ValueRange, smecticOrder: ValueRange, hexaticOrder: ValueRange,
    layers: Int? = nil, sampling: AxisSampling = AxisSampling(), director: Director = .random
  ) {
    self.specimen = specimen
    self.order = order
    self.smecticOrder = smecticOrder
    self.hexaticOrder = hexaticOrder
    self.layers = layers
    self.sampling = sampling
    self.director = director
  }

  /// "smectic B".
  public var name: String { "smectic B" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, among them a bond order out of reach
  /// at that density; `PackingFailure` where no positions without overlap were found.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try sampling.require(order)
    try smecticOrder.require("smectic order", within: 0...1, "a number between 0 and 1")
    try hexaticOrder.require("hexatic order", within: 0.1...1, "a number between 0.1 and 1")
    let random = FrameRandomness(seed: seed, family: .smecticB, index: index)
    let assembly = try Assembly(specimen, random: random, of: count)
    let target = order.value(at: index, of: count)
    let tau = smecticOrder.value(at: index, of: count)
    let psi = hexaticOrder.value(at: index, of: count)
    let stack = try LayerStack(assembly, layers: layers)
    var directors = random.stream(.director)
    let wanted = try director.direction(&directors)
    var stream = random.stream(.orientations)
    let axes = try assembly.axes(sampling, order: target, &stream)
    let orientations = assembly.orientations(along: axes)

    let inCell = try search(psi: psi) { spread in
      try assembly.configuration(orientations: orientations, cell: stack.cell) { stream in
        let positions = try stack.positions(order: tau, spread: spread, &stream)
        return (positions, stack.constraint.stages(positions, order: tau))
      }
    } measure: {
      stack.hexaticOrder(of: $0.positions)
    }
    let turn = UnitQuaternion(bodyAxis: 2, along: wanted, spin: 0)
    let turned = try inCell.turned(by: turn)
    var frame = try assembly.frame(phase: name, turned, targetOrder: target, director: wanted)
    try assembly.labelLayers(
      stack.constraint, turned.positions, normal: wanted, target: tau, &frame.labels)
    frame.labels["hexatic_order"] = .real(stack.hexaticOrder(of: inCell.positions))
    frame.labels["target_hexatic_order"] = .real(psi)
    frame.labels["layers"] = .integer(stack.layers)
    frame.labels["layer_spacing"] = .real(stack.spacing)
    return frame
  }

  /// Bisection over the size of the displacements, in lattice spacings, whose random directions stay
  /// the same.
  private func search(
    psi: Double, make: (Double) throws -> Configuration, measure: (Configuration) -> Double
  ) throws -> Configuration {
    var (low, high) = (0.0, 0.0)
    var best = try make(0)
    var value = measure(best)
    if abs(value - psi) <= 1e-9 { return best }
    // The lattice itself, its overlaps gone, is the most ordered that there is.
    var step = 0.02
    while measure(try make(high)) > psi, high < 0.6 {
      low = high
      high += step
      step *= 1.5
    }
    for _ in 0..<24 where abs(value - psi) > 0.1 * Self.tolerance {
      let middle = 0.5 * (low + high)
      let trial = try make(middle)
      let found = measure(trial)
      if abs(found - psi) < abs(value - psi) { (best, value) = (trial, found) }
      if found > psi { low = middle } else { high = middle }
    }
    // psi_6 is no smooth function of the displacements, since overlaps go one way or another: where
    // bisection ends at a jump, other displacements about as large may do.
    for k in 1...24 where abs(value - psi) > Self.tolerance {
      let trial = try make(low * (1 + 0.01 * Double(k % 2 == 0 ? k / 2 : -(k + 1) / 2)))
      let found = measure(trial)
      if abs(found - psi) < abs(value - psi) { (best, value) = (trial, found) }
    }
    guard abs(value - psi) <= Self.tolerance else {
      throw InvalidInput(
        "hexatic order", value: psi,
        expected: "one that can be had at this density; the closest found is \(value)")
    }
    return best
  }
}

/// Layers of hexagonal lattices in a box.
struct LayerStack {
  let cell: Cell
  let layers: Int
  let spacing: Double
  let lattice: HexagonalLattice
  let constraint: LayerConstraint

  /// The distance of neighbours in a layer is to that of layers as the particle's width is to its
  /// height.
  init(_ assembly: Assembly, layers wanted: Int?) throws {
    let particles = assembly.members.species.count
    let flatness = assembly.members.flatness
    let neighbor = cubeRoot(
      assembly.volume / Double(particles) / (0.75.squareRoot() * flatness))
    var chosen = wanted ?? 0
    if wanted == nil {
      var smallest = Double.infinity
      for candidate in 1...particles where particles % candidate == 0 {
        let inLayer = particles / candidate
        guard inLayer % 2 == 0 else { continue }
        let side = (0.75.squareRoot() * Double(inLayer)).squareRoot()
        let ratio = side / (flatness * Double(candidate))
        let skew = max(ratio, 1 / ratio)
        if skew < smallest { (chosen, smallest) = (candidate, skew) }
      }
    }
    guard chosen > 0, particles % chosen == 0, (particles / chosen) % 2 == 0 else {
      throw InvalidInput(
        "number of layers", value: wanted.map(String.init) ?? "none",
        expected: "a divisor of the number of particles, \(particles), that leaves an even number")
    }
    let shape = try HexagonalLattice.shape(sites: particles / chosen, "particles in a layer")
    layers = chosen
    lattice = HexagonalLattice(columns: shape.columns, rows: shape.rows, spacing: neighbor)
    let height = assembly.volume / (lattice.width * lattice.depth)
    spacing = height / Double(chosen)
    constraint = LayerConstraint(spacing: spacing, assembly.members)
    cell = try Cell(box: Vector3(lattice.width, lattice.depth, height))
  }

  /// Particle k is in layer k / sites; which particle that is was drawn with the orientations.
  func positions(
    order: Double, spread: Double, _ stream: inout RandomStream
  ) throws -> [Vector3] {
    let sites = lattice.columns * lattice.rows
    let phases = try LayerProfile.gaussian.phases(count: layers * sites, order: order, &stream)
    let shifts = (0..<layers).map { _ in
      Vector3(stream.uniform(0, lattice.width), stream.uniform(0, lattice.depth), 0)
    }
    var positions = [Vector3]()
    for k in 0..<layers * sites {
      var position = lattice.site(k % sites) + shifts[k / sites]
      position.x += stream.gaussian() * spread * lattice.spacing
      position.y += stream.gaussian() * spread * lattice.spacing
      position.z = (Double(k / sites) + phases[k] / (2 * Double.pi)) * spacing
      positions.append(position)
    }
    try constraint.restore(&positions, order: order)
    return positions
  }

  /// psi_6 over the six nearest neighbours in the layer, by comparing all pairs of a layer.
  func hexaticOrder(of positions: [Vector3]) -> Double {
    let sites = lattice.columns * lattice.rows
    var sum = SIMD2<Double>.zero
    for i in positions.indices {
      let start = i / sites * sites
      var bonds = [(squared: Double, x: Double, y: Double)]()
      for j in start..<start + sites where j != i {
        var d = positions[j] - positions[i]
        d.x -= lattice.width * (d.x / lattice.width).rounded()
        d.y -= lattice.depth * (d.y / lattice.depth).rounded()
        bonds.append((d.x * d.x + d.y * d.y, d.x, d.y))
      }
      bonds.sort { $0.squared < $1.squared }
      for bond in bonds.prefix(6) {
        let turn = 6 * angle(bond.y, bond.x)
        sum += SIMD2(cosine(turn), sine(turn)) / Double(min(6, bonds.count))
      }
    }
    return (sum * sum).sum().squareRoot() / Double(positions.count)
  }
}
