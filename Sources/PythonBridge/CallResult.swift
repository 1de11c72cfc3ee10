internal import Geometry
internal import Mathematics

/// What a call gives back: named arrays that live as long as this object, and JSON about everything else.
final class CallResult: Described {
  /// An array of numbers.
  struct Array {
    enum Values {
      case reals(SharedMemory<Double>)
      case integers(SharedMemory<Int>)
      case small(SharedMemory<Int32>)
      case bytes(SharedMemory<UInt8>)
    }

    let name: String
    let shape: [Int]
    let values: Values

    var address: Int {
      switch values {
      case .reals(let memory): Int(bitPattern: memory.base)
      case .integers(let memory): Int(bitPattern: memory.base)
      case .small(let memory): Int(bitPattern: memory.base)
      case .bytes(let memory): Int(bitPattern: memory.base)
      }
    }

    /// The type as NumPy writes it.
    var type: String {
      switch values {
      case .reals: "<f8"
      case .integers: "<i8"
      case .small: "<i4"
      case .bytes: "|u1"
      }
    }
  }

  private(set) var arrays: [Array] = []
  /// Whether there are several columns in one array.
  private var hasColumns = false
  /// The array that callers ask for most, the first of reals: a matrix, or a column.
  private var main: (address: Int, rows: Int, columns: Int)?
  /// What was told meanwhile.
  var warnings: [String] = []
  /// Further JSON values by name.
  var json: [(name: String, text: String)] = []
  private var text: CText?
  private var listed: CText?

  init() {}

  /// Adds an array.
  func add(_ name: String, _ values: SharedMemory<Double>, shape: [Int]) {
    arrays.append(Array(name: name, shape: shape, values: .reals(values)))
    if main == nil, (1...2).contains(shape.count) {
      main = (arrays[arrays.count - 1].address, shape[0], shape.count == 2 ? shape[1] : 1)
    }
  }

  /// Adds an array of reals.
  func add(_ name: String, _ values: [Double], shape: [Int]? = nil) {
    add(name, SharedMemory(values), shape: shape ?? [values.count])
  }

  /// Adds an array of integers.
  func add(_ name: String, _ values: [Int], shape: [Int]? = nil) {
    arrays.append(
      Array(name: name, shape: shape ?? [values.count], values: .integers(SharedMemory(values))))
  }

  /// Adds an array of small integers.
  func add(_ name: String, _ values: [Int32], shape: [Int]? = nil) {
    arrays.append(
      Array(name: name, shape: shape ?? [values.count], values: .small(SharedMemory(values))))
  }

  /// Adds an array of bytes.
  func add(_ name: String, _ values: [UInt8], shape: [Int]? = nil) {
    arrays.append(
      Array(name: name, shape: shape ?? [values.count], values: .bytes(SharedMemory(values))))
  }

  /// Names of equally long columns that stand in memory after each other: for Python to make views of one array
  /// is ten times faster than to take in an array each.
  struct ColumnNames {
    let count: Int
    /// The names, each ended by the character "unit separator".
    let joined: String

    init(_ names: some Collection<String>) {
      count = names.count
      joined = names.reduce(into: "") { $0 += $1 + "\u{1f}" }
    }
  }

  /// Adds equally long columns, one after the other.
  func add(columns names: ColumnNames, _ values: [Double]) {
    hasColumns = true
    add(names.joined, values, shape: [names.count, values.count / max(1, names.count)])
  }

  /// Adds equally long columns of integers, one after the other.
  func add(columns names: ColumnNames, _ values: [Int]) {
    hasColumns = true
    add(names.joined, values, shape: [names.count, values.count / max(1, names.count)])
  }

  /// Adds names.
  func add(_ name: String, texts: [String]) {
    json.append((name, "[" + texts.map(JSONWords.text).joined(separator: ",") + "]"))
  }

  /// Writes the main array and whether there is more; see `Interface.swift`.
  func summarize(_ out: UnsafeMutablePointer<Int>) {
    if let main { (out[1], out[2], out[3]) = (main.address, main.rows, main.columns) }
    let isMore = arrays.count != 1 || main == nil || hasColumns
    out[4] = (isMore ? 1 : 0) + (warnings.isEmpty && json.isEmpty ? 0 : 2)
  }

  /// Of every array the address, the number of dimensions and four sizes, as many arrays as there is room for.
  func list(_ numbers: UnsafeMutablePointer<Int>, capacity: Int) {
    for (k, array) in arrays.prefix(capacity).enumerated() {
      let place = numbers + 6 * k
      (place[0], place[1]) = (array.address, array.shape.count)
      for axis in 0..<4 { place[2 + axis] = axis < array.shape.count ? array.shape[axis] : 0 }
    }
  }

  /// Names and types of the arrays, a line each; columns that stand together have one line, and a character
  /// "unit separator" after every name.
  func names() -> UnsafePointer<CChar> {
    if let listed { return listed.pointer }
    var text = ""
    for array in arrays {
      if !text.isEmpty { text += "\n" }
      text += array.name
      text += " "
      text += array.type
    }
    let made = CText(text)
    listed = made
    return made.pointer
  }

  func description() -> UnsafePointer<CChar> {
    if let text { return text.pointer }
    let warnings = warnings.map(JSONWords.text).joined(separator: ",")
    let others = json.map { ",\(JSONWords.text($0.name)):\($0.text)" }.joined()
    let made = CText("{\"warnings\":[\(warnings)]\(others)}")
    text = made
    return made.pointer
  }
}
