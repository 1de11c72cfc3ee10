public import Mathematics

/// Writes a `.npz` file: small arrays at once, and large matrices row by row, whose number of rows
/// shows only at their end. The arrays stand in the file in the order in which they were given, and
/// equal arrays make equal bytes. The file appears when `commit()` is called.
public final class NumPyArchiveWriter {
  private let zip: ZipWriter
  private var names: Set<String> = []
  private var matrix: (columns: Int, rows: Int, headerSize: Int)?
  /// Arrays that were given while a matrix was open; they follow it.
  private var waiting: [(name: String, array: NumPyArray)] = []

  /// Opens the archive.
  ///
  /// Throws: `DataError` when it cannot be created; an archive cannot go to standard output.
  public init(_ path: String) throws { zip = try ZipWriter(path) }

  /// Adds an array.
  ///
  /// Throws: `DataError` when writing fails.
  public func add(_ name: String, _ array: NumPyArray) throws {
    claim(name)
    if matrix == nil {
      try zip.add("\(name).npy", array.npyBytes())
    } else {
      waiting.append((name, array))
    }
  }

  /// Adds a matrix of float64.
  ///
  /// Throws: `DataError` when writing fails.
  public func add(_ name: String, _ matrix: Matrix) throws {
    try add(
      name,
      NumPyArray(shape: [matrix.rows, matrix.columns], values: .float64(matrix.elements)))
  }

  /// Adds an array of float64 of that shape, whose elements wait in a spool. No matrix may be open.
  ///
  /// Throws: `DataError` when reading or writing fails.
  public func add(_ name: String, _ spool: SpooledRows, shape: [Int]) throws {
    precondition(matrix == nil, "a matrix is open")
    claim(name)
    try zip.add("\(name).npy", spool, shape: shape)
  }

  /// Adds an array of int64 of that shape, whose elements wait in a spool. No matrix may be open.
  ///
  /// Throws: `DataError` when reading or writing fails.
  public func add(_ name: String, integers spool: ByteSpool, shape: [Int]) throws {
    precondition(matrix == nil, "a matrix is open")
    claim(name)
    try zip.add("\(name).npy", integers: spool, shape: shape)
  }

  /// Begins a matrix of float64 with that many columns. One can be open at a time.
  ///
  /// Throws: `DataError` when writing fails.
  public func beginMatrix(_ name: String, columns: Int) throws {
    precondition(matrix == nil, "another matrix is open")
    claim(name)
    try zip.begin("\(name).npy")
    // Room for the header with the largest number of rows there can be.
    let size = NumPyHeader(type: "<f8", shape: [Int.max, columns]).encoded().count
    try zip.reserve(size)
    matrix = (columns, 0, size)
  }

  /// Adds one or more rows, after each other, to the open matrix.
  ///
  /// Throws: `DataError` when writing fails, as on a full disk.
  public func append(rows values: [Double]) throws {
    try values.withUnsafeBufferPointer { try append(rows: $0) }
  }

  /// Adds one or more rows, after each other, to the open matrix.
  ///
  /// Throws: `DataError` when writing fails, as on a full disk.
  public func append(rows values: UnsafeBufferPointer<Double>) throws {
    guard let open = matrix else { preconditionFailure("no matrix is open") }
    precondition(
      open.columns > 0 && values.count % open.columns == 0, "values must fill whole rows")
    try zip.write(UnsafeRawBufferPointer(values))
    matrix?.rows += values.count / open.columns
  }

  /// Ends the open matrix: its header gets the number of rows.
  ///
  /// Throws: `DataError` when writing fails.
  public func endMatrix() throws {
    guard let open = matrix else { return }
    matrix = nil
    let header = NumPyHeader(type: "<f8", shape: [open.rows, open.columns])
    try zip.end(replacingBeginning: header.encoded(minimumSize: open.headerSize))
    for (name, array) in waiting { try zip.add("\(name).npy", array.npyBytes()) }
    waiting.removeAll()
  }

  /// Ends the open matrix, if there is one, and makes the file appear.
  ///
  /// Throws: `DataError` when writing fails.
  public func commit() throws {
    try endMatrix()
    try zip.commit()
  }

  private func claim(_ name: String) {
    precondition(names.insert(name).inserted, "an array of the name \(name) is there already")
  }
}

extension NumPyArray {
  /// Reads a `.npy` file.
  ///
  /// Throws: `DataError` when there is none or it cannot be read.
  public init(contentsOf path: String) throws {
    let bytes = try InputBytes.read(path)
    do {
      try self.init(npy: bytes)
    } catch let error as NumPyFormatError {
      throw DataError(.badData, file: path, message: error.message)
    }
  }

  /// Writes a `.npy` file.
  ///
  /// Throws: `DataError` when it cannot be created or written.
  public func write(to path: String) throws {
    let output = try OutputFile(path)
    try output.write(npyBytes())
    try output.commit()
  }
}
