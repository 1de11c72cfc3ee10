public import Geometry
internal import Mathematics

/// A cholesteric (chiral nematic): a nematic whose director stands at right angles to a helix axis and
/// turns about it in proportion to the height along it.
///
/// The cell is a cube with the helix along its third lattice vector; it holds a whole number of half
/// turns, since n and -n are the same. It is turned as a whole, so that the helix axis comes out as
/// asked for. Overlaps are removed by moves within the planes at right angles to the helix, so that
/// every particle keeps its height and with it its director.
///
/// Labels: those of `Nematic`, of which `order` is the order of the frame as a whole (near -S/2 for
/// whole turns) and `director` the helix axis; `target_order` is the local one, as is `local_order`,
/// measured about the director at the height of every particle; `pitch`, `half_turns`.
public struct Cholesteric: Generator, Equatable {
  /// Particles and density.
  public var specimen: Specimen
  /// The nematic order S about the local director, from -1/2 to 1.
  public var order: ValueRange
  /// Half turns of the director in the cell: positive for a right-handed helix, negative for a
  /// left-handed one. The pitch is twice the edge of the cell over their number.
  public var halfTurns: Int
  /// How axes are drawn.
  public var sampling: AxisSampling
  /// Where the helix axis points.
  public var helixAxis: Director

  /// A cholesteric, by default with one right-handed turn in the cell.
  public init(
    specimen: Specimen, order: ValueRange, halfTurns: Int = 2,
    sampling: AxisSampling = AxisSampling(), helixAxis: Director = .random
  ) {
    self.specimen = specimen
    self.order = order
    self.halfTurns = halfTurns
    self.sampling = sampling
    self.helixAxis = helixAxis
  }

  /// "cholesteric".
  public var name: String { "cholesteric" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, `PackingFailure` where no positions
  /// without overlap were found.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try sampling.require(order)
    guard halfTurns != 0 else {
      throw InvalidInput(
        "half turns of a cholesteric", value: "0", expected: "a whole number other than 0")
    }
    let random = FrameRandomness(seed: seed, family: .cholesteric, index: index)
    let assembly = try Assembly(specimen, random: random, of: count)
    let target = order.value(at: index, of: count)
    var directors = random.stream(.director)
    let helix = try helixAxis.direction(&directors)
    var stream = random.stream(.orientations)
    let local = try assembly.axes(sampling, order: target, &stream)
    let edge = cubeRoot(assembly.volume)
    let cell = try Cell(cube: edge)

    // Every particle at a height of its own, for good; the director is x at height 0.
    var displacements = random.stream(.displacements)
    let heights = (0..<specimen.particles).map { _ in displacements.uniform(0, edge) }
    let rate = Double(halfTurns) * Double.pi / edge
    let axes = zip(local, heights).map { u, z in
      let (c, s) = (cosine(rate * z), sine(rate * z))
      // z (the director of `local`) to x, then the turn about the helix.
      return Vector3(c * u.z - s * u.x, s * u.z + c * u.x, u.y).normalized
    }
    let planes = DensityWaves([], frozen: [Vector3(0, 0, 1)])
    let inCell = try assembly.configuration(
      orientations: assembly.orientations(along: axes), cell: cell
    ) { stream in
      let positions = heights.map { z in
        Vector3(edge * stream.uniform(), edge * stream.uniform(), z)
      }
      return (positions, [[planes]])
    }
    let turned = try inCell.turned(by: UnitQuaternion(bodyAxis: 2, along: helix, spin: 0))
    var frame = try assembly.frame(
      phase: name, turned, targetOrder: target, director: helix)
    let oriented = assembly.members.oriented
    frame.labels["local_order"] = .real(
      zip(oriented, assembly.axes(inCell.orientations)).reduce(0) { sum, particle in
        let angle = rate * inCell.positions[particle.0].z
        let t = particle.1.dot(Vector3(cosine(angle), sine(angle), 0))
        return sum + (1.5 * t * t - 0.5) / Double(oriented.count)
      })
    frame.labels["pitch"] = .real(2 * edge / Double(abs(halfTurns)))
    frame.labels["half_turns"] = .integer(halfTurns)
    return frame
  }
}
