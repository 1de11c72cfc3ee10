internal import Foundation

/// What paths mean.
public enum FilePath {
  /// The file that a path means, also where its links lead to one that does not exist yet.
  public static func followingLinks(_ path: String) -> String {
    var path = path
    // As many links as the system follows before it speaks of a loop.
    for _ in 0..<40 {
      var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = bytes.withUnsafeMutableBytes {
        readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
      }
      guard count > 0 else { return path }
      let destination = String(decoding: bytes[..<count], as: UTF8.self)
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      path = destination.hasPrefix("/") ? destination : folder + destination
    }
    return path
  }

  /// Makes the symbolic link `path` lead to `destination`, also where it has led elsewhere; never replaces
  /// what is no link.
  ///
  /// Throws: `DataError` (`cannotCreate`) where something else has the name, and with the system's reason.
  public static func link(_ path: String, to destination: String) throws {
    var status = stat()
    if lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFLNK else {
        throw DataError(
          .cannotCreate, file: path, message: "a file of its own, no link, which is left as it is")
      }
    }
    // A link under another name takes the place at once.
    let temporary = "\(path).\(UInt64.random(in: 0...UInt64.max))"
    guard symlink(destination, temporary) == 0 else {
      throw DataError.system(.cannotCreate, file: path, errno: errno)
    }
    guard rename(temporary, path) == 0 else {
      let code = errno
      unlink(temporary)
      throw DataError.system(.cannotCreate, file: path, errno: code)
    }
  }

  /// Whether two paths mean the same file, which need not exist yet: by other spellings, links or hard links.
  /// Standard input and output and devices are never the same.
  public static func same(_ a: String, _ b: String) -> Bool {
    guard a != "-", b != "-", !a.hasPrefix("/dev/"), !b.hasPrefix("/dev/") else { return false }
    if let one = status(a), let other = status(b) {
      return one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
    return absolute(a) == absolute(b)
  }

  /// The path of the file from the root, with the links of its folder resolved; as it is where there is no
  /// such folder.
  private static func absolute(_ path: String) -> String {
    let target = followingLinks(path)
    let slash = target.lastIndex(of: "/")
    let folder = slash.map { String(target[...$0]) } ?? "."
    let name = slash.map { target[target.index(after: $0)...] } ?? target[...]
    guard let resolved = realpath(folder, nil) else { return target }
    defer { free(resolved) }
    return String(cString: resolved) + "/" + name
  }

  /// Whether there is a file, or what a path leads to.
  public static func exists(_ path: String) -> Bool { status(path) != nil }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }
}
