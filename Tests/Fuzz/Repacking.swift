import FileFormats
import Foundation

/// Damage that checksums do not show: inside of what is packed, with everything around it made right again.
/// Without it hardly any damaged array would come as far as the code that reads arrays.
extension Mutator {
  /// One to four bytes or numbers of a stored member of a zip archive change, and its checksum with them.
  mutating func damageMember(of archive: inout [UInt8]) {
    let entries = Self.storedMembers(of: archive)
    guard !entries.isEmpty else { return }
    let entry = entries[choose(entries.count)]
    guard !entry.data.isEmpty else { return }
    for _ in 0...choose(4) {
      // The header of an array is where sizes stand.
      let reach = choose(2) == 0 ? min(128, entry.data.count) : entry.data.count
      let place = entry.data.lowerBound + choose(reach)
      switch choose(4) {
      case 0: archive[place] ^= 1 << UInt8(choose(8))
      case 1: archive[place] = UInt8(choose(256))
      case 2:
        // Digits stay digits: another number of the same length.
        var k = place
        while k < entry.data.upperBound, !(0x30...0x39 ~= archive[k]) { k += 1 }
        while k < entry.data.upperBound, 0x30...0x39 ~= archive[k] {
          archive[k] = 0x30 + UInt8(choose(10))
          k += 1
        }
      default:
        let value = [0, 1, -1, Int.max, Int.min, 1 << 40, 0x7FF8 << 48, 0x7FF0 << 48][choose(8)]
        for k in 0..<8 where place + k < entry.data.upperBound {
          archive[place + k] = UInt8(truncatingIfNeeded: value >> (8 * k))
        }
      }
    }
    let sum = Self.checksum(archive[entry.data])
    for k in 0..<4 {
      let byte = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(k)))
      archive[entry.local + 14 + k] = byte
      archive[entry.central + 16 + k] = byte
    }
  }

  private struct StoredMember {
    let local: Int
    let central: Int
    let data: Range<Int>
  }

  /// The members that the directory of a whole archive lists.
  private static func storedMembers(of bytes: [UInt8]) -> [StoredMember] {
    func number(_ at: Int, _ width: Int) -> Int {
      (0..<width).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    var members: [StoredMember] = []
    var k = 0
    while k + 46 <= bytes.count {
      guard bytes[k] == 0x50, bytes[k + 1] == 0x4B, bytes[k + 2] == 1, bytes[k + 3] == 2 else {
        k += 1
        continue
      }
      let (method, size, local) = (number(k + 10, 2), number(k + 20, 4), number(k + 42, 4))
      if method == 0, local + 30 <= bytes.count {
        let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
        if start + size <= bytes.count {
          members.append(StoredMember(local: local, central: k, data: start..<start + size))
        }
      }
      k += 46
    }
    return members
  }

  /// CRC-32 of zip and gzip.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
