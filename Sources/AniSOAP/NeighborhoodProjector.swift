internal import Geometry

/// Projects the neighbourhood of one centre: neighbours to Gaussians, eight at a time into the
/// kernel, sums into coefficients. One for each worker.
struct NeighborhoodProjector: ~Copyable {
  private let plan: DensityExpansion.Plan
  private let densities: ParticleDensities
  private let finder: NeighborFinder
  private let moments: MomentKernel.Workspace
  private let harmonics: SphereKernel.Workspace
  private let contraction: MomentContraction.Workspace
  private let sums: UnsafeMutablePointer<MomentKernel.Sum>
  /// The radial transformations of every species.
  private let radial: [MomentContraction.Radial]
  private var buffer = NeighborFinder.Buffer()
  /// Positions in the buffer by species.
  private var members: [[Int32]]
  /// Coefficients of every species before they are mixed.
  private let unmixed: UnsafeMutablePointer<Double>

  init(_ plan: DensityExpansion.Plan, _ densities: ParticleDensities, _ finder: NeighborFinder) {
    self.plan = plan
    self.densities = densities
    self.finder = finder
    moments = MomentKernel.Workspace(plan.kernel)
    contraction = MomentContraction.Workspace(plan.contraction)
    harmonics = SphereKernel.Workspace(plan.spheres)
    radial = densities.routes.map { route in
      if case .ellipsoids(let shift) = route { return plan.contraction.radial(shift: shift) }
      return plan.contraction.unshifted
    }
    sums = .allocate(capacity: max(plan.kernel.count, plan.spheres.count))
    members = Array(repeating: [], count: plan.species.count)
    unmixed = .allocate(capacity: plan.contraction.count * plan.species.count)
  }

  deinit {
    sums.deallocate()
    unmixed.deallocate()
  }

  /// Writes the coefficients of centre `i` in the order l, m, n, neighbour species or channel
  /// (fastest), and returns the number of neighbours that are not the centre itself.
  mutating func project(center i: Int, to output: UnsafeMutablePointer<Double>) -> Int {
    guard let weights = plan.hyperparameters.mixing?.weights else {
      return projectSpecies(center: i, to: output)
    }
    let found = projectSpecies(center: i, to: unmixed)
    let types = plan.species.count
    for k in 0..<plan.contraction.count {
      for (c, row) in weights.enumerated() {
        var sum = 0.0
        for t in 0..<types { sum += row[t] * unmixed[k * types + t] }
        output[k * weights.count + c] = sum
      }
    }
    return found
  }

  /// As `project(center:to:)` for every species by itself.
  private mutating func projectSpecies(
    center i: Int, to output: UnsafeMutablePointer<Double>
  ) -> Int {
    finder.neighbors(of: i, into: &buffer)
    let found = buffer.count
    if !plan.hyperparameters.excludeSelf {
      buffer.append(index: Int32(i), displacement: Vector3.zero)
    }
    let types = members.count
    for t in 0..<types { members[t].removeAll(keepingCapacity: true) }
    for k in 0..<buffer.count {
      members[densities.types[Int(buffer.indices[k])]].append(Int32(k))
    }
    for t in 0..<types {
      if members[t].isEmpty {
        for k in 0..<plan.contraction.count { output[k * types + t] = 0 }
      } else {
        project(members[t], type: t, to: output + t, stride: types)
      }
    }
    return found
  }

  /// Writes the coefficients of the single neighbour `j` at `r`, in the order l, m, n.
  mutating func project(
    neighbor j: Int, at r: Vector3, to output: UnsafeMutablePointer<Double>
  ) {
    buffer.removeAll()
    buffer.append(index: Int32(j), displacement: r)
    project([0], type: densities.types[j], to: output, stride: 1)
  }

  /// Sums the moments of the given entries of the buffer, all of species `type`, and writes their
  /// coefficients.
  private func project(
    _ entries: [Int32], type: Int, to output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    let blocks = Swift.stride(from: 0, to: entries.count, by: 8)
    switch densities.routes[type] {
    case .spheres(let alpha):
      sums.update(repeating: .zero, count: plan.spheres.count)
      for start in blocks {
        plan.spheres.accumulate(gather(entries, start), alpha: alpha, harmonics, into: sums)
      }
      plan.contraction.applyToHarmonics(
        sums, radial[type], contraction, to: output, stride: stride)
    case .ellipsoids:
      sums.update(repeating: .zero, count: plan.kernel.count)
      for start in blocks {
        plan.kernel.accumulate(gather(entries, start), moments, into: sums)
      }
      plan.contraction.apply(sums, radial[type], contraction, to: output, stride: stride)
    }
  }

  /// The Gaussians of up to eight neighbours from `start` on; weight 0 in lanes left over.
  @inline(__always)
  private func gather(_ entries: [Int32], _ start: Int) -> MomentKernel.Gaussians {
    typealias Lanes = MomentKernel.Lanes
    var (x, y, z, weight) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var mean = SymmetricLanes()
    var covariance = SymmetricLanes()
    let lanes = min(8, entries.count - start)
    let (bufferX, bufferY, bufferZ, indices) = (buffer.x, buffer.y, buffer.z, buffer.indices)
    densities.parameters.withUnsafeBufferPointer { parameters in
      for lane in 0..<lanes {
        let k = Int(entries[start + lane])
        let p = parameters[Int(indices[k])]
        (x[lane], y[lane], z[lane]) = (bufferX[k], bufferY[k], bufferZ[k])
        mean.set(lane, p.mean)
        covariance.set(lane, p.covariance)
        weight[lane] = p.prefactor
      }
    }
    if case .smooth = plan.hyperparameters.cutoffShape {
      let (shape, cutoff) = (plan.hyperparameters.cutoffShape, plan.hyperparameters.cutoff)
      let r = (x * x + y * y + z * z).squareRoot()
      for lane in 0..<lanes { weight[lane] *= shape.weight(r[lane], cutoff: cutoff) }
    }
    let bx = fma(fma(mean.xx * x, mean.xy, y), mean.xz, z)
    let by = fma(fma(mean.xy * x, mean.yy, y), mean.yz, z)
    let bz = fma(fma(mean.xz * x, mean.yz, y), mean.zz, z)
    if let width = plan.hyperparameters.basis.width {
      // exp(-r^T M r / 2) with b = sqrt(2) sigma M r.
      let factor = -1 / (8.0.squareRoot() * width)
      let exponent = fma(fma(x * bx, y, by), z, bz)
      for lane in 0..<lanes { weight[lane] *= exponential(factor * exponent[lane]) }
    }
    return MomentKernel.Gaussians(
      weight: weight, bx: bx, by: by, bz: bz, xx: covariance.xx, xy: covariance.xy,
      xz: covariance.xz, yy: covariance.yy, yz: covariance.yz, zz: covariance.zz)
  }
}

/// Eight symmetric matrices.
private struct SymmetricLanes {
  var xx = MomentKernel.Lanes.zero
  var xy = MomentKernel.Lanes.zero
  var xz = MomentKernel.Lanes.zero
  var yy = MomentKernel.Lanes.zero
  var yz = MomentKernel.Lanes.zero
  var zz = MomentKernel.Lanes.zero

  @inline(__always)
  mutating func set(_ lane: Int, _ m: ParticleDensities.Symmetric) {
    (xx[lane], xy[lane], xz[lane]) = (m.xx, m.xy, m.xz)
    (yy[lane], yz[lane], zz[lane]) = (m.yy, m.yz, m.zz)
  }
}
