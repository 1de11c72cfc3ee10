internal import Foundation

/// Rows of float64 that wait on disk until their turn in an archive comes: a file beside the archive that
/// has no name once it is open, so that nothing of it can be left behind.
public final class SpooledRows {
  private let descriptor: Int32
  private let path: String
  private var buffer: [Double] = []
  /// How many numbers there are so far.
  public private(set) var count = 0

  private static let bufferSize = 1 << 15

  /// Opens a spool for an archive at `path`.
  ///
  /// Throws: `DataError` (`cannotCreate`) with the system's reason.
  public init(beside path: String) throws {
    self.path = path
    let name: String
    (name, descriptor) = try TemporaryFiles.create(beside: path, for: path)
    unlink(name)
    TemporaryFiles.forget(name)
  }

  deinit { close(descriptor) }

  /// Adds numbers.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, as "No space left on device".
  public func append(_ values: some Sequence<Double>) throws {
    buffer.append(contentsOf: values)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var done = 0
      while done < bytes.count {
        let written = write(descriptor, base + done, bytes.count - done)
        if written < 0 {
          if errno == EINTR { continue }
          throw DataError.system(.inputOutput, file: path, errno: errno)
        }
        done += written
      }
    }
    count += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Hands over all bytes, piece by piece.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, and what `body` throws.
  func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try flush()
    let size = 1 << 20
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { memory.deallocate() }
    var place = 0
    while place < 8 * count {
      let got = pread(descriptor, memory.baseAddress, size, place)
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw DataError.system(.inputOutput, file: path, errno: errno) }
      try body(UnsafeRawBufferPointer(rebasing: memory[..<got]))
      place += got
    }
  }
}

extension ZipWriter {
  /// Adds an array of float64 from a spool.
  func add(_ name: String, _ spool: SpooledRows, shape: [Int]) throws {
    let header = NumPyHeader(type: "<f8", shape: shape).encoded()
    try begin(name)
    try reserve(header.count)
    try spool.forEachPiece { try write($0) }
    precondition(spool.count == shape.reduce(1, *), "values must fill the shape")
    try end(replacingBeginning: header)
  }
}
