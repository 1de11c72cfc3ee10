internal import FileFormats
internal import Foundation
internal import Geometry
internal import Learning
internal import Mathematics

/// Principal components of features, for a map of frames or of particles: centred, not scaled, with the
/// signs of `PrincipalComponents`.
public struct FeatureMap: Equatable, Sendable {
  /// The archive, as `featurize` writes it; `FILE.npz:ARRAY` names another matrix in it.
  public let features: String
  /// How many components.
  public let count: Int

  /// How many components there are where it is not said.
  public static let defaultCount = 2

  /// Throws: `InvalidInput` when the count is not positive.
  public init(features: String, count: Int) throws {
    guard count >= 1 else {
      throw InvalidInput(
        "number of principal components", value: "\(count)", expected: "1 or more")
    }
    self.features = features
    self.count = count
  }

  /// The components of the rows that belong to these frames of a file, in their order: a row a frame,
  /// or a row a particle where the archive has particles. They are fitted to these rows.
  ///
  /// Throws: `DataError` when frames and rows do not belong together, or there are fewer rows or
  /// columns than components.
  func components(
    of table: FeatureTable, frames: [(frame: Int, particles: Int)], in file: String,
    isSelection: Bool
  ) throws -> (values: Matrix, percent: String) {
    let rows = try rows(of: table, frames, in: file, isSelection)
    let x = rows == Array(0..<table.values.rows) ? table.values : table.values.selecting(rows: rows)
    guard x.elements.allSatisfy(\.isFinite) else {
      throw DataError(.badData, file: features, message: "features that are not finite numbers")
    }
    do {
      let components = try PrincipalComponents(x, count: count)
      let share = (1000 * components.varianceRatios.reduce(0, +)).rounded() / 10
      return (try components.transform(x), "\(share)")
    } catch let error as InvalidData {
      throw DataError(.badData, file: features, message: error.description)
    }
  }

  /// The cutoff radius of the features, where the archive says it.
  static func cutoff(of table: FeatureTable) -> Double? {
    guard let text = table.hyperparameters,
      let cutoff = try? FeatureSettings(description: text).cutoff, cutoff > 0, cutoff.isFinite
    else { return nil }
    return cutoff
  }

  private func rows(
    of table: FeatureTable, _ frames: [(frame: Int, particles: Int)], in file: String,
    _ isSelection: Bool
  ) throws -> [Int] {
    func mismatch(_ message: String, frame: Int? = nil) -> DataError {
      DataError(.badData, file: features, frame: frame, message: message)
    }
    guard let labels = table.frames else {
      guard table.values.rows == frames.count else {
        throw mismatch(
          "\(table.values.rows) rows of features; expected \(frames.count), one a frame of \(file)")
      }
      return Array(frames.indices)
    }
    let places = Dictionary(grouping: labels.indices, by: { labels[$0] })
    if !isSelection, places.count != frames.count {
      throw mismatch("features of \(places.count) frames; \(file) has \(frames.count)")
    }
    return try frames.flatMap { frame, particles in
      let rows = places[frame] ?? []
      let expected = table.particles == nil ? 1 : particles
      guard rows.count == expected else {
        throw mismatch(
          "\(rows.count) rows of features; expected \(expected), one a "
            + (table.particles == nil ? "frame" : "particle of \(file)"), frame: frame)
      }
      guard let labels = table.particles else { return rows }
      let sorted = rows.sorted { labels[$0] < labels[$1] }
      guard sorted.map({ labels[$0] }) == Array(0..<particles) else {
        throw mismatch("the rows are not those of particles 0 to \(particles - 1)", frame: frame)
      }
      return sorted
    }
  }
}
