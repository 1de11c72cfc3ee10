internal import CHDF5
internal import Foundation
internal import Synchronization

/// The library of HDF5, which one thread may call at a time.
private let library = Mutex(())

private func failure(_ code: DataError.Kind, _ path: String, _ what: String) -> DataError {
  DataError(code, file: path, message: "\(what): \(String(cString: mesogen_h5_error()))")
}

/// An array in a file of HDF5.
public struct HDF5Array: Equatable, Sendable {
  /// What its elements are.
  public enum Kind: Equatable, Sendable {
    /// Floating-point numbers of so many bytes.
    case real(bytes: Int)
    /// Whole numbers of so many bytes.
    case integer(bytes: Int)
    /// Text.
    case text
    /// Something else, or no array but a group.
    case other
  }

  /// Its name in the root of the file.
  public let name: String
  /// What its elements are.
  public let kind: Kind
  /// Entries along each axis; empty for a single value.
  public let shape: [Int]
}

/// Reads arrays of the root of a file of HDF5, as many rows at a time as are wanted.
public final class HDF5Reader {
  /// The path as it was given.
  public let path: String
  /// The arrays by the order of their names.
  public let arrays: [HDF5Array]
  private let file: mesogen_h5_file

  private static let longestName = 1024
  /// More members than any file of features has.
  private static let mostArrays: UInt64 = 10_000

  /// Throws: `DataError` when there is no such file, or none of HDF5.
  public init(_ path: String) throws {
    self.path = path
    guard FilePath.exists(path) else {
      throw DataError.system(.noInput, file: path, errno: ENOENT)
    }
    var status = stat()
    let fileSize = stat(path, &status) == 0 ? Int(status.st_size) : 0
    var file: mesogen_h5_file = -1
    arrays = try library.withLock { _ in
      guard mesogen_h5_open(path, 0, &file) == 0 else {
        throw failure(.badData, path, "not a file of HDF5 that can be read")
      }
      do {
        let found = try Self.list(file, path)
        try found.forEach { try Self.check($0, fileSize: fileSize, path) }
        return found
      } catch {
        mesogen_h5_close(file)
        throw error
      }
    }
    self.file = file
  }

  deinit { library.withLock { [file] _ in _ = mesogen_h5_close(file) } }

  private static func list(_ file: mesogen_h5_file, _ path: String) throws -> [HDF5Array] {
    var count: UInt64 = 0
    guard mesogen_h5_count(file, &count) == 0, count <= mostArrays else {
      throw failure(.badData, path, "no list of at most \(mostArrays) arrays")
    }
    return try (0..<count).map { index in
      var name = [CChar](repeating: 0, count: longestName)
      guard mesogen_h5_name(file, index, &name, name.count) == 0 else {
        throw failure(.badData, path, "an array without a name")
      }
      let text = String(
        decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      return try describe(file, text, path)
    }
  }

  private static func describe(
    _ file: mesogen_h5_file, _ name: String, _ path: String
  ) throws -> HDF5Array {
    var (kind, bytes, axes) = (MESOGEN_H5_OTHER, 0, Int32(0))
    var shape = [UInt64](repeating: 0, count: Int(MESOGEN_H5_MOST_AXES))
    guard mesogen_h5_describe(file, name, &kind, &bytes, &axes, &shape) == 0 else {
      throw failure(.badData, path, "array '\(name)'")
    }
    let found: HDF5Array.Kind =
      switch kind {
      case MESOGEN_H5_FLOAT64: .real(bytes: bytes)
      case MESOGEN_H5_INT64: .integer(bytes: bytes)
      case MESOGEN_H5_TEXT: .text
      default: .other
      }
    return HDF5Array(
      name: name, kind: found, shape: shape.prefix(Int(axes)).map { Int(clamping: $0) })
  }

  /// Sizes that a file cannot hold are not believed: deflate packs 1032 times at most.
  private static func check(_ array: HDF5Array, fileSize: Int, _ path: String) throws {
    var size = 1
    for axis in array.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: max(1, axis))
      guard !overflow, product <= (1 << 27) + 140 * fileSize else {
        throw DataError(
          .badData, file: path,
          message: "array '\(array.name)' says that it has the shape "
            + "\(array.shape.map(String.init).joined(separator: " x ")), more than a file of "
            + "\(fileSize) bytes holds")
      }
      size = product
    }
  }

  /// The array of that name; nil where there is none.
  public func array(_ name: String) -> HDF5Array? { arrays.first { $0.name == name } }

  /// Rows of an array of numbers, after each other.
  ///
  /// Throws: `DataError` for rows that there are not, or what is no array of numbers.
  public func rows(_ name: String, first: Int, count: Int) throws -> [Double] {
    try read(name, first, count, MESOGEN_H5_FLOAT64, zero: 0.0)
  }

  /// Rows of an array of whole numbers, after each other.
  ///
  /// Throws: `DataError` for rows that there are not, or what is no array of whole numbers.
  public func integers(_ name: String) throws -> [Int] {
    let array = try required(name)
    guard case .integer = array.kind else {
      throw DataError(
        .badData, file: path, message: "array '\(name)' does not hold whole numbers")
    }
    return try read(name, 0, array.shape.first ?? 1, MESOGEN_H5_INT64, zero: Int64(0)).map {
      Int($0)
    }
  }

  /// A single text.
  ///
  /// Throws: `DataError` where there is none.
  public func text(_ name: String) throws -> String {
    try library.withLock { [file] _ in
      guard let bytes = mesogen_h5_read_text(file, name) else {
        throw failure(.badData, path, "'\(name)'")
      }
      defer { free(bytes) }
      return String(cString: bytes)
    }
  }

  private func required(_ name: String) throws -> HDF5Array {
    guard let array = array(name) else {
      throw DataError(
        .badData, file: path,
        message:
          "there is no array '\(name)'; the file has \(arrays.map(\.name).joined(separator: ", "))")
    }
    return array
  }

  private func read<Element>(
    _ name: String, _ first: Int, _ count: Int, _ kind: mesogen_h5_kind, zero: Element
  ) throws -> [Element] {
    let array = try required(name)
    switch array.kind {
    case .real, .integer: break
    case .text, .other:
      throw DataError(.badData, file: path, message: "array '\(name)' does not hold numbers")
    }
    guard first >= 0, count >= 0, let rows = array.shape.first, first <= rows,
      count <= rows - first
    else {
      throw DataError(
        .badData, file: path,
        message: "array '\(name)' does not have rows \(first) to \(first + count)")
    }
    let size = count * array.shape.dropFirst().reduce(1, *)
    var values = [Element](repeating: zero, count: size)
    try library.withLock { [file] _ in
      let status = values.withUnsafeMutableBytes {
        mesogen_h5_read(file, name, kind, UInt64(first), UInt64(count), $0.baseAddress)
      }
      guard status == 0 else { throw failure(.badData, path, "array '\(name)'") }
    }
    return values
  }
}

/// Writes arrays that grow along their first axis, in compressed chunks of about 256 kB, to a file of HDF5
/// that appears whole or not at all.
public final class HDF5Writer {
  private let output: OutputFile
  private var file: mesogen_h5_file = -1
  private var isOpen = false
  private var widths: [String: Int] = [:]
  /// Rows that wait until they fill a chunk: a chunk that is written in pieces is compressed for each.
  private var reals: [String: [Double]] = [:]
  private var integers: [String: [Int64]] = [:]

  /// The level of deflate: beyond it files become hardly smaller, and writing much slower.
  private static let level: Int32 = 4
  private static let chunkBytes = 1 << 18

  /// A new file.
  ///
  /// Throws: `DataError` when it cannot be created; it cannot go to standard output.
  public convenience init(_ path: String) throws { try self.init(path, copying: nil) }

  /// A copy of a file, to which rows are added; the path may be that of the file itself.
  ///
  /// Throws: `DataError` when one of them cannot be opened.
  public convenience init(_ path: String, appendingTo existing: String) throws {
    try self.init(path, copying: existing)
  }

  private init(_ path: String, copying existing: String?) throws {
    output = try OutputFile(path)
    guard let place = output.pathWhileOpen else {
      throw DataError(
        .cannotCreate, file: path, message: "a file of HDF5 cannot go to a pipe or device")
    }
    if let existing {
      guard let source = InputStream(fileAtPath: existing) else {
        throw DataError.system(.noInput, file: existing, errno: ENOENT)
      }
      source.open()
      defer { source.close() }
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        let count = source.read(&buffer, maxLength: buffer.count)
        guard count >= 0 else { throw DataError.system(.inputOutput, file: existing, errno: EIO) }
        if count == 0 { break }
        try output.write(Array(buffer[..<count]))
      }
      try output.flush()
    }
    var file: mesogen_h5_file = -1
    try library.withLock { _ in
      let status =
        existing == nil ? mesogen_h5_create(place, &file) : mesogen_h5_open(place, 1, &file)
      guard status == 0 else {
        throw failure(existing == nil ? .cannotCreate : .badData, existing ?? path, "HDF5")
      }
    }
    (self.file, isOpen) = (file, true)
    if let existing {
      for array in try HDF5Reader(existing).arrays {
        widths[array.name] = array.shape.dropFirst().reduce(1, *)
      }
    }
  }

  deinit { close() }

  private func close() {
    guard isOpen else { return }
    isOpen = false
    library.withLock { [file] _ in _ = mesogen_h5_close(file) }
  }

  /// Makes an array of float64 without rows; a row has the shape `row`.
  ///
  /// Throws: `DataError` when writing fails.
  public func makeReals(_ name: String, row: [Int] = []) throws {
    try make(name, MESOGEN_H5_FLOAT64, row)
  }

  /// Makes an array of int64 without rows; a row has the shape `row`.
  ///
  /// Throws: `DataError` when writing fails.
  public func makeIntegers(_ name: String, row: [Int] = []) throws {
    try make(name, MESOGEN_H5_INT64, row)
  }

  private func make(_ name: String, _ kind: mesogen_h5_kind, _ row: [Int]) throws {
    let width = row.reduce(1, *)
    widths[name] = width
    let rows = Self.rows(ofChunk: width)
    let shape = [0] + row.map(UInt64.init)
    try library.withLock { [file] _ in
      guard
        mesogen_h5_make(file, name, kind, Int32(shape.count), shape, UInt64(rows), Self.level) == 0
      else { throw failure(.inputOutput, output.path, "array '\(name)'") }
    }
  }

  /// Adds rows to an array of float64.
  ///
  /// Throws: `DataError` when writing fails, as on a full disk.
  public func append(_ values: [Double], to name: String) throws {
    try Self.add(values, to: &reals[name, default: []], rows: chunkRows(name)) { rows in
      try rows.withUnsafeBytes { try append($0, count: rows.count, to: name) }
    }
  }

  /// Adds rows to an array of int64.
  ///
  /// Throws: `DataError` when writing fails, as on a full disk.
  public func append(_ values: [Int], to name: String) throws {
    try Self.add(values.map(Int64.init), to: &integers[name, default: []], rows: chunkRows(name)) {
      rows in
      try rows.withUnsafeBytes { try append($0, count: rows.count, to: name) }
    }
  }

  /// The numbers of a chunk.
  private func chunkRows(_ name: String) -> Int {
    let width = widths[name] ?? 1
    return width * Self.rows(ofChunk: width)
  }

  private static func rows(ofChunk width: Int) -> Int { max(1, chunkBytes / max(8, 8 * width)) }

  private static func add<Element>(
    _ values: [Element], to waiting: inout [Element], rows size: Int,
    _ write: (ArraySlice<Element>) throws -> Void
  ) throws {
    waiting += values
    let whole = waiting.count / size * size
    guard whole > 0 else { return }
    try write(waiting[..<whole])
    waiting.removeFirst(whole)
  }

  private func appendWaiting() throws {
    for (name, values) in reals.sorted(by: { $0.key < $1.key }) where !values.isEmpty {
      try values.withUnsafeBytes { try append($0, count: values.count, to: name) }
    }
    for (name, values) in integers.sorted(by: { $0.key < $1.key }) where !values.isEmpty {
      try values.withUnsafeBytes { try append($0, count: values.count, to: name) }
    }
    (reals, integers) = ([:], [:])
  }

  private func append(_ bytes: UnsafeRawBufferPointer, count: Int, to name: String) throws {
    let width = widths[name] ?? 1
    precondition(width > 0 && count % width == 0, "values must fill whole rows")
    try library.withLock { [file] _ in
      guard mesogen_h5_append(file, name, UInt64(count / width), bytes.baseAddress) == 0 else {
        throw failure(.inputOutput, output.path, "array '\(name)' cannot be written")
      }
    }
  }

  /// Adds all of a spool as rows.
  ///
  /// Throws: `DataError` when writing fails.
  public func append(_ spool: SpooledRows, to name: String) throws {
    let width = 8 * (widths[name] ?? 1)
    var left: [UInt8] = []
    precondition(width > 0, "rows must hold something")
    try spool.forEachPiece { piece in
      left.append(contentsOf: piece)
      let whole = left.count / width * width
      try left.withUnsafeBytes {
        try append(UnsafeRawBufferPointer(rebasing: $0[..<whole]), count: whole / 8, to: name)
      }
      left.removeFirst(whole)
    }
    precondition(left.isEmpty, "values must fill whole rows")
  }

  /// Adds a text.
  ///
  /// Throws: `DataError` when writing fails.
  public func write(_ text: String, to name: String) throws {
    try library.withLock { [file] _ in
      guard mesogen_h5_write_text(file, name, text) == 0 else {
        throw failure(.inputOutput, output.path, "'\(name)' cannot be written")
      }
    }
  }

  /// Makes the file appear.
  ///
  /// Throws: `DataError` when writing fails.
  public func commit() throws {
    precondition(isOpen, "the file was closed before")
    try appendWaiting()
    isOpen = false
    try library.withLock { [file] _ in
      guard mesogen_h5_close(file) == 0 else {
        throw failure(.inputOutput, output.path, "the file cannot be finished")
      }
    }
    try output.commit()
  }
}
