internal import Foundation
internal import Synchronization

/// The temporary files of all outputs under way, so that an interrupted program can leave nothing
/// behind.
public enum TemporaryFiles {
  private static let paths = Mutex<Set<String>>([])
  private static let counter = Mutex(0)

  /// Removes every temporary file. To be called when the program is about to end early; it takes a
  /// lock, so call it from a dispatch source for the signal, not from a raw signal handler.
  public static func removeAll() {
    paths.withLock {
      for path in $0 { unlink(path) }
      $0.removeAll()
    }
  }

  /// A name beside `target` that no other output of this or another process uses.
  static func name(beside target: String) -> String {
    let number = counter.withLock {
      $0 += 1
      return $0
    }
    let parts = target.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().map { $0 + "/" }.joined()
    return "\(folder).\(parts.last ?? "").\(getpid())-\(number).part"
  }

  static func register(_ path: String) { paths.withLock { _ = $0.insert(path) } }

  static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }
}
