internal import FileFormats
internal import Foundation
internal import Geometry

/// The finished parts of a set that is made with `resume`: files of so many frames each in a folder
/// beside the output, each of them whole or not there. When all are there they become the output.
struct FinishedParts {
  /// The frames of a part; what is lost by an interruption is less than one of them a run.
  static let size = 128

  private let output: String
  private let folder: String

  /// The parts that belong to an output.
  ///
  /// Throws: `InvalidInput` for an output that is not extended XYZ in a file.
  init(of output: String) throws {
    let plain = output.hasSuffix(".gz") ? String(output.dropLast(3)) : output
    guard plain.hasSuffix(".xyz") || plain.hasSuffix(".extxyz") else {
      throw InvalidInput(
        "output that can be resumed", value: "'\(output)'", expected: "a file .xyz or .xyz.gz")
    }
    self.output = output
    folder = output + ".parts"
    try OutputFolder.make(folder)
  }

  /// Makes the parts that are missing, each by `make(its frames, its file)`, and joins all.
  ///
  /// `frame` makes one frame again: a part is only used when its last frame is as these settings
  /// make it.
  ///
  /// Throws: `DataError` for parts that other settings made, and from files.
  func complete(
    _ range: Range<Int>, make: (Range<Int>, String) throws -> Void, frame: (Int) throws -> Frame
  ) throws {
    let parts = stride(from: range.lowerBound, to: range.upperBound, by: Self.size).map { first in
      let frames = first..<min(first + Self.size, range.upperBound)
      return (frames, "\(folder)/\(frames.lowerBound)-\(frames.upperBound).xyz")
    }
    for (frames, file) in parts {
      if FileManager.default.fileExists(atPath: file) {
        try check(file, frame(frames.upperBound - 1))
      } else {
        try make(frames, file)
      }
    }
    let writer = try FrameWriter.create(output)
    for (frames, file) in parts {
      let reader = try FrameReader.open(file)
      var count = 0
      while let frame = try reader.next() {
        try writer.write(frame)
        count += 1
      }
      guard count == frames.count else { throw mismatch(file) }
    }
    try writer.commit()
    try? FileManager.default.removeItem(atPath: folder)
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
