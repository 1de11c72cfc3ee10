internal import Foundation

/// An output that appears whole or not at all.
///
/// The bytes go to a temporary file beside the target, which `commit()` renames; without it (an
/// error, an early end) the temporary file disappears and an older target stays as it was. The new file
/// has the permissions of the one that it replaces; links are followed. `-` is standard output; a name
/// that ends in `.gz` is compressed; devices and pipes are written to directly.
public final class OutputFile {
  /// The path as it was given.
  public let path: String
  /// The file that will appear: the path with symbolic links followed.
  private let target: String
  /// The file that is written to meanwhile; nil where it is the target itself.
  private let temporary: String?
  private let descriptor: Int32
  private var compressor: GzipCompressor?
  private var buffer: [UInt8] = []
  private var isOpen = true
  /// How many bytes have been given so far, before compression.
  private(set) var position = 0

  private static let bufferSize = 1 << 18

  /// Opens the output.
  ///
  /// Throws: `DataError` (`cannotCreate`) with the system's reason.
  public init(_ path: String) throws {
    self.path = path
    compressor = path.hasSuffix(".gz") ? try GzipCompressor(path: path) : nil
    if path == "-" {
      (target, temporary, descriptor) = (path, nil, STDOUT_FILENO)
      return
    }
    var existing = stat()
    let exists = stat(path, &existing) == 0
    // Names that are too long and the like are told before any work, not when the file is to appear.
    if !exists, errno != ENOENT {
      throw DataError.system(.cannotCreate, file: path, errno: errno)
    }
    let kind = existing.st_mode & S_IFMT
    if exists && kind == S_IFDIR {
      throw DataError.system(.cannotCreate, file: path, errno: EISDIR)
    }
    if exists && access(path, W_OK) != 0 {
      throw DataError.system(.cannotCreate, file: path, errno: errno)
    }
    if exists && kind != S_IFREG {
      (target, temporary) = (path, nil)
      let opened = open(path, O_WRONLY | O_CLOEXEC)
      guard opened >= 0 else {
        throw DataError.system(.cannotCreate, file: path, errno: errno)
      }
      descriptor = opened
      return
    }
    target = FilePath.followingLinks(path)
    let made = try TemporaryFiles.create(beside: target, for: path)
    (temporary, descriptor) = (made.name, made.descriptor)
    if exists {
      // Owner and group can be kept by few; who may read and write by all.
      _ = fchown(descriptor, existing.st_uid, existing.st_gid)
      _ = fchmod(descriptor, existing.st_mode & 0o777)
    }
  }

  deinit { discard() }

  /// The file that holds the bytes until `commit`, for a library that writes to a path of its own; nil where
  /// that is impossible: standard output, devices, compressed files.
  var pathWhileOpen: String? { compressor == nil ? temporary : nil }

  /// Sends all bytes so far to that file.
  func flush() throws { try flush(last: false) }

  /// Whether bytes that were written may be changed later.
  var isSeekable: Bool { temporary != nil && compressor == nil }

  /// Adds text.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, as "No space left on device".
  public func write(_ text: String) throws {
    var text = text
    try text.withUTF8 { try write(UnsafeRawBufferPointer($0)) }
  }

  /// Adds bytes.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, as "No space left on device".
  public func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Adds bytes.
  ///
  /// Throws: `DataError` (`inputOutput`) with the system's reason, as "No space left on device".
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    precondition(isOpen, "the output was closed before")
    position += bytes.count
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush(last: false) }
  }

  /// Replaces bytes that were written before.
  func overwrite(_ bytes: [UInt8], at offset: Int) throws {
    precondition(isSeekable && offset + bytes.count <= position)
    try flush(last: false)
    try bytes.withUnsafeBytes { try Self.writeAll($0, to: descriptor, at: offset, path) }
  }

  /// Makes the output appear under its name. Bytes and name are on the disk before this returns, so that
  /// a loss of power afterwards loses nothing.
  ///
  /// Throws: `DataError` (`inputOutput`); then the temporary file is gone.
  public func commit() throws {
    guard isOpen else { return }
    do {
      try flush(last: true)
      if let temporary {
        let isDurable = !TemporaryFiles.isScratch(target)
        if isDurable { try synchronize() }
        // The lock on the temporary file is held until it has its own name.
        guard rename(temporary, target) == 0 else {
          throw DataError.system(.cannotCreate, file: path, errno: errno)
        }
        TemporaryFiles.forget(temporary)
        if isDurable { Self.synchronizeFolder(of: target) }
      }
      isOpen = false
      if descriptor != STDOUT_FILENO, close(descriptor) != 0 {
        throw DataError.system(.inputOutput, file: path, errno: errno)
      }
    } catch {
      discard()
      throw error
    }
  }

  /// Sends the bytes to the disk.
  private func synchronize() throws {
    while fsync(descriptor) != 0 {
      switch errno {
      case EINTR: continue
      // Not every file system can.
      case EINVAL, ENOSYS, ENOTSUP: return
      default: throw DataError.system(.inputOutput, file: path, errno: errno)
      }
    }
  }

  /// Sends the new name to the disk. Not every file system can; the bytes are there.
  private static func synchronizeFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Gives up: nothing appears. Also happens by itself when the output is no longer used.
  public func discard() {
    guard isOpen else { return }
    isOpen = false
    if descriptor != STDOUT_FILENO { close(descriptor) }
    removeTemporary()
  }

  private func removeTemporary() {
    guard let temporary else { return }
    unlink(temporary)
    TemporaryFiles.forget(temporary)
  }

  private func flush(last: Bool) throws {
    if compressor != nil {
      let packed = try compressor?.compress(buffer, last: last) ?? []
      try packed.withUnsafeBytes { try Self.writeAll($0, to: descriptor, at: nil, path) }
    } else {
      try buffer.withUnsafeBytes { try Self.writeAll($0, to: descriptor, at: nil, path) }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func writeAll(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int?, _ path: String
  ) throws {
    var done = 0
    while done < bytes.count {
      let start = bytes.baseAddress! + done
      let count =
        offset.map { pwrite(descriptor, start, bytes.count - done, $0 + done) }
        ?? Foundation.write(descriptor, start, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        throw DataError.system(.inputOutput, file: path, errno: errno)
      }
      done += count
    }
  }
}
