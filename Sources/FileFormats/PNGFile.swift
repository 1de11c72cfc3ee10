internal import CZlib
internal import Foundation

/// A picture of red, green and blue bytes as a file of PNG (ISO/IEC 15948), without a time stamp: the same
/// picture, the same bytes.
public struct PNGFile: Sendable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Red, green and blue of every pixel, row by row from the top.
  public let pixels: [UInt8]

  /// A picture; there are 3 bytes a pixel.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == 3 * width * height, "pixels must fill the picture")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// The bytes of the file.
  ///
  /// Throws: `DataError` when zlib has no memory; errors call the file by `path`.
  public func bytes(for path: String) throws -> [UInt8] {
    // Filter 1: every byte less that of the pixel before it, which packs smooth shading well.
    var filtered: [UInt8] = []
    filtered.reserveCapacity((3 * width + 1) * height)
    for row in 0..<height {
      filtered.append(1)
      let start = 3 * width * row
      for k in 0..<3 * width {
        filtered.append(pixels[start + k] &- (k < 3 ? 0 : pixels[start + k - 3]))
      }
    }
    var size = compressBound(UInt(filtered.count))
    var packed = [UInt8](repeating: 0, count: Int(size))
    guard compress2(&packed, &size, filtered, UInt(filtered.count), 9) == Z_OK else {
      throw DataError.system(.inputOutput, file: path, errno: ENOMEM)
    }
    let head =
      Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height))
      // 8 bits, true colour, deflate, the five filters, not interlaced.
      + [8, 2, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.chunk("IHDR", head)
      + Self.chunk("IDAT", Array(packed[..<Int(size)])) + Self.chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    let sum = crc32(0, body, UInt32(body.count))
    return bigEndian(UInt32(content.count)) + body + bigEndian(UInt32(truncatingIfNeeded: sum))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }
}
