public import Geometry
public import Mathematics

/// Quantities of each centre that turn with the frame like the spherical harmonics of one degree
/// lambda (and, where sigma is -1, change their sign in addition under inversion).
public struct EquivariantBlock: Equatable, Sendable {
  /// The degree: the values have 2 lambda + 1 components.
  public let lambda: Int
  /// The behaviour under inversion: sigma (-1)^lambda.
  public let sigma: Int
  /// The number of centres.
  public let centers: Int
  /// What each feature is.
  public let properties: IndexTable
  /// Centres x components x features, the last fastest.
  public var values: [Double]

  /// A block of `centers` x (2 lambda + 1) x `properties.count` values.
  public init(
    lambda: Int, sigma: Int, centers: Int, properties: IndexTable, values: [Double]
  ) {
    precondition(values.count == centers * (2 * lambda + 1) * properties.count)
    self.lambda = lambda
    self.sigma = sigma
    self.centers = centers
    self.properties = properties
    self.values = values
  }

  /// The Clebsch-Gordan product of two equivariants (paper, Appendix A 9):
  ///
  ///     (a x b)_(lambda mu) = sum_(m1 m2) <l1 m1 l2 m2 | lambda mu> a_m1 b_m2
  ///
  /// for every pair of features (those of the second fastest), between real harmonics. sigma is
  /// sigma_a sigma_b (-1)^(l1 + l2 + lambda). With lambda = 0 and a = b the coefficients of the
  /// density it is the power spectrum.
  ///
  /// Throws: `InvalidInput` when lambda is not between |l1 - l2| and l1 + l2 or the numbers of centres
  /// differ.
  public func product(_ other: EquivariantBlock, lambda: Int) throws -> EquivariantBlock {
    let (l1, l2) = (self.lambda, other.lambda)
    guard (abs(l1 - l2)...(l1 + l2)).contains(lambda) else {
      throw InvalidInput(
        "lambda", value: "\(lambda)", expected: "\(abs(l1 - l2)) to \(l1 + l2) for \(l1) x \(l2)")
    }
    guard centers == other.centers else {
      throw InvalidInput(
        "centres of the second factor", value: "\(other.centers)", expected: "\(centers)")
    }
    let tensor = try ClebschGordanCache.shared.tensor(l1, l2, lambda)
    let (n1, n2) = (properties.count, other.properties.count)
    let width = n1 * n2
    var result = [Double](repeating: 0, count: centers * (2 * lambda + 1) * width)
    for c in 0..<centers {
      for entry in tensor.entries {
        let a = (c * (2 * l1 + 1) + Int(entry.first)) * n1
        let b = (c * (2 * l2 + 1) + Int(entry.second)) * n2
        let target = (c * (2 * lambda + 1) + Int(entry.result)) * width
        for i in 0..<n1 {
          let factor = entry.value * values[a + i]
          for j in 0..<n2 { result[target + i * n2 + j] += factor * other.values[b + j] }
        }
      }
    }
    let parity = (l1 + l2 + lambda) % 2 == 0 ? 1 : -1
    return EquivariantBlock(
      lambda: lambda, sigma: sigma * other.sigma * parity, centers: centers,
      properties: Self.join(self, other), values: result)
  }

  /// Labels of a product: those of both factors, with their degrees, numbered through.
  private static func join(_ a: EquivariantBlock, _ b: EquivariantBlock) -> IndexTable {
    func named(_ block: EquivariantBlock) -> (names: [String], rows: [[Int]]) {
      if block.properties.names.contains(where: { $0.hasPrefix("l") }) {
        return (block.properties.names, block.properties.rows)
      }
      return (["l"] + block.properties.names, block.properties.rows.map { [block.lambda] + $0 })
    }
    let (first, second) = (named(a), named(b))
    func stem(_ name: String) -> String {
      let parts = name.split(separator: "_")
      return Int(parts.last ?? "") == nil ? name : parts.dropLast().joined(separator: "_")
    }
    var seen: [String: Int] = [:]
    let names = (first.names + second.names).map { name in
      let base = stem(name)
      seen[base, default: 0] += 1
      return "\(base)_\(seen[base] ?? 1)"
    }
    return IndexTable(
      names: names, rows: first.rows.flatMap { x in second.rows.map { x + $0 } })
  }
}

extension DensityExpansion {
  /// The coefficients of every centre as equivariants, one block for each l: features (n, neighbour
  /// species), the species fastest.
  ///
  /// Throws: as `coefficients(of:)`.
  public func equivariants(
    of frame: Frame, threads: Int = Parallel.availableThreads
  ) throws -> [EquivariantBlock] {
    let all = try coefficients(of: frame, threads: threads).values
    let channels = plan.channels
    var start = 0
    return plan.counts.enumerated().map { l, count in
      let width = (2 * l + 1) * count * channels.count
      var values = [Double]()
      values.reserveCapacity(width * frame.count)
      for i in 0..<frame.count {
        let row = all.row(i)
        values += row[(row.startIndex + start)..<(row.startIndex + start + width)]
      }
      start += width
      return EquivariantBlock(
        lambda: l, sigma: 1, centers: frame.count,
        properties: IndexTable(
          names: ["n", plan.channelName],
          rows: (0..<count).flatMap { n in channels.map { [n, $0] } }),
        values: values)
    }
  }
}
