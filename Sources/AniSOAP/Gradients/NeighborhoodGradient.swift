internal import Geometry

/// Projects the neighbourhood of a centre and, once the derivative of something by the coefficients is
/// known, pulls it back to forces and torques of the neighbours (`GradientEngine`). One for each worker.
///
/// The moments of the neighbours are kept between the two steps.
final class NeighborhoodGradient {
  private let engine: GradientEngine
  private let hyperparameters: Hyperparameters
  let routes: [ParticleDensities.Route]
  private let types: [Int]
  let radial: [MomentContraction.Radial]
  private let weights: [[Double]]?

  /// The neighbours of the centre: to be filled before `project`.
  var neighbors = NeighborFinder.Buffer()
  /// The coefficients of the centre, in the order l, m, n, neighbour species or channel.
  let coefficients: UnsafeMutablePointer<Double>
  /// How many these are.
  let coefficientCount: Int

  /// Places in the buffer by species.
  private(set) var members: [[Int32]]
  /// The neighbours in the order in which they went through the kernel.
  private(set) var groups: [Group] = []
  /// Whether the last four or fewer neighbours take vectors of four.
  private let usesFour: Bool
  private let unmixed: UnsafeMutablePointer<Double>
  private let moments: MomentKernel.Workspace
  private let harmonics: SphereKernel.Workspace
  private let contraction: MomentContraction.Workspace
  private let gathered = GatheredNeighbors()
  private let kept = KeptMoments()
  private let polynomials: GradientPolynomials

  /// Up to eight neighbours of one species that went through the kernel together.
  struct Group {
    let species: Int
    /// The first of them among the members of the species, and how many.
    let start: Int
    let count: Int
    /// Where its numbers begin in the memory for moments, in vectors of eight.
    let place: Int
  }

  init(
    _ plan: DensityExpansion.Plan, _ engine: GradientEngine, _ frame: GradientFrame,
    usesFour: Bool = true
  ) {
    self.engine = engine
    self.usesFour = usesFour
    hyperparameters = plan.hyperparameters
    routes = frame.densities.routes
    types = frame.types
    weights = plan.hyperparameters.mixing?.weights
    coefficientCount = plan.count * plan.channels.count
    // Vectors of eight are read beyond the last.
    coefficients = .allocate(capacity: coefficientCount + 8)
    coefficients.initialize(repeating: 0, count: coefficientCount + 8)
    let size = max(1, plan.count * plan.species.count)
    unmixed = .allocate(capacity: size)
    unmixed.initialize(repeating: 0, count: size)
    members = Array(repeating: [], count: plan.species.count)
    moments = MomentKernel.Workspace(
      engine.kernel, sums: max(engine.kernel.count, engine.spheres.count))
    harmonics = SphereKernel.Workspace(engine.spheres)
    contraction = MomentContraction.Workspace(engine.contraction)
    polynomials = GradientPolynomials(engine)
    radial = frame.densities.routes.map { route in
      if case .ellipsoids(let shift) = route { return engine.contraction.radial(shift: shift) }
      return engine.contraction.unshifted
    }
  }

  deinit {
    coefficients.deallocate()
    unmixed.deallocate()
  }

  /// Projects the neighbours in the buffer; `coefficients` are then those of the centre. The densities are
  /// those of the particles of `init`, as they are oriented now.
  func project(_ densities: ParticleDensities) {
    arrange()
    let count = members.count
    let target = weights == nil ? coefficients : unmixed
    var next = 0
    for species in 0..<count {
      if members[species].isEmpty {
        for k in 0..<engine.contraction.count { target[k * count + species] = 0 }
        continue
      }
      moments.sums.update(
        repeating: .zero, count: max(engine.kernel.count, engine.spheres.count))
      while next < groups.count, groups[next].species == species {
        keep(groups[next], densities)
        next += 1
      }
      switch routes[species] {
      case .spheres:
        // The first radial functions of every l of the extended harmonics are those of the features.
        contractHarmonics(species, to: target + species, stride: count)
      case .ellipsoids:
        engine.contraction.apply(
          moments.sums, radial[species], contraction, to: target + species, stride: count)
      }
    }
    guard let weights else { return }
    for k in 0..<engine.contraction.count {
      for (c, row) in weights.enumerated() {
        var sum = 0.0
        for t in 0..<count { sum += row[t] * unmixed[k * count + t] }
        coefficients[k * weights.count + c] = sum
      }
    }
  }

  /// Sorts the neighbours by species and makes room for their moments.
  private func arrange() {
    for t in members.indices { members[t].removeAll(keepingCapacity: true) }
    let indices = neighbors.indices
    for k in indices.indices { members[types[Int(indices[k])]].append(Int32(k)) }
    groups.removeAll(keepingCapacity: true)
    let size =
      KeptMoments.headerRows + max(engine.kernel.count, engine.spheres.count)
    var place = 0
    for t in members.indices {
      for start in stride(from: 0, to: members[t].count, by: 8) {
        groups.append(
          Group(
            species: t, start: start, count: min(8, members[t].count - start), place: place))
        place += size
      }
    }
    kept.reserve(place)
  }

  /// Takes a group through the kernel and keeps what `pull` needs.
  private func keep(_ group: Group, _ densities: ParticleDensities) {
    let header = kept.base + group.place
    let body = header + KeptMoments.headerRows
    switch routes[group.species] {
    case .spheres(let alpha):
      let g: MomentKernel.Gaussians<SIMD8<Double>> = gathered.gaussians(
        members[group.species], group.start, neighbors, densities, hyperparameters)
      gathered.keep(g, in: header)
      keepSlopes(group, header)
      engine.spheres.accumulate(
        g, alpha: alpha, harmonics, into: moments.sums, keeping: body)
    case .ellipsoids:
      if group.count > 4 || !usesFour {
        let g: MomentKernel.Gaussians<SIMD8<Double>> = gathered.gaussians(
          members[group.species], group.start, neighbors, densities, hyperparameters)
        gathered.keep(g, in: header)
        keepSlopes(group, header)
        engine.kernel.accumulate(g, moments, into: moments.sums, keeping: body)
      } else {
        let g: MomentKernel.Gaussians<SIMD4<Double>> = gathered.gaussians(
          members[group.species], group.start, neighbors, densities, hyperparameters)
        gathered.keep(g, in: header)
        keepSlopes(group, header)
        engine.kernel.accumulate(
          g, moments, into: moments.sums,
          keeping: UnsafeMutableRawPointer(body).assumingMemoryBound(to: SIMD4<Double>.self))
      }
    }
  }

  private func keepSlopes(_ group: Group, _ header: UnsafeMutablePointer<SIMD8<Double>>) {
    guard case .smooth = hyperparameters.cutoffShape else { return }
    let (shape, cutoff) = (hyperparameters.cutoffShape, hyperparameters.cutoff)
    let row = UnsafeMutableRawPointer(header + KeptMoments.slope)
      .assumingMemoryBound(to: Double.self)
    for lane in 0..<8 { row[lane] = 0 }
    for lane in 0..<group.count {
      let r = neighbors.displacement(Int(members[group.species][group.start + lane])).length
      row[lane] = shape.logarithmicSlope(r, cutoff: cutoff)
    }
  }

  /// The coefficients of spheres: extended harmonics to those of the features, then as always.
  private func contractHarmonics(
    _ species: Int, to output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let sums = moments.sums
    var target = 0
    for (l, count) in engine.counts.enumerated() {
      for m in 0..<(2 * l + 1) {
        let source = engine.starts[l] + m * engine.extended[l]
        for n in 0..<count { sums[target + n] = sums[source + n] }
        target += count
      }
    }
    engine.contraction.applyToHarmonics(
      sums, radial[species], contraction, to: output, stride: stride)
  }

  /// Where position, mean and the moments of a group stand.
  func header(_ group: Group) -> UnsafeMutablePointer<SIMD8<Double>> { kept.base + group.place }

  /// Force on and torque on every neighbour in the buffer, from the derivative of E by
  /// `coefficients`: six numbers each, those of the position first.
  func pull(_ gradient: UnsafePointer<Double>, to output: UnsafeMutablePointer<Double>) {
    let count = members.count
    var source = gradient
    if let weights {
      for k in 0..<engine.contraction.count {
        for t in 0..<count {
          var sum = 0.0
          for (c, row) in weights.enumerated() { sum += row[t] * gradient[k * weights.count + c] }
          unmixed[k * count + t] = sum
        }
      }
      source = UnsafePointer(unmixed)
    }
    let slope = hyperparameters.basis.width.map { 1 / (2.0.squareRoot() * $0) } ?? 0
    let isSmooth = hyperparameters.cutoffShape != .hard
    var species = -1
    for group in groups {
      let isSphere = routes[group.species].isSpheres
      if group.species != species {
        species = group.species
        polynomials.fill(
          source + species, stride: count, radial[species], forHarmonics: isSphere)
      }
      let header = kept.base + group.place
      let body = header + KeptMoments.headerRows
      if isSphere || group.count > 4 || !usesFour {
        let sums = polynomials.sums(body, harmonics: isSphere)
        finish(
          group, sums, header, isSphere: isSphere, isSmooth: isSmooth, slope: slope, output)
      } else {
        let sums = polynomials.sums(
          UnsafeMutableRawPointer(body).assumingMemoryBound(to: SIMD4<Double>.self),
          harmonics: false)
        finish(group, sums, header, isSphere: false, isSmooth: isSmooth, slope: slope, output)
      }
    }
  }

  /// Forces and torques of a group from the seven means.
  @inline(__always)
  private func finish<Lanes: MomentLanes>(
    _ group: Group, _ s: GradientPolynomials.Sums<Lanes>,
    _ header: UnsafeMutablePointer<SIMD8<Double>>, isSphere: Bool, isSmooth: Bool, slope: Double,
    _ output: UnsafeMutablePointer<Double>
  ) {
    let h = KeptMoments.Header<Lanes>(header)
    // p M r - K v, with M r = b / (sqrt(2) sigma).
    let along = s.value * Lanes(repeating: slope)
    var fx = along * h.bx - (h.xx * s.gx + h.xy * s.gy + h.xz * s.gz)
    var fy = along * h.by - (h.xy * s.gx + h.yy * s.gy + h.yz * s.gz)
    var fz = along * h.bz - (h.xz * s.gx + h.yz * s.gy + h.zz * s.gz)
    if isSmooth {
      let radial = s.value * h.slope
      fx -= radial * h.x
      fy -= radial * h.y
      fz -= radial * h.z
    }
    var (tx, ty, tz) = (Lanes.zero, Lanes.zero, Lanes.zero)
    if !isSphere {
      tx = (h.z * fy - h.y * fz) - s.tx
      ty = (h.x * fz - h.z * fx) - s.ty
      tz = (h.y * fx - h.x * fy) - s.tz
    }
    members[group.species].withUnsafeBufferPointer { members in
      for lane in 0..<group.count {
        let target = output + 6 * Int(members[group.start + lane])
        (target[0], target[1], target[2]) = (fx[lane], fy[lane], fz[lane])
        (target[3], target[4], target[5]) = (tx[lane], ty[lane], tz[lane])
      }
    }
  }
}
