import Mathematics
import Testing

@Suite("Extended precision factorisations")
struct ExtendedPrecisionTests {
  static func hilbert(_ n: Int) -> [[DoubleDouble]] {
    (0..<n).map { i in (0..<n).map { j in 1 / DoubleDouble(i + j + 1) } }
  }

  static func product(_ a: [[DoubleDouble]], _ b: [[DoubleDouble]]) -> [[DoubleDouble]] {
    a.map { row in
      (0..<(b.first?.count ?? 0)).map { j in
        zip(row, b).reduce(into: DoubleDouble(0)) { $0 += $1.0 * $1.1[j] }
      }
    }
  }

  static func transpose(_ a: [[DoubleDouble]]) -> [[DoubleDouble]] {
    a.indices.map { j in a.map { $0[j] } }
  }

  static func largestDifference(_ a: [[DoubleDouble]], _ b: [[DoubleDouble]]) -> Double {
    zip(a.joined(), b.joined()).map { ($0 - $1).magnitude.value }.max() ?? 0
  }

  static func identity(_ n: Int) -> [[DoubleDouble]] {
    (0..<n).map { i in (0..<n).map { $0 == i ? 1 : 0 } }
  }

  /// Eigenvalues of the Hilbert matrix of order 12, by mpmath with 60 digits.
  static let hilbert12 = [
    1.7953720595619973, 0.3802752459550371, 0.04473854875218108, 0.003722312237891166,
    0.00023308908902178066, 1.1163357483224427e-05, 4.0823761103861774e-07,
    1.122861066751703e-08, 2.251964553490077e-10, 3.1113548972269166e-12,
    2.6490214934448866e-14, 1.0479463979622267e-16,
  ]

  static func relativeErrors(_ values: [Double], _ expected: [Double]) -> Double {
    zip(values.sorted(by: >), expected).map { abs($0 - $1) / $1 }.max() ?? .infinity
  }

  @Test("the singular values of the Hilbert matrix of order 12, to a relative 1e-14")
  func hilbertValues() throws {
    let h = Self.hilbert(12)
    let (w, s, v) = try ExtendedPrecision.singularValues(h)
    // 32 digits less the 16 of the condition number.
    #expect(Self.relativeErrors(s.map(\.value), Self.hilbert12) < 1e-14)
    let scaled = w.map { row in zip(row, s).map { $0 * $1 } }
    #expect(Self.largestDifference(Self.product(scaled, Self.transpose(v)), h) < 1e-29)
    #expect(Self.largestDifference(Self.product(Self.transpose(v), v), Self.identity(12)) < 1e-29)
    #expect(Self.largestDifference(Self.product(Self.transpose(w), w), Self.identity(12)) < 1e-29)
    // That this takes extended precision: double precision misses the smallest by more than 1 %.
    let (_, double, _) = try LinearAlgebra.singularValues(
      Matrix(h.map { $0.map(\.value) }))
    #expect(Self.relativeErrors(double, Self.hilbert12) > 1e-2)
  }

  @Test("the squares of the singular values of its Cholesky factor are the same")
  func cholesky() throws {
    let h = Self.hilbert(12)
    let b = try ExtendedPrecision.cholesky(h)
    #expect(Self.largestDifference(Self.product(b, Self.transpose(b)), h) < 1e-31)
    for i in 0..<12 {
      #expect(b[i][i] > 0)
      for j in (i + 1)..<max(12, i + 1) { #expect(b[i][j] == 0) }
    }
    let (_, s, _) = try ExtendedPrecision.singularValues(b)
    #expect(Self.relativeErrors(s.map { ($0 * $0).value }, Self.hilbert12) < 1e-14)
  }

  @Test("graded columns: singular values down to 1e-46 keep their digits")
  func graded() throws {
    // 2^-|i-j| 2^(-30 j); singular values by mpmath with 200 digits.
    let expected = [
      1.154559575119448, 6.982360262338548e-10, 6.495667596117555e-19, 6.022708361965231e-28,
      5.5063921090466835e-37, 4.7000979344945324e-46,
    ]
    let a = (0..<6).map { i in
      (0..<6).map { j -> DoubleDouble in
        DoubleDouble(Double(sign: .plus, exponent: -abs(i - j) - 30 * j, significand: 1))
      }
    }
    let (_, s, _) = try ExtendedPrecision.singularValues(a)
    #expect(Self.relativeErrors(s.map(\.value), expected) < 1e-15)
  }

  @Test("diagonal, singular, one element, none")
  func special() throws {
    let diagonal: [[DoubleDouble]] = [[3, 0, 0], [0, -2, 0], [0, 0, 0]]
    let (_, s, _) = try ExtendedPrecision.singularValues(diagonal)
    #expect(s.map(\.value).sorted() == [0, 2, 3])
    let rankOne: [[DoubleDouble]] = [[1, 2], [2, 4]]
    let values = try ExtendedPrecision.singularValues(rankOne).s.map(\.value).sorted()
    #expect(values[0] < 1e-30 && abs(values[1] - 5) < 1e-15)
    #expect(try ExtendedPrecision.singularValues([[-4]]).s == [4])
    #expect(try ExtendedPrecision.singularValues([]).s.isEmpty)
    #expect(try ExtendedPrecision.cholesky([[4]]) == [[2]])
    #expect(try ExtendedPrecision.cholesky([]).isEmpty)
  }

  @Test("what is not positive definite or not finite is refused")
  func refused() {
    let indefinite: [[DoubleDouble]] = [[1, 2], [2, 1]]
    let error = #expect(throws: NumericalError.self) {
      _ = try ExtendedPrecision.cholesky(indefinite)
    }
    #expect(error?.description.contains("pivot 1 is -3.0") == true)
    #expect(throws: NumericalError.self) { _ = try ExtendedPrecision.cholesky([[0]]) }
    let bad: [[DoubleDouble]] = [[1, 0], [0, DoubleDouble(.nan)]]
    #expect(throws: NumericalError.self) { _ = try ExtendedPrecision.cholesky(bad) }
    #expect(throws: NumericalError.self) { _ = try ExtendedPrecision.singularValues(bad) }
    let infinite: [[DoubleDouble]] = [[DoubleDouble(.infinity)]]
    #expect(throws: NumericalError.self) { _ = try ExtendedPrecision.singularValues(infinite) }
  }
}
