internal import CZlib

/// Writes a zip archive whose members are stored, not compressed, with fixed time stamps: the same
/// members give the same bytes. A member may be begun before its size is known. Beyond 4 GiB the
/// zip64 extension takes over.
///
/// Format: PKWARE's APPNOTE.TXT 6.3.10. (libzip, which reads our archives, copies every member once
/// more when it closes one; a feature matrix is written only once here.)
final class ZipWriter {
  private struct Member {
    let name: String
    let offset: Int
    let isStreamed: Bool
    var size = 0
    var checksum: UInt32 = 0

    var nameBytes: [UInt8] { Array(name.utf8) }
  }

  private let output: OutputFile
  private var members: [Member] = []
  private var streamed: Member?

  /// Throws: `DataError` when the file cannot be created, or is one in which one cannot go back.
  init(_ path: String) throws {
    output = try OutputFile(path)
    guard output.isSeekable else {
      throw DataError(
        .cannotCreate, file: path, message: "a zip archive needs a regular file to go to")
    }
  }

  var path: String { output.path }

  /// Where the next byte goes.
  var position: Int { output.position }

  /// Adds a member.
  func add(_ name: String, _ bytes: [UInt8]) throws {
    precondition(streamed == nil, "a member is open")
    var member = Member(name: name, offset: position, isStreamed: false)
    member.size = bytes.count
    member.checksum = Self.checksum(bytes)
    try output.write(header(member))
    try output.write(bytes)
    members.append(member)
  }

  /// Begins a member of a size to be seen.
  func begin(_ name: String) throws {
    precondition(streamed == nil, "a member is open")
    let member = Member(name: name, offset: position, isStreamed: true)
    try output.write(header(member))
    streamed = member
  }

  /// Adds to the member that was begun.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard var member = streamed else { preconditionFailure("no member is open") }
    try output.write(bytes)
    member.checksum = Self.checksum(bytes, after: member.checksum)
    member.size += bytes.count
    streamed = member
  }

  /// Ends the member; `replacement` takes the place of its first bytes, which counted as zeros.
  ///
  /// The checksum of the whole follows from those of the two parts.
  func end(replacingBeginning replacement: [UInt8]) throws {
    guard var member = streamed else { return }
    streamed = nil
    let start = member.offset + header(member).count
    try output.overwrite(replacement, at: start)
    member.checksum = UInt32(
      truncatingIfNeeded: crc32_combine(
        UInt(Self.checksum(replacement)), UInt(member.checksum), member.size))
    member.size += replacement.count
    try output.overwrite(header(member), at: member.offset)
    members.append(member)
  }

  /// Leaves room at the beginning of the member that was begun.
  func reserve(_ count: Int) throws {
    precondition(streamed?.size == 0)
    try output.write([UInt8](repeating: 0, count: count))
  }

  /// Writes the directory; the file appears.
  func commit() throws {
    precondition(streamed == nil, "a member is open")
    let start = position
    for member in members { try output.write(directoryEntry(member)) }
    let size = position - start
    let isLarge = members.count >= 0xFFFF || start >= 0xFFFF_FFFF || size >= 0xFFFF_FFFF
    if isLarge { try output.write(largeEnd(start: start, size: size)) }
    let count = min(members.count, 0xFFFF)
    let fields: [(Int, Int)] = [
      (0x0605_4b50, 4), (0, 2), (0, 2), (count, 2), (count, 2), (min(size, 0xFFFF_FFFF), 4),
      (min(start, 0xFFFF_FFFF), 4), (0, 2),
    ]
    try output.write(Self.bytes(fields))
    try output.commit()
  }

  // MARK: Records

  /// Numbers with their widths in bytes, little-endian.
  private static func bytes(_ fields: [(value: Int, width: Int)]) -> [UInt8] {
    fields.flatMap { field in
      (0..<field.width).map { UInt8(truncatingIfNeeded: field.value >> (8 * $0)) }
    }
  }

  /// Flags: names in UTF-8. Time: midnight of 1 January 1980, the first there is.
  private static let flagsMethodTime: [(value: Int, width: Int)] = [
    (0x0800, 2), (0, 2), (0, 2), (0x21, 2),
  ]

  private func header(_ member: Member) -> [UInt8] {
    let isLarge = member.isStreamed || member.size >= 0xFFFF_FFFF
    let size = isLarge ? 0xFFFF_FFFF : member.size
    let fields =
      [(value: 0x0403_4b50, width: 4), (isLarge ? 45 : 20, 2)] + Self.flagsMethodTime + [
        (Int(member.checksum), 4), (size, 4), (size, 4), (member.nameBytes.count, 2),
        (isLarge ? 20 : 0, 2),
      ]
    let extra = isLarge ? Self.bytes([(1, 2), (16, 2), (member.size, 8), (member.size, 8)]) : []
    return Self.bytes(fields) + member.nameBytes + extra
  }

  private func directoryEntry(_ member: Member) -> [UInt8] {
    let hasLargeSize = member.size >= 0xFFFF_FFFF
    let hasLargeOffset = member.offset >= 0xFFFF_FFFF
    var extra: [(value: Int, width: Int)] = []
    if hasLargeSize { extra += [(member.size, 8), (member.size, 8)] }
    if hasLargeOffset { extra.append((member.offset, 8)) }
    if !extra.isEmpty { extra = [(1, 2), (8 * extra.count, 2)] + extra }
    let version = member.isStreamed || !extra.isEmpty ? 45 : 20
    let size = hasLargeSize ? 0xFFFF_FFFF : member.size
    let fields =
      [(value: 0x0201_4b50, width: 4), (version, 2), (version, 2)] + Self.flagsMethodTime + [
        (Int(member.checksum), 4), (size, 4), (size, 4), (member.nameBytes.count, 2),
        (extra.reduce(0) { $0 + $1.width }, 2), (0, 2), (0, 2), (0, 2), (0, 4),
        (hasLargeOffset ? 0xFFFF_FFFF : member.offset, 4),
      ]
    return Self.bytes(fields) + member.nameBytes + Self.bytes(extra)
  }

  /// The end of a zip64 directory, and where it is.
  private func largeEnd(start: Int, size: Int) -> [UInt8] {
    Self.bytes([
      (0x0606_4b50, 4), (44, 8), (45, 2), (45, 2), (0, 4), (0, 4), (members.count, 8),
      (members.count, 8), (size, 8), (start, 8), (0x0706_4b50, 4), (0, 4), (start + size, 8),
      (1, 4),
    ])
  }

  // MARK: Checksums

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { checksum($0, after: 0) }
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer, after crc: UInt32) -> UInt32 {
    var crc = UInt(crc)
    var rest = bytes
    while !rest.isEmpty {
      let part = rest.prefix(1 << 30)
      crc = crc32(crc, part.bindMemory(to: UInt8.self).baseAddress, UInt32(part.count))
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
    }
    return UInt32(truncatingIfNeeded: crc)
  }
}
