internal import Foundation

// The file layer of GSD (<https://gsd.readthedocs.io/en/stable/file-layer.html>): named chunks of N x M
// numbers for each frame. A header of 256 bytes says where the index and the list of names are.

/// The types of numbers in a chunk.
enum GSDType: UInt8 {
  case uint8 = 1
  case uint16, uint32, uint64, int8, int16, int32, int64, float, double, character

  var size: Int {
    switch self {
    case .uint8, .int8, .character: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float: 4
    case .uint64, .int64, .double: 8
    }
  }

  var isWhole: Bool { self != .float && self != .double }
}

/// Where a chunk is: the index has one entry for each, of 32 bytes.
struct GSDEntry {
  var frame: Int
  var rows: Int
  var location: Int
  var columns: Int
  var name: Int
  var type: GSDType
}

/// A chunk that was read.
struct GSDChunk {
  let rows: Int
  let columns: Int
  let type: GSDType
  let bytes: [UInt8]

  /// All numbers as doubles.
  var doubles: [Double] {
    let integers = type.isWhole ? self.integers.map(Double.init) : []
    switch type {
    case .float: return load(Float.self).map(Double.init)
    case .double: return load(Double.self)
    default: return integers
    }
  }

  /// All numbers as integers; empty for reals.
  var integers: [Int] {
    switch type {
    case .uint8, .character: bytes.map(Int.init)
    case .uint16: load(UInt16.self).map(Int.init)
    case .uint32: load(UInt32.self).map(Int.init)
    case .uint64: load(UInt64.self).map { Int(truncatingIfNeeded: $0) }
    case .int8: bytes.map { Int(Int8(bitPattern: $0)) }
    case .int16: load(Int16.self).map(Int.init)
    case .int32: load(Int32.self).map(Int.init)
    case .int64: load(Int64.self).map(Int.init)
    case .float, .double: []
    }
  }

  /// One text a row, filled up with zeros.
  var strings: [String] {
    (0..<rows).map {
      let row = bytes[$0 * columns..<($0 + 1) * columns]
      return String(decoding: row.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private func load<T: BitwiseCopyable>(_: T.Type) -> [T] {
    bytes.withUnsafeBytes { raw in
      (0..<rows * columns).map {
        raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
      }
    }
  }
}

/// A GSD file for reading: chunks by frame and name.
final class GSDFile {
  static let magic: UInt64 = 0x65DF_65DF_65DF_65DF
  static let headerSize = 256
  static let entrySize = 32

  /// The number of frames.
  private(set) var frameCount = 0
  /// What the chunks mean: "hoomd".
  private(set) var schema = ""
  /// All names of chunks.
  private(set) var names: [String] = []

  private let file: RandomAccessFile
  /// The entries of frame 0, which others fall back on, and of the frame read last.
  private var first: [String: GSDEntry] = [:]
  private var current: (frame: Int, entries: [String: GSDEntry]) = (0, [:])
  /// How many entries frame 0 has.
  private var firstCount = 0
  /// Where the entries of the frame after that begin, and how many there are in all.
  private var nextEntry = 0
  private var entryCount = 0
  private var indexLocation = 0
  /// The names of the chunks that frames have.
  private(set) var usedNames: Set<String> = []

  /// Opens the file and reads its index.
  ///
  /// Throws: `DataError`.
  init(_ path: String) throws {
    file = try RandomAccessFile(path, format: "GSD")
    try readIndex()
  }

  /// The path as it was given.
  var path: String { file.path }

  /// The chunk of that name, of the frame itself.
  func chunk(_ name: String, frame: Int) throws -> GSDChunk? {
    guard let entry = try entries(of: frame)[name] else { return nil }
    let (count, overflow) = entry.rows.multipliedReportingOverflow(by: entry.columns)
    let (length, tooLong) = count.multipliedReportingOverflow(by: entry.type.size)
    guard !overflow, !tooLong, entry.rows >= 0, entry.columns > 0 else {
      throw damaged("chunk '\(name)' has an impossible size")
    }
    let bytes = try read(at: entry.location, length, "chunk '\(name)'")
    return GSDChunk(rows: entry.rows, columns: entry.columns, type: entry.type, bytes: bytes)
  }

  /// Whether any frame has a chunk of that name.
  func hasChunk(_ name: String) -> Bool { names.contains(name) && usedNames.contains(name) }

  /// The names of the chunks of a frame, in the order of the list of names.
  ///
  /// Throws: `DataError`.
  func names(frame: Int) throws -> [String] {
    try entries(of: frame).values.sorted { $0.name < $1.name }.map { names[$0.name] }
  }

  /// The entries of a frame. Frames that follow each other cost nothing but their own entries.
  private func entries(of frame: Int) throws -> [String: GSDEntry] {
    if frame == 0 { return first }
    if frame < current.frame { (current, nextEntry) = ((0, first), firstCount) }
    while current.frame < frame {
      var found: [String: GSDEntry] = [:]
      let count = min(max(32, 2 * first.count), entryCount - nextEntry)
      var (bytes, start) = (try index(nextEntry, count), nextEntry)
      while nextEntry < entryCount {
        if nextEntry - start == bytes.count / Self.entrySize {
          (bytes, start) = (try index(nextEntry, min(count, entryCount - nextEntry)), nextEntry)
        }
        let entry = try entry(bytes, nextEntry - start)
        guard entry.frame == current.frame + 1 else { break }
        found[names[entry.name]] = entry
        nextEntry += 1
      }
      current = (current.frame + 1, found)
    }
    return current.entries
  }

  private func index(_ first: Int, _ count: Int) throws -> [UInt8] {
    try read(at: indexLocation + first * Self.entrySize, count * Self.entrySize, "the index")
  }

  private func entry(_ bytes: [UInt8], _ k: Int) throws -> GSDEntry {
    let start = k * Self.entrySize
    let name = Self.number(bytes, start + 28, 2)
    guard names.indices.contains(name), let type = GSDType(rawValue: bytes[start + 30]) else {
      throw damaged("an entry of the index makes no sense")
    }
    return GSDEntry(
      frame: Self.number(bytes, start, 8), rows: Self.number(bytes, start + 8, 8),
      location: Self.number(bytes, start + 16, 8), columns: Self.number(bytes, start + 24, 4),
      name: name, type: type)
  }

  private func damaged(_ what: String) -> DataError { file.damaged(what) }

  private func read(at offset: Int, _ count: Int, _ what: String) throws -> [UInt8] {
    try file.read(at: offset, count, what)
  }

  private func readIndex() throws {
    let size = file.size
    guard size >= Self.headerSize else { throw notGSD() }
    let header = try read(at: 0, Self.headerSize, "the header")
    guard Self.number(header, 0, 8) == Int(bitPattern: UInt(Self.magic)) else { throw notGSD() }
    let version = Self.number(header, 44, 4) >> 16
    guard version == 1 || version == 2 else {
      throw DataError(
        .badData, file: path, message: "version \(version) of GSD is not read; expected 1 or 2")
    }
    schema = String(decoding: header[112..<176].prefix { $0 != 0 }, as: UTF8.self)
    let allocated = Self.number(header, 16, 8)
    let allocatedNames = Self.number(header, 32, 8)
    guard (0...size / Self.entrySize) ~= allocated, (0...size / 64) ~= allocatedNames else {
      throw damaged("the header gives impossible sizes")
    }
    let list = try read(at: Self.number(header, 24, 8), 64 * allocatedNames, "the list of names")
    names = Self.names(list, fixedLength: version == 1)
    indexLocation = Self.number(header, 8, 8)
    guard indexLocation >= 0, indexLocation <= size - Self.entrySize * allocated else {
      throw damaged("the index lies beyond the end of the file")
    }
    let piece = 1 << 13
    scan: for start in stride(from: 0, to: allocated, by: piece) {
      let count = min(piece, allocated - start)
      let bytes = try index(start, count)
      for k in 0..<count {
        if Self.number(bytes, k * Self.entrySize + 16, 8) == 0 { break scan }
        let entry: GSDEntry
        do { entry = try self.entry(bytes, k) } catch {
          throw damaged("entry \(start + k) of the index makes no sense")
        }
        guard entry.frame >= frameCount - 1, entry.frame <= frameCount, entry.frame >= 0 else {
          throw damaged("entry \(start + k) of the index makes no sense")
        }
        frameCount = entry.frame + 1
        entryCount += 1
        let name = names[entry.name]
        if entry.frame == 0 {
          first[name] = entry
          firstCount += 1
        }
        usedNames.insert(name)
      }
    }
    (current, nextEntry) = ((0, first), firstCount)
  }

  private func notGSD() -> DataError {
    DataError(.badData, file: path, message: "not a GSD file (the magic bytes are missing)")
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int {
    var value: UInt64 = 0
    for k in 0..<width { value |= UInt64(bytes[offset + k]) << UInt64(8 * k) }
    return Int(truncatingIfNeeded: value)
  }

  /// Names of 64 bytes each (version 1), or each ending with a zero (version 2).
  private static func names(_ list: [UInt8], fixedLength: Bool) -> [String] {
    if fixedLength {
      return stride(from: 0, to: list.count, by: 64)
        .map { String(decoding: list[$0..<$0 + 64].prefix { $0 != 0 }, as: UTF8.self) }
        .filter { !$0.isEmpty }
    }
    var names: [String] = []
    for part in list.split(separator: 0, omittingEmptySubsequences: false) {
      if part.isEmpty { break }
      names.append(String(decoding: part, as: UTF8.self))
    }
    return names
  }
}

/// Writes the file layer of GSD: chunks as they come, then names and index, and at last the header.
final class GSDFileWriter {
  private let output: OutputFile
  /// The entries of the frame under way, and the bytes of those of all frames before.
  private var entries: [GSDEntry] = []
  private let index: ByteSpool
  private var names: [String] = []
  private var nameIndex: [String: Int] = [:]
  private var frame = 0

  /// Throws: `DataError` when the file cannot be created.
  init(_ path: String) throws {
    output = try OutputFile(path)
    index = ByteSpool(beside: path)
    guard output.isSeekable else {
      throw DataError(
        .cannotCreate, file: path, message: "a GSD file needs a regular file to go to")
    }
    try output.write([UInt8](repeating: 0, count: GSDFile.headerSize))
  }

  var path: String { output.path }

  /// Adds a chunk to the frame under way.
  func add(_ name: String, rows: Int, columns: Int = 1, _ type: GSDType, _ bytes: [UInt8]) throws {
    guard rows * columns > 0 else { return }
    precondition(bytes.count == rows * columns * type.size, "bytes must fill the chunk")
    entries.append(
      GSDEntry(
        frame: frame, rows: rows, location: output.position, columns: columns,
        name: place(of: name), type: type))
    try output.write(bytes)
  }

  /// Ends the frame.
  ///
  /// Throws: `DataError` when writing fails.
  func endFrame() throws {
    // Readers want the entries of a frame in the order of the names.
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      try index.append(
        Self.bytes([
          (entry.frame, 8), (entry.rows, 8), (entry.location, 8), (entry.columns, 4),
          (entry.name, 2), (Int(entry.type.rawValue), 1), (0, 1),
        ]))
    }
    entries.removeAll(keepingCapacity: true)
    frame += 1
  }

  /// Makes the file appear.
  func commit(application: String, schema: String, schemaVersion: (Int, Int)) throws {
    let namesLocation = output.position
    var list: [UInt8] = names.flatMap { Array($0.utf8) + [UInt8(0)] }
    list.append(0)
    list += [UInt8](repeating: 0, count: (64 - list.count % 64) % 64)
    try output.write(list)
    let indexLocation = output.position
    try index.forEachPiece { try output.write($0) }
    // A free entry, as in the files of the library itself.
    try output.write([UInt8](repeating: 0, count: GSDFile.entrySize))
    let header = Self.bytes([
      (Int(bitPattern: UInt(GSDFile.magic)), 8), (indexLocation, 8),
      (index.count / GSDFile.entrySize + 1, 8),
      (namesLocation, 8), (list.count / 64, 8), (schemaVersion.0 << 16 | schemaVersion.1, 4),
      (2 << 16 | 1, 4),
    ])
    try output.overwrite(header + Self.padded(application) + Self.padded(schema), at: 0)
    try output.commit()
  }

  private func place(of name: String) -> Int {
    if let known = nameIndex[name] { return known }
    names.append(name)
    nameIndex[name] = names.count - 1
    return names.count - 1
  }

  private static func bytes(_ fields: [(value: Int, width: Int)]) -> [UInt8] {
    fields.flatMap { field in
      (0..<field.width).map { UInt8(truncatingIfNeeded: field.value >> (8 * $0)) }
    }
  }

  private static func padded(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8.prefix(63))
    return bytes + [UInt8](repeating: 0, count: 64 - bytes.count)
  }
}
