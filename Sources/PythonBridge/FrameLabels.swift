internal import Foundation
internal import Geometry
internal import Mathematics

/// Labels and columns of frames as JSON, and back.
enum FrameLabels {
  /// A column of some frames, in memory of the caller.
  struct Column {
    /// Where the values stand; texts are numbers of names.
    enum Values {
      case reals(UnsafePointer<Double>)
      case integers(UnsafePointer<Int64>)
      case logicals(UnsafePointer<UInt8>)
      case strings(UnsafePointer<Int32>, names: [String])
    }

    let name: String
    let width: Int
    /// The frames that have it, in the order in which its values stand.
    let frames: [Int]
    let values: Values

    /// The column of a frame whose values are those of `rows` rows from row `start` on.
    ///
    /// Throws: `InvalidInput` for a text without a name.
    func part(start: Int, rows: Int) throws -> Frame.Column {
      let range = start * width..<(start + rows) * width
      let values: Frame.Column.Values =
        switch values {
        case .reals(let list): .reals(range.map { list[$0] })
        case .integers(let list): .integers(range.map { Int(list[$0]) })
        case .logicals(let list): .logicals(range.map { list[$0] != 0 })
        case .strings(let list, let names):
          .strings(
            try range.map {
              guard names.indices.contains(Int(list[$0])) else {
                throw InvalidInput(
                  "array \(name)", value: "text \(list[$0])", expected: "one of \(names.count)")
              }
              return names[Int(list[$0])]
            })
        }
      return Frame.Column(name: name, width: width, values: values)
    }
  }

  /// An array of labels, `[name, kind, value]` each, for every frame.
  ///
  /// Throws: `WordsError` that names the frame and the label for anything else.
  static func parse(_ data: Data) throws -> [Frame.Labels] {
    guard let list = try? JSONSerialization.jsonObject(with: data) as? [[[Any]]] else {
      throw WordsError(message: "labels of frames are not understood")
    }
    return try list.enumerated().map { index, entries in
      var labels = Frame.Labels()
      for entry in entries {
        guard entry.count == 3, let name = entry[0] as? String, let kind = entry[1] as? String,
          let label = label(kind, entry[2])
        else {
          throw WordsError(
            message: "frame \(index): label '\(entry.first ?? "")' is not understood")
        }
        labels[name] = label
      }
      return labels
    }
  }

  /// A label of a kind that the caller names: JSON cannot tell 1 from 1.0 and true.
  private static func label(_ kind: String, _ value: Any) -> Frame.Label? {
    switch kind {
    case "real": real(value).map { .real($0) }
    case "integer": (value as? Int).map { .integer($0) }
    case "logical": (value as? Bool).map { .logical($0) }
    case "string": (value as? String).map { .string($0) }
    case "reals": (value as? [Any])?.all(real).map { .reals($0) }
    case "integers": (value as? [Int]).map { .integers($0) }
    case "logicals": (value as? [Bool]).map { .logicals($0) }
    case "strings": (value as? [String]).map { .strings($0) }
    case "matrix":
      (value as? [[Any]])?.all { $0.all(real) }.map { .matrix($0) }
    default: nil
    }
  }

  /// Real numbers come as texts, with all their digits: what JSON makes of them is off by some last bits.
  private static func real(_ value: Any) -> Double? {
    if let text = value as? String { return Double(text) }
    return (value as? NSNumber)?.doubleValue
  }

  /// Throws: `WordsError` that names the column for anything but what `FrameInput` says.
  static func columns(_ data: Data) throws -> [Column] {
    guard let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]] else {
      throw WordsError(message: "columns of frames are not understood")
    }
    return try list.map { entry in
      guard let name = entry["name"] as? String, let width = entry["width"] as? Int,
        let frames = entry["frames"] as? [Int], let values = values(entry)
      else {
        throw WordsError(message: "array '\(entry["name"] ?? "")' of frames is not understood")
      }
      return Column(name: name, width: width, frames: frames, values: values)
    }
  }

  private static func values(_ entry: [String: Any]) -> Column.Values? {
    guard let kind = entry["kind"] as? String, let address = entry["pointer"] as? Int else {
      return nil
    }
    func pointer<Element>(_: Element.Type) -> UnsafePointer<Element>? {
      UnsafePointer(bitPattern: address)
    }
    switch kind {
    case "real": return pointer(Double.self).map { .reals($0) }
    case "integer": return pointer(Int64.self).map { .integers($0) }
    case "logical": return pointer(UInt8.self).map { .logicals($0) }
    case "string":
      guard let names = entry["texts"] as? [String] else { return nil }
      return pointer(Int32.self).map { .strings($0, names: names) }
    default: return nil
    }
  }

  /// The labels of a frame as JSON; numbers that are not finite as Python writes them.
  static func json(_ labels: Frame.Labels) -> String {
    "{"
      + labels.names.compactMap { name in
        labels[name].map { "\(JSONWords.text(name)):\(json($0))" }
      }.joined(separator: ",") + "}"
  }

  private static func json(_ label: Frame.Label) -> String {
    func list<T>(_ values: [T], _ body: (T) -> String) -> String {
      "[" + values.map(body).joined(separator: ",") + "]"
    }
    return switch label {
    case .real(let value): JSONWords.number(value)
    case .integer(let value): "\(value)"
    case .logical(let value): "\(value)"
    case .string(let value): JSONWords.text(value)
    case .reals(let values): list(values, JSONWords.number)
    case .integers(let values): list(values) { "\($0)" }
    case .logicals(let values): list(values) { "\($0)" }
    case .strings(let values): list(values, JSONWords.text)
    case .matrix(let rows): list(rows) { list($0, JSONWords.number) }
    }
  }
}

extension Array {
  /// All values, or nil where one has none.
  fileprivate func all<T>(_ body: (Element) -> T?) -> [T]? {
    var result: [T] = []
    for element in self {
      guard let value = body(element) else { return nil }
      result.append(value)
    }
    return result
  }
}

/// Pieces of JSON as Python's `json` reads it.
enum JSONWords {
  static func number(_ value: Double) -> String {
    value.isFinite ? "\(value)" : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
  }

  static func text(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        result += "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
