internal import FileFormats
internal import Foundation
internal import Jobs

/// What a step of a shard has made, kept beside the outputs: later steps may replace these (labels are added
/// to the frames of a dataset), and joining takes the files of every step as it left them.
struct ShardParts {
  private let folder: String
  private let prefix: String

  /// Of the step `place` of a dataset, in the folder of the shard.
  init(folder: String, _ dataset: String, _ place: Int) {
    self.folder = folder
    prefix = "\(folder)/parts/\(dataset).\(place)."
  }

  /// Where a file is kept.
  func path(of file: String) -> String {
    prefix + (file.split(separator: "/").last.map(String.init) ?? file)
  }

  /// Whether the file is kept with that checksum.
  func has(_ file: String, sum: String) -> Bool {
    (try? SHA256.digest(ofFile: path(of: file)).checksum) == sum
  }

  /// Keeps the files of a step: by a second name, which costs nothing, or as a copy.
  ///
  /// Throws: `DataError`.
  func keep(_ report: JobReport) throws {
    try OutputFolder.make("\(folder)/parts")
    for file in report.all.compactMap(\.output) {
      let kept = path(of: file)
      unlink(kept)
      guard link(file, kept) != 0 else { continue }
      do { try FileManager.default.copyItem(atPath: file, toPath: kept) } catch {
        throw DataError(.cannotCreate, file: kept, message: "\(file) cannot be copied")
      }
    }
  }
}
