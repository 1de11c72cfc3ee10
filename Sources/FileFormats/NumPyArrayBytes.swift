// The bytes of a `.npy` file to an array and back. All machines that this runs on are
// little-endian; big-endian files are refused.

extension NumPyArray {
  /// Reads the bytes of a `.npy` file.
  ///
  /// Throws: `NumPyFormatError`, also for big-endian, complex, structured and pickled data.
  init(npy bytes: [UInt8]) throws {
    let (header, offset) = try NumPyHeader.parse(bytes)
    guard !header.isStructured else {
      throw NumPyFormatError("structured arrays are not read here")
    }
    let type = header.fields[0].type
    let count = try Self.elementCount(header.shape)
    let width = try Self.elementSize(type)
    let (size, overflow) = count.multipliedReportingOverflow(by: width)
    let most = InputLimits.emptyElements
    guard width > 0 || count <= most, count > 0 || header.shape.allSatisfy({ $0 <= most }) else {
      throw NumPyFormatError(
        "shape \(header.shape) without any bytes of data; expected at most \(most) entries an axis")
    }
    guard !overflow, size <= bytes.count - offset else {
      throw NumPyFormatError(
        "the data are cut off: \(bytes.count - offset) bytes where \(count) elements of \(width) "
          + "bytes are announced")
    }
    let inFileOrder = bytes[offset..<offset + size].withUnsafeBytes {
      Self.elements(of: $0, type: type, width: width, count: count)
    }
    let values =
      header.fortranOrder && header.shape.count > 1
      ? inFileOrder.permuted(Self.fortranToC(header.shape)) : inFileOrder
    self.init(shape: header.shape, values: values)
  }

  /// The product of the shape. Throws: `NumPyFormatError` when it is beyond all measure.
  private static func elementCount(_ shape: [Int]) throws -> Int {
    var count = 1
    for axis in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: axis)
      guard !overflow else { throw NumPyFormatError("the shape \(shape) is too large") }
      count = product
    }
    return count
  }

  /// Bytes of one element of that type. Throws: `NumPyFormatError` for types that are not read.
  private static func elementSize(_ type: String) throws -> Int {
    let known = [
      "<f8": 8, "<f4": 4, "<f2": 2, "<i8": 8, "<i4": 4, "<i2": 2, "|i1": 1, "|u1": 1, "<u2": 2,
      "<u4": 4, "<u8": 8, "|b1": 1,
    ]
    if let size = known[type] { return size }
    if type.hasPrefix("<U"), let length = Int(type.dropFirst(2)), (0...1 << 40) ~= length {
      return 4 * length
    }
    if type.hasPrefix("|S"), let length = Int(type.dropFirst(2)), (0...1 << 40) ~= length {
      return length
    }
    throw NumPyFormatError(
      "type '\(type)' is not read; expected one of \(known.keys.sorted().joined(separator: ", ")) "
        + "or <U..")
  }

  private static func elements(
    of raw: UnsafeRawBufferPointer, type: String, width: Int, count: Int
  ) -> Values {
    func load<T: BitwiseCopyable, U>(_: T.Type, _ convert: (T) -> U) -> [U] {
      (0..<count).map { convert(raw.loadUnaligned(fromByteOffset: $0 * width, as: T.self)) }
    }
    switch type {
    case "<f8":
      return .float64(
        [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
          UnsafeMutableRawBufferPointer(buffer).copyMemory(from: raw)
          initialized = count
        })
    case "<f4": return .float64(load(Float.self) { Double($0) })
    #if !(arch(x86_64) && os(macOS))
      case "<f2": return .float64(load(Float16.self) { Double($0) })
    #endif
    case "<i8": return .int64(load(Int.self) { $0 })
    case "<i4": return .int32(load(Int32.self) { $0 })
    case "<i2": return .int64(load(Int16.self) { Int($0) })
    case "|i1": return .int64(load(Int8.self) { Int($0) })
    case "|u1": return .int64(load(UInt8.self) { Int($0) })
    case "<u2": return .int64(load(UInt16.self) { Int($0) })
    case "<u4": return .int64(load(UInt32.self) { Int($0) })
    case "<u8": return .int64(load(UInt64.self) { Int(truncatingIfNeeded: $0) })
    case "|b1": return .bool(load(UInt8.self) { $0 != 0 })
    default:
      return .strings(
        (0..<count).map {
          text(UnsafeRawBufferPointer(rebasing: raw[$0 * width..<($0 + 1) * width]), type)
        })
    }
  }

  /// One string: UCS-4 for `<U`, bytes for `|S`, both filled up with zeros.
  private static func text(_ raw: UnsafeRawBufferPointer, _ type: String) -> String {
    if type.hasPrefix("|S") {
      return String(
        decoding: raw[..<(raw.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0)], as: UTF8.self)
    }
    var codes = (0..<raw.count / 4).map {
      raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)
    }
    while codes.last == 0 { codes.removeLast() }
    return String(decoding: codes, as: UTF32.self)
  }

  /// For each place in C order, the place in Fortran order.
  private static func fortranToC(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for k in 1..<shape.count { strides[k] = strides[k - 1] * shape[k - 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    return (0..<shape.reduce(1, *)).map { _ in
      defer {
        var k = shape.count - 1
        while k >= 0 {
          index[k] += 1
          place += strides[k]
          if index[k] < shape[k] { break }
          place -= strides[k] * shape[k]
          index[k] = 0
          k -= 1
        }
      }
      return place
    }
  }

  /// The bytes of a `.npy` file, version 1.0, C order, data at a multiple of 64.
  func npyBytes() -> [UInt8] {
    NumPyHeader(type: values.typeCode, shape: shape).encoded() + values.bytes
  }
}

extension NumPyArray.Values {
  /// The elements in the order of `places`.
  fileprivate func permuted(_ places: [Int]) -> Self {
    switch self {
    case .float64(let values): .float64(places.map { values[$0] })
    case .int64(let values): .int64(places.map { values[$0] })
    case .int32(let values): .int32(places.map { values[$0] })
    case .bool(let values): .bool(places.map { values[$0] })
    case .strings(let values): .strings(places.map { values[$0] })
    }
  }

  /// NumPy's name of the type.
  var typeCode: String {
    switch self {
    case .float64: "<f8"
    case .int64: "<i8"
    case .int32: "<i4"
    case .bool: "|b1"
    case .strings(let values):
      // NumPy has no strings of length 0 in files: the shortest is 1.
      "<U\(max(1, values.lazy.map(\.unicodeScalars.count).max() ?? 1))"
    }
  }

  /// The elements as they stand in a file.
  var bytes: [UInt8] {
    switch self {
    case .float64(let values): values.withUnsafeBytes { Array($0) }
    case .int64(let values): values.withUnsafeBytes { Array($0) }
    case .int32(let values): values.withUnsafeBytes { Array($0) }
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .strings(let values):
      stringBytes(values, length: max(1, values.lazy.map(\.unicodeScalars.count).max() ?? 1))
    }
  }

  private func stringBytes(_ values: [String], length: Int) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(4 * length * values.count)
    for value in values {
      let end = bytes.count + 4 * length
      for scalar in value.unicodeScalars {
        withUnsafeBytes(of: scalar.value.littleEndian) { bytes.append(contentsOf: $0) }
      }
      bytes += [UInt8](repeating: 0, count: end - bytes.count)
    }
    return bytes
  }
}
