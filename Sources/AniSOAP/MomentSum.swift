internal import Foundation
internal import Geometry

/// What the moments of Gaussians take that does not depend on a frame.
struct MomentEngine: Sendable {
  let kernel: MomentKernel
  let spheres: SphereKernel
  let contraction: MomentContraction

  /// Throws: `NumericalError` when an overlap matrix is singular even with 32 digits.
  init(_ hyperparameters: Hyperparameters, counts: [Int]) throws {
    kernel = MomentKernel(radial: counts)
    spheres = SphereKernel(radial: counts)
    contraction = try MomentContraction(hyperparameters, kernel: kernel)
  }
}

/// The sum over Gaussian neighbours by their moments: eight neighbours at a time into the kernel, the
/// sums of moments into coefficients.
final class MomentSum: NeighborSum {
  private let engine: MomentEngine
  private let hyperparameters: Hyperparameters
  private let densities: ParticleDensities
  private let moments: MomentKernel.Workspace
  private let harmonics: SphereKernel.Workspace
  private let contraction: MomentContraction.Workspace
  private let gathered = GatheredNeighbors()
  private let sums: UnsafeMutablePointer<MomentKernel.Sum>
  /// The radial transformations of every species.
  private let radial: [MomentContraction.Radial]

  init(
    _ engine: MomentEngine, _ hyperparameters: Hyperparameters, _ densities: ParticleDensities
  ) {
    self.engine = engine
    self.hyperparameters = hyperparameters
    self.densities = densities
    moments = MomentKernel.Workspace(
      engine.kernel, sums: max(engine.kernel.count, engine.spheres.count))
    sums = moments.sums
    contraction = MomentContraction.Workspace(engine.contraction)
    harmonics = SphereKernel.Workspace(engine.spheres)
    radial = densities.routes.map { route in
      if case .ellipsoids(let shift) = route { return engine.contraction.radial(shift: shift) }
      return engine.contraction.unshifted
    }
  }

  func project(
    _ entries: [Int32], of buffer: NeighborFinder.Buffer, species: Int,
    to output: UnsafeMutablePointer<Double>, stride: Int
  ) {
    switch densities.routes[species] {
    case .spheres(let alpha):
      sums.update(repeating: .zero, count: engine.spheres.count)
      for start in Swift.stride(from: 0, to: entries.count, by: 8) {
        engine.spheres.accumulate(
          gather(entries, start, buffer), alpha: alpha, harmonics, into: sums)
      }
      engine.contraction.applyToHarmonics(
        sums, radial[species], contraction, to: output, stride: stride)
    case .ellipsoids:
      sums.update(repeating: .zero, count: engine.kernel.count)
      var start = 0
      while start < entries.count {
        // A vector of four for four or fewer that are left.
        if entries.count - start > 4 {
          let g: MomentKernel.Gaussians<SIMD8<Double>> = gather(entries, start, buffer)
          engine.kernel.accumulate(g, moments, into: sums)
        } else {
          let g: MomentKernel.Gaussians<SIMD4<Double>> = gather(entries, start, buffer)
          engine.kernel.accumulate(g, moments, into: sums)
        }
        start += 8
      }
      engine.contraction.apply(sums, radial[species], contraction, to: output, stride: stride)
    }
  }

  /// The Gaussians of the neighbours from `start` on; weight 0 in lanes left over.
  @inline(__always)
  private func gather<Lanes: MomentLanes>(
    _ entries: [Int32], _ start: Int, _ buffer: NeighborFinder.Buffer
  ) -> MomentKernel.Gaussians<Lanes> {
    let lanes = min(Lanes.scalarCount, entries.count - start)
    let (bufferX, bufferY, bufferZ, indices) = (buffer.x, buffer.y, buffer.z, buffer.indices)
    densities.parameters.withUnsafeBufferPointer { parameters in
      for lane in 0..<lanes {
        let k = Int(entries[start + lane])
        let p = parameters[Int(indices[k])]
        gathered.set(lane, .x, bufferX[k])
        gathered.set(lane, .y, bufferY[k])
        gathered.set(lane, .z, bufferZ[k])
        gathered.set(lane, .mean, p.mean)
        gathered.set(lane, .covariance, p.covariance)
        gathered.set(lane, .weight, p.prefactor)
      }
    }
    // Zeros in lanes that are left over, so that nothing of earlier neighbours overflows in them.
    for lane in lanes..<Lanes.scalarCount {
      gathered.set(lane, .x, 0)
      gathered.set(lane, .y, 0)
      gathered.set(lane, .z, 0)
      gathered.set(lane, .weight, 0)
    }
    let (x, y, z): (Lanes, Lanes, Lanes) = (gathered[.x], gathered[.y], gathered[.z])
    if case .smooth = hyperparameters.cutoffShape {
      let (shape, cutoff) = (hyperparameters.cutoffShape, hyperparameters.cutoff)
      let r = (x * x + y * y + z * z).squareRoot()
      for lane in 0..<lanes { gathered.scale(lane, .weight, shape.weight(r[lane], cutoff: cutoff)) }
    }
    let mean: SymmetricLanes<Lanes> = gathered.symmetric(.mean)
    let bx: Lanes = fma(fma(mean.xx * x, mean.xy, y), mean.xz, z)
    let by: Lanes = fma(fma(mean.xy * x, mean.yy, y), mean.yz, z)
    let bz: Lanes = fma(fma(mean.xz * x, mean.yz, y), mean.zz, z)
    if let width = hyperparameters.basis.width {
      // exp(-r^T M r / 2) with b = sqrt(2) sigma M r.
      let factor = -1 / (8.0.squareRoot() * width)
      let exponent: Lanes = factor * fma(fma(x * bx, y, by), z, bz)
      gathered.store(exponent, .x)
      for lane in 0..<lanes {
        gathered.scale(lane, .weight, exp(gathered.get(lane, .x)))
      }
    }
    let covariance: SymmetricLanes<Lanes> = gathered.symmetric(.covariance)
    return MomentKernel.Gaussians(
      weight: gathered[.weight], bx: bx, by: by, bz: bz, xx: covariance.xx, xy: covariance.xy,
      xz: covariance.xz, yy: covariance.yy, yz: covariance.yz, zz: covariance.zz)
  }
}

/// What has been gathered of up to eight neighbours, as a structure of arrays in memory: setting one
/// lane of a vector takes longer than writing a number and reading all of them at once.
private struct GatheredNeighbors: ~Copyable {
  enum Quantity: Int {
    case x
    case y
    case z
    case weight
    case mean
    case covariance = 10
  }

  /// Four numbers and two symmetric matrices.
  private static let rowCount = 16

  private let base: UnsafeMutablePointer<Double>
  private let rows: UnsafeMutablePointer<SIMD8<Double>>

  init() {
    rows = .allocate(capacity: Self.rowCount)
    rows.initialize(repeating: .zero, count: Self.rowCount)
    base = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Double.self)
  }

  deinit { rows.deallocate() }

  @inline(__always)
  func set(_ lane: Int, _ quantity: Quantity, _ value: Double) {
    base[quantity.rawValue &* 8 &+ lane] = value
  }

  @inline(__always)
  func set(_ lane: Int, _ quantity: Quantity, _ m: SymmetricMatrix3x3) {
    let first = base + (quantity.rawValue &* 8 &+ lane)
    (first[0], first[8], first[16]) = (m.xx, m.xy, m.xz)
    (first[24], first[32], first[40]) = (m.yy, m.yz, m.zz)
  }

  @inline(__always)
  func get(_ lane: Int, _ quantity: Quantity) -> Double {
    base[quantity.rawValue &* 8 &+ lane]
  }

  @inline(__always)
  func scale(_ lane: Int, _ quantity: Quantity, _ factor: Double) {
    base[quantity.rawValue &* 8 &+ lane] *= factor
  }

  @inline(__always)
  func store<Lanes: MomentLanes>(_ value: Lanes, _ quantity: Quantity) {
    row(quantity.rawValue).pointee = value
  }

  @inline(__always)
  subscript<Lanes: MomentLanes>(_ quantity: Quantity) -> Lanes { row(quantity.rawValue).pointee }

  @inline(__always)
  func symmetric<Lanes: MomentLanes>(_ quantity: Quantity) -> SymmetricLanes<Lanes> {
    let first = quantity.rawValue
    return SymmetricLanes(
      xx: row(first).pointee, xy: row(first + 1).pointee, xz: row(first + 2).pointee,
      yy: row(first + 3).pointee, yz: row(first + 4).pointee, zz: row(first + 5).pointee)
  }

  @inline(__always)
  private func row<Lanes: MomentLanes>(_ k: Int) -> UnsafeMutablePointer<Lanes> {
    UnsafeMutableRawPointer(rows + k).assumingMemoryBound(to: Lanes.self)
  }
}

/// A symmetric matrix in each lane.
private struct SymmetricLanes<Lanes: MomentLanes> {
  let xx: Lanes
  let xy: Lanes
  let xz: Lanes
  let yy: Lanes
  let yz: Lanes
  let zz: Lanes
}
