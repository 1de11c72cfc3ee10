internal import Geometry

/// Projects the neighbourhood of one centre: neighbours to Gaussians, eight at a time into the
/// kernel, sums into coefficients. One for each worker.
struct NeighborhoodProjector: ~Copyable {
  private let plan: DensityExpansion.Plan
  private let densities: ParticleDensities
  private let finder: NeighborFinder
  private let moments: MomentKernel.Workspace
  private let contraction: MomentContraction.Workspace
  private let sums: UnsafeMutablePointer<MomentKernel.Sum>
  private var buffer = NeighborFinder.Buffer()
  /// Positions in the buffer by species.
  private var members: [[Int32]]

  init(_ plan: DensityExpansion.Plan, _ densities: ParticleDensities, _ finder: NeighborFinder) {
    self.plan = plan
    self.densities = densities
    self.finder = finder
    moments = MomentKernel.Workspace(plan.kernel)
    contraction = MomentContraction.Workspace(plan.contraction)
    sums = .allocate(capacity: plan.kernel.count)
    members = Array(repeating: [], count: plan.species.count)
  }

  deinit { sums.deallocate() }

  /// Writes the coefficients of centre `i` in the order l, m, n, neighbour species (fastest), and
  /// returns the number of neighbours that are not the centre itself.
  mutating func project(center i: Int, to output: UnsafeMutablePointer<Double>) -> Int {
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
        project(members[t])
        plan.contraction.apply(sums, contraction, to: output + t, stride: types)
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
    project([0])
    plan.contraction.apply(sums, contraction, to: output, stride: 1)
  }

  /// Sums the moments of the given entries of the buffer.
  private func project(_ entries: [Int32]) {
    sums.update(repeating: .zero, count: plan.kernel.count)
    var start = 0
    while start < entries.count {
      let gaussians = gather(entries, start)
      plan.kernel.accumulate(gaussians, moments, into: sums)
      start += 8
    }
  }

  /// The Gaussians of up to eight neighbours from `start` on; weight 0 in lanes left over.
  @inline(__always)
  private func gather(_ entries: [Int32], _ start: Int) -> MomentKernel.Gaussians {
    typealias Lanes = MomentKernel.Lanes
    var (x, y, z, weight) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
    var (xx, xy, xz) = (Lanes.zero, Lanes.zero, Lanes.zero)
    var (yy, yz, zz) = (Lanes.zero, Lanes.zero, Lanes.zero)
    let lanes = min(8, entries.count - start)
    densities.parameters.withUnsafeBufferPointer { parameters in
      for lane in 0..<lanes {
        let k = Int(entries[start + lane])
        let p = parameters[Int(buffer.indices[k])]
        (x[lane], y[lane], z[lane]) = (buffer.x[k], buffer.y[k], buffer.z[k])
        (xx[lane], xy[lane], xz[lane]) = (p.xx, p.xy, p.xz)
        (yy[lane], yz[lane], zz[lane]) = (p.yy, p.yz, p.zz)
        weight[lane] = p.prefactor
      }
    }
    if case .smooth = plan.hyperparameters.cutoffShape {
      let (shape, cutoff) = (plan.hyperparameters.cutoffShape, plan.hyperparameters.cutoff)
      let r = (x * x + y * y + z * z).squareRoot()
      for lane in 0..<lanes { weight[lane] *= shape.weight(r[lane], cutoff: cutoff) }
    }
    guard let width = plan.hyperparameters.basis.width else {
      return MomentKernel.Gaussians(
        weight: weight, bx: x, by: y, bz: z, xx: xx, xy: xy, xz: xz, yy: yy, yz: yz, zz: zz)
    }
    let mx = fma(fma(xx * x, xy, y), xz, z)
    let my = fma(fma(xy * x, yy, y), yz, z)
    let mz = fma(fma(xz * x, yz, y), zz, z)
    let exponent = fma(fma(x * mx, y, my), z, mz)
    for lane in 0..<lanes { weight[lane] *= exponential(-0.5 * exponent[lane]) }
    let mean = Lanes(repeating: 2.0.squareRoot() * width)
    let twice = Lanes(repeating: -2 * width * width)
    return MomentKernel.Gaussians(
      weight: weight, bx: mean * mx, by: mean * my, bz: mean * mz, xx: fma(.one, twice, xx),
      xy: twice * xy, xz: twice * xz, yy: fma(.one, twice, yy), yz: twice * yz,
      zz: fma(.one, twice, zz))
  }
}
