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
  /// The array that callers ask for most: a matrix.
  private var main: (address: Int, rows: Int, columns: Int)?
  /// What was told meanwhile.
  var warnings: [String] = []
  /// Further JSON values by name.
  var json: [(name: String, text: String)] = []
  private var text: CText?

  init() {}

  /// Adds an array.
  func add(_ name: String, _ values: SharedMemory<Double>, shape: [Int]) {
    arrays.append(Array(name: name, shape: shape, values: .reals(values)))
    if main == nil, shape.count == 2 {
      main = (arrays[arrays.count - 1].address, shape[0], shape[1])
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

  /// Adds names.
  func add(_ name: String, texts: [String]) {
    json.append((name, "[" + texts.map(JSONWords.text).joined(separator: ",") + "]"))
  }

  /// Writes the main array and whether there is more; see `Interface.swift`.
  func summarize(_ out: UnsafeMutablePointer<Int>) {
    if let main { (out[1], out[2], out[3]) = (main.address, main.rows, main.columns) }
    out[4] = arrays.count > 1 || !warnings.isEmpty || !json.isEmpty || main == nil ? 1 : 0
  }

  func description() -> UnsafePointer<CChar> {
    if let text { return text.pointer }
    let list = arrays.map { array in
      "{\"name\":\(JSONWords.text(array.name)),\"type\":\"\(array.type)\",\"shape\":\(array.shape),"
        + "\"pointer\":\(array.address)}"
    }
    let warnings = warnings.map(JSONWords.text).joined(separator: ",")
    let others = json.map { ",\(JSONWords.text($0.name)):\($0.text)" }.joined()
    let made = CText(
      "{\"arrays\":[\(list.joined(separator: ","))],\"warnings\":[\(warnings)]\(others)}")
    text = made
    return made.pointer
  }
}
