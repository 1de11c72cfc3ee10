internal import FileFormats
internal import Foundation
internal import Geometry
internal import Mathematics

/// The finished parts of a file of features that is made with `--resume`: the rows of so many frames each, in
/// a folder beside the output. When all are there they become the output, whatever its format.
///
/// Beside a part `3.rows` stands `3.sum`: its SHA-256, and that of the settings and the input that made it. A
/// part that its checksum does not fit is made anew.
final class FeatureParts {
  /// The frames of a part: what is lost by an interruption is less than one of them.
  static let size = 128

  private let folder: String
  private let settings: String
  private let columns: Int
  private let names: [String]
  private let lock: FileLock
  private var states: [Int: Bool] = [:]
  private var current: (part: Int, file: OutputFile)?
  /// How many parts were there and damaged.
  private(set) var damaged = 0
  /// How many parts were there and whole.
  private(set) var kept = 0

  /// The parts that belong to an output, with rows of so many columns and samples of these labels, made by
  /// settings of that text of an input.
  ///
  /// Throws: `InvalidInput` for an output or input that is no file; `DataError` while another process makes
  /// it.
  init(
    of output: String, input: String, settings: String, columns: Int, names: [String]
  ) throws {
    guard output != "-", input != "-" else {
      throw InvalidInput(
        "resume", value: "with standard input or output", expected: "files for input and output")
    }
    self.settings = SHA256.digest(
      of: settings + " " + (try SHA256.digest(ofFile: input).checksum))
    (self.columns, self.names) = (columns, names)
    folder = output + ".parts"
    lock = try FileLock(output)
    try OutputFolder.make(folder)
  }

  private func file(_ part: Int, _ ending: String) -> String { "\(folder)/\(part).\(ending)" }

  /// Whether a part is there and whole.
  ///
  /// Throws: `DataError` for a part that other settings, or another input, made.
  func isFinished(_ part: Int) throws -> Bool {
    if let known = states[part] { return known }
    let state = try look(part)
    if state { kept += 1 }
    states[part] = state
    return state
  }

  private func look(_ part: Int) throws -> Bool {
    // A part without its checksum was interrupted between the two.
    guard FilePath.exists(file(part, "rows")),
      let text = try? String(contentsOfFile: file(part, "sum"), encoding: .utf8)
    else { return false }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, words.allSatisfy({ $0.count == 64 }),
      try SHA256.digest(ofFile: file(part, "rows")).checksum == words[0]
    else {
      damaged += 1
      return false
    }
    guard words[1] == settings else {
      throw DataError(
        .badData, file: file(part, "rows"),
        message: "made with other settings or of another input; remove \(folder), or give the same")
    }
    return true
  }

  /// Keeps the rows of the frame `frame`, the `place`-th that is wanted.
  ///
  /// Throws: `DataError` when writing fails.
  func add(_ rows: FeatureRows, frame: Int, place: Int) throws {
    let part = place / Self.size
    if current?.part != part {
      try finishPart()
      current = (part, try OutputFile(file(part, "rows")))
    }
    let labels = rows.samples.map { samples in names.flatMap { samples.column($0) ?? [] } } ?? []
    let head = [frame, rows.count] + labels
    try head.map(Int64.init).withUnsafeBytes { try current?.file.write($0) }
    try rows.values.withUnsafeBytes { try current?.file.write($0) }
  }

  /// Finishes the part under way.
  ///
  /// Throws: `DataError` when writing fails.
  func finishPart() throws {
    guard let (part, rows) = current else { return }
    try rows.commit()
    current = nil
    let sum = try OutputFile(file(part, "sum"))
    try sum.write("\(try SHA256.digest(ofFile: file(part, "rows")).checksum) \(settings)\n")
    try sum.commit()
  }

  /// Hands over the rows of a finished part, frame by frame.
  ///
  /// Throws: `DataError` when reading fails.
  func read(_ part: Int, _ body: (Int, FeatureRows) throws -> Void) throws {
    let path = file(part, "rows")
    guard let stream = InputStream(fileAtPath: path) else {
      throw DataError(.noInput, file: path, message: "the finished part cannot be read")
    }
    stream.open()
    defer { stream.close() }
    while let head: [Int64] = try Self.numbers(stream, 2, path) {
      let (frame, count) = (Int(head[0]), Int(head[1]))
      let labels: [Int64] = try Self.numbers(stream, names.count * count, path) ?? []
      let values: [Double] = try Self.numbers(stream, columns * count, path) ?? []
      let samples = IndexTable(
        names: names,
        rows: (0..<count).map { row in
          names.indices.map { Int(labels[$0 * count + row]) }
        })
      try body(
        frame,
        FeatureRows(values: values, count: count, samples: names.isEmpty ? nil : samples))
    }
  }

  /// So many numbers; nil at the end of the file.
  private static func numbers<Number>(
    _ stream: InputStream, _ count: Int, _ path: String
  ) throws -> [Number]? where Number: BitwiseCopyable {
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 8 * count)
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        stream.read(
          $0.baseAddress!.assumingMemoryBound(to: UInt8.self) + done, maxLength: $0.count - done)
      }
      if got == 0, done == 0 { return nil }
      guard got > 0 else {
        throw DataError(.badData, file: path, message: "the file changed; give the command again")
      }
      done += got
    }
    return bytes.withUnsafeBytes { Array($0.bindMemory(to: Number.self)) }
  }

  /// Removes all parts.
  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
