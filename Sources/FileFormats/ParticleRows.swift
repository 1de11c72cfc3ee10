internal import Geometry

/// The rows of one frame, read into flat arrays: all reals, all integers (with the truth values),
/// all strings, row by row.
struct ParticleRows {
  private(set) var count = 0
  private(set) var reals: [Double] = []
  private(set) var integers: [Int] = []
  private(set) var strings: [String] = []
  private(set) var species: [String] = []

  private let decimals = DecimalParser.shared
  /// Short names of species that were met before, by their bytes.
  private var names: [UInt64: String] = [:]
  private var lastName: (key: UInt64, text: String) = (0, "")

  /// Forgets the rows, keeps the memory.
  mutating func removeAll() {
    count = 0
    reals.removeAll(keepingCapacity: true)
    integers.removeAll(keepingCapacity: true)
    strings.removeAll(keepingCapacity: true)
    species.removeAll(keepingCapacity: true)
  }

  /// Reads a row; false when something is wrong with it, and then `problem(in:_:)` says what.
  mutating func append(_ line: UnsafeRawBufferPointer, _ layout: RowLayout) -> Bool {
    guard line.count > 0, let base = line.baseAddress else { return false }
    var p = base.assumingMemoryBound(to: UInt8.self)
    let end = p + line.count
    for kind in layout.kinds {
      while p < end, DecimalParser.isBlank(p.pointee) { p += 1 }
      guard p < end else { return false }
      switch kind {
      case .real:
        let value = decimals.parse(&p, end)
        guard value.isFinite else { return false }
        reals.append(value)
      case .integer:
        guard let value = Self.integer(&p, end) else { return false }
        integers.append(value)
      case .logical:
        guard let value = Self.logical(Self.token(&p, end)) else { return false }
        integers.append(value ? 1 : 0)
      case .string: strings.append(Self.string(&p, end))
      case .species: species.append(speciesName(&p, end))
      case .unread:
        if p.pointee == UInt8(ascii: "\"") {
          _ = Self.string(&p, end)
        } else {
          _ = Self.token(&p, end)
        }
      }
    }
    while p < end, DecimalParser.isBlank(p.pointee) { p += 1 }
    guard p == end || layout.mayGoOn else { return false }
    count += 1
    return true
  }

  /// The column of that field, to be carried along.
  func column(_ field: RowField, _ layout: RowLayout) -> Frame.Column {
    func gather<Value, Result>(
      _ values: [Value], _ stride: Int, _ convert: (Value) -> Result
    ) -> [Result] {
      var result: [Result] = []
      result.reserveCapacity(count * field.width)
      for i in 0..<count {
        for k in field.places { result.append(convert(values[i * stride + k])) }
      }
      return result
    }
    let values: Frame.Column.Values =
      switch field.kind {
      case .real: .reals(gather(reals, layout.realWidth) { $0 })
      case .integer: .integers(gather(integers, layout.integerWidth) { $0 })
      case .logical: .logicals(gather(integers, layout.integerWidth) { $0 != 0 })
      case .string: .strings(gather(strings, layout.stringWidth) { $0 })
      case .species: .strings(species)
      case .unread: .strings(Array(repeating: "", count: count * field.width))
      }
    return Frame.Column(name: field.name, width: field.width, values: values)
  }

  private static func token(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    let start = p
    while p < end, !DecimalParser.isBlank(p.pointee) { p += 1 }
    return UnsafeBufferPointer(start: start, count: p - start)
  }

  private static func integer(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Int? {
    var value = 0
    let negative = p.pointee == UInt8(ascii: "-")
    if negative || p.pointee == UInt8(ascii: "+") { p += 1 }
    let first = p
    while p < end, p.pointee &- 0x30 < 10 {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      // Downwards, since there is one more number below zero than above.
      let (sum, borrow) = tens.subtractingReportingOverflow(Int(p.pointee &- 0x30))
      if overflow || borrow { return nil }
      value = sum
      p += 1
    }
    guard p > first, p == end || DecimalParser.isBlank(p.pointee) else { return nil }
    if negative { return value }
    return value == Int.min ? nil : -value
  }

  private static func logical(_ token: UnsafeBufferPointer<UInt8>) -> Bool? {
    switch String(decoding: token, as: UTF8.self) {
    case "T", "True", "true", "TRUE", "1": true
    case "F", "False", "false", "FALSE", "0": false
    default: nil
    }
  }

  /// A word, or text in quotation marks with backslashes before what is meant literally; `\u` and
  /// four hexadecimal digits stand for what would divide the row in other readers.
  private static func string(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> String {
    guard p.pointee == UInt8(ascii: "\"") else {
      return String(decoding: token(&p, end), as: UTF8.self)
    }
    let opening = p
    p += 1
    var text: [UInt8] = []
    while p < end, p.pointee != UInt8(ascii: "\"") {
      if p.pointee == UInt8(ascii: "\\"), p + 1 < end {
        p += 1
        if p.pointee == UInt8(ascii: "u"), let code = hexadecimal(p + 1, end) {
          text.append(contentsOf: String(code).utf8)
          p += 5
          continue
        }
      }
      text.append(p.pointee)
      p += 1
    }
    if p < end {
      p += 1
      if p == end || DecimalParser.isBlank(p.pointee) {
        return String(decoding: text, as: UTF8.self)
      }
    }
    // No quotation after all.
    p = opening
    return String(decoding: token(&p, end), as: UTF8.self)
  }

  private static func hexadecimal(
    _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> Unicode.Scalar? {
    guard end - p >= 4 else { return nil }
    let digits = String(decoding: UnsafeBufferPointer(start: p, count: 4), as: UTF8.self)
    return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
  }

  private mutating func speciesName(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> String {
    if p.pointee == UInt8(ascii: "\"") { return Self.string(&p, end) }
    let word = Self.token(&p, end)
    guard word.count <= 8 else { return String(decoding: word, as: UTF8.self) }
    var key: UInt64 = 0
    for byte in word { key = key << 8 | UInt64(byte) }
    if key == lastName.key { return lastName.text }
    let name = names[key] ?? String(decoding: word, as: UTF8.self)
    names[key] = name
    lastName = (key, name)
    return name
  }

  /// What is wrong with a row that could not be read.
  static func problem(in line: UnsafeRawBufferPointer, _ layout: RowLayout) -> String {
    let text = String(decoding: line, as: UTF8.self)
    let words = text.split { $0 == " " || $0 == "\t" }
    var k = 0
    for field in layout.fields {
      for component in 0..<field.width where k < words.count {
        let place = field.width > 1 ? "\(field.name) (value \(component + 1))" : field.name
        if let expected = expectation(String(words[k]), field.kind) {
          // A missing or surplus column shows up as text in the place of a number.
          if words.count != layout.width { break }
          return "\(place) is \(words[k].prefix(40)); expected \(expected)"
        }
        k += 1
      }
    }
    let names = layout.fields.map { $0.width > 1 ? "\($0.name) x \($0.width)" : $0.name }
    return "the row has \(words.count) values; expected \(layout.width) ("
      + names.joined(separator: ", ") + ")"
  }

  /// What would have been accepted; nil when the word is fine.
  private static func expectation(_ word: String, _ kind: RowField.Kind) -> String? {
    switch kind {
    case .real: DecimalParser.shared.parse(word)?.isFinite == true ? nil : "a finite number"
    case .integer: Int(word) == nil ? "an integer" : nil
    case .logical:
      ["T", "True", "true", "TRUE", "1", "F", "False", "false", "FALSE", "0"].contains(word)
        ? nil : "T or F"
    case .string, .species, .unread: nil
    }
  }
}
