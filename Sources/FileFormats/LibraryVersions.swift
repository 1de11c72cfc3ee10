internal import CZip
internal import CZlib

/// The versions of the libraries behind the formats, as they were found at run time.
public enum FormatLibraries {
  /// libzip.
  public static var zip: String { String(cString: zip_libzip_version()) }
  /// zlib.
  public static var zlib: String { String(cString: zlibVersion()) }
}
