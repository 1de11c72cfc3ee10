internal import CCrypto
public import Foundation

/// The checksum SHA-256 (FIPS 180-4), for manifests: OpenSSL's libcrypto.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer?

  /// Of nothing yet.
  public init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  /// The version of libcrypto that was found at run time.
  public static var libraryVersion: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }

  /// Takes in further bytes.
  public func update(_ bytes: Data) {
    bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  /// The checksum of everything so far, as 64 hexadecimal digits.
  public consuming func digest() -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let status = EVP_DigestFinal_ex(context, &bytes, nil)
    precondition(status == 1, "SHA-256 of bytes in memory cannot fail")
    return bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// The checksum of a text.
  public static func digest(of text: String) -> String { digest(of: Data(text.utf8)) }

  /// The checksum of bytes.
  public static func digest(of bytes: Data) -> String {
    let sum = SHA256()
    sum.update(bytes)
    return sum.digest()
  }

  /// The checksum of a file, and its size in bytes.
  public static func digest(ofFile path: String) throws -> (checksum: String, size: Int) {
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? handle.close() }
    let sum = SHA256()
    var size = 0
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
      sum.update(chunk)
      size += chunk.count
    }
    return (sum.digest(), size)
  }
}
