import Mathematics

/// Damages files as disks, transfers and enemies do: bits, bytes, numbers, pieces. The same index gives
/// the same damage.
struct Mutator: ~Copyable {
  private var random: RandomStream

  init(seed: UInt64, index: Int) {
    random = RandomStream(seed: seed, stream: 0, frame: UInt64(index))
  }

  /// One of `count`.
  mutating func choose(_ count: Int) -> Int {
    min(count - 1, Int(random.uniform() * Double(count)))
  }

  /// Numbers at the edges of what types hold, as text and as bytes.
  private static let numbers = [
    "0", "-1", "1", "255", "65536", "2147483648", "4294967295", "9223372036854775807",
    "-9223372036854775808", "18446744073709551615", "99999999999999999999", "1e308", "1e999", "nan",
    "-inf", "1e-320", "0x10", "",
  ]
  /// Signs that formats give a meaning.
  private static let signs = Array("\n\r \t\"'\\=:,;()[]{}#\0\u{7F}".utf8)

  /// One to four damages of one file, sometimes with a piece of another; half of the zip archives are
  /// damaged inside.
  mutating func damaged(_ bytes: [UInt8], other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    if bytes.starts(with: [0x50, 0x4B, 3, 4]), choose(2) == 0 {
      damageMember(of: &bytes)
      if choose(4) > 0 { return bytes }
    }
    for _ in 0...choose(4) { damage(&bytes, other) }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8], _ other: [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = Array(other.prefix(choose(other.count + 1)))
      return
    }
    let place = choose(bytes.count)
    switch choose(11) {
    case 0: bytes[place] ^= 1 << UInt8(choose(8))
    case 1: bytes[place] = UInt8(choose(256))
    case 2: bytes[place] = Self.signs[choose(Self.signs.count)]
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + choose(16)))
    case 4: bytes.removeSubrange(place...)
    case 5:
      let piece = bytes[place..<min(bytes.count, place + 1 + choose(200))]
      let copies = 1 + choose(choose(20) == 0 ? 300 : 4)
      bytes.insert(contentsOf: (0..<copies).flatMap { _ in piece }, at: choose(bytes.count + 1))
    case 6: replaceNumber(&bytes, from: place)
    case 7:
      // A little-endian number of 1 to 8 bytes.
      let value = [0, 1, -1, Int(Int32.max), Int.max, Int.min, 1 << 40, 1 << 62][choose(8)]
      for k in 0..<[1, 2, 4, 8][choose(4)] where place + k < bytes.count {
        bytes[place + k] = UInt8(truncatingIfNeeded: value >> (8 * k))
      }
    case 8 where !other.isEmpty:
      let first = choose(other.count)
      let piece = other[first..<min(other.count, first + 1 + choose(300))]
      bytes.insert(contentsOf: piece, at: place)
    case 9: bytes.insert(Self.signs[choose(Self.signs.count)], at: place)
    default:
      let from = choose(bytes.count)
      bytes.swapAt(place, from)
    }
  }

  /// The next number written in digits becomes another.
  private mutating func replaceNumber(_ bytes: inout [UInt8], from place: Int) {
    guard let first = bytes[place...].firstIndex(where: { 0x30...0x39 ~= $0 }) else { return }
    let last = bytes[first...].firstIndex { !(0x30...0x39 ~= $0 || $0 == 0x2E) } ?? bytes.count
    bytes.replaceSubrange(
      first..<last, with: Array(Self.numbers[choose(Self.numbers.count)].utf8))
  }
}
