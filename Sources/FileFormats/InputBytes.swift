internal import Foundation

/// Files that are read as a whole.
enum InputBytes {
  /// All bytes of a file.
  ///
  /// Throws: `DataError` with the system's reason.
  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DataError.system(.noInput, file: path, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      throw DataError.system(.noInput, file: path, errno: EISDIR)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    while true {
      var got = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, count in
        got = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
        count = max(0, got)
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw DataError.system(.inputOutput, file: path, errno: errno)
      }
      if got == 0 { return bytes }
      bytes += chunk
    }
  }
}
