internal import CLanes
public import Geometry

extension Contact {
  /// Two ellipsoids and the displacement between them.
  public struct Pair: Equatable, Sendable {
    /// The ellipsoid at the origin.
    public var first: Ellipsoid
    /// The other ellipsoid.
    public var second: Ellipsoid
    /// r = r_2 - r_1.
    public var displacement: Vector3

    /// The two at that displacement.
    public init(_ first: Ellipsoid, _ second: Ellipsoid, displacement: Vector3) {
      self.first = first
      self.second = second
      self.displacement = displacement
    }
  }

  /// sigma_12 of many pairs, in their order, computed eight at a time: agrees with that of single
  /// pairs up to rounding.
  ///
  /// Throws: `InvalidInput` unless every |r| and all semi-axes are from 1e-20 to 1e20.
  public static func gaussianOverlap(_ pairs: [Pair]) throws -> [Double] {
    var results: [Double] = []
    results.reserveCapacity(pairs.count)
    for start in stride(from: 0, to: pairs.count, by: 8) {
      let lanes = try PairLanes(pairs, start)
      let matrix = ContactMatrix(
        lanes.g1, lanes.g2, lanes.r, weight1: .init(repeating: 0.5),
        weight2: .init(repeating: 0.5))
      let distances = (lanes.r.dot(lanes.r) / matrix.value).squareRoot()
      for lane in 0..<lanes.count { results.append(distances[lane]) }
    }
    return results
  }

  /// The maximum of f of many pairs, in their order, computed eight at a time: agrees with that of
  /// single pairs up to rounding.
  ///
  /// Throws: `InvalidInput` unless every |r| and all semi-axes are from 1e-20 to 1e20.
  public static func perramWertheim(_ pairs: [Pair]) throws -> [PerramWertheim] {
    var results: [PerramWertheim] = []
    results.reserveCapacity(pairs.count)
    for start in stride(from: 0, to: pairs.count, by: 8) {
      let lanes = try PairLanes(pairs, start)
      let matrix = lanes.maximum()
      let result = PerramWertheimLanes(matrix, squared: lanes.r.dot(lanes.r))
      let gradient = result.slope * matrix.direction
      for lane in 0..<lanes.count {
        results.append(
          PerramWertheim(
            value: result.value[lane], lambda: matrix.weight2[lane],
            gradient: gradient[lane: lane], distance: result.distance[lane]))
      }
    }
    return results
  }

  /// Whether the two of every pair overlap, in their order, decided eight at a time: the same
  /// answers as those for single pairs.
  ///
  /// Throws: `InvalidInput` unless every r is finite and all semi-axes are from 1e-20 to 1e20.
  public static func overlap(_ pairs: [Pair]) throws -> [Bool] {
    typealias L = SIMD8<Double>
    var results = [Bool](repeating: false, count: pairs.count)
    try pairs.withUnsafeBufferPointer { pairs in
      for start in stride(from: 0, to: pairs.count, by: 8) {
        let lanes = try OverlapLanes(pairs, start)
        let trial = OverlapTrial(lanes.g1, lanes.g2, lanes.r, lanes.radii.1, lanes.radii.0)
        // Apart by the spheres around, or by f.
        let near = mesogen_less_bits8(lanes.r.dot(lanes.r), lanes.outer * lanes.outer)
        let far = trial.apart(L.one + lanes.margin)
        let open = near & ~mesogen_less_bits8(far.0, far.1)
        guard open != 0 else { continue }
        let ends = trial.overlapping(
          L.one - lanes.margin, slope: trial.slope(lanes.g1, lanes.g2))
        let proven = mesogen_less_bits8(ends.0, ends.1)
        for lane in 0..<lanes.count where open & (1 << lane) != 0 {
          let k = start + lane
          results[k] =
            try proven & (1 << lane) != 0
            || overlap(pairs[k].first, pairs[k].second, displacement: pairs[k].displacement)
        }
      }
    }
    return results
  }

  /// The distances between the surfaces of many pairs and their closest points, in their order,
  /// computed eight at a time; nil where two overlap. Agrees with that of single pairs up to
  /// rounding.
  ///
  /// Throws: `InvalidInput` unless every |r| and all semi-axes are from 1e-20 to 1e20.
  public static func surfaceDistance(_ pairs: [Pair]) throws -> [SurfaceDistance?] {
    var results: [SurfaceDistance?] = []
    results.reserveCapacity(pairs.count)
    for start in stride(from: 0, to: pairs.count, by: 8) {
      let lanes = try PairLanes(pairs, start)
      let contact = lanes.maximum()
      let overlaps = SIMD8<Double>.less(contact.value, .one)
      let found = SurfaceSearch(lanes.g1, lanes.g2, lanes.r)
        .maximum(start: contact.direction, wanted: .!overlaps)
      for lane in 0..<lanes.count {
        results.append(
          overlaps[lane]
            ? nil
            : SurfaceDistance(
              distance: max(0, found.value[lane]), firstPoint: found.p1[lane: lane],
              way: found.gradient[lane: lane], normal: found.n[lane: lane]))
      }
    }
    return results
  }

  /// Eight pairs side by side; beyond the last pair that one is repeated.
  private struct PairLanes {
    typealias L = SIMD8<Double>
    let g1: LaneMatrix<L>
    let g2: LaneMatrix<L>
    let r: LaneVector<L>
    /// R_1 / R_2 with R = det(S)^(1/3).
    let ratio: L
    /// The number of lanes that count.
    let count: Int

    /// Goes through an array in memory: setting the lanes of vectors one by one is several times slower.
    @inline(__always)
    init(_ pairs: [Pair], _ start: Int) throws {
      count = min(8, pairs.count - start)
      let last = count - 1
      (g1, g2, r, ratio) = try withUnsafeTemporaryAllocation(of: L.self, capacity: 17) { vectors in
        try vectors.withMemoryRebound(to: Double.self) { p in
          for lane in 0..<8 {
            let pair = pairs[start + min(lane, last)]
            try require(pair.first, pair.second, displacement: pair.displacement)
            pair.first.shape.store(p, lane)
            pair.second.shape.store(p, 48 + lane)
            p[96 + lane] = pair.displacement.x
            p[104 + lane] = pair.displacement.y
            p[112 + lane] = pair.displacement.z
            p[120 + lane] = pair.first.meanRadius
            p[128 + lane] = pair.second.meanRadius
          }
        }
        let v = UnsafeBufferPointer(vectors)
        return (
          LaneMatrix(v[0], v[1], v[2], v[3], v[4], v[5]),
          LaneMatrix(v[6], v[7], v[8], v[9], v[10], v[11]), LaneVector(v[12], v[13], v[14]),
          v[15] / v[16]
        )
      }
    }

    @inline(__always)
    func maximum() -> ContactMatrix<SIMD8<Double>> {
      ContactMatrix(g1, g2, r, ratio: ContactPolynomial(g1, g2, r, ratio: ratio).maximum())
    }
  }
}

extension Contact {
  /// What the decision about overlap reads of eight pairs; behind the end of the pairs the last one
  /// again.
  private struct OverlapLanes {
    typealias L = SIMD8<Double>
    let g1: LaneMatrix<L>
    let g2: LaneMatrix<L>
    let r: LaneVector<L>
    /// R_1 and R_2.
    let radii: (L, L)
    /// The sum of the largest semi-axes.
    let outer: L
    let margin: L
    let count: Int

    /// By way of memory, as `PairLanes`.
    @inline(__always)
    init(_ pairs: UnsafeBufferPointer<Pair>, _ start: Int) throws {
      count = min(8, pairs.count - start)
      let last = count - 1
      (g1, g2, r, radii, outer, margin) = try withUnsafeTemporaryAllocation(
        of: L.self, capacity: 19
      ) { vectors in
        try vectors.withMemoryRebound(to: Double.self) { p in
          for lane in 0..<8 {
            try Self.store(pairs, start + min(lane, last), p, lane)
          }
        }
        let v = UnsafeBufferPointer(vectors)
        return (
          LaneMatrix(v[0], v[1], v[2], v[3], v[4], v[5]),
          LaneMatrix(v[6], v[7], v[8], v[9], v[10], v[11]), LaneVector(v[12], v[13], v[14]),
          (v[15], v[16]), v[17], v[18]
        )
      }
    }

    @inline(__always)
    private static func store(
      _ pairs: UnsafeBufferPointer<Pair>, _ k: Int, _ p: UnsafeMutableBufferPointer<Double>,
      _ lane: Int
    ) throws {
      let r = pairs[k].displacement
      try pairs[k].first.requireRange()
      try pairs[k].second.requireRange()
      guard r.isFinite else { throw invalid(r, expected: "three finite numbers") }
      pairs[k].first.shape.store(p, lane)
      pairs[k].second.shape.store(p, 48 + lane)
      (p[96 + lane], p[104 + lane], p[112 + lane]) = (r.x, r.y, r.z)
      p[120 + lane] = pairs[k].first.meanRadius
      p[128 + lane] = pairs[k].second.meanRadius
      p[136 + lane] = pairs[k].first.semiAxes.largest + pairs[k].second.semiAxes.largest
      p[144 + lane] = pairs[k].first.overlapMargin(pairs[k].second)
    }
  }
}

extension LaneVector where L == SIMD8<Double> {
  @inline(__always)
  fileprivate subscript(lane lane: Int) -> Vector3 { Vector3(x[lane], y[lane], z[lane]) }
}

extension LaneMatrix where L == Double {
  /// Writes the six elements to every eighth place from `first` on.
  @inline(__always)
  fileprivate func store(_ p: UnsafeMutableBufferPointer<Double>, _ first: Int) {
    p[first] = xx
    p[first + 8] = xy
    p[first + 16] = xz
    p[first + 24] = yy
    p[first + 32] = yz
    p[first + 40] = zz
  }
}
