package import Geometry

/// What a Monte Carlo move asks of a pair potential: the energy of one body with many others.
///
/// A body is a record of `stride` numbers, made by `write` for a kind and a rotation; records stand
/// in one piece of memory, and others are named by their number there.
package protocol BodyEnergies: Sendable {
  /// The numbers of a record.
  var stride: Int { get }

  /// The record of a body of that kind, turned so.
  func write(
    kind: Int, rotation: Matrix3x3, orientation: SIMD4<Double>,
    to record: UnsafeMutablePointer<Double>)

  /// The energy of a body with its neighbours; +infinity as soon as one pair is where the potential
  /// is not defined. `kinds` are those of all bodies.
  func energy(
    _ body: UnsafePointer<Double>, kind: Int, kinds: UnsafePointer<Int32>,
    _ neighbors: BodyNeighbors
  ) -> Double
}

extension PairPotential {
  /// Energies of bodies of these kinds: eight at a time for the potentials of this room, pair by
  /// pair for others.
  ///
  /// Throws: `InvalidInput` for a kind that the potential cannot take.
  package func bodyEnergies(_ kinds: [BodyKind]) throws -> any BodyEnergies {
    switch self {
    case let potential as GayBerne: return try potential.energies(of: kinds)
    case let potential as RESquared: return try potential.energies(of: kinds)
    default: return try AnyBodyEnergies(self, kinds)
    }
  }
}

/// The Gay-Berne potential. Its members call those of a concrete type: through a protocol the
/// compiler would leave the kernel generic, 20 times as slow.
struct GayBerneBodies: BodyEnergies {
  let bodies: KernelBodyEnergies<GayBerneKernel>

  var stride: Int { Particle<Double>.size }

  func write(
    kind: Int, rotation: Matrix3x3, orientation: SIMD4<Double>,
    to record: UnsafeMutablePointer<Double>
  ) { bodies.write(kind: kind, rotation: rotation, to: record) }

  @inline(never)
  func energy(
    _ body: UnsafePointer<Double>, kind: Int, kinds: UnsafePointer<Int32>,
    _ neighbors: BodyNeighbors
  ) -> Double { bodies.energy(body, kind: kind, kinds: kinds, neighbors) }
}

/// The RE-squared potential, in the same way.
struct RESquaredBodies: BodyEnergies {
  let bodies: KernelBodyEnergies<RESquaredKernel>

  var stride: Int { Particle<Double>.size }

  func write(
    kind: Int, rotation: Matrix3x3, orientation: SIMD4<Double>,
    to record: UnsafeMutablePointer<Double>
  ) { bodies.write(kind: kind, rotation: rotation, to: record) }

  @inline(never)
  func energy(
    _ body: UnsafePointer<Double>, kind: Int, kinds: UnsafePointer<Int32>,
    _ neighbors: BodyNeighbors
  ) -> Double { bodies.energy(body, kind: kind, kinds: kinds, neighbors) }
}

/// By a kernel of this room.
struct KernelBodyEnergies<Kernel: PairKernel>: Sendable {
  private let kernel: TruncatedKernel<Kernel>
  /// Of every kind: the diagonals of G and B in the body frame, and the four further numbers.
  private let bodies: [(squares: Vector3, wells: Vector3, extra: (Double, Double, Double, Double))]
  private let epsilon: [Double]
  private let sigma: [Double]
  private let isUniform: Bool

  init(
    _ kinds: [BodyKind], potential: some KernelPotential, kernel: TruncatedKernel<Kernel>
  ) throws {
    self.kernel = kernel
    bodies = try kinds.map { kind in
      let body = Ellipsoid(semiAxes: kind.semiAxes)
      try body.requireRange()
      let p = try potential.particle(body, species: kind.species)
      return (
        Vector3(p.shape.xx, p.shape.yy, p.shape.zz), Vector3(p.wells.xx, p.wells.yy, p.wells.zz),
        p.extra
      )
    }
    let strengths = kinds.map { a in
      kinds.map { b in potential.strengths.strength(a.species, b.species) }
    }.flatMap { $0 }
    epsilon = strengths.map(\.epsilon)
    sigma = strengths.map(\.sigma)
    isUniform = strengths.allSatisfy { $0 == strengths[0] }
  }

  @inline(__always)
  func write(kind: Int, rotation: Matrix3x3, to record: UnsafeMutablePointer<Double>) {
    let body = bodies[kind]
    let shape = LaneMatrix(axes: rotation, diagonal: body.squares)
    let wells = LaneMatrix(axes: rotation, diagonal: body.wells)
    (record[0], record[1], record[2]) = (shape.xx, shape.xy, shape.xz)
    (record[3], record[4], record[5]) = (shape.yy, shape.yz, shape.zz)
    (record[6], record[7], record[8]) = (wells.xx, wells.xy, wells.xz)
    (record[9], record[10], record[11]) = (wells.yy, wells.yz, wells.zz)
    (record[12], record[13]) = (body.extra.0, body.extra.1)
    (record[14], record[15]) = (body.extra.2, body.extra.3)
  }

  @inline(__always)
  func energy(
    _ body: UnsafePointer<Double>, kind: Int, kinds: UnsafePointer<Int32>,
    _ neighbors: BodyNeighbors
  ) -> Double {
    typealias L = SIMD8<Double>
    let first = Particle<L>(repeating: body)
    var sum = L.zero
    var start = 0
    while start < neighbors.count {
      let index = neighbors.eight(start)
      let second = Particle<L>(gathering: neighbors.records, index)
      let (epsilon, sigma) = strengths(kind, kinds, index)
      let r = neighbors.ways(start, index)
      let result = kernel.interact(
        first, second, epsilon: epsilon, sigma: sigma, r: r, forces: false)
      let valid =
        SIMD8<Int64>(0, 1, 2, 3, 4, 5, 6, 7)
        .< SIMD8<Int64>(repeating: Int64(neighbors.count - start))
      let wanted = valid .& result.within
      if !Swift.all(result.regular .| .!wanted) { return .infinity }
      sum = sum + L.select(wanted, result.energy, .zero)
      start += 8
    }
    return sum.sum()
  }

  @inline(__always)
  private func strengths(
    _ kind: Int, _ kinds: UnsafePointer<Int32>, _ others: SIMD8<Int32>
  ) -> (SIMD8<Double>, SIMD8<Double>) {
    if isUniform { return (SIMD8(repeating: epsilon[0]), SIMD8(repeating: sigma[0])) }
    let row = kind * bodies.count
    var (e, s) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    for lane in 0..<8 {
      let pair = row + Int(kinds[Int(others[lane])])
      (e[lane], s[lane]) = (epsilon[pair], sigma[pair])
    }
    return (e, s)
  }
}

/// Pair by pair through a potential's own `pair`: a record is a quaternion.
private struct AnyBodyEnergies: BodyEnergies {
  private let potential: any PairPotential
  private let kinds: [BodyKind]
  private let cutoff: Double

  init(_ potential: any PairPotential, _ kinds: [BodyKind]) throws {
    self.potential = potential
    cutoff = potential.cutoff ?? .infinity
    self.kinds = kinds
    // A species without parameters shows at once.
    for a in kinds {
      for b in kinds {
        let far = Vector3(a.semiAxes.largest + b.semiAxes.largest, 0, 0)
        _ = try potential.pair(
          Ellipsoid(semiAxes: a.semiAxes), Ellipsoid(semiAxes: b.semiAxes), displacement: far,
          species: (a.species, b.species))
      }
    }
  }

  var stride: Int { 4 }

  func write(
    kind: Int, rotation: Matrix3x3, orientation: SIMD4<Double>,
    to record: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<4 { record[k] = orientation[k] }
  }

  func energy(
    _ body: UnsafePointer<Double>, kind: Int, kinds table: UnsafePointer<Int32>,
    _ neighbors: BodyNeighbors
  ) -> Double {
    guard let first = ellipsoid(kind, body) else { return .infinity }
    var sum = 0.0
    for k in 0..<neighbors.count {
      let r = neighbors.displacement(k)
      if r.length >= cutoff { continue }
      let other = Int(neighbors.others[k])
      let otherKind = Int(table[other])
      guard let second = ellipsoid(otherKind, neighbors.records + 4 * other),
        let pair = try? potential.pair(
          first, second, displacement: r,
          species: (kinds[kind].species, kinds[otherKind].species)),
        !pair.isSingular, pair.energy < .infinity
      else { return .infinity }
      sum += pair.energy
    }
    return sum
  }

  private func ellipsoid(_ kind: Int, _ q: UnsafePointer<Double>) -> Ellipsoid? {
    guard let turn = try? UnitQuaternion(w: q[0], x: q[1], y: q[2], z: q[3]) else { return nil }
    return Ellipsoid(semiAxes: kinds[kind].semiAxes, orientation: turn)
  }
}
