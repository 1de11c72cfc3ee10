internal import FileFormats
internal import Foundation

/// Files and folders of a recipe.
enum RecipeFile {
  /// Throws: `DataError` (`noInput`) when the file cannot be read as text.
  static func text(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DataError(.noInput, file: path, message: "no such file, or it cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw DataError(.badData, file: path, message: "not a text in UTF-8")
    }
    return text
  }

  /// `name` in the folder of `file`, unless it is absolute.
  static func path(_ name: String, besides file: String) -> String {
    guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
    return file[...slash] + name
  }
}
