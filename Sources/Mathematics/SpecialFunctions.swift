internal import CGSL

/// Special functions through GSL. Its error handler, which would abort the program, is switched off
/// once; a status other than success, and an argument or value that is not finite, becomes a
/// `NumericalError` with the argument. A value too small for a double is 0.
public enum SpecialFunctions {
  private static let handlerIsOff: Bool = {
    gsl_set_error_handler_off()
    return true
  }()

  /// Switches GSL's aborting error handler off; needed once before any call of GSL.
  static func prepare() { _ = handlerIsOff }

  /// Dawson's integral D(x) = exp(-x^2) int_0^x exp(t^2) dt.
  public static func dawson(_ x: Double) throws -> Double {
    try evaluate("Dawson's integral", x) { gsl_sf_dawson_e(x, &$0) }
  }

  /// The error function.
  public static func erf(_ x: Double) throws -> Double {
    try evaluate("erf", x) { gsl_sf_erf_e(x, &$0) }
  }

  /// Gamma(x).
  public static func gamma(_ x: Double) throws -> Double {
    try evaluate("Gamma", x) { gsl_sf_gamma_e(x, &$0) }
  }

  /// I_n(x) exp(-|x|), the scaled modified Bessel function of the first kind.
  public static func scaledBesselI(_ n: Int, _ x: Double) throws -> Double {
    try evaluate("I_\(n)", x) { gsl_sf_bessel_In_scaled_e(Int32(n), x, &$0) }
  }

  /// The Legendre polynomial P_l(x), -1 <= x <= 1.
  public static func legendre(_ l: Int, _ x: Double) throws -> Double {
    try evaluate("P_\(l)", x) { gsl_sf_legendre_Pl_e(Int32(l), x, &$0) }
  }

  /// Wigner's 3j symbol for integer arguments; 0 where a selection rule forbids it. Off by less than
  /// 2e-14 up to l = 12, 1e-12 up to 24, 1e-9 up to 40.
  public static func wigner3j(
    _ l1: Int, _ l2: Int, _ l3: Int, _ m1: Int, _ m2: Int, _ m3: Int
  ) throws -> Double {
    try evaluate("3j(\(l1) \(l2) \(l3); \(m1) \(m2) \(m3))", 0) {
      gsl_sf_coupling_3j_e(
        Int32(2 * l1), Int32(2 * l2), Int32(2 * l3), Int32(2 * m1), Int32(2 * m2), Int32(2 * m3),
        &$0)
    }
  }

  private static func evaluate(
    _ name: String, _ x: Double, _ body: (inout gsl_sf_result) -> Int32
  ) throws -> Double {
    prepare()
    // For some of these GSL reports success, for NaN even an underflow.
    guard x.isFinite else { throw NumericalError("\(name) at \(x): the argument is not finite") }
    var result = gsl_sf_result()
    let status = body(&result)
    if status == Int32(GSL_EUNDRFLW) { return 0 }
    guard status == Int32(GSL_SUCCESS), result.val.isFinite else {
      let reason = String(cString: gsl_strerror(status))
      throw NumericalError("\(name) at \(x) is \(result.val): \(reason)")
    }
    return result.val
  }
}
