/// An array as NumPy stores it: a shape and the elements in C order (last index fastest).
///
/// A 0-d array has an empty shape and one element.
public struct NumPyArray: Equatable, Sendable {
  /// The number of elements along each axis.
  public let shape: [Int]
  /// The elements in C order, whatever the order in the file was.
  public let values: Values

  /// The elements by type. Other types of a file are widened when read: `<f4` to float64, small
  /// and unsigned integers to int64.
  public enum Values: Equatable, Sendable {
    /// `<f8`
    case float64([Double])
    /// `<i8`
    case int64([Int])
    /// `<i4`
    case int32([Int32])
    /// `|b1`
    case bool([Bool])
    /// `<U..`
    case strings([String])

    /// The number of elements.
    public var count: Int {
      switch self {
      case .float64(let values): values.count
      case .int64(let values): values.count
      case .int32(let values): values.count
      case .bool(let values): values.count
      case .strings(let values): values.count
      }
    }
  }

  /// An array of that shape; the values must fill it.
  public init(shape: [Int], values: Values) {
    precondition(shape.reduce(1, *) == values.count, "values must fill the shape")
    self.shape = shape
    self.values = values
  }

  /// A 1-d array of float64.
  public init(_ values: [Double]) { self.init(shape: [values.count], values: .float64(values)) }

  /// A 1-d array of int64.
  public init(_ values: [Int]) { self.init(shape: [values.count], values: .int64(values)) }

  /// A 1-d array of strings.
  public init(_ values: [String]) { self.init(shape: [values.count], values: .strings(values)) }

  /// A 0-d string.
  public init(_ value: String) { self.init(shape: [], values: .strings([value])) }

  /// The number of elements.
  public var count: Int { values.count }

  /// The elements as doubles; nil for strings.
  public var doubles: [Double]? {
    switch values {
    case .float64(let values): values
    case .int64(let values): values.map { Double($0) }
    case .int32(let values): values.map { Double($0) }
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .strings: nil
    }
  }

  /// The elements as integers; nil for strings, and for doubles that are not all whole.
  public var integers: [Int]? {
    switch values {
    case .float64(let values):
      values.allSatisfy({ Int(exactly: $0) != nil }) ? values.map { Int($0) } : nil
    case .int64(let values): values
    case .int32(let values): values.map { Int($0) }
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .strings: nil
    }
  }

  /// The elements as strings; nil for anything else.
  public var strings: [String]? {
    if case .strings(let values) = values { values } else { nil }
  }
}
