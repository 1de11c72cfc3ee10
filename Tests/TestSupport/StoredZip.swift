import Foundation

/// A zip archive of one stored member, byte by byte, so that its directory may say what is not true.
public struct StoredZip {
  /// The bytes of the archive.
  public let bytes: [UInt8]

  /// A member `name` with `content`, whose directory entry tells `size` and `packed` where these are given
  /// (zip64).
  public init(
    _ name: String, _ content: [UInt8], size: UInt64? = nil, packed: UInt64? = nil
  ) {
    let isLarge = size != nil || packed != nil
    let (size, packed) = (size ?? UInt64(content.count), packed ?? UInt64(content.count))
    let short = { (value: UInt64) in isLarge ? 0xFFFF_FFFF : value }
    let extra = isLarge ? Self.join([(1, 2), (16, 2), (size, 8), (packed, 8)]) : []
    let common: [(UInt64, Int)] = [
      (45, 2), (0, 2), (0, 2), (0, 2), (0x21, 2), (UInt64(Self.checksum(content)), 4),
      (short(packed), 4), (short(size), 4), (UInt64(name.utf8.count), 2), (UInt64(extra.count), 2),
    ]
    let local = Self.join([(0x0403_4b50, 4)] + common) + Array(name.utf8) + extra + content
    let entry =
      Self.join(
        [(0x0201_4b50, 4), (45, 2)] + common + [(0, 2), (0, 2), (0, 2), (0, 4), (0, 4)])
      + Array(name.utf8) + extra
    bytes =
      local + entry
      + Self.join([
        (0x0605_4b50, 4), (0, 2), (0, 2), (1, 2), (1, 2), (UInt64(entry.count), 4),
        (UInt64(local.count), 4), (0, 2),
      ])
  }

  /// Writes the archive.
  public func write(to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

  /// The bytes of a `.npy` file with that text as its header, version 2.0.
  public static func npy(header text: String, data: [UInt8] = []) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [2, 0] + join([(UInt64(text.utf8.count), 4)]) + Array(text.utf8)
      + data
  }

  private static func join(_ fields: [(UInt64, Int)]) -> [UInt8] {
    fields.flatMap { value, width in
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
  }

  /// CRC-32 (ISO 3309), bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
