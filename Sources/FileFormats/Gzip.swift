internal import CZlib
internal import Foundation

/// Compresses a stream into the gzip format (RFC 1952), without a time stamp: the same bytes in,
/// the same bytes out.
struct GzipCompressor: ~Copyable {
  private let path: String
  /// On the heap: zlib remembers its address.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Throws: `DataError` when zlib has no memory.
  init(path: String) throws {
    self.path = path
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 more ask for the gzip format.
    let status = deflateInit2_(
      stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deallocate()
      throw DataError.system(.cannotCreate, file: path, errno: ENOMEM)
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// The compressed bytes that are ready; with `last` all of them, and the end mark.
  mutating func compress(_ bytes: [UInt8], last: Bool) throws -> [UInt8] {
    var result: [UInt8] = []
    var bytes = bytes
    try bytes.withUnsafeMutableBufferPointer { input in
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      var status = Z_OK
      repeat {
        let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { output, count in
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          status = deflate(stream, last ? Z_FINISH : Z_NO_FLUSH)
          count = output.count - Int(stream.pointee.avail_out)
        }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
          throw DataError(.inputOutput, file: path, message: "zlib failed (status \(status))")
        }
        result += chunk
      } while stream.pointee.avail_out == 0
    }
    return result
  }
}
