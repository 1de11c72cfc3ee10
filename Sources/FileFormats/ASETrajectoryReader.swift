internal import Foundation
public import Geometry

extension FrameFormat {
  /// Trajectories of ASE.
  static let aseTrajectory = FrameFormat(
    name: "ASE trajectory", extensions: [".traj"],
    summary:
      "what ASE's optimizers and dynamics write: atoms, cell, energies, forces; no ellipsoids",
    read: { path, _ in try ASETrajectoryReader(path) }, write: nil)
}

/// Reads trajectories of ASE (`ase.io.trajectory`, a file of ULM items, versions 1 to 3; layout in the
/// documentation of `ase.io.ulm`): 8 bytes `- of Ulm`, a tag of 16, three 64-bit integers (version, number
/// of items, place of their offsets); every item is a length and JSON, which says where its arrays stand.
///
/// Atomic numbers become species (0 is `X`); cell, periodicity, `info` and the results of the calculator
/// (`energy`, `forces`, `stress` as a 3 x 3 matrix, ...) become labels and columns under the names that ASE
/// gives them in extended XYZ. What a frame does not say of numbers, masses and periodicity is as in the
/// first. Constraints, parameters of calculators and values that no label can hold are not taken over,
/// which is told as a warning. Arrays of one's own, as those of ellipsoids, are not in such files: ASE does
/// not store them.
public final class ASETrajectoryReader: FrameSource {
  private let file: RandomAccessFile
  private let offsets: [Int]
  private var frameIndex = 0
  private var collected = WarningCollector()
  /// Numbers, periodicity and masses of the first frame.
  private var first: [String: Any] = [:]

  /// Opens the file and reads the places of its frames.
  ///
  /// Throws: `DataError` when there is no such file, or it is no trajectory of ASE.
  public init(_ path: String) throws {
    file = try RandomAccessFile(path, format: "ULM")
    let magic = file.size >= 48 ? try file.read(at: 0, 48, "the header") : []
    guard magic.starts(with: Array("- of Ulm".utf8)) || magic.starts(with: Array("AFFormat".utf8))
    else {
      throw DataError(
        .badData, file: path,
        message: "not a trajectory of ASE ('- of Ulm' is missing); trajectories before ASE 3.9 are "
          + "converted by 'python3 -m ase.io.trajectory FILE'")
    }
    let tag = String(decoding: magic[8..<24], as: UTF8.self).trimmingCharacters(in: .whitespaces)
    guard tag == "ASE-Trajectory" else {
      throw DataError(
        .badData, file: path,
        message: "the file holds '\(VisibleText.escaped(tag))'; expected 'ASE-Trajectory'")
    }
    let (version, count) = (Self.integer(magic, 24), Self.integer(magic, 32))
    guard (1...3).contains(version) else {
      throw DataError(
        .badData, file: path, message: "version \(version) of ULM is not read; expected 1 to 3")
    }
    guard (0...file.size / 8) ~= count else { throw file.damaged("it announces \(count) frames") }
    guard count > 0 else {
      throw DataError(.badData, file: path, message: "the file has no frames")
    }
    let list = try file.read(at: Self.integer(magic, 40), 8 * count, "the list of frames")
    offsets = (0..<count).map { Self.integer(list, 8 * $0) }
  }

  /// What was not taken over, one line for each kind.
  public var warnings: [String] { collected.texts }

  /// None: the format leaves nothing open.
  public var assumptions: [String] { [] }

  /// The next frame; nil at the end.
  ///
  /// Throws: `DataError` that names the frame and the value.
  public func next() throws -> Frame? {
    guard frameIndex < offsets.count else { return nil }
    do {
      let frame = try frame(item(offsets[frameIndex]))
      frameIndex += 1
      return frame
    } catch let error as InvalidInput {
      throw failure(error.description)
    }
  }

  private func failure(_ message: String) -> DataError {
    DataError(.badData, file: file.path, frame: frameIndex, message: message)
  }

  private static func integer(_ bytes: [UInt8], _ offset: Int) -> Int {
    bytes.withUnsafeBytes {
      Int(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Int.self))
    }
  }

  // MARK: Items

  /// The values of an item.
  private func item(_ offset: Int) throws -> [String: Any] {
    let length = Self.integer(try file.read(at: offset, 8, "a frame"), 0)
    guard (0...InputLimits.line) ~= length else {
      throw failure("its description has \(length) bytes; expected up to \(InputLimits.line)")
    }
    let text = try file.read(at: offset + 8, length, "a frame")
    // Deeper than anything that ASE writes; the reader of JSON would go down without end.
    var (depth, deepest) = (0, 0)
    for byte in text {
      if byte == 0x7B || byte == 0x5B { depth += 1 }
      if byte == 0x7D || byte == 0x5D { depth -= 1 }
      deepest = max(deepest, depth)
    }
    guard deepest <= 64,
      let values = try? JSONSerialization.jsonObject(with: Data(text)) as? [String: Any]
    else { throw failure("its description is no JSON that can be read") }
    guard values["_little_endian"] as? Bool ?? true else {
      throw failure("it was written on a big-endian machine; save it anew with ASE")
    }
    return values
  }

  /// An array as ULM stores it, `name.` in the description: numbers in rows.
  private struct Numbers {
    let shape: [Int]
    let values: Frame.Column.Values

    var reals: [Double] {
      switch values {
      case .reals(let list): list
      case .integers(let list): list.map(Double.init)
      case .logicals(let list): list.map { $0 ? 1 : 0 }
      case .strings: []
      }
    }
  }

  private func array(_ description: Any?, _ name: String) throws -> Numbers? {
    guard let description = description as? [String: Any] else { return nil }
    guard let parts = description["ndarray"] as? [Any], parts.count == 3,
      let shape = parts[0] as? [Int], let type = parts[1] as? String, let place = parts[2] as? Int,
      shape.allSatisfy({ $0 >= 0 })
    else { return nil }
    let sizes = [
      "float64": 8, "float32": 4, "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1,
      "bool": 1,
    ]
    guard let width = sizes[type] else { return nil }
    var count = 1
    for side in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: side)
      guard !overflow, product <= file.size / width else {
        throw failure("\(name) has the shape \(shape), more than the file")
      }
      count = product
    }
    let bytes = try file.read(at: place, count * width, name)
    func load<T: BitwiseCopyable>(_: T.Type) -> [T] {
      bytes.withUnsafeBytes { raw in
        (0..<count).map { raw.loadUnaligned(fromByteOffset: $0 * width, as: T.self) }
      }
    }
    let values: Frame.Column.Values =
      switch type {
      case "float64": .reals(load(Double.self))
      case "float32": .reals(load(Float.self).map(Double.init))
      case "int64": .integers(load(Int.self))
      case "int32": .integers(load(Int32.self).map(Int.init))
      case "int16": .integers(load(Int16.self).map(Int.init))
      case "int8": .integers(load(Int8.self).map(Int.init))
      case "uint8": .integers(bytes.map(Int.init))
      default: .logicals(bytes.map { $0 != 0 })
      }
    return Numbers(shape: shape, values: values)
  }

  // MARK: Frames

  private func frame(_ item: [String: Any]) throws -> Frame {
    if frameIndex == 0 { first = item }
    // ASE writes numbers, periodicity, masses and constraints together, or not at all.
    let header = item["numbers."] == nil ? first : item
    guard let positions = try array(item["positions."], "positions"), positions.shape.count == 2,
      positions.shape[1] == 3
    else { throw failure("there are no positions") }
    let count = positions.shape[0]
    guard let numbers = try array(header["numbers."], "numbers"),
      case .integers(let list) = numbers.values, list.count == count
    else { throw failure("atomic numbers are missing, or not \(count)") }
    let species = try list.map { number -> String in
      guard let symbol = ChemicalElement.symbol(of: number) else {
        throw failure("an atomic number is \(number); expected 0 to 118")
      }
      return symbol
    }
    let xyz = positions.reals
    var frame = Frame(
      positions: (0..<count).map { Vector3(xyz[3 * $0], xyz[3 * $0 + 1], xyz[3 * $0 + 2]) },
      species: species, cell: try cell(item["cell"], header["pbc"]))
    if let bad = frame.positions.firstIndex(where: { !$0.isFinite }) {
      throw failure("the position of particle \(bad) is not finite")
    }
    for (name, own) in [
      ("tags", "tags"), ("masses", "masses"), ("momenta", "momenta"),
      ("magmoms", "initial_magmoms"), ("charges", "initial_charges"),
    ] {
      let description = name == "masses" ? header["masses."] : item[name + "."]
      if let column = try column(own, description, count) { try frame.set(column) }
    }
    if header["constraints"] != nil { untaken("constraints") }
    try add(item["info"], to: &frame)
    try addResults(item["calculator."], to: &frame)
    return frame
  }

  private func untaken(_ what: String) {
    collected.add(what, "\(file.path): frame \(frameIndex): not taken over: \(what)")
  }

  private func cell(_ description: Any?, _ periodic: Any?) throws -> Cell? {
    let rows = description as? [[Any]] ?? []
    let numbers = rows.flatMap { $0.compactMap { ($0 as? NSNumber)?.doubleValue } }
    guard numbers.count == 9 else { throw failure("the cell is not three vectors") }
    let flags =
      (periodic as? [Bool]) ?? Array(repeating: (periodic as? Bool) ?? false, count: 3)
    guard flags.count == 3 else { throw failure("pbc is not three values") }
    let vectors = (0..<3).map {
      Vector3(numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2])
    }
    // Atoms without a cell have one of zeros.
    guard flags.contains(true) || vectors.contains(where: { $0 != .zero }) else { return nil }
    return try Cell(
      vectors[0], vectors[1], vectors[2], periodic: (flags[0], flags[1], flags[2]))
  }

  /// A column of one row a particle; nil where there is none, or none that could be kept.
  private func column(_ name: String, _ description: Any?, _ count: Int) throws -> Frame.Column? {
    guard description != nil else { return nil }
    guard let array = try array(description, name), array.shape.first == count,
      array.shape.count <= 2, array.shape.count == 1 || array.shape[1] > 0
    else {
      untaken(name)
      return nil
    }
    return Frame.Column(
      name: name, width: array.shape.count == 1 ? 1 : array.shape[1], values: array.values)
  }

  // MARK: Values of a frame

  /// `info` is JSON of its own, or values that ULM could hold itself.
  private func add(_ info: Any?, to frame: inout Frame) throws {
    var values = info as? [String: Any]
    if let text = info as? String {
      values = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }
    for (name, value) in (values ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard let label = label(value) else {
        untaken("info '\(VisibleText.escaped(name))'")
        continue
      }
      frame.labels[name] = label
    }
  }

  private func label(_ value: Any) -> Frame.Label? {
    if let text = value as? String { return .string(text) }
    if let number = value as? NSNumber { return Self.label(number) }
    if let wrapped = value as? [String: Any], let parts = wrapped["__ndarray__"] as? [Any],
      parts.count == 3, let shape = parts[0] as? [Int], let numbers = parts[2] as? [NSNumber]
    {
      return Self.label(numbers, shape)
    }
    if let numbers = value as? [NSNumber], !numbers.isEmpty {
      return Self.label(numbers, [numbers.count])
    }
    if let texts = value as? [String], !texts.isEmpty { return .strings(texts) }
    if let rows = value as? [[NSNumber]], let width = rows.first?.count, width > 0,
      rows.allSatisfy({ $0.count == width })
    {
      return .matrix(rows.map { $0.map(\.doubleValue) })
    }
    return nil
  }

  private static func isLogical(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }

  private static func isReal(_ number: NSNumber) -> Bool {
    ["d", "f"].contains(String(cString: number.objCType))
  }

  private static func label(_ number: NSNumber) -> Frame.Label {
    if isLogical(number) { return .logical(number.boolValue) }
    return isReal(number) ? .real(number.doubleValue) : .integer(number.intValue)
  }

  private static func label(_ numbers: [NSNumber], _ shape: [Int]) -> Frame.Label? {
    if shape.count == 2, shape[1] > 0, shape[0] > 0, numbers.count / shape[1] == shape[0],
      numbers.count % shape[1] == 0
    {
      return .matrix(
        (0..<shape[0]).map { row in
          numbers[row * shape[1]..<(row + 1) * shape[1]].map(\.doubleValue)
        })
    }
    guard shape == [numbers.count], !numbers.isEmpty else { return nil }
    if numbers.allSatisfy(isLogical) { return .logicals(numbers.map(\.boolValue)) }
    return numbers.contains(where: isReal)
      ? .reals(numbers.map(\.doubleValue)) : .integers(numbers.map(\.intValue))
  }

  /// What a calculator found.
  private func addResults(_ description: Any?, to frame: inout Frame) throws {
    guard let results = description as? [String: Any] else { return }
    for (key, value) in results.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "name": continue
      case "parameters", "parameters.": untaken("what the calculator was told")
      case "stress":
        // xx, yy, zz, yz, xz, xy.
        guard let s = (value as? [NSNumber])?.map(\.doubleValue), s.count == 6 else {
          untaken("stress")
          continue
        }
        frame.labels["stress"] = .matrix([
          [s[0], s[5], s[4]], [s[5], s[1], s[3]], [s[4], s[3], s[2]],
        ])
      case "energy", "free_energy", "magmom":
        guard let number = (value as? NSNumber)?.doubleValue else {
          untaken(key)
          continue
        }
        frame.labels[key] = .real(number)
      default:
        let name = key.hasSuffix(".") ? String(key.dropLast()) : key
        if key.hasSuffix("."), let column = try column(name, value, frame.count) {
          try frame.set(column)
        } else if !key.hasSuffix("."), let label = label(value) {
          frame.labels[name] = label
        } else if !key.hasSuffix(".") {
          untaken(VisibleText.escaped(name))
        }
      }
    }
  }
}
