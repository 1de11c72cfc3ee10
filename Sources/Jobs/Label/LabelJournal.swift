internal import FileFormats
internal import Foundation
internal import Geometry

/// The answers of workers as they come, in a file beside the output: what was labelled once is not
/// labelled again when a run ended early. The last answer may be cut off; it is not used then.
///
/// The file begins with a line that says by what command the answers were made. An answer is a line
/// `answer INDEX QUESTION ANSWER BYTES`, with the SHA-256 of the frame as it was sent and of the answer,
/// and so many bytes of text. An answer that its checksum does not fit is not used.
final class LabelJournal {
  let path: String
  private let descriptor: Int32
  private var places: [Int: (checksum: String, offset: Int, count: Int)] = [:]
  private var end = 0
  private let lock: FileLock
  private var lastSynchronized = ContinuousClock.now

  /// How many answers it has.
  var count: Int { places.count }

  /// Opens it or begins one.
  ///
  /// Throws: `DataError` for one that another command made, one that was left by a run that ended early
  /// unless `resume`, while another process works on the output, and from the file.
  init(of output: String, heading: String, resume: Bool) throws {
    lock = try FileLock(output)
    path = output + ".labels"
    let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
    // A run that ended before the first answer has left nothing to go on from.
    let exists = Self.hasAnswers(bytes)
    if exists, !resume {
      throw DataError(
        .badData, file: path,
        message: "answers of a run that ended early are here; use them with --resume, or remove "
          + "the file")
    }
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw DataError(.cannotCreate, file: path, message: String(cString: strerror(errno)))
    }
    let line = "mesogen label \(heading)\n"
    if !exists {
      ftruncate(descriptor, 0)
      try append(Array(line.utf8))
    } else {
      guard bytes.starts(with: Array(line.utf8)) else {
        throw DataError(
          .badData, file: path,
          message: "made by another command; expected '\(line.dropLast())': remove the file, or "
            + "give the same command")
      }
      end = line.utf8.count
      read(bytes)
      // A line that was cut off goes.
      ftruncate(descriptor, off_t(end))
    }
  }

  deinit { close(descriptor) }

  /// Whether there is more than a first line that says how answers are made.
  private static func hasAnswers(_ bytes: [UInt8]) -> Bool {
    guard let newline = bytes.firstIndex(of: 0x0A) else { return false }
    return newline + 1 < bytes.count
  }

  private func read(_ bytes: [UInt8]) {
    while let newline = bytes[end...].firstIndex(of: 0x0A) {
      let words = String(decoding: bytes[end..<newline], as: UTF8.self).split(separator: " ")
      guard words.count == 5, words[0] == "answer", let index = Int(words[1]),
        let count = Int(words[4]), 0...bytes.count - newline - 1 ~= count
      else { return }
      let first = newline + 1
      end = first + count
      if SHA256.digest(of: Data(bytes[first..<end])) == words[3] {
        places[index] = (String(words[2]), first, count)
      }
    }
  }

  /// The answer to a frame; nil where there is none, or one to another frame.
  func answer(to index: Int, checksum: String) throws -> [UInt8]? {
    guard let place = places[index], place.checksum == checksum else { return nil }
    var bytes = [UInt8](repeating: 0, count: place.count)
    var done = 0
    while done < place.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, place.count - done, off_t(place.offset + done))
      }
      guard count > 0 else {
        throw DataError(.inputOutput, file: path, message: String(cString: strerror(errno)))
      }
      done += count
    }
    return bytes
  }

  /// Adds an answer.
  func add(_ answer: [UInt8], to index: Int, checksum: String) throws {
    let own = SHA256.digest(of: Data(answer))
    let line = "answer \(index) \(checksum) \(own) \(answer.count)\n"
    places[index] = (checksum, end + line.utf8.count, answer.count)
    try append(Array(line.utf8) + answer)
  }

  private func append(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + done, bytes.count - done, off_t(end + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw DataError(.inputOutput, file: path, message: String(cString: strerror(errno)))
      }
      done += count
    }
    end += bytes.count
    // An answer may have cost much or nothing: once a second is soon enough for both.
    if lastSynchronized.duration(to: .now) > .seconds(1) {
      fsync(descriptor)
      lastSynchronized = .now
    }
  }

  /// All has become the output.
  func remove() { unlink(path) }
}
