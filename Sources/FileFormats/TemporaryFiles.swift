internal import Foundation
internal import Synchronization

/// The temporary files and folders of all outputs under way, so that an interrupted program can leave
/// nothing behind, and the next one removes what a killed program left.
///
/// A name is `.NAME.` with 16 random hexadecimal digits and an ending that no other program uses. Whoever
/// writes the file holds a lock on it (`flock`), which the system takes away when the process ends: a
/// file of this ending without a lock was left behind.
public enum TemporaryFiles {
  private struct State {
    var files: Set<String> = []
    var folders: Set<String> = []
    var cleaned: Set<String> = []
  }

  private static let state = Mutex(State())
  private static let fileEnding = ".mesogen-part"
  private static let folderEnding = ".mesogen-scratch"
  /// Bytes of the output's own name within the name of its temporary file: the whole stays far below
  /// the 255 bytes of a name (143 where names are encrypted).
  private static let longestStem = 80

  /// Removes every temporary file. To be called when the program is about to end early; it takes a
  /// lock, so call it from a dispatch source for the signal, not from a raw signal handler.
  public static func removeAll() {
    state.withLock {
      for path in $0.files { unlink(path) }
      for path in $0.folders { try? FileManager.default.removeItem(atPath: path) }
      ($0.files, $0.folders) = ([], [])
    }
  }

  /// Opens a new file beside `target`, locked, for reading and writing. What killed programs left in the
  /// same folder is removed before. Errors call the file by `path`.
  ///
  /// Throws: `DataError` (`cannotCreate`).
  static func create(
    beside target: String, for path: String
  ) throws -> (name: String, descriptor: Int32) {
    let (folder, stem) = parts(target)
    removeLeftovers(in: folder)
    for _ in 0..<100 {
      let name = "\(folder).\(stem).\(digits())\(fileEnding)"
      register(name)
      let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0, lock(descriptor) { return (name, descriptor) }
      let code = errno
      forget(name)
      // Another process saw the file before it was locked, and took it for one left behind.
      if descriptor >= 0 { close(descriptor) }
      guard descriptor >= 0 || code == EEXIST else {
        throw DataError.system(.cannotCreate, file: path, errno: code)
      }
    }
    throw DataError.system(.cannotCreate, file: path, errno: EEXIST)
  }

  static func register(_ path: String) { state.withLock { _ = $0.files.insert(path) } }

  static func forget(_ path: String) { state.withLock { _ = $0.files.remove(path) } }

  /// Whether a path is in one of the temporary folders, whose files need not outlive the process.
  static func isScratch(_ path: String) -> Bool {
    state.withLock { $0.folders.contains { path.hasPrefix($0 + "/") } }
  }

  /// Makes a folder of that kind in the system's folder for temporary files, locked.
  ///
  /// Throws: `DataError` (`cannotCreate`).
  static func createFolder() throws -> (name: String, descriptor: Int32) {
    let place = FileManager.default.temporaryDirectory.path
    let folder = place.hasSuffix("/") ? place : place + "/"
    removeLeftovers(in: folder)
    for _ in 0..<100 {
      let name = "\(folder)mesogen-\(digits())\(folderEnding)"
      state.withLock { _ = $0.folders.insert(name) }
      if mkdir(name, 0o700) == 0 {
        let descriptor = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0, lock(descriptor) { return (name, descriptor) }
        if descriptor >= 0 { close(descriptor) }
      } else if errno != EEXIST {
        let code = errno
        forgetFolder(name)
        throw DataError.system(.cannotCreate, file: place, errno: code)
      }
      forgetFolder(name)
    }
    throw DataError.system(.cannotCreate, file: place, errno: EEXIST)
  }

  static func forgetFolder(_ path: String) { state.withLock { _ = $0.folders.remove(path) } }

  /// 64 random bits.
  private static func digits() -> String {
    let text = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  /// The folder of a path with its slash (empty for the current one), and the beginning of its name.
  private static func parts(_ path: String) -> (folder: String, stem: String) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[...$0]) } ?? ""
    var stem = String(slash.map { path[path.utf8.index(after: $0)...] } ?? path[...])
    while stem.utf8.count > longestStem { stem.unicodeScalars.removeLast() }
    return (folder, stem)
  }

  /// Takes the lock; false when another process has it, or has removed the file. Where the file system
  /// has no locks nobody can take the file for one left behind.
  static func lock(_ descriptor: Int32) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 { return errno != EWOULDBLOCK }
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  /// Removes what killed programs left in a folder; once a folder, since folders may be large.
  private static func removeLeftovers(in folder: String) {
    guard state.withLock({ $0.cleaned.insert(folder).inserted }),
      let directory = opendir(folder.isEmpty ? "." : folder)
    else { return }
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix("."), name.hasSuffix(fileEnding) {
        removeUnlocked(folder + name, O_RDWR)
      } else if name.hasPrefix("mesogen-"), name.hasSuffix(folderEnding) {
        removeUnlocked(folder + name, O_RDONLY | O_DIRECTORY)
      }
    }
  }

  private static func removeUnlocked(_ path: String, _ flags: Int32) {
    let descriptor = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    if flags & O_DIRECTORY == 0 {
      unlink(path)
    } else {
      try? FileManager.default.removeItem(atPath: path)
    }
  }
}

/// A folder for files that only this process needs, gone with its last reference; when the process is
/// killed, the next one removes it.
public final class TemporaryFolder {
  /// Where it is.
  public let path: String
  private let descriptor: Int32

  /// Makes the folder.
  ///
  /// Throws: `DataError` (`cannotCreate`).
  public init() throws { (path, descriptor) = try TemporaryFiles.createFolder() }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path + "/" + name }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    TemporaryFiles.forgetFolder(path)
    close(descriptor)
  }
}
