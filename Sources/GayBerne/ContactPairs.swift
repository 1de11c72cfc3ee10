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
    var results = [Bool](repeating: false, count: pairs.count)
    try pairs.withUnsafeBufferPointer { pairs in
      guard let first = pairs.baseAddress else { return }
      try withUnsafeTemporaryAllocation(of: Int32.self, capacity: OverlapBlock.size + 8) { near in
        for start in stride(from: 0, to: pairs.count, by: OverlapBlock.size) {
          let block = OverlapBlock(pairs: first + start, near: near)
          let count = try block.findNear(min(OverlapBlock.size, pairs.count - start))
          for k in stride(from: 0, to: count, by: 8) {
            let (overlapping, open) = block.decide(from: k, count: min(8, count - k))
            for lane in 0..<min(8, count - k) where (overlapping | open) & (1 << lane) != 0 {
              let pair = start + Int(near[k + lane])
              results[pair] =
                try open & (1 << lane) == 0
                || overlap(
                  pairs[pair].first, pairs[pair].second, displacement: pairs[pair].displacement)
            }
          }
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
  /// Some hundred pairs in memory: first those are found whose surrounding spheres meet, then these are
  /// decided eight at a time.
  private struct OverlapBlock {
    typealias L = SIMD8<Double>
    static let size = 256

    let pairs: UnsafePointer<Pair>
    /// Room for the numbers of the near ones and eight more.
    let near: UnsafeMutableBufferPointer<Int32>

    /// Throws: `InvalidInput` for a pair that cannot be decided. Returns how many are near.
    @inline(__always)
    func findNear(_ count: Int) throws -> Int {
      var found = 0
      for k in 0..<count {
        let r = pairs[k].displacement
        let squared = r.lengthSquared
        let outer = pairs[k].first.outerRadius + pairs[k].second.outerRadius
        guard squared < .infinity || r.isFinite, pairs[k].first.isInRange, pairs[k].second.isInRange
        else {
          try pairs[k].first.requireRange()
          try pairs[k].second.requireRange()
          throw invalid(r, expected: "three finite numbers")
        }
        near[found] = Int32(truncatingIfNeeded: k)
        found &+= squared < outer * outer ? 1 : 0
      }
      for k in found..<found + 8 { near[k] = 0 }
      return found
    }

    private static let stride = Int32(MemoryLayout<Pair>.stride / 8)
    /// Where shape, R and the largest semi-axis of both begin, and the displacement, in numbers.
    private static let firstShape = offset(\.first.shape)
    private static let secondShape = offset(\.second.shape)
    private static let way = offset(\.displacement)
    private static let firstRest = offset(\.first.inverseRadius)
    private static let secondRest = offset(\.second.inverseRadius)

    private static func offset(_ path: PartialKeyPath<Pair>) -> Int {
      (MemoryLayout<Pair>.offset(of: path) ?? 0) / 8
    }

    /// Of the near ones from `start` those that overlap and those that cannot be told, as bits.
    @inline(never)
    func decide(from start: Int, count: Int) -> (overlapping: UInt32, open: UInt32) {
      let index = UnsafeRawBufferPointer(near).loadUnaligned(
        fromByteOffset: 4 * start, as: SIMD8<Int32>.self)
      func four(_ offset: Int) -> (L, L, L, L) {
        var lanes = (L.zero, L.zero, L.zero, L.zero)
        let base = UnsafeRawPointer(pairs).assumingMemoryBound(to: Double.self)
        withUnsafeMutablePointer(to: &lanes) {
          mesogen_gather4(base + offset, Self.stride, index, $0)
        }
        return lanes
      }
      let (a, b) = (four(Self.firstShape), four(Self.firstShape + 4))
      let (c, d) = (four(Self.secondShape), four(Self.secondShape + 4))
      let r = four(Self.way)
      let (one, two) = (four(Self.firstRest), four(Self.secondRest))
      return OverlapDecision.decide(
        LaneMatrix(a.0, a.1, a.2, a.3, b.0, b.1), LaneMatrix(c.0, c.1, c.2, c.3, d.0, d.1),
        LaneVector(r.0, r.1, r.2), radii: (b.2, d.2), uncertainty: L.maximum(one.1, two.1),
        slack: .zero, among: (UInt32(1) &<< UInt32(count)) &- 1, stops: false)
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
