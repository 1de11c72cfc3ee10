internal import CVersion

/// The version of the suite, as stored in every output that can hold one.
public enum Version {
  /// By semantic versioning.
  public static let current = "0.1.0"

  /// The Swift toolchain that the program was built with: its full version where `make` built it.
  public static let swift: String = {
    let told = String(cString: mesogen_swift())
    if !told.isEmpty { return told }
    #if compiler(>=6.4)
      return "6.4 or later"
    #else
      return "6.3"
    #endif
  }()

  /// The commit that the program was built from, with `+changes` where files differed from it; nil where
  /// it was not built by `make`.
  public static let commit: String? = {
    let commit = String(cString: mesogen_commit())
    return commit.isEmpty ? nil : commit
  }()

  /// With the commit that the program was built from, and whether files differed from it: what a
  /// manifest stores. The commit is missing where the program was not built by `make`.
  public static let full: String = {
    let commit = String(cString: mesogen_commit())
    return commit.isEmpty ? current : "\(current) (\(commit))"
  }()
}
