internal import CZlib
internal import Foundation

/// Reads a file line by line, as bytes, in large chunks. `-` is standard input; what is compressed
/// with gzip is unpacked, whatever its name. Lines may end with LF or CR LF. Lines of more than
/// `InputLimits.line` bytes and data that unpack to far more than they are packed in are refused.
final class LineReader {
  let path: String
  /// The number of the line read last, from 1.
  private(set) var lineNumber = 0

  /// nil for bytes that are in memory.
  private let file: gzFile?
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var reachedEnd = false
  /// Bytes so far.
  private var unpacked = 0

  /// Throws: `DataError` (`noInput`).
  init(_ path: String) throws {
    self.path = path
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DataError.system(.noInput, file: path, errno: errno) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw DataError.system(.noInput, file: path, errno: EISDIR)
    }
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw DataError.system(.noInput, file: path, errno: ENOMEM)
    }
    self.file = file
    gzbuffer(file, 1 << 17)
    buffer = .allocate(byteCount: 1 << 19, alignment: 16)
  }

  /// Lines of text that is in memory; errors call it by `name`.
  init(bytes: [UInt8], name: String) {
    path = name
    file = nil
    buffer = .allocate(byteCount: max(1, bytes.count), alignment: 16)
    buffer.copyBytes(from: bytes)
    end = bytes.count
    reachedEnd = true
  }

  deinit {
    if let file { gzclose(file) }
    buffer.deallocate()
  }

  /// The next line without its end, valid until the next call; nil at the end of the file.
  ///
  /// Throws: `DataError` when reading or unpacking fails.
  func next() throws -> UnsafeRawBufferPointer? {
    var searched = start
    while true {
      if searched < end,
        let hit = memchr(buffer.baseAddress! + searched, 0x0A, end - searched)
      {
        let lineEnd = UnsafeRawPointer(hit) - UnsafeRawPointer(buffer.baseAddress!)
        defer { start = lineEnd + 1 }
        return line(from: start, to: lineEnd)
      }
      if reachedEnd {
        guard start < end else { return nil }
        defer { start = end }
        return line(from: start, to: end)
      }
      let pending = end - start
      try refill()
      searched = start + pending
    }
  }

  /// The next line with anything but blanks, valid until the next call; nil at the end of the file.
  ///
  /// Throws: `DataError` as `next`, and for more blank lines after each other than
  /// `InputLimits.blankLines`.
  func nextWithText() throws -> UnsafeRawBufferPointer? {
    for _ in 0...InputLimits.blankLines {
      guard let line = try next() else { return nil }
      if !line.allSatisfy(DecimalParser.isBlank) { return line }
    }
    throw DataError(
      .badData, file: path, line: lineNumber,
      message: "more than \(InputLimits.blankLines) blank lines follow each other")
  }

  private func line(from first: Int, to last: Int) -> UnsafeRawBufferPointer {
    lineNumber += 1
    var (first, last) = (first, last)
    if last > first, buffer[last - 1] == 0x0D { last -= 1 }
    // A byte order mark, as Windows programs write it.
    if lineNumber == 1, last - first >= 3, buffer[first] == 0xEF, buffer[first + 1] == 0xBB,
      buffer[first + 2] == 0xBF
    {
      first += 3
    }
    return UnsafeRawBufferPointer(rebasing: buffer[first..<last])
  }

  /// Moves the line begun to the front, doubles the buffer if that fills it, and reads on.
  private func refill() throws {
    let pending = end - start
    guard pending <= InputLimits.line else {
      throw DataError(
        .badData, file: path, line: lineNumber + 1,
        message: "the line has more than \(InputLimits.line) bytes")
    }
    if pending > buffer.count / 2 {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 2 * buffer.count, alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      buffer.deallocate()
      buffer = larger
    } else if pending > 0 && start > 0 {
      memmove(buffer.baseAddress!, buffer.baseAddress! + start, pending)
    }
    (start, end) = (0, pending)
    let got = gzread(file, buffer.baseAddress! + end, UInt32(min(buffer.count - end, 1 << 30)))
    if got < 0 { throw failure() }
    if got == 0 {
      // A gzip stream that stops early shows only now.
      var code: Int32 = 0
      gzerror(file, &code)
      if code != Z_OK && code != Z_STREAM_END { throw failure() }
      reachedEnd = true
    }
    end += Int(got)
    unpacked += Int(got)
    if unpacked > InputLimits.unpacked, gzdirect(file) == 0,
      let problem = InputLimits.problem(unpacked: unpacked, from: Int(gzoffset(file)))
    {
      throw DataError(.badData, file: path, line: lineNumber + 1, message: problem)
    }
  }

  private func failure() -> DataError {
    var code: Int32 = 0
    let text = gzerror(file, &code).map { String(cString: $0) } ?? ""
    if code == Z_ERRNO { return DataError.system(.inputOutput, file: path, errno: errno) }
    return DataError(
      .badData, file: path, line: lineNumber + 1,
      message: "the gzip data cannot be unpacked (\(text))")
  }
}
