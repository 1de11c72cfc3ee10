internal import CRandom
internal import COpenBLAS

extension LinearAlgebra {
  /// The version of OpenBLAS that was found at run time, with the kernels that it chose.
  public static var libraryVersion: String {
    let words = String(cString: openblas_get_config()).split(separator: " ")
    let number = words.dropFirst().first.map(String.init) ?? "unknown"
    return "\(number), kernels \(String(cString: openblas_get_corename()))"
  }
}

extension SpecialFunctions {
  /// The version of GSL that was found at run time.
  public static var libraryVersion: String { String(cString: mesogen_gsl_version()) }
}
