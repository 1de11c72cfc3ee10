/// Joins files of one format, in the order given, to the file that one process would have written.
public enum JoinedFiles {
  /// Whether frames of files of that name can be joined byte by byte: extended XYZ.
  public static func canJoinFrames(_ path: String) -> Bool {
    path != "-" && (try? FrameFormat.of(path))?.name == FrameFormat.extendedXYZ.name
  }

  /// Frames of extended XYZ after each other.
  ///
  /// Throws: `DataError`.
  public static func frames(_ parts: [String], to output: String) throws {
    let file = try OutputFile(output)
    for part in parts {
      let lines = try LineReader(part)
      while let line = try lines.next() {
        try file.write(line)
        try file.write("\n")
      }
    }
    try file.commit()
  }

  /// Tables after each other under one head. Their first column counts frames, from `first` of each part.
  ///
  /// Throws: `DataError`, also for tables with other columns.
  public static func tables(_ parts: [(path: String, first: Int)], to output: String) throws {
    let file = try OutputFile(output)
    var head: [UInt8]?
    for part in parts {
      let lines = try LineReader(part.path)
      guard let line = try lines.next() else { continue }
      let names = Array(line)
      if head == nil {
        head = names
        try file.write(names + [0x0A])
      }
      guard names == head else {
        throw DataError(
          .badData, file: part.path, line: 1, message: "other columns than the tables before")
      }
      while let line = try lines.next() {
        let digits = line.prefix { 0x30...0x39 ~= $0 }
        guard let frame = Int(String(decoding: digits, as: UTF8.self)) else {
          throw DataError(
            .badData, file: part.path, line: lines.lineNumber,
            message: "the row does not begin with the number of a frame")
        }
        try file.write("\(part.first + frame)")
        try file.write(UnsafeRawBufferPointer(rebasing: line[digits.endIndex...]))
        try file.write("\n")
      }
    }
    try file.commit()
  }
}
