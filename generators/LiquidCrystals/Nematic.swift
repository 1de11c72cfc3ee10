public import Geometry
internal import Mathematics

/// A nematic: axes aligned along a director with order S, centres anywhere without overlap, in a
/// periodic cube. S = 0 is an isotropic liquid, S < 0 planar order about the director.
///
/// Labels: `phase`, `seed`, `frame`, `order` (measured), `order_max`, `target_order`, `director`,
/// `packing_fraction`; `order_particles`, where spheres among the particles, which have no axis, were not
/// counted in the order; and `deepest_overlap` where overlaps are allowed.
public struct Nematic: Generator, Equatable {
  /// Particles and density.
  public var specimen: Specimen
  /// The nematic order S, from -1/2 to 1.
  public var order: ValueRange
  /// How axes are drawn.
  public var sampling: AxisSampling
  /// Where they point.
  public var director: Director

  /// A nematic.
  public init(
    specimen: Specimen, order: ValueRange, sampling: AxisSampling = AxisSampling(),
    director: Director = .random
  ) {
    self.specimen = specimen
    self.order = order
    self.sampling = sampling
    self.director = director
  }

  /// "nematic".
  public var name: String { "nematic" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, `PackingFailure` where no positions
  /// without overlap were found.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try frame(index: index, of: count, seed: seed, phase: name, family: .nematic)
  }

  /// The same under another name, from random numbers of its own.
  func frame(
    index: Int, of count: Int, seed: UInt64, phase: String, family: FrameRandomness.Family
  ) throws -> Frame {
    try sampling.require(order)
    let random = FrameRandomness(seed: seed, family: family, index: index)
    let assembly = try Assembly(specimen, random: random, of: count)
    var directors = random.stream(.director)
    let n = try director.direction(&directors)
    let target = order.value(at: index, of: count)
    var stream = random.stream(.orientations)
    let axes = try assembly.axes(sampling, order: target, &stream)
    let turn = UnitQuaternion(bodyAxis: 2, along: n, spin: 0).rotationMatrix
    let orientations = assembly.orientations(along: axes.map { (turn * $0).normalized })
    let cell = try Cell(cube: cubeRoot(assembly.volume))
    let configuration = try assembly.configuration(orientations: orientations, cell: cell) {
      (Assembly.uniform(count: specimen.particles, in: cell, &$0), [[]])
    }
    return try assembly.frame(phase: phase, configuration, targetOrder: target, director: n)
  }
}
