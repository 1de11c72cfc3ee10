internal import Geometry

/// What the kernels read of a particle and what does not change while it moves: the diagonals of G and B
/// in the body frame and four more numbers.
struct ParticleKind: Sendable {
  let shape: Vector3
  let wells: Vector3
  let extra: (Double, Double, Double, Double)

  /// Of a particle as it stands unturned.
  init(_ particle: Particle<Double>) {
    shape = Vector3(particle.shape.xx, particle.shape.yy, particle.shape.zz)
    wells = Vector3(particle.wells.xx, particle.wells.yy, particle.wells.zz)
    extra = particle.extra
  }

  /// Writes the record of 16 numbers (see `Particle`) of a particle of this kind that is turned.
  @inline(__always)
  func write(to p: UnsafeMutablePointer<Double>, _ orientation: UnitQuaternion) {
    let (u, v, w) = orientation.rotationMatrix.columns
    let (uu, vv, ww) = (u * u, v * v, w * w)
    // The products (x y, x z, y z) of each column.
    let ux = Vector3(u.x * u.y, u.x * u.z, u.y * u.z)
    let vx = Vector3(v.x * v.y, v.x * v.z, v.y * v.z)
    let wx = Vector3(w.x * w.y, w.x * w.z, w.y * w.z)
    @inline(__always)
    func store(_ d: Vector3, _ p: UnsafeMutablePointer<Double>) {
      let diagonal = uu * d.x + vv * d.y + ww * d.z
      let off = ux * d.x + vx * d.y + wx * d.z
      (p[0], p[1], p[2]) = (diagonal.x, off.x, off.y)
      (p[3], p[4], p[5]) = (diagonal.y, off.z, diagonal.z)
    }
    store(shape, p)
    store(wells, p + 6)
    (p[12], p[13], p[14], p[15]) = extra
  }
}

/// The kinds of a frame's particles.
struct ParticleKinds: Sendable {
  /// Each kind once.
  private(set) var kinds: [ParticleKind] = []
  /// The kind of every particle.
  private(set) var kindOf: [Int32] = []
  /// The species of every particle as a number, and its name.
  private(set) var speciesOf: [Int32] = []
  private(set) var names: [String] = []

  private struct Key: Hashable {
    let species: Int32
    let semiAxes: SemiAxes
  }

  /// Throws: `InvalidInput` as `ParticleTable.init` does.
  init(_ frame: Frame, potential: some KernelPotential) throws {
    let (axes, _) = try frame.shapes()
    var known: [Key: Int32] = [:]
    var numbers: [String: Int32] = [:]
    for i in 0..<frame.count {
      let name = frame.species[i]
      let number = numbers[name] ?? Int32(names.count)
      if numbers.updateValue(number, forKey: name) == nil { names.append(name) }
      speciesOf.append(number)
      let key = Key(species: number, semiAxes: axes[i])
      if let kind = known[key] {
        kindOf.append(kind)
        continue
      }
      let ellipsoid = Ellipsoid(semiAxes: axes[i])
      try ellipsoid.requireRange()
      known[key] = Int32(kinds.count)
      kindOf.append(Int32(kinds.count))
      kinds.append(ParticleKind(try potential.particle(ellipsoid, species: name)))
    }
  }
}
