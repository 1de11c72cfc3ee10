internal import Foundation

/// A regular file that is read at any place, within its size.
final class RandomAccessFile {
  let path: String
  /// Bytes.
  let size: Int
  private let format: String
  private let descriptor: Int32

  /// Opens the file; `format` is named where it turns out to be damaged.
  ///
  /// Throws: `DataError` (`noInput`) when there is none, or it is no regular file.
  init(_ path: String, format: String) throws {
    (self.path, self.format) = (path, format)
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DataError.system(.noInput, file: path, errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw DataError(.noInput, file: path, message: "not a regular file")
    }
    size = Int(status.st_size)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The error for a file that contradicts itself.
  func damaged(_ what: String) -> DataError {
    DataError(.badData, file: path, message: "the \(format) file is damaged: \(what)")
  }

  /// So many bytes from there on; `what` they are stands in the error.
  ///
  /// Throws: `DataError` where they lie beyond the end, or cannot be read.
  func read(at offset: Int, _ count: Int, _ what: @autoclosure () -> String) throws -> [UInt8] {
    guard offset >= 0, count >= 0, count <= size, offset <= size - count else {
      throw damaged("\(what()) lies beyond the end of the file")
    }
    var done = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while done < count {
        let got = pread(descriptor, buffer.baseAddress! + done, count - done, offset + done)
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        done += got
      }
      initialized = done
    }
    guard done == count else {
      throw DataError.system(.inputOutput, file: path, errno: errno)
    }
    return bytes
  }
}
