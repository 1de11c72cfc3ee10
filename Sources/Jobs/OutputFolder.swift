internal import FileFormats
internal import Foundation

/// Folders for outputs.
public enum OutputFolder {
  /// Makes a folder and those above it.
  ///
  /// Throws: `DataError` (`cannotCreate`).
  public static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw DataError(.cannotCreate, file: path, message: "the folder cannot be created")
    }
  }
}
