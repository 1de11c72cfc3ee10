import Mathematics
import Testing

/// Against mpmath with 60 digits, at the double nearest to the argument.
@Suite("Special functions")
struct SpecialFunctionsTests {
  static func error(_ value: Double, _ expected: Double) -> Double {
    expected == 0 ? abs(value) : abs(value - expected) / abs(expected)
  }

  @Test("Dawson's integral")
  func dawson() throws {
    for (x, expected) in [
      (1e-8, 1e-8), (0.3, 0.28263166502131193), (0.9241388730045916, 0.5410442246351816),
      (2, 0.30134038892379195), (5.5, 0.09249323231075476), (-1.75, -0.3594364206717429),
      (30, 0.016675941401059175), (1e6, 5.0000000000025e-07), (0, 0),
    ] {
      #expect(try Self.error(SpecialFunctions.dawson(x), expected) < 1e-15, "\(x)")
    }
  }

  @Test("error function")
  func erf() throws {
    for (x, expected) in [
      (-3, -0.9999779095030014), (-0.5, -0.5204998778130465), (1e-10, 1.1283791670955126e-10),
      (0.25, 0.27632639016823696), (1, 0.8427007929497149), (2.5, 0.999593047982555), (6, 1),
      (0, 0),
    ] {
      #expect(try Self.error(SpecialFunctions.erf(x), expected) < 1e-15, "\(x)")
    }
  }

  @Test("gamma function")
  func gamma() throws {
    for (x, expected) in [
      (0.5, 1.772453850905516), (1.5, 0.886226925452758), (5, 24), (20.5, 5.406242982335075e+17),
      (-1.5, 2.363271801207355), (1e-3, 999.4237724845955), (170.5, 5.56209241456e+305),
    ] {
      // Stirling's formula takes a power of 170.
      #expect(try Self.error(SpecialFunctions.gamma(x), expected) < 1e-14, "\(x)")
    }
  }

  @Test("scaled Bessel functions")
  func bessel() throws {
    for (n, x, expected) in [
      (0, 0.0, 1.0), (0, 0.1, 0.9071009257823011), (1, 2.5, 0.20658464953126657),
      (2, -3, 0.11178254529695816), (3, -3, -0.04778331956802331), (5, 40, 0.04612998291495681),
      (1, 1000, 0.012610930256928629), (12, 0.75, 7.709273815127628e-15),
      (30, 5, 2.6937267526846667e-23),
    ] {
      #expect(try Self.error(SpecialFunctions.scaledBesselI(n, x), expected) < 3e-15, "\(n) \(x)")
    }
    // Too small for a double: 0, not an error.
    #expect(try SpecialFunctions.scaledBesselI(50, 1e-10) == 0)
  }

  @Test("Legendre polynomials")
  func legendre() throws {
    for (l, x, expected) in [
      (0, 0.3, 1.0), (1, -0.4, -0.4), (2, 0.5, -0.125), (4, -0.9, 0.20793750000000014),
      (7, 0.123, -0.23363464002831846), (20, 0.77, 0.14948826389399514),
      (50, -0.31, 0.11261509077006668), (20, 1, 1), (21, -1, -1),
    ] {
      #expect(try Self.error(SpecialFunctions.legendre(l, x), expected) < 1e-14, "\(l) \(x)")
    }
  }

  @Test("3j symbols: values of Racah's formula in rational arithmetic")
  func wigner() throws {
    let table: [([Int], Double)] = [
      ([0, 0, 0, 0, 0, 0], 1), ([1, 1, 0, 0, 0, 0], -0.5773502691896257),
      ([1, 1, 2, 1, -1, 0], 0.18257418583505536), ([2, 2, 2, 0, 0, 0], -0.23904572186687872),
      ([4, 4, 4, 0, 0, 0], 0.13409704688030227), ([6, 6, 6, 1, -4, 3], 0.06881842847817146),
      ([6, 6, 6, 0, 0, 0], -0.09305950021129075), ([4, 4, 4, 2, -1, -1], 0.1413506985480439),
      ([8, 8, 8, 3, 5, -8], -0.1074678263122828), ([10, 8, 6, -3, 2, 1], -0.07118447181362782),
      ([12, 12, 12, 0, 0, 0], 0.048470839373246845), ([2, 3, 4, 1, -3, 2], -0.14638501094227999),
      // Forbidden: triangle, sum of m, parity, |m| > l.
      ([1, 1, 6, 0, 0, 0], 0), ([2, 2, 2, 1, 1, 1], 0), ([1, 1, 1, 0, 0, 0], 0),
      ([1, 1, 2, 4, -4, 0], 0),
    ]
    for (a, expected) in table {
      let value = try SpecialFunctions.wigner3j(a[0], a[1], a[2], a[3], a[4], a[5])
      #expect(abs(value - expected) < 2e-14, "\(a)")
    }
  }

  @Test("3j symbols are orthogonal up to l = 12")
  func orthogonality() throws {
    for l3 in [0, 3, 8, 12] {
      for m3 in [0, l3] {
        var sum = 0.0
        for m1 in -8...8 where abs(m1 + m3) <= 6 {
          let value = try SpecialFunctions.wigner3j(8, 6, l3, m1, -m1 - m3, m3)
          sum += value * value * Double(2 * l3 + 1)
        }
        let expected = l3 >= 2 && l3 <= 14 ? 1.0 : 0.0
        #expect(abs(sum - expected) < 1e-13, "\(l3) \(m3)")
      }
    }
  }

  @Test("bad arguments are errors that name function and argument")
  func refused() {
    for bad in [Double.nan, .infinity, -.infinity] {
      #expect(throws: NumericalError.self) { _ = try SpecialFunctions.dawson(bad) }
      #expect(throws: NumericalError.self) { _ = try SpecialFunctions.erf(bad) }
      #expect(throws: NumericalError.self) { _ = try SpecialFunctions.gamma(bad) }
      #expect(throws: NumericalError.self) { _ = try SpecialFunctions.scaledBesselI(1, bad) }
      #expect(throws: NumericalError.self) { _ = try SpecialFunctions.legendre(2, bad) }
    }
    #expect(throws: NumericalError.self) { _ = try SpecialFunctions.gamma(0) }
    #expect(throws: NumericalError.self) { _ = try SpecialFunctions.gamma(200) }
    #expect(throws: NumericalError.self) { _ = try SpecialFunctions.legendre(-1, 0.5) }
    #expect(throws: NumericalError.self) { _ = try SpecialFunctions.wigner3j(-1, 1, 1, 0, 0, 0) }
    let error = #expect(throws: NumericalError.self) { _ = try SpecialFunctions.legendre(3, 1.5) }
    #expect(error?.description.hasPrefix("P_3 at 1.5 is nan: ") == true)
  }
}
