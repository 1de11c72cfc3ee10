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
  public convenience init(_ values: [Element], filler: Element) {
    self.init(repeating: filler, count: values.count)
    for (k, value) in values.enumerated() { base[k] = value }
  }

  /// Another piece of memory with the same elements.
  public func copy() -> SharedMemory {
    guard count > 0 else { return SharedMemory(empty: ()) }
    let other = SharedMemory(repeating: base[0], count: count)
    other.base.update(from: base, count: count)
    return other
  }

  private init(empty: ()) {
    count = 0
    base = .allocate(capacity: 1)
  }

  deinit { base.deallocate() }

  /// The elements as an array.
  public var values: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
