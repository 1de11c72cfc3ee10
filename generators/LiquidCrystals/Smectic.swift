public import Geometry
internal import Mathematics
internal import OrderParameters

/// A smectic: axes aligned along a director with order S, centres in layers with order
/// tau = |<exp(2 pi i z/d)>|, z along the layer normal. In smectic A the director is the normal; in
/// smectic C it is tilted away from it, in a direction drawn anew for every frame.
///
/// The cell holds a whole number of layers along its third lattice vector, which is the normal. It is
/// a cube where layers of a particle's height or more fit into one, or their number is given, and else
/// a box. It is turned as a whole, so that the director comes out as asked for; along x, y or z (without
/// tilt) its edges stay along x, y and z.
///
/// Centres keep the profile with which they were drawn: see `LayerConstraint`. Spheres among other
/// particles are in the same layers; orders are those of the other particles.
///
/// Labels: those of `Nematic`, and `smectic_order` (measured), `target_smectic_order`,
/// `smectic_order_2` (|<exp(4 pi i z/d)>|, about tau^4 for the Gaussian profile), `layers`,
/// `layer_spacing`, `layer_normal`, `tilt` (degrees); `smectic_particles`, where not all were counted.
public struct Smectic: Generator, Equatable {
  /// Particles and density.
  public var specimen: Specimen
  /// The nematic order S, from -1/2 to 1.
  public var order: ValueRange
  /// The layer order tau, from 0 to 1.
  public var smecticOrder: ValueRange
  /// The number of layers in the cell; without one, as many as fit layers of the height of a
  /// particle best.
  public var layers: Int?
  /// The distance between layers; without one, the edge of a cube over the number of layers, or, where
  /// that is less and the number is not given either, the height of a particle (the largest mean
  /// diameter of a species along its axis, times the cosine of the tilt).
  public var layerSpacing: Double?
  /// The angle between director and layer normal, in degrees: 0 for smectic A.
  public var tilt: ValueRange
  /// How centres are spread about the layers.
  public var profile: LayerProfile
  /// How axes are drawn; where that is exact, so is tau.
  public var sampling: AxisSampling
  /// Where the axes point.
  public var director: Director

  /// A smectic.
  public init(
    specimen: Specimen, order: ValueRange, smecticOrder: ValueRange, layers: Int? = nil,
    layerSpacing: Double? = nil, tilt: ValueRange = 0, profile: LayerProfile = .gaussian,
    sampling: AxisSampling = AxisSampling(), director: Director = .random
  ) {
    self.specimen = specimen
    self.order = order
    self.smecticOrder = smecticOrder
    self.layers = layers
    self.layerSpacing = layerSpacing
    self.tilt = tilt
    self.profile = profile
    self.sampling = sampling
    self.director = director
  }

  /// "smectic A", or "smectic C" where there is a tilt.
  public var name: String { tilt == 0 ? "smectic A" : "smectic C" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, `PackingFailure` where no positions
  /// without overlap were found.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try validate()
    let random = FrameRandomness(seed: seed, family: .smectic, index: index)
    let assembly = try Assembly(specimen, random: random, of: count)
    let tilt = tilt.value(at: index, of: count)
    let stack = try stack(assembly, tilt: tilt)
    let target = order.value(at: index, of: count)
    let targetLayering = smecticOrder.value(at: index, of: count)

    // In the frame of the cell: layers at right angles to z, the director tilted away from it.
    var directors = random.stream(.director)
    let wanted = try director.direction(&directors)
    let azimuth = tilt == 0 ? 0 : directors.uniform(0, 2 * Double.pi)
    let inclination = tilt * Double.pi / 180
    let inside = Vector3(
      sine(inclination) * cosine(azimuth), sine(inclination) * sine(azimuth), cosine(inclination))
    var stream = random.stream(.orientations)
    let axes = try assembly.axes(sampling, order: target, &stream)
    let lean = UnitQuaternion(bodyAxis: 2, along: inside, spin: 0).rotationMatrix
    let orientations = assembly.orientations(along: axes.map { (lean * $0).normalized })
    let inCell = try assembly.configuration(orientations: orientations, cell: stack.cell) {
      try start(stack, assembly, order: targetLayering, &$0)
    }
    let turn =
      UnitQuaternion(bodyAxis: 2, along: wanted, spin: 0)
      * UnitQuaternion(bodyAxis: 2, along: inside, spin: 0).inverse
    let turned = try inCell.turned(by: turn)
    let normal = turn.rotate(Vector3(0, 0, 1))
    var frame = try assembly.frame(
      phase: tilt == 0 ? "smectic A" : "smectic C", turned, targetOrder: target, director: wanted)
    try assembly.labelLayers(
      LayerConstraint(spacing: stack.spacing, assembly.members), turned.positions, normal: normal,
      target: targetLayering, &frame.labels)
    frame.labels["layers"] = .integer(stack.layers)
    frame.labels["layer_spacing"] = .real(stack.spacing)
    frame.labels["layer_normal"] = .reals([normal.x, normal.y, normal.z])
    frame.labels["tilt"] = .real(tilt)
    return frame
  }

  private func validate() throws {
    try sampling.require(order)
    try smecticOrder.require("smectic order", within: 0...1, "a number between 0 and 1")
    try tilt.require("tilt", within: 0...90, "an angle between 0 and 90 degrees")
    if let layers, layers < 1 {
      throw InvalidInput("number of layers", value: "\(layers)", expected: "1 or more")
    }
    if let layerSpacing, !(layerSpacing > 0 && layerSpacing.isFinite) {
      throw InvalidInput("layer spacing", value: layerSpacing, expected: "a positive number")
    }
    if sampling.isExact, smecticOrder != 1, specimen.particles < 2 {
      throw InvalidInput(
        "number of particles", value: "\(specimen.particles)",
        expected: "2 or more, which an exact smectic order below 1 takes")
    }
  }

  /// The cell in its own frame, layers at right angles to z.
  private struct Stack {
    var cell: Cell
    var layers: Int
    var spacing: Double
  }

  private func stack(_ assembly: Assembly, tilt: Double) throws -> Stack {
    let edge = cubeRoot(assembly.volume)
    let height = layerSpacing ?? assembly.members.height * max(cosine(tilt * Double.pi / 180), 0.1)
    let layers = self.layers ?? max(1, Int((edge / height).rounded()))
    let even = edge / Double(layers)
    // Layers as many as were asked for fill a cube; else they are no thinner than a particle.
    let spacing = layerSpacing ?? (self.layers == nil ? max(even, height) : even)
    if spacing == even { return Stack(cell: try Cell(cube: edge), layers: layers, spacing: even) }
    let along = Double(layers) * spacing
    let across = (assembly.volume / along).squareRoot()
    return Stack(
      cell: try Cell(box: Vector3(across, across, along)), layers: layers, spacing: spacing)
  }

  /// Positions in layers with the order, and what keeps it.
  private func start(
    _ stack: Stack, _ assembly: Assembly, order: Double, _ stream: inout RandomStream
  ) throws -> ([Vector3], [[DensityWaves]]) {
    let count = specimen.particles
    let phases = try profile.phases(count: count, order: order, &stream)
    let layerOf = stream.permutation(count)
    var positions = phases.indices.map { i in
      let layer = Double(layerOf[i] % stack.layers)
      let inPlane = Vector3(stream.uniform(), stream.uniform(), 0)
      var position = stack.cell.position(fractional: inPlane)
      position.z = (layer + phases[i] / (2 * Double.pi)) * stack.spacing
      return position
    }
    let layers = LayerConstraint(spacing: stack.spacing, assembly.members)
    if sampling.isExact { try layers.restore(&positions, order: order) }
    return (positions, layers.stages(positions, order: order))
  }
}

extension Assembly {
  /// Adds what is known of the layers: tau of the particles with an axis, its target, tau_2, and how
  /// many particles were counted, where that is not all of them.
  func labelLayers(
    _ layers: LayerConstraint, _ positions: [Vector3], normal: Vector3, target: Double,
    _ labels: inout Frame.Labels
  ) throws {
    let measured = try SmecticOrder(
      positions: layers.members(of: positions), normal: normal, spacing: layers.spacing)
    labels["smectic_order"] = .real(measured.order)
    labels["target_smectic_order"] = .real(target)
    labels["smectic_order_2"] = .real(measured.secondOrder)
    label("smectic_particles", members.oriented, &labels)
  }
}
