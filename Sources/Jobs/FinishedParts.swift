internal import FileFormats
internal import Foundation
internal import Geometry

/// The finished parts of a set that is made with `resume`: files of so many frames each in a folder
/// beside the output, each of them whole or not there. When all are there they become the output.
///
/// Beside a part `0-128.xyz` stands `0-128.sum`: its SHA-256, and that of the settings that made it. A
/// part that its checksum does not fit is made anew.
final class FinishedParts {
  /// The frames of a part; what is lost by an interruption is less than one of them a run.
  static let size = 128

  private let output: String
  private let folder: String
  private let settings: String
  private let lock: FileLock
  /// How many parts were there and damaged.
  private(set) var damaged = 0

  private struct Part {
    let frames: Range<Int>
    let file: String
    let sum: String
  }

  /// The parts that belong to an output, made with settings of that text.
  ///
  /// Throws: `InvalidInput` for an output that is not extended XYZ in a file; `DataError` while another
  /// process makes it.
  init(of output: String, settings: String) throws {
    let plain = output.hasSuffix(".gz") ? String(output.dropLast(3)) : output
    guard plain.hasSuffix(".xyz") || plain.hasSuffix(".extxyz") else {
      throw InvalidInput(
        "output that can be resumed", value: "'\(output)'", expected: "a file .xyz or .xyz.gz")
    }
    self.output = output
    self.settings = SHA256.digest(of: settings)
    folder = output + ".parts"
    lock = try FileLock(output)
    try OutputFolder.make(folder)
  }

  /// Makes the parts that are missing or damaged, each by `make(its frames, its file)`, and joins all.
  ///
  /// `frame` makes one frame again: a part is only used when its last frame is as these settings
  /// and this version make it.
  ///
  /// Throws: `DataError` for parts that other settings made, and from files.
  func complete(
    _ range: Range<Int>, make: (Range<Int>, String) throws -> Void, frame: (Int) throws -> Frame
  ) throws {
    let parts = stride(from: range.lowerBound, to: range.upperBound, by: Self.size).map { first in
      let frames = first..<min(first + Self.size, range.upperBound)
      let name = "\(folder)/\(frames.lowerBound)-\(frames.upperBound)"
      return Part(frames: frames, file: name + ".xyz", sum: name + ".sum")
    }
    var sums: [String] = []
    for part in parts {
      if let sum = try known(part, frame) {
        sums.append(sum)
        continue
      }
      try make(part.frames, part.file)
      let (sum, _) = try SHA256.digest(ofFile: part.file)
      let file = try OutputFile(part.sum)
      try file.write("\(sum) \(settings)\n")
      try file.commit()
      sums.append(sum)
    }
    try join(parts, sums)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// The checksum of a part that is there and whole; nil for one that is to be made.
  private func known(_ part: Part, _ frame: (Int) throws -> Frame) throws -> String? {
    guard FileManager.default.fileExists(atPath: part.file) else { return nil }
    // A part without its checksum was interrupted between the two.
    guard let text = try? String(contentsOfFile: part.sum, encoding: .utf8) else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, words[0].count == 64, words[1].count == 64,
      try SHA256.digest(ofFile: part.file).checksum == words[0]
    else {
      damaged += 1
      return nil
    }
    guard words[1] == settings else { throw mismatch(part.file) }
    try check(part.file, frame(part.frames.upperBound - 1))
    return String(words[0])
  }

  /// The bytes of all parts after each other, checked once more on the way.
  private func join(_ parts: [Part], _ sums: [String]) throws {
    let joined = try OutputFile(output)
    for (part, sum) in zip(parts, sums) {
      let handle: FileHandle
      do { handle = try FileHandle(forReadingFrom: URL(filePath: part.file)) } catch {
        throw DataError(.noInput, file: part.file, message: "the finished part cannot be read")
      }
      defer { try? handle.close() }
      let check = SHA256()
      while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
        check.update(chunk)
        try joined.write([UInt8](chunk))
      }
      guard check.digest() == sum else {
        throw DataError(
          .badData, file: part.file, message: "the file changed meanwhile; give the command again")
      }
    }
    try joined.commit()
  }

  private func check(_ file: String, _ frame: Frame) throws {
    let again = "\(folder)/again.xyz"
    let writer = try FrameWriter.create(again)
    try writer.write(frame)
    try writer.commit()
    defer { try? FileManager.default.removeItem(atPath: again) }
    let reader = try FrameReader.open(file)
    var last: Frame?
    while let next = try reader.next() { last = next }
    guard last == (try FrameReader.open(again).next()) else { throw mismatch(file) }
  }

  private func mismatch(_ file: String) -> DataError {
    DataError(
      .badData, file: file,
      message: "made with other settings; remove \(folder), or give the same settings")
  }
}
