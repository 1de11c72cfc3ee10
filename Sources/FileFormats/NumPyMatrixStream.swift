internal import CZip

/// A matrix of a `.npz` archive, read a block of rows at a time: it never stands in memory as a whole.
///
/// 64-bit reals in the order of rows, as `featurize` writes them.
public final class NumPyMatrixStream {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  private let path: String
  private let key: String
  private let member: ZipMember
  private var taken = 0

  /// Opens the array `key` of the archive.
  ///
  /// Throws: `DataError` when there is none, or it is none that can be read in this way.
  public init(contentsOf path: String, _ key: String = "features") throws {
    (self.path, self.key) = (path, key)
    let archive = try ZipReader(path)
    guard let place = archive.members.firstIndex(of: key + ".npy") else {
      throw DataError(.badData, file: path, message: "there is no array '\(key)'")
    }
    member = try ZipMember(archive, UInt64(place))
    var bytes = try member.read(10)
    let isShort = bytes.count > 6 && bytes[6] == 1
    if !isShort { bytes += try member.read(2) }
    var length = 0
    for (k, byte) in bytes.dropFirst(8).enumerated() { length |= Int(byte) << (8 * k) }
    bytes += try member.read(min(length, member.size))
    do {
      let (header, offset) = try NumPyHeader.parse(bytes)
      guard header.fields.map(\.type) == ["<f8"], !header.isStructured, !header.fortranOrder,
        header.shape.count == 2
      else { throw NumPyFormatError("no matrix of 64-bit reals in the order of rows") }
      (rows, columns) = (header.shape[0], header.shape[1])
      let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
      guard !overflow, count <= (member.size - offset) / 8 else {
        throw NumPyFormatError(
          "the data are cut off: \(member.size - offset) bytes for the shape \(header.shape)")
      }
      guard columns > 0 || rows <= InputLimits.emptyElements else {
        throw NumPyFormatError("\(rows) rows of no columns")
      }
    } catch let error as NumPyFormatError {
      throw DataError(.badData, file: path, message: "array '\(key)': \(error.message)")
    }
  }

  /// The next rows, at most so many, one after the other; empty at the end.
  ///
  /// Throws: `DataError` when the archive is damaged.
  public func next(_ count: Int) throws -> [Double] {
    let size = min(count, rows - taken) * columns
    guard size > 0 else { return [] }
    taken += min(count, rows - taken)
    let block = try [Double](unsafeUninitializedCapacity: size) { buffer, initialized in
      try member.fill(
        UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(8 * size)]))
      initialized = size
    }
    if taken == rows { try member.finish() }
    return block
  }
}

/// A member of a zip archive, read from its beginning to its end.
private final class ZipMember {
  /// Bytes, unpacked.
  let size: Int
  private let archive: ZipReader
  private let file: OpaquePointer

  init(_ archive: ZipReader, _ place: UInt64) throws {
    self.archive = archive
    (file, size) = try archive.open(place)
  }

  deinit { zip_fclose(file) }

  func read(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try fill(UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
      initialized = count
    }
  }

  func fill(_ buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count {
      let got = zip_fread(
        file, buffer.baseAddress! + filled, UInt64(min(buffer.count - filled, 1 << 30)))
      guard got > 0 else { throw archive.failure(zip_file_strerror(file)) }
      filled += Int(got)
    }
  }

  /// At the end of the data: libzip compares the checksum.
  func finish() throws {
    var beyond: UInt8 = 0
    guard zip_fread(file, &beyond, 1) == 0 else { throw archive.failure(zip_file_strerror(file)) }
  }
}
