internal import Foundation

// The `.mts` format of metatensor (<https://docs.metatensor.org>): a zip archive of NumPy arrays,
// `keys.npy` and for each block `blocks/i/values.npy`, `samples.npy`, `properties.npy` and
// `components/k.npy`. Labels are 1-d structured arrays of `<i4`. Gradients stand below
// `blocks/i/gradients/NAME`; `TensorMapWriter` writes them, `TensorBlock.init(gradient:)` reads them.

extension TensorMap {
  /// Reads a `.mts` file.
  ///
  /// Throws: `DataError` when there is none or it cannot be read.
  public init(contentsOf path: String) throws {
    let zip = try ZipReader(path)
    let places = Dictionary(
      zip.members.enumerated().map { ($1, UInt64($0)) }, uniquingKeysWith: { _, last in last })
    func bytes(_ name: String) throws -> [UInt8] {
      guard let place = places[name] else {
        throw DataError(
          .badData, file: path, message: "there is no '\(name)'; expected a metatensor archive")
      }
      return try zip.bytes(of: place)
    }
    func located<Result>(_ name: String, _ body: ([UInt8]) throws -> Result) throws -> Result {
      do {
        return try body(try bytes(name))
      } catch let error as NumPyFormatError {
        throw DataError(.badData, file: path, message: "'\(name)': \(error.message)")
      }
    }
    let keys = try located("keys.npy") { try TensorLabels(npy: $0) }
    let blocks = try (0..<keys.count).map { i -> TensorBlock in
      let folder = "blocks/\(i)"
      let array = try located("\(folder)/values.npy") { try NumPyArray(npy: $0) }
      let samples = try located("\(folder)/samples.npy") { try TensorLabels(npy: $0) }
      let properties = try located("\(folder)/properties.npy") { try TensorLabels(npy: $0) }
      let components = try (0..<max(0, array.shape.count - 2)).map { k in
        try located("\(folder)/components/\(k).npy") { try TensorLabels(npy: $0) }
      }
      let shape = [samples.count] + components.map(\.count) + [properties.count]
      guard let values = array.doubles, array.shape == shape else {
        throw DataError(
          .badData, file: path,
          message: "'\(folder)/values.npy' has shape \(array.shape); its labels ask for \(shape)")
      }
      return TensorBlock(
        samples: samples, components: components, properties: properties, values: values)
    }
    var info: [String: String] = [:]
    if places["info.json"] != nil {
      let data = Data(try bytes("info.json"))
      info = (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:]
    }
    self.init(keys: keys, blocks: blocks, info: info)
  }

  /// The names of the gradients of a block of a `.mts` file.
  ///
  /// Throws: `DataError` when the file cannot be read.
  public static func gradientNames(ofBlock block: Int, in path: String) throws -> [String] {
    let (head, tail) = ("blocks/\(block)/gradients/", "/values.npy")
    return try ZipReader(path).members.compactMap { member in
      guard member.hasPrefix(head), member.hasSuffix(tail) else { return nil }
      let name = member.dropFirst(head.count).dropLast(tail.count)
      return name.contains("/") ? nil : String(name)
    }.sorted()
  }

  /// Writes a `.mts` file; equal maps make equal bytes.
  ///
  /// Throws: `DataError` when it cannot be created or written.
  public func write(to path: String) throws {
    let zip = try ZipWriter(path)
    try zip.add("keys.npy", keys.npyBytes())
    for (i, block) in blocks.enumerated() {
      let folder = "blocks/\(i)"
      let values = NumPyArray(shape: block.shape, values: .float64(block.values))
      try zip.add("\(folder)/values.npy", values.npyBytes())
      try zip.add("\(folder)/samples.npy", block.samples.npyBytes())
      for (k, component) in block.components.enumerated() {
        try zip.add("\(folder)/components/\(k).npy", component.npyBytes())
      }
      try zip.add("\(folder)/properties.npy", block.properties.npyBytes())
    }
    if !info.isEmpty { try zip.add("info.json", Self.encoded(info)) }
    try zip.commit()
  }

  /// The texts as JSON.
  static func encoded(_ info: [String: String]) -> [UInt8] {
    let entries = info.sorted { $0.key < $1.key }
      .map { JSONText.string($0.key) + ": " + JSONText.string($0.value) }
    return Array("{\(entries.joined(separator: ", "))}".utf8)
  }
}

extension TensorLabels {
  /// Reads labels. Throws: `NumPyFormatError` unless they are a 1-d structured array of `<i4`.
  init(npy bytes: [UInt8]) throws {
    let (header, offset) = try NumPyHeader.parse(bytes)
    guard header.isStructured, header.shape.count == 1, !header.fields.isEmpty,
      header.fields.allSatisfy({ $0.type == "<i4" })
    else {
      throw NumPyFormatError("labels must be a 1-d structured array of <i4")
    }
    let (count, overflow) = header.shape[0].multipliedReportingOverflow(by: header.fields.count)
    guard !overflow, count <= (bytes.count - offset) / 4 else {
      throw NumPyFormatError("the labels are cut off")
    }
    let values = bytes.withUnsafeBytes { raw in
      (0..<count).map { raw.loadUnaligned(fromByteOffset: offset + 4 * $0, as: Int32.self) }
    }
    self.init(names: header.fields.map(\.name), values: values)
  }

  /// The bytes of a `.npy` file.
  func npyBytes() -> [UInt8] {
    NumPyHeader(fieldNames: names, type: "<i4", count: count).encoded()
      + values.withUnsafeBytes { Array($0) }
  }
}
