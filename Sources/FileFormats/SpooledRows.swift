internal import Foundation

/// Bytes that wait on disk until their turn in an output comes: a file beside the output that has no name
/// once it is open, so that nothing of it can be left behind. What stands at the end of a file may so grow
/// with the number of frames, and memory does not.
public final class ByteSpool {
  private let path: String
  /// Opened when the buffer is full for the first time.
  private var descriptor: Int32 = -1
  private var buffer: [UInt8] = []
  private var flushed = 0
  private let bufferSize: Int

  /// How many bytes there are so far.
  public var count: Int { flushed + buffer.count }

  /// For an output at `path`; up to `bufferSize` bytes stay in memory.
  public init(beside path: String, bufferSize: Int = 1 << 16) {
    self.path = path
    self.bufferSize = bufferSize
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Adds bytes.
  ///
  /// Throws: `DataError`: `cannotCreate`, or `inputOutput` with the system's reason, as "No space left on
  /// device".
  public func append(_ bytes: some Sequence<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= bufferSize { try flush() }
  }

  /// Adds numbers, as they stand in memory.
  ///
  /// Throws: `DataError` as for bytes.
  public func append<Value: BitwiseCopyable>(values: [Value]) throws {
    try values.withUnsafeBytes { try append($0) }
  }

  /// Adds text.
  ///
  /// Throws: `DataError` as for bytes.
  public func append(_ text: String) throws { try append(text.utf8) }

  private func flush() throws {
    if descriptor < 0 {
      let name: String
      (name, descriptor) = try TemporaryFiles.create(beside: path, for: path)
      unlink(name)
      TemporaryFiles.forget(name)
    }
    try buffer.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let written = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if written < 0 {
          if errno == EINTR { continue }
          throw DataError.system(.inputOutput, file: path, errno: errno)
        }
        done += written
      }
    }
    flushed += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// Hands over all bytes, piece by piece.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, and what `body` throws.
  public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let size = 1 << 20
    if flushed > 0 {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
      defer { memory.deallocate() }
      var place = 0
      while place < flushed {
        let got = pread(descriptor, memory.baseAddress, min(size, flushed - place), place)
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { throw DataError.system(.inputOutput, file: path, errno: errno) }
        try body(UnsafeRawBufferPointer(rebasing: memory[..<got]))
        place += got
      }
    }
    if !buffer.isEmpty { try buffer.withUnsafeBytes(body) }
  }
}

/// Rows of float64 that wait on disk until their turn in an archive comes.
public final class SpooledRows {
  private let spool: ByteSpool
  /// How many numbers there are so far.
  public private(set) var count = 0

  /// Opens a spool for an archive at `path`.
  public init(beside path: String) { spool = ByteSpool(beside: path, bufferSize: 1 << 18) }

  /// Adds numbers.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, as "No space left on device".
  public func append(_ values: some Sequence<Double>) throws {
    let values = Array(values)
    count += values.count
    try spool.append(values: values)
  }

  /// Hands over all bytes, piece by piece.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, and what `body` throws.
  func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try spool.forEachPiece(body)
  }
}

extension ZipWriter {
  /// Adds an array of float64 from a spool.
  func add(_ name: String, _ spool: SpooledRows, shape: [Int]) throws {
    precondition(spool.count == shape.reduce(1, *), "values must fill the shape")
    try add(name, type: "<f8", shape: shape) { try spool.forEachPiece($0) }
  }

  /// Adds an array of int64 from a spool.
  func add(_ name: String, integers spool: ByteSpool, shape: [Int]) throws {
    precondition(spool.count == 8 * shape.reduce(1, *), "values must fill the shape")
    try add(name, type: "<i8", shape: shape) { try spool.forEachPiece($0) }
  }

  private func add(
    _ name: String, type: String, shape: [Int],
    _ pieces: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let header = NumPyHeader(type: type, shape: shape).encoded()
    try begin(name)
    try reserve(header.count)
    try pieces { try write($0) }
    try end(replacingBeginning: header)
  }
}
