internal import ArgumentParser
internal import FileFormats
internal import Geometry
internal import Jobs
internal import Mathematics
internal import Recipes

/// What can be said of a file that is read: the options that all commands have for it.
private struct ReadWords: ParsableArguments {
  @Argument var path: String
  @Option(name: .long, parsing: .unconditional) var selectFrames: String?
  @OptionGroup var reading: ReadingOptions
}

/// The frames of a file.
struct ReadCall: PreparedCall {
  private let path: String
  private let options: ReadOptions
  private let frames: Range<Int>?

  /// Throws: `WordsError`, `InvalidInput`.
  init(_ words: [String]) throws {
    let given: ReadWords
    do { given = try ReadWords.parse(words) } catch {
      throw WordsError(message: ReadWords.message(for: error))
    }
    path = given.path
    options = try given.reading.settings.options()
    frames = try given.selectFrames.map { try IntegerRange.frames(parsing: $0) }
  }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let reader = try FrameReader.open(path, options: options)
    let wanted = frames ?? 0..<Int.max
    var list: [Frame] = []
    var index = 0
    while index < wanted.upperBound, let frame = try reader.next() {
      if wanted.contains(index) { list.append(frame) }
      index += 1
      try StopRequest.check()
      if index % 100 == 0 {
        context.progress(JobProgress(task: "read \(path)", done: index, total: nil))
      }
    }
    for warning in reader.warnings { context.warning(warning) }
    if let frames, frames.upperBound != Int.max, index < frames.upperBound {
      throw DataError(
        .badData, file: path,
        message:
          "frames \(frames.lowerBound):\(frames.upperBound) were asked for; there are \(index)")
    }
    return FramesResult.make(list, companions: [])
  }
}

/// Frames into a file.
struct WriteCall: PreparedCall {
  private let path: String
  private let options: WriteOptions

  /// Throws: `WordsError` for another program than those that files are written for.
  init(_ words: [String]) throws {
    guard let path = words.first else { throw WordsError(message: "a file is needed") }
    self.path = path
    let name = words.count > 1 ? words[1] : WriteOptions().program.rawValue
    guard let program = WriteOptions.Program(rawValue: name) else {
      throw WordsError(
        message: "'\(name)' is no program that files are written for; expected "
          + WriteOptions.Program.allCases.map(\.rawValue).joined(separator: " or "))
    }
    options = WriteOptions(for: program)
  }

  func run(_ input: FrameInput, _ context: JobContext) throws -> CallResult {
    let frames = try input.frames()
    let writer = try FrameWriter.create(path, options: options)
    var unwritable = Unwritable(writer.format)
    for frame in frames {
      try StopRequest.check()
      try writer.write(unwritable.removed(from: frame))
    }
    try writer.commit()
    if let warning = writer.lossWarning { context.warning(warning) }
    if let warning = unwritable.warning { context.warning("\(path): \(warning)") }
    return CallResult()
  }
}

/// Leaves out what a writer would refuse, so that nothing that a frame happens to have keeps it from being
/// written: columns of numbers that are not finite, and names that cannot stand in a header of extended XYZ or
/// among the names of GSD, which end at NUL.
private struct Unwritable {
  private let isExtendedXYZ: Bool
  private let isText: Bool
  private var counts: [(what: String, frames: Int)] = []

  init(_ format: FrameFormat) {
    isExtendedXYZ = format.extensions.contains(".xyz")
    isText = isExtendedXYZ || format.extensions.contains(".dump")
  }

  /// The frame without what cannot be written. A colon and a backslash divide the names of columns.
  mutating func removed(from frame: Frame) -> Frame {
    var frame = frame
    for name in frame.labels.names where !isName(name) {
      frame.labels[name] = nil
      add("label '\(VisibleText.escaped(name))', for its name")
    }
    var names: Set<String> = []
    for column in frame.columns {
      let reason: String
      if !isNameOfColumn(column.name) {
        reason = "for its name"
      } else if isText, case .reals(let values) = column.values, !values.allSatisfy(\.isFinite) {
        reason = "for numbers that are not finite"
      } else {
        continue
      }
      names.insert(column.name)
      add("column '\(VisibleText.escaped(column.name))', \(reason)")
    }
    if !names.isEmpty { frame.removeColumns { names.contains($0.name) } }
    return frame
  }

  private func isName(_ name: String) -> Bool {
    guard isExtendedXYZ else { return !name.utf8.contains(0) }
    return !name.isEmpty && !name.utf8.contains { $0 < 0x20 }
  }

  private func isNameOfColumn(_ name: String) -> Bool {
    isName(name) && !(isExtendedXYZ && name.utf8.contains { $0 == 0x3A || $0 == 0x5C })
  }

  private mutating func add(_ what: String) {
    if let k = counts.firstIndex(where: { $0.what == what }) {
      counts[k].frames += 1
    } else {
      counts.append((what, 1))
    }
  }

  /// What was left out, as one line; nil where that is nothing.
  var warning: String? {
    counts.isEmpty
      ? nil
      : "not written: "
        + counts.map { "\($0.what) (\($0.frames) frame\($0.frames == 1 ? "" : "s"))" }
        .joined(separator: "; ")
  }
}

/// Frames as arrays.
enum FramesResult {
  static func make(_ frames: [Frame], companions: [Frame]) -> CallResult {
    let result = CallResult()
    add(frames, "", to: result)
    if !companions.isEmpty { add(companions, "pair_", to: result) }
    return result
  }

  private static func add(_ frames: [Frame], _ prefix: String, to result: CallResult) {
    var offsets = [0]
    for frame in frames { offsets.append(offsets[offsets.count - 1] + frame.count) }
    let count = offsets[offsets.count - 1]
    result.add(prefix + "offsets", offsets)
    result.add(
      prefix + "positions", frames.flatMap { $0.positions.flatMap { [$0.x, $0.y, $0.z] } },
      shape: [count, 3])
    let turns = frames.flatMap { frame -> [Double] in
      frame.orientations?.flatMap { [$0.w, $0.x, $0.y, $0.z] }
        ?? Array(repeating: 0, count: 4 * frame.count)
    }
    result.add(prefix + "quaternions", turns, shape: [count, 4])
    let axes = frames.flatMap { frame -> [Double] in
      frame.semiAxes?.flatMap { axes in (0..<3).map { axes.vector[$0] } }
        ?? Array(repeating: 0, count: 3 * frame.count)
    }
    result.add(prefix + "semi_axes", axes, shape: [count, 3])
    result.add(
      prefix + "flags",
      frames.map { frame -> UInt8 in
        (frame.orientations == nil ? 0 : 1) | (frame.semiAxes == nil ? 0 : 2)
          | (frame.cell == nil ? 0 : 4)
      })
    var places: [String: Int32] = [:]
    var names: [String] = []
    let types = frames.flatMap { frame in
      frame.species.map { name -> Int32 in
        if let place = places[name] { return place }
        let place = Int32(names.count)
        places[name] = place
        names.append(name)
        return place
      }
    }
    result.add(prefix + "types", types)
    result.add(prefix + "names", texts: names)
    result.add(
      prefix + "cells",
      frames.flatMap { frame -> [Double] in
        (0..<9).map { frame.cell?.lattice[$0 / 3, $0 % 3] ?? 0 }
      }, shape: [frames.count, 3, 3])
    result.add(
      prefix + "periodic",
      frames.flatMap { frame -> [UInt8] in
        (0..<3).map { k in frame.cell?.isPeriodic(k) ?? false ? 1 : 0 }
      }, shape: [frames.count, 3])
    let labels = frames.map { FrameLabels.json($0.labels) }.joined(separator: ",")
    result.json.append((prefix + "labels", "[\(labels)]"))
    addColumns(frames, prefix, to: result)
  }

  /// Columns by name, kind and width, each for the frames that have it, with the list of these.
  private static func addColumns(_ frames: [Frame], _ prefix: String, to result: CallResult) {
    struct Key: Hashable {
      let name: String
      let width: Int
      let kind: Int
    }
    var order: [Key] = []
    var owners: [Key: [Int]] = [:]
    var columns: [Key: [Frame.Column]] = [:]
    for (index, frame) in frames.enumerated() {
      for column in frame.columns {
        let kind =
          switch column.values {
          case .reals: 0
          case .integers: 1
          case .logicals: 2
          case .strings: 3
          }
        let key = Key(name: column.name, width: column.width, kind: kind)
        if owners[key] == nil { order.append(key) }
        owners[key, default: []].append(index)
        columns[key, default: []].append(column)
      }
    }
    var texts: [String] = []
    for (k, key) in order.enumerated() {
      let list = columns[key] ?? []
      let name = "\(prefix)column_\(k)"
      let rows = list.reduce(0) { $0 + $1.values.count } / max(1, key.width)
      let shape = key.width == 1 ? [rows] : [rows, key.width]
      var strings: [String] = []
      switch key.kind {
      case 0:
        result.add(
          name,
          list.flatMap { column -> [Double] in
            if case .reals(let values) = column.values { values } else { [] }
          },
          shape: shape)
      case 1:
        result.add(
          name,
          list.flatMap { column -> [Int] in
            if case .integers(let values) = column.values { values } else { [] }
          },
          shape: shape)
      case 2:
        result.add(
          name,
          list.flatMap { column -> [UInt8] in
            if case .logicals(let values) = column.values { values.map { $0 ? 1 : 0 } } else { [] }
          }, shape: shape)
      default:
        strings = list.flatMap { column -> [String] in
          if case .strings(let values) = column.values { values } else { [] }
        }
      }
      texts.append(
        "{\"name\":\(JSONWords.text(key.name)),\"width\":\(key.width),\"kind\":\(key.kind),"
          + "\"frames\":\(owners[key] ?? []),\"array\":\(JSONWords.text(name)),"
          + "\"strings\":[\(strings.map(JSONWords.text).joined(separator: ","))]}")
    }
    result.json.append((prefix + "columns", "[\(texts.joined(separator: ","))]"))
  }
}
