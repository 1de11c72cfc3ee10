/// Reference data kept in the repository, below `data/reference`; the README there says where each
/// file comes from.
public enum ReferenceData {
  /// The path of a file, as `path("anisoap/01_dimer_prolate_gto66.npz")`, found relative to this
  /// source file, so that the working directory does not matter.
  public static func path(_ name: String, sourceFile: String = #filePath) -> String {
    // .../Tests/TestSupport/ReferenceData.swift
    let root = sourceFile.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    return root.joined(separator: "/") + "/data/reference/" + name
  }
}
