internal import Foundation
internal import Geometry

/// The header of the frame before, kept to read the next one by: the same keys in the same order, with
/// other values.
///
/// A line costs one comparison a key, one conversion a number, and nothing for other values that did not
/// change. Whatever does not fit is left to `ExtendedXYZHeader`, which knows all of the syntax.
struct RepeatedHeader {
  /// Keys that are no labels.
  static let own: Set = ["Properties", "Lattice", "pbc"]

  private enum Role: Equatable {
    case properties, lattice, pbc
    /// A label, by its place.
    case label(Int)
  }

  private struct Entry {
    /// Where the bytes from the key up to the value end in `keys`; they begin where those before end.
    let keyEnd: Int
    let role: Role
    let isMatrix: Bool
    /// What was read last, as it is written; empty after plain numbers.
    var bytes: [UInt8]
  }

  private var keys: [UInt8] = []
  private var entries: [Entry] = []
  private let names: [String]
  private var values: [Frame.Label] = []
  /// The text of the cell.
  private(set) var lattice: String?
  /// The text of the periodic directions.
  private(set) var pbc: String?

  /// The labels of the line read last.
  var labels: Frame.Labels { Frame.Labels(uniqueNames: names, values: values) }

  /// nil for a header with keys that come twice, or that is a comment. `names` are those of its labels.
  init?(_ line: UnsafeRawBufferPointer, _ header: ExtendedXYZHeader, names: [String]) {
    guard header.comment == nil, !header.entries.isEmpty else { return nil }
    self.names = names
    var met = Set<String>()
    for ((key, value), place) in zip(header.entries, header.places) {
      guard met.insert(key).inserted, value != .absent else { return nil }
      let role: Role
      switch key {
      case "Properties": role = .properties
      case "Lattice":
        role = .lattice
        lattice = value.text
      case "pbc":
        role = .pbc
        pbc = value.text
      default:
        role = .label(values.count)
        values.append(Frame.Label(value, key: key))
      }
      keys.append(contentsOf: line[place.key..<place.value])
      entries.append(
        Entry(
          keyEnd: keys.count, role: role, isMatrix: ExtendedXYZNames.matrices.contains(key),
          bytes: Array(line[place.value..<place.end])))
    }
    guard values.count == names.count else { return nil }
  }

  /// Reads a line; false when it has other keys or columns, or a value that only the whole syntax knows.
  mutating func read(_ line: UnsafeRawBufferPointer) -> Bool {
    guard let base = line.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
    var p = base
    let end = base + line.count
    var keyStart = 0
    for k in entries.indices {
      while p < end, DecimalParser.isBlank(p.pointee) { p += 1 }
      let length = entries[k].keyEnd - keyStart
      guard end - p > length, isEqual(p, keys, from: keyStart, length) else { return false }
      keyStart += length
      p += length
      guard read(&p, end, entry: k) else { return false }
      guard p == end || DecimalParser.isBlank(p.pointee) else { return false }
    }
    while p < end, DecimalParser.isBlank(p.pointee) { p += 1 }
    return p == end
  }

  /// Reads the value at `p` and moves there where it ends.
  private mutating func read(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, entry k: Int
  ) -> Bool {
    if case .label(let place) = entries[k].role, !entries[k].isMatrix {
      var last = p
      while last < end, !DecimalParser.isBlank(last.pointee) { last += 1 }
      if let number = Self.number(p, last) {
        values[place] = number
        p = last
        return true
      }
    }
    let length = entries[k].bytes.count
    if length > 0, end - p >= length, isEqual(p, entries[k].bytes, from: 0, length),
      end - p == length || DecimalParser.isBlank(p[length])
    {
      p += length
      return true
    }
    guard let value = Self.changed(&p, end) else { return false }
    switch entries[k].role {
    case .properties: return false
    case .lattice: lattice = value.value.text
    case .pbc: pbc = value.value.text
    case .label(let place):
      if entries[k].isMatrix {
        values[place] = Frame.Label(value.value).columnMajorMatrix
      } else {
        values[place] = Self.numbers(value.inner) ?? Frame.Label(value.value)
      }
    }
    entries[k].bytes.removeAll(keepingCapacity: true)
    entries[k].bytes.append(contentsOf: value.written)
    return true
  }

  private func isEqual(
    _ p: UnsafePointer<UInt8>, _ bytes: [UInt8], from start: Int, _ count: Int
  ) -> Bool {
    bytes.withUnsafeBufferPointer { memcmp(p, $0.baseAddress! + start, count) == 0 }
  }

  /// A value and its bytes with and without its quotation marks (none of the latter for a bare one).
  private typealias Changed = (
    value: ExtendedXYZHeader.Value, written: UnsafeBufferPointer<UInt8>,
    inner: UnsafeBufferPointer<UInt8>
  )

  /// A bare value, or one between quotation marks without anything that has a meaning inside of them; nil
  /// for others.
  private static func changed(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Changed? {
    let start = p
    guard p < end else { return nil }
    if p.pointee == UInt8(ascii: "\"") {
      p += 1
      while p < end, p.pointee != UInt8(ascii: "\"") {
        if p.pointee == UInt8(ascii: "\\") { return nil }
        p += 1
      }
      guard p < end else { return nil }
      let inner = UnsafeBufferPointer(start: start + 1, count: p - start - 1)
      p += 1
      let written = UnsafeBufferPointer(start: start, count: p - start)
      return (.quoted(String(decoding: inner, as: UTF8.self)), written, inner)
    }
    if "'{[".utf8.contains(p.pointee) { return nil }
    while p < end, !DecimalParser.isBlank(p.pointee) { p += 1 }
    let written = UnsafeBufferPointer(start: start, count: p - start)
    return (
      .bare(String(decoding: written, as: UTF8.self)), written,
      UnsafeBufferPointer(start: start, count: 0)
    )
  }

  /// The number that fills the bytes, as `Frame.Label` has it; nil for what it has to look at itself.
  private static func number(
    _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Frame.Label? {
    var p = start
    if p < end, p.pointee == UInt8(ascii: "-") { p += 1 }
    guard p < end, p.pointee &- 0x30 < 10 else { return nil }
    // 007 is no number.
    if p.pointee == 0x30, p + 1 < end, p[1] &- 0x30 < 10 { return nil }
    let first = p
    var whole = 0
    while p < end, p.pointee &- 0x30 < 10, p - first < 18 {
      whole = whole * 10 + Int(p.pointee &- 0x30)
      p += 1
    }
    if p == end { return .integer(first == start ? whole : -whole) }
    guard !(p.pointee &- 0x30 < 10) else { return nil }
    p = start
    let value = DecimalParser.shared.parse(&p, end)
    return p == end && value.isFinite ? .real(value) : nil
  }

  /// At least two numbers divided by blanks; nil for anything else.
  private static func numbers(_ bytes: UnsafeBufferPointer<UInt8>) -> Frame.Label? {
    guard var p = bytes.baseAddress else { return nil }
    let end = p + bytes.count
    var (integers, reals) = ([Int](), [Double]())
    while true {
      while p < end, DecimalParser.isBlank(p.pointee) { p += 1 }
      guard p < end else { break }
      let start = p
      while p < end, !DecimalParser.isBlank(p.pointee) { p += 1 }
      switch number(start, p) {
      case .integer(let value):
        if integers.count == reals.count { integers.append(value) }
        reals.append(Double(value))
      case .real(let value): reals.append(value)
      default: return nil
      }
    }
    guard reals.count > 1 else { return nil }
    return integers.count == reals.count ? .integers(integers) : .reals(reals)
  }
}
