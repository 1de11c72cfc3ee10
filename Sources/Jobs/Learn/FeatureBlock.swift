internal import FileFormats
internal import Geometry
internal import Mathematics

/// Features beside others: `FILE.npz`, `FILE.npz:ARRAY`, and behind another colon the weights to try.
struct FeatureBlock {
  /// The archive, perhaps with an array.
  let features: String
  /// The weights to try.
  let weights: [Double]

  /// Throws: `InvalidInput` for weights that are not positive.
  init(parsing text: String, option: String = "with-features") throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let numbers = parts.last.map { last in
      last.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    }
    guard parts.count > 1, let numbers, numbers.contains(where: { $0 != nil }) else {
      (features, weights) = (text, [1])
      return
    }
    let weights = numbers.compactMap { $0 }
    guard weights.count == numbers.count, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw InvalidInput(
        option, value: "'\(text)'",
        expected: "FILE.npz, FILE.npz:WEIGHT, or several positive weights with commas")
    }
    (features, self.weights) = (parts.dropLast().joined(separator: ":"), weights)
  }

  /// All combinations of one weight for each block, the last one changing fastest; the first block, which
  /// has none to choose, has weight 1.
  ///
  /// Throws: `InvalidInput` for more than 1,000.
  static func combinations(_ blocks: [FeatureBlock]) throws -> [[Double]] {
    var all: [[Double]] = [[1]]
    for block in blocks {
      guard all.count * block.weights.count <= 1000 else {
        throw InvalidInput(
          "weights of features", value: "more than 1000 combinations", expected: "fewer")
      }
      all = all.flatMap { head in block.weights.map { head + [$0] } }
    }
    return all
  }
}

/// Which samples belong together: equal values of a label, column of a table or array.
enum SampleGroups {
  /// A number for each sample of the features, the same for samples of one group.
  ///
  /// Throws: `DataError` for a file that cannot be read or has no such key.
  static func read(_ path: String, key: String, for features: FeatureTable) throws -> [Int] {
    let words = try Self.words(path, key)
    var numbers: [String: Int] = [:]
    let groups = words.map { word -> Int in
      if let number = numbers[word] { return number }
      numbers[word] = numbers.count
      return numbers.count - 1
    }
    guard let frames = features.frames else {
      guard groups.count == features.values.rows else {
        throw DataError(
          .badData, file: path,
          message: "\(groups.count) values of '\(key)' for \(features.values.rows) samples of "
            + features.name)
      }
      return groups
    }
    return try frames.map { frame in
      guard groups.indices.contains(frame) else {
        throw DataError(
          .badData, file: path,
          message: "there is no frame \(frame), which \(features.name) has features of")
      }
      return groups[frame]
    }
  }

  private static func words(_ path: String, _ key: String) throws -> [String] {
    guard TableFormat(path: path) == nil else {
      // Groups of tables are numbers.
      return try TargetTable(contentsOf: path, keys: [key]).values.elements.map { "\($0)" }
    }
    let reader = try FrameReader.open(path)
    var words: [String] = []
    while let frame = try reader.next() {
      try StopRequest.check()
      guard let label = frame.labels[key] else {
        throw DataError(
          .badData, file: path, frame: words.count,
          message: "there is no label '\(key)' to group by; the frame has "
            + frame.labels.names.joined(separator: ", "))
      }
      words.append("\(label)")
    }
    return words
  }
}
