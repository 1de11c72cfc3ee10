/// The version of the suite, as stored in every output that can hold one.
public enum Version {
  /// By semantic versioning.
  public static let current = "0.1.0"
}
