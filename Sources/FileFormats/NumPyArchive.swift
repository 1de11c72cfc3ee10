internal import CZip
internal import Foundation
internal import Synchronization

/// A `.npz` file for reading: arrays by name, decoded when asked for. Members may be stored or
/// deflated; pickled objects are refused.
public final class NumPyArchive: Sendable {
  /// The path as it was given.
  public let path: String
  /// The names of the arrays in the order of the file, without `.npy`.
  public let names: [String]
  private let places: [String: UInt64]
  private let archive: Mutex<ZipReader>

  /// Opens the archive and reads its directory.
  ///
  /// Throws: `DataError` when there is no such file or it is not a zip archive.
  public init(contentsOf path: String) throws {
    let reader = try ZipReader(path)
    let members = reader.members
    self.path = path
    names = members.map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 }
    places = Dictionary(
      zip(names, (0..<UInt64(members.count))), uniquingKeysWith: { _, last in last })
    archive = Mutex(reader)
  }

  /// Whether there is an array of that name.
  public func contains(_ name: String) -> Bool { places[name] != nil }

  /// The array of that name.
  ///
  /// Throws: `DataError` when there is none, or it cannot be read.
  public subscript(name: String) -> NumPyArray {
    get throws {
      guard let place = places[name] else {
        throw DataError(
          .badData, file: path,
          message: "there is no array '\(name)'; the file has \(names.joined(separator: ", "))")
      }
      let bytes = try archive.withLock { try $0.bytes(of: place) }
      do {
        return try NumPyArray(npy: bytes)
      } catch let error as NumPyFormatError {
        throw DataError(.badData, file: path, message: "array '\(name)': \(error.message)")
      }
    }
  }
}

/// A zip archive for reading, through libzip.
final class ZipReader {
  let path: String
  private let handle: OpaquePointer
  /// Bytes of the archive itself.
  private let fileSize: Int

  /// Throws: `DataError`.
  init(_ path: String) throws {
    self.path = path
    // libzip would name a directory or an unreadable file less clearly.
    guard let file = fopen(path, "rb") else {
      throw DataError.system(.noInput, file: path, errno: errno)
    }
    var status = stat()
    fileSize = fstat(fileno(file), &status) == 0 ? Int(status.st_size) : 0
    fclose(file)
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw DataError(
        .badData, file: path,
        message:
          "not a zip archive that can be read: \(String(cString: zip_error_strerror(&error)))"
      )
    }
    self.handle = handle
  }

  deinit { zip_discard(handle) }

  /// The names of the members in the order of the archive.
  var members: [String] {
    (0..<UInt64(max(0, zip_get_num_entries(handle, 0)))).map {
      zip_get_name(handle, $0, 0).map { String(cString: $0) } ?? ""
    }
  }

  /// A member and its size, unpacked; the caller closes it. Throws: `DataError`.
  func open(_ member: UInt64) throws -> (file: OpaquePointer, size: Int) {
    var status = zip_stat_t()
    guard zip_stat_index(handle, member, 0, &status) == 0 else {
      throw failure(zip_strerror(handle))
    }
    let size = try size(status)
    guard let file = zip_fopen_index(handle, member, 0) else {
      throw failure(zip_strerror(handle))
    }
    return (file, size)
  }

  /// The bytes of a member, unpacked. Throws: `DataError`.
  func bytes(of member: UInt64) throws -> [UInt8] {
    let (file, size) = try open(member)
    defer { zip_fclose(file) }
    var filled = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while filled < size {
        let got = zip_fread(
          file, UnsafeMutableRawPointer(buffer.baseAddress! + filled),
          UInt64(min(size - filled, 1 << 30)))
        if got <= 0 { break }
        filled += Int(got)
      }
      count = filled
    }
    guard filled == size else { throw failure(zip_file_strerror(file)) }
    // One more byte makes libzip compare the checksum.
    var beyond: UInt8 = 0
    guard zip_fread(file, &beyond, 1) == 0 else { throw failure(zip_file_strerror(file)) }
    return bytes
  }

  /// The size of a member, as far as the archive can hold one of that size.
  private func size(_ status: zip_stat_t) throws -> Int {
    guard let size = Int(exactly: status.size), let packed = Int(exactly: status.comp_size),
      packed <= fileSize, status.comp_method != UInt16(ZIP_CM_STORE) || size <= packed,
      // Deflate packs 258 bytes into two bits at the best.
      status.comp_method != UInt16(ZIP_CM_DEFLATE) || size / 1_032 <= packed
    else {
      throw DataError(
        .badData, file: path,
        message:
          "the zip archive is damaged: a member of \(status.size) bytes (\(status.comp_size) "
          + "packed) in a file of \(fileSize)")
    }
    if let problem = InputLimits.problem(unpacked: size, from: packed) {
      throw DataError(.badData, file: path, message: problem)
    }
    return size
  }

  func failure(_ text: UnsafePointer<CChar>?) -> DataError {
    DataError(
      .badData, file: path,
      message: "the zip archive is damaged: \(text.map { String(cString: $0) } ?? "")")
  }
}
