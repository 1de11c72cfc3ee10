/// Labels of one axis of a block: names, and one row of integers for each entry, as metatensor has
/// them.
public struct TensorLabels: Equatable, Sendable {
  /// The names of the columns.
  public let names: [String]
  /// The number of entries.
  public let count: Int
  /// The rows, after each other.
  public let values: [Int32]

  /// Entries with `names.count` values each, after each other.
  public init(names: [String], values: [Int32]) {
    precondition(!names.isEmpty && values.count % names.count == 0, "values must fill whole rows")
    self.names = names
    self.values = values
    count = values.count / names.count
  }

  /// One name; its values are 0, 1, ..., count - 1.
  public init(_ name: String, range count: Int) {
    self.init(names: [name], values: (0..<Int32(count)).map { $0 })
  }

  /// The values of the column of that name; empty where there is none.
  public func column(_ name: String) -> [Int] {
    guard let place = names.firstIndex(of: name) else { return [] }
    return (0..<count).map { Int(values[$0 * names.count + place]) }
  }

  /// The row of an entry.
  public subscript(entry: Int) -> ArraySlice<Int32> {
    values[entry * names.count..<(entry + 1) * names.count]
  }
}

/// A block of values with labels for each axis: samples, any number of components, properties.
public struct TensorBlock: Equatable, Sendable {
  /// One entry a row of the values.
  public let samples: TensorLabels
  /// The axes between samples and properties, as m of a spherical tensor.
  public let components: [TensorLabels]
  /// One entry for each value of the last axis.
  public let properties: TensorLabels
  /// The values in C order.
  public let values: [Double]

  /// Values that fill samples x components x properties.
  public init(
    samples: TensorLabels, components: [TensorLabels] = [], properties: TensorLabels,
    values: [Double]
  ) {
    self.samples = samples
    self.components = components
    self.properties = properties
    self.values = values
    precondition(shape.reduce(1, *) == values.count, "values must fill the block")
  }

  /// The number of entries along each axis.
  public var shape: [Int] { [samples.count] + components.map(\.count) + [properties.count] }
}

/// Blocks by key: what metatensor calls a tensor map.
public struct TensorMap: Equatable, Sendable {
  /// One entry a block.
  public let keys: TensorLabels
  /// The blocks in the order of the keys.
  public let blocks: [TensorBlock]
  /// Text that goes with the values: where they come from.
  public let info: [String: String]

  /// As many blocks as keys.
  public init(keys: TensorLabels, blocks: [TensorBlock], info: [String: String] = [:]) {
    precondition(keys.count == blocks.count, "one block a key")
    self.keys = keys
    self.blocks = blocks
    self.info = info
  }
}
