public import Geometry
internal import Mathematics

/// A biaxial nematic: the main axes of triaxial particles aligned along one director, and their second
/// axes, which are at right angles to those, along another.
///
/// With e the body axis after the main one and f the next, l the second director and m = n x l,
///
///     B = 1/2 <(e.l)^2 - (e.m)^2 - (f.l)^2 + (f.m)^2>,
///
/// 1 for perfect order and 0 in a uniaxial nematic. S, B and both directors are exact: of
/// <e e - f f> the elements lm, ln and mn vanish.
///
/// B is that of the particles with three different semi-axes: spheres and particles of revolution among
/// them have no second axis.
///
/// Labels: those of `Nematic`, and `biaxial_order` (measured B), `target_biaxial_order`,
/// `second_director`; `biaxial_particles`, where not all were counted in B.
public struct BiaxialNematic: Generator, Equatable {
  /// Particles and density.
  public var specimen: Specimen
  /// The nematic order S of the main axes, from -1/2 to 1.
  public var order: ValueRange
  /// The biaxial order B, from 0 to what S leaves room for.
  public var biaxialOrder: ValueRange
  /// How main axes are drawn.
  public var sampling: AxisSampling
  /// Where the main axes point; the second director is drawn at right angles to it.
  public var director: Director

  /// A biaxial nematic.
  public init(
    specimen: Specimen, order: ValueRange, biaxialOrder: ValueRange,
    sampling: AxisSampling = AxisSampling(), director: Director = .random
  ) {
    self.specimen = specimen
    self.order = order
    self.biaxialOrder = biaxialOrder
    self.sampling = sampling
    self.director = director
  }

  /// "biaxial nematic".
  public var name: String { "biaxial nematic" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be met, among them a B beyond what S allows;
  /// `PackingFailure` where no positions without overlap were found.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try sampling.require(order)
    try biaxialOrder.require("biaxial order", within: 0...1, "a number between 0 and 1")
    let random = FrameRandomness(seed: seed, family: .biaxial, index: index)
    let assembly = try Assembly(specimen, random: random, of: count)
    let target = order.value(at: index, of: count)
    let biaxial = biaxialOrder.value(at: index, of: count)
    var directors = random.stream(.director)
    let n = try director.direction(&directors)
    let turn = UnitQuaternion(
      bodyAxis: 2, along: n, spin: directors.uniform(0, 2 * Double.pi))
    var stream = random.stream(.orientations)
    let axes = try assembly.axes(sampling, order: target, &stream)
    var spins = random.stream(.spins)
    let counted = assembly.members.biaxial
    var second = SecondAxes(axes: counted.map { axes[$0] })
    try second.arrange(order: biaxial, &spins)
    var orientations = assembly.orientations(along: axes)
    for (k, i) in counted.enumerated() {
      if let axis = assembly.members.axes[i] {
        orientations[i] = second.orientation(k, bodyAxis: axis)
      }
    }
    orientations = orientations.map { turn * $0 }
    let cell = try Cell(cube: cubeRoot(assembly.volume))
    let configuration = try assembly.configuration(orientations: orientations, cell: cell) {
      (Assembly.uniform(count: specimen.particles, in: cell, &$0), [[]])
    }
    var frame = try assembly.frame(
      phase: name, configuration, targetOrder: target, director: n)
    let l = turn.rotate(Vector3(1, 0, 0))
    frame.labels["biaxial_order"] = .real(second.order)
    frame.labels["target_biaxial_order"] = .real(biaxial)
    assembly.label("biaxial_particles", counted, &frame.labels)
    frame.labels["second_director"] = .reals([l.x, l.y, l.z])
    return frame
  }
}

/// The turns of particles about their main axes, as angles from where each adds most to B.
///
/// With e and f before the turn by psi, e e - f f becomes C cos(2 psi) + D sin(2 psi),
/// C = e e - f f and D = e f + f e: every element that is wanted is linear in the two.
struct SecondAxes {
  private let axes: [Vector3]
  /// e and f at psi = 0.
  private var e: [Vector3] = []
  private var f: [Vector3] = []
  private var spins: [Double]

  /// The second director is x, the main one z.
  init(axes: [Vector3]) {
    self.axes = axes
    spins = Array(repeating: 0, count: axes.count)
    for u in axes {
      let frame = UnitQuaternion(bodyAxis: 2, along: u, spin: 0).rotationMatrix
      let (e0, f0) = (frame.columns.0, frame.columns.1)
      let best = 0.5 * angle(Self.elements(e0, f0).d[0], Self.elements(e0, f0).c[0])
      e.append(e0 * cosine(best) + f0 * sine(best))
      f.append(f0 * cosine(best) - e0 * sine(best))
    }
  }

  /// B, and the elements lm, ln and mn of <e e - f f>.
  private static func elements(
    _ e: Vector3, _ f: Vector3
  ) -> (c: SIMD4<Double>, d: SIMD4<Double>) {
    let c = SIMD4(
      0.5 * (e.x * e.x - f.x * f.x - e.y * e.y + f.y * f.y), e.x * e.y - f.x * f.y,
      e.x * e.z - f.x * f.z, e.y * e.z - f.y * f.z)
    let d = SIMD4(
      e.x * f.x - e.y * f.y, e.x * f.y + f.x * e.y, e.x * f.z + f.x * e.z, e.y * f.z + f.y * e.z)
    return (c, d)
  }

  private var means: SIMD4<Double> {
    var sum = SIMD4<Double>.zero
    for i in axes.indices {
      let (c, d) = Self.elements(e[i], f[i])
      sum += c * cosine(2 * spins[i]) + d * sine(2 * spins[i])
    }
    return sum / Double(axes.count)
  }

  /// B.
  var order: Double { means[0] }

  /// Draws the turns: normal ones, as wide as it takes, then changed as little as it takes for B to
  /// be exact and both directors with it.
  ///
  /// Throws: `InvalidInput` when these main axes leave no room for such a B.
  mutating func arrange(order target: Double, _ stream: inout RandomStream) throws {
    let draws = axes.indices.map { _ in stream.gaussian() }
    let most = order
    guard target <= most else {
      throw InvalidInput(
        "biaxial order", value: target,
        expected: "at most \(most), what the order of the main axes leaves room for")
    }
    // B falls from its maximum to nothing as the width grows to a full turn.
    var (low, high) = (0.0, 2 * Double.pi)
    for _ in 0..<40 {
      let width = 0.5 * (low + high)
      spins = draws.map { $0 * width }
      if order > target { low = width } else { high = width }
    }
    for _ in 0..<100 {
      let missing = (SIMD4(target, 0, 0, 0) - means) * Double(axes.count)
      let error = (missing * missing).sum().squareRoot() / Double(axes.count)
      if error < 1e-14 { return }
      guard let step = change(missing) else { break }
      let largest = step.reduce(0) { max($0, abs($1)) }
      let damping = largest > 0.5 ? 0.5 / largest : 1
      for i in spins.indices { spins[i] += damping * step[i] }
    }
    let error = means - SIMD4(target, 0, 0, 0)
    guard error.max() < 1e-11, error.min() > -1e-11 else {
      throw InvalidInput(
        "biaxial order", value: target,
        expected: "one that \(axes.count) particles with these main axes can have exactly")
    }
  }

  /// The smallest change of the turns that makes up for what is missing, to first order.
  private func change(_ missing: SIMD4<Double>) -> [Double]? {
    let slopes = axes.indices.map { i in
      let (c, d) = Self.elements(e[i], f[i])
      return (d * cosine(2 * spins[i]) - c * sine(2 * spins[i])) * 2
    }
    var normal = Matrix(rows: 4, columns: 4)
    for s in slopes {
      for p in 0..<4 { for q in 0..<4 { normal[p, q] += s[p] * s[q] } }
    }
    for p in 0..<4 { normal[p, p] += 1e-13 * Double(axes.count) }
    let right = Matrix(rows: 4, columns: 1, elements: (0..<4).map { missing[$0] })
    guard let m = try? LinearAlgebra.solvePositiveDefinite(normal, right).elements else {
      return nil
    }
    return slopes.map { ($0 * SIMD4(m[0], m[1], m[2], m[3])).sum() }
  }

  /// The orientation of particle i, its main axis being body axis k.
  func orientation(_ i: Int, bodyAxis k: Int) -> UnitQuaternion {
    let (c, s) = (cosine(spins[i]), sine(spins[i]))
    let first = (e[i] * c + f[i] * s).normalized
    var columns = [Vector3](repeating: .zero, count: 3)
    columns[k] = axes[i]
    columns[(k + 1) % 3] = first
    columns[(k + 2) % 3] = axes[i].cross(first)
    return UnitQuaternion(
      rotation: Matrix3x3(columns: columns[0], columns[1], columns[2]))
  }
}
