internal import Mathematics

/// The invariants of three densities (nu = 3), for one centre:
///
///     b(l1 a, l2 b, l3 c) = (-1)^l3 / sqrt(2 l3 + 1)
///                           sum_m3 [ sum_(m1 m2) <l1 m1 l2 m2 | l3 m3> c_l1m1(a) c_l2m2(b) ] c_l3m3(c)
///
/// which is the Clebsch-Gordan product of the first two with the third at lambda = 0. Kept are
/// l1 <= l2 <= l3 that make a triangle with l1 + l2 + l3 even: other orders repeat them, odd sums
/// change their sign under inversion. Within a triple all columns a, b, c = (n, species) are kept,
/// the last fastest.
struct Bispectrum: Sendable {
  private struct Triple {
    let l1: Int
    let l2: Int
    let l3: Int
    let tensor: RealClebschGordan
  }

  private let triples: [Triple]
  /// Columns of every l.
  private let columns: [Int]
  /// Where the coefficients of every l begin.
  private let starts: [Int]
  /// The number of invariants.
  let count: Int

  /// `columns[l]`: radial functions times species.
  init(columns: [Int]) throws {
    self.columns = columns
    var starts = [Int]()
    var total = 0
    for (l, width) in columns.enumerated() {
      starts.append(total)
      total += (2 * l + 1) * width
    }
    self.starts = starts
    triples = try Self.degrees(columns.count - 1).map {
      Triple(
        l1: $0.x, l2: $0.y, l3: $0.z,
        tensor: try ClebschGordanCache.shared.tensor($0.x, $0.y, $0.z))
    }
    count = Self.count(columns: columns)
  }

  /// The triples (l1, l2, l3), in the order of the columns.
  static func degrees(_ maxAngular: Int) -> [SIMD3<Int>] {
    var result = [SIMD3<Int>]()
    for l1 in 0...maxAngular {
      for l2 in l1...maxAngular {
        for l3 in l2...maxAngular where l3 <= l1 + l2 && (l1 + l2 + l3) % 2 == 0 {
          result.append(SIMD3(l1, l2, l3))
        }
      }
    }
    return result
  }

  /// The number of invariants.
  static func count(columns: [Int]) -> Int {
    degrees(columns.count - 1).reduce(0) { $0 + columns[$1.x] * columns[$1.y] * columns[$1.z] }
  }

  /// The Clebsch-Gordan tensor of a triple with the number of components of its result.
  struct Coupling {
    let entries: [RealClebschGordan.Entry]
    let components: Int
  }

  /// Goes through the triples in the order of the columns: the numbers of columns and the first
  /// coefficients of the three degrees, (-1)^l3 / sqrt(2 l3 + 1), and the tensor.
  func forEachTriple(
    _ body: (
      _ columns: (Int, Int, Int), _ starts: (Int, Int, Int), _ scale: Double, _ tensor: Coupling
    ) -> Void
  ) {
    for t in triples {
      let parity: Double = t.l3 % 2 == 0 ? 1 : -1
      body(
        (columns[t.l1], columns[t.l2], columns[t.l3]), (starts[t.l1], starts[t.l2], starts[t.l3]),
        parity / Double(2 * t.l3 + 1).squareRoot(),
        Coupling(entries: t.tensor.entries, components: 2 * t.l3 + 1))
    }
  }

  /// Adds the invariants of one centre to `target`; its coefficients are in the order l, m, column.
  func add(
    _ coefficients: UnsafeBufferPointer<Double>, to target: UnsafeMutablePointer<Double>
  ) {
    var target = target
    var pair = [Double]()
    for triple in triples {
      let (n1, n2, n3) = (columns[triple.l1], columns[triple.l2], columns[triple.l3])
      let parity: Double = triple.l3 % 2 == 0 ? 1 : -1
      let scale = parity / Double(2 * triple.l3 + 1).squareRoot()
      var entries = triple.tensor.entries[...]
      for m3 in 0..<(2 * triple.l3 + 1) {
        pair = Array(repeating: 0, count: n1 * n2)
        while let entry = entries.first, Int(entry.result) == m3 {
          entries = entries.dropFirst()
          let a = starts[triple.l1] + Int(entry.first) * n1
          let b = starts[triple.l2] + Int(entry.second) * n2
          for i in 0..<n1 {
            let factor = scale * entry.value * coefficients[a + i]
            for j in 0..<n2 { pair[i * n2 + j] += factor * coefficients[b + j] }
          }
        }
        let c = starts[triple.l3] + m3 * n3
        for k in 0..<(n1 * n2) {
          for j in 0..<n3 { target[k * n3 + j] += pair[k] * coefficients[c + j] }
        }
      }
      target += n1 * n2 * n3
    }
  }
}
