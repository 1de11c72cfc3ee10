internal import FileFormats
internal import Foundation
internal import Jobs
internal import Recipes

/// What a run made of one dataset, as far as it can be shown.
struct RunSet {
  /// Features of the frames.
  struct Features {
    /// What tells them from others of the set: `nu2`.
    let suffix: String
    let path: String
  }

  let name: String
  /// The frames.
  let frames: String
  /// How many there are.
  let count: Int
  /// Whether they have a cell.
  let isPeriodic: Bool
  /// The table of order parameters.
  let order: String?
  let features: [Features]

  /// Nil for a set without frames.
  ///
  /// Throws: `DataError` when the frames cannot be read.
  init?(_ dataset: Recipe.Dataset) throws {
    var (frames, order): (String?, String?) = (nil, nil)
    var features: [Features] = []
    for step in dataset.steps {
      frames = step.frames ?? frames
      if let job = step.job as? OrderJob, TableFormat(path: job.output) == .csv {
        order = job.output
      }
      if let job = step.job as? FeaturizeJob, job.rows == .frame {
        let file = job.output.split(separator: "/").last ?? ""
        let suffix = file.dropFirst(dataset.name.count + 1).dropLast(".npz".count)
        features.append(Features(suffix: String(suffix), path: job.output))
      }
    }
    guard let frames else { return nil }
    // A set of no frames is an empty file, which no reader takes.
    let size = (try? FileManager.default.attributesOfItem(atPath: frames))?[.size] as? Int
    guard size != 0 else { return nil }
    let reader = try FrameReader.open(frames)
    guard let first = try reader.next() else { return nil }
    while try reader.next() != nil {}
    (name, self.frames, count) = (dataset.name, frames, reader.frameIndex)
    isPeriodic = first.cell != nil
    self.order = order
    self.features = features
  }

  /// Sets of the same key can be drawn in one map.
  func mapKey(_ features: Features) throws -> String {
    let archive = try NumPyArchive(contentsOf: features.path)
    let text =
      archive.contains("hyperparameters") ? try archive["hyperparameters"].strings?.first : nil
    var settings = try FeatureSettings(description: text ?? "{}")
    settings.selectFrames = nil
    return "\(isPeriodic) \(features.suffix) " + (try settings.json)
  }
}
