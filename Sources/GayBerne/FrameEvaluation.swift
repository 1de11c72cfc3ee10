internal import Geometry
internal import Mathematics

/// Energies, forces and torques of a frame by one kernel, eight neighbours of a particle at a time.
///
/// Every particle sums over all its neighbours: each pair is computed twice, once from either side,
/// and nothing is written but by its owner. So the result does not depend on the number of threads.
struct FrameEvaluation<Kernel: PairKernel>: Sendable {
  let kernel: TruncatedKernel<Kernel>
  let table: ParticleTable
  let positions: [Vector3]
  let finder: NeighborFinder?

  /// The particles of one parcel of work.
  private static var parcel: Int { 32 }

  /// Throws: `InvalidInput` for a periodic frame without a cutoff, or positions not finite.
  init(_ frame: Frame, table: ParticleTable, kernel: TruncatedKernel<Kernel>) throws {
    self.kernel = kernel
    self.table = table
    positions = frame.positions
    if let cutoff = kernel.cutoff {
      finder = try NeighborFinder(
        positions: frame.positions, cell: frame.cell, cutoff: cutoff)
    } else {
      guard frame.cell.map({ $0.periodic == .zero }) ?? true else {
        throw InvalidInput(
          "cutoff radius", value: "missing", expected: "a positive number for a periodic frame")
      }
      for (index, p) in positions.enumerated() where !p.isFinite {
        throw InvalidInput(
          "position of particle \(index)", value: "\(p.x) \(p.y) \(p.z)",
          expected: "three finite numbers")
      }
      finder = nil
    }
  }

  /// The sums of a parcel of particles.
  private struct Part: Sendable {
    var energies: [Double] = []
    var forces: [Vector3] = []
    var torques: [Vector3] = []
    var virial = Matrix3x3(diagonal: .zero)
    var neighborCount = 0
    var singularCount = 0
    var singularExample: [Int]?
  }

  func run(forces: Bool, threads: Int) throws -> Interaction {
    let parcels = (positions.count + Self.parcel - 1) / Self.parcel
    let parts = try Parallel.map(
      count: parcels, threads: threads, workspace: { NeighborFinder.Buffer() }
    ) { index, buffer in
      let first = index * Self.parcel
      let range = first..<min(positions.count, first + Self.parcel)
      var part = Part()
      for i in range {
        collectNeighbors(of: i, into: &buffer)
        if forces {
          try sum(i, buffer, forces: true, into: &part)
        } else {
          try sum(i, buffer, forces: false, into: &part)
        }
      }
      return part
    }
    return gather(parts)
  }

  private func gather(_ parts: [Part]) -> Interaction {
    var result = Interaction(
      energy: 0, energies: [], forces: [], torques: [], virial: Matrix3x3(diagonal: .zero),
      pairCount: 0, singularPairs: 0)
    result.energies.reserveCapacity(positions.count)
    for part in parts {
      result.energies += part.energies
      result.forces += part.forces
      result.torques += part.torques
      result.virial = result.virial + part.virial
      result.pairCount += part.neighborCount
      result.singularPairs += part.singularCount
      result.singularExample = result.singularExample ?? part.singularExample
    }
    result.energy = result.energies.reduce(0, +)
    // Each pair was met from both sides.
    result.virial = result.virial * 0.5
    result.pairCount /= 2
    result.singularPairs /= 2
    return result
  }

  /// The neighbours inside the cutoff, or all other particles, padded to whole batches with the last.
  private func collectNeighbors(of i: Int, into buffer: inout NeighborFinder.Buffer) {
    if let finder {
      finder.neighbors(of: i, into: &buffer)
    } else {
      buffer.removeAll()
      for j in positions.indices where j != i {
        buffer.append(index: Int32(j), displacement: positions[j] - positions[i])
      }
    }
  }

  /// Adds what the neighbours do to particle i.
  @inline(__always)
  private func sum(
    _ i: Int, _ buffer: NeighborFinder.Buffer, forces: Bool, into part: inout Part
  ) throws {
    typealias L = SIMD8<Double>
    let count = buffer.count
    var energy = L.zero
    var force = LaneVector<L>.zero
    var torque = LaneVector<L>.zero
    var virial = (LaneVector<L>.zero, LaneVector<L>.zero, LaneVector<L>.zero)
    var singular = 0
    var coinciding: Int?
    table.records.withUnsafeBufferPointer { records in
      guard let base = records.baseAddress else { return }
      let first = Particle<L>(repeating: base + i * Particle<Double>.size)
      var start = 0
      while start < count {
        let batch = Batch(buffer, start)
        let second = Particle<L>(gathering: base, batch.indices)
        let (epsilon, sigma) = strengths(i, batch.indices)
        let result = kernel.interact(
          first, second, epsilon: epsilon, sigma: sigma, r: batch.r, forces: forces)
        let counted = batch.valid .& result.within
        let sound = counted .& result.regular
        if Swift.all(sound) {
          energy = energy + result.energy
          if forces {
            force = force - result.force
            torque = torque + result.torque1
            virial.0 = virial.0.adding(batch.r.x, result.force)
            virial.1 = virial.1.adding(batch.r.y, result.force)
            virial.2 = virial.2.adding(batch.r.z, result.force)
          }
        } else {
          energy = energy + L.select(sound, result.energy, .zero)
          if forces {
            let f = LaneVector.select(sound, result.force, .zero)
            force = force - f
            torque = torque + LaneVector.select(sound, result.torque1, .zero)
            virial.0 = virial.0.adding(batch.r.x, f)
            virial.1 = virial.1.adding(batch.r.y, f)
            virial.2 = virial.2.adding(batch.r.z, f)
          }
          let odd = counted .& .!result.regular
          for lane in 0..<8 where odd[lane] {
            let j = Int(batch.indices[lane])
            if batch.r.dot(batch.r)[lane] == 0 { coinciding = j }
            energy[lane] = .infinity
            singular += 1
            if part.singularExample == nil { part.singularExample = [i, j] }
          }
        }
        start += 8
      }
    }
    if let coinciding {
      throw InvalidInput(
        "distance between particles \(i) and \(coinciding)", value: 0,
        expected: "centres at different places")
    }
    part.neighborCount += count
    part.singularCount += singular
    part.energies.append(0.5 * energy.sum())
    guard forces else { return }
    part.forces.append(force.sums)
    part.torques.append(torque.sums)
    part.virial =
      part.virial + Matrix3x3(rows: virial.0.sums, virial.1.sums, virial.2.sums)
  }

  /// epsilon and sigma of particle i with eight others.
  @inline(__always)
  private func strengths(
    _ i: Int, _ others: SIMD8<Int32>
  ) -> (epsilon: SIMD8<Double>, sigma: SIMD8<Double>) {
    if table.speciesCount == 1 {
      return (SIMD8(repeating: table.epsilon[0]), SIMD8(repeating: table.sigma[0]))
    }
    let row = Int(table.species[i]) * table.speciesCount
    var epsilon = SIMD8<Double>.zero
    var sigma = SIMD8<Double>.zero
    for lane in 0..<8 {
      let pair = row + Int(table.species[Int(others[lane])])
      epsilon[lane] = table.epsilon[pair]
      sigma[lane] = table.sigma[pair]
    }
    return (epsilon, sigma)
  }
}

/// Eight neighbours out of a buffer; behind its end the last one again, and not valid.
private struct Batch {
  let indices: SIMD8<Int32>
  let r: LaneVector<SIMD8<Double>>
  let valid: SIMDMask<SIMD8<Int64>>

  @inline(__always)
  init(_ buffer: NeighborFinder.Buffer, _ start: Int) {
    let rest = buffer.count - start
    if rest >= 8 {
      indices = Self.load(buffer.indices, start)
      r = LaneVector(
        Self.load(buffer.x, start), Self.load(buffer.y, start), Self.load(buffer.z, start))
      valid = SIMDMask(repeating: true)
    } else {
      var indices = SIMD8<Int32>()
      var x = SIMD8<Double>()
      var y = SIMD8<Double>()
      var z = SIMD8<Double>()
      var valid = SIMDMask<SIMD8<Int64>>(repeating: false)
      for lane in 0..<8 {
        let k = start + min(lane, rest - 1)
        indices[lane] = buffer.indices[k]
        (x[lane], y[lane], z[lane]) = (buffer.x[k], buffer.y[k], buffer.z[k])
        valid[lane] = lane < rest
      }
      self.indices = indices
      r = LaneVector(x, y, z)
      self.valid = valid
    }
  }

  /// Eight elements in a row; the caller has checked that they are there.
  @inline(__always)
  private static func load<V: SIMD>(
    _ array: UnsafeBufferPointer<V.Scalar>, _ start: Int
  ) -> V {
    UnsafeRawBufferPointer(array).loadUnaligned(
      fromByteOffset: start * MemoryLayout<V.Scalar>.stride, as: V.self)
  }
}

extension LaneVector where L == SIMD8<Double> {
  /// The sums over the lanes.
  @inline(__always) fileprivate var sums: Vector3 { Vector3(x.sum(), y.sum(), z.sum()) }
}
