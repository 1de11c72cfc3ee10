internal import Foundation
internal import Geometry

/// What has been gathered of up to eight neighbours, as a structure of arrays in memory: setting one
/// lane of a vector takes longer than writing a number and reading all of them at once.
struct GatheredNeighbors: ~Copyable {
  enum Quantity: Int {
    case x
    case y
    case z
    case weight
    case mean
    case covariance = 10
    /// -r^T M r / 2.
    case exponent = 16
  }

  /// Five numbers and two symmetric matrices.
  private static let rowCount = 17

  private let base: UnsafeMutablePointer<Double>
  private let rows: UnsafeMutablePointer<SIMD8<Double>>

  init() {
    rows = .allocate(capacity: Self.rowCount)
    rows.initialize(repeating: .zero, count: Self.rowCount)
    base = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Double.self)
  }

  deinit { rows.deallocate() }

  /// The Gaussians of the neighbours from `start` on; weight 0 in lanes left over.
  @inline(__always)
  func gaussians<Lanes: MomentLanes>(
    _ entries: [Int32], _ start: Int, _ buffer: NeighborFinder.Buffer,
    _ densities: ParticleDensities, _ hyperparameters: Hyperparameters
  ) -> MomentKernel.Gaussians<Lanes> {
    let lanes = min(Lanes.scalarCount, entries.count - start)
    let (bufferX, bufferY, bufferZ, indices) = (buffer.x, buffer.y, buffer.z, buffer.indices)
    densities.parameters.withUnsafeBufferPointer { parameters in
      for lane in 0..<lanes {
        let k = Int(entries[start + lane])
        let p = parameters[Int(indices[k])]
        set(lane, .x, bufferX[k])
        set(lane, .y, bufferY[k])
        set(lane, .z, bufferZ[k])
        set(lane, .mean, p.mean)
        set(lane, .covariance, p.covariance)
        set(lane, .weight, p.prefactor)
      }
    }
    // Zeros in lanes that are left over, so that nothing of earlier neighbours overflows in them.
    for lane in lanes..<Lanes.scalarCount {
      set(lane, .x, 0)
      set(lane, .y, 0)
      set(lane, .z, 0)
      set(lane, .weight, 0)
    }
    let (x, y, z): (Lanes, Lanes, Lanes) = (self[.x], self[.y], self[.z])
    if case .smooth = hyperparameters.cutoffShape {
      let (shape, cutoff) = (hyperparameters.cutoffShape, hyperparameters.cutoff)
      let r = (x * x + y * y + z * z).squareRoot()
      for lane in 0..<lanes { scale(lane, .weight, shape.weight(r[lane], cutoff: cutoff)) }
    }
    let mean: SymmetricLanes<Lanes> = symmetric(.mean)
    let bx: Lanes = fma(fma(mean.xx * x, mean.xy, y), mean.xz, z)
    let by: Lanes = fma(fma(mean.xy * x, mean.yy, y), mean.yz, z)
    let bz: Lanes = fma(fma(mean.xz * x, mean.yz, y), mean.zz, z)
    if let width = hyperparameters.basis.width {
      // exp(-r^T M r / 2) with b = sqrt(2) sigma M r.
      let factor = -1 / (8.0.squareRoot() * width)
      let exponent: Lanes = factor * fma(fma(x * bx, y, by), z, bz)
      store(exponent, .exponent)
      for lane in 0..<lanes {
        scale(lane, .weight, exp(get(lane, .exponent)))
      }
    }
    let covariance: SymmetricLanes<Lanes> = symmetric(.covariance)
    return MomentKernel.Gaussians(
      weight: self[.weight], bx: bx, by: by, bz: bz, xx: covariance.xx, xy: covariance.xy,
      xz: covariance.xz, yy: covariance.yy, yz: covariance.yz, zz: covariance.zz)
  }

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
struct SymmetricLanes<Lanes: MomentLanes> {
  let xx: Lanes
  let xy: Lanes
  let xz: Lanes
  let yy: Lanes
  let yz: Lanes
  let zz: Lanes
}
