/// Memory that several workers of `Parallel` read and write at the same time.
///
/// Nothing checks who writes what: as with `Parallel`, an item must write to nothing that another
/// item of the same loop or phase reads or writes.
public final class SharedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The first element.
  public let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  public let count: Int

  /// `count` times the same value.
  public init(repeating value: Element, count: Int) {
    self.count = count
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: value, count: count)
  }

  /// The elements of an array.
  public init(_ values: [Element]) {
    count = values.count
    base = .allocate(capacity: max(1, values.count))
    // Whole: element by element this would go through the type's metadata in other modules.
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { base.initialize(from: first, count: source.count) }
    }
  }

  /// Another piece of memory with the same elements.
  public func copy() -> SharedMemory { SharedMemory(values) }

  deinit { base.deallocate() }

  /// The elements as an array.
  public var values: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
