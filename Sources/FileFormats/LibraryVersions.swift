internal import CHDF5
internal import CZip
internal import CZlib

/// The versions of the libraries behind the formats, as they were found at run time.
public enum FormatLibraries {
  /// libzip.
  public static var zip: String { String(cString: zip_libzip_version()) }
  /// The HDF5 library.
  public static var hdf5: String {
    var version: [UInt32] = [0, 0, 0]
    return mesogen_h5_version(&version) == 0
      ? version.map(String.init).joined(separator: ".") : "unknown"
  }
  /// zlib.
  public static var zlib: String { String(cString: zlibVersion()) }
}
