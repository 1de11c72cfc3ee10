internal import CVersion

/// The version of the suite, as stored in every output that can hold one.
public enum Version {
  /// By semantic versioning.
  public static let current = "0.1.0"

  /// With the commit that the program was built from, and whether files differed from it: what a
  /// manifest stores. The commit is missing where the program was not built by `make`.
  public static let full: String = {
    let commit = String(cString: mesogen_commit())
    return commit.isEmpty ? current : "\(current) (\(commit))"
  }()
}
