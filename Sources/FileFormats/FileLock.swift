internal import Foundation

/// Keeps a second process from working on the same output: a file `OUTPUT.lock` beside it (of a link beside
/// the file that it leads to), locked with
/// `flock` as long as the process works, that says who it is. The system takes the lock away when the
/// process ends, however it ends; a file that was left behind stands in nobody's way.
///
/// On file systems without locks nothing is kept out.
public final class FileLock {
  private let path: String
  private let descriptor: Int32

  /// Takes the lock of an output.
  ///
  /// Throws: `DataError`: `busy` that says which process has it, or `cannotCreate`.
  public init(_ output: String) throws {
    path = FilePath.followingLinks(output) + ".lock"
    while true {
      let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard opened >= 0 else { throw DataError.system(.cannotCreate, file: path, errno: errno) }
      if flock(opened, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        defer { close(opened) }
        throw DataError(
          .busy, file: output,
          message: "\(Self.owner(opened)) works on it; wait until it has ended, or end it")
      }
      var mine = stat()
      var named = stat()
      // The process before may have removed the file between our opening and locking it.
      if fstat(opened, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino,
        mine.st_dev == named.st_dev
      {
        descriptor = opened
        break
      }
      close(opened)
    }
    TemporaryFiles.register(path)
    let text = "process \(getpid()) on \(ProcessInfo.processInfo.hostName)"
    ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
  }

  deinit {
    // Removed while it is still locked: whoever opens it now sees that it is gone.
    unlink(path)
    TemporaryFiles.forget(path)
    close(descriptor)
  }

  private static func owner(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : "another process"
  }
}
