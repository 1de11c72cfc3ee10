public import Foundation
internal import Geometry

/// States as bytes. Binary property lists keep every bit of a number, infinities and NaN included.
public enum StateCoding {
  /// The state as bytes.
  ///
  /// Throws: an encoding error.
  public static func encode<State: Encodable>(_ state: State) throws -> Data {
    let encoder = PropertyListEncoder()
    encoder.outputFormat = .binary
    return try encoder.encode(state)
  }

  /// The state back.
  ///
  /// Throws: `InvalidInput` when the bytes are no state of this kind.
  public static func decode<State: Decodable>(_ type: State.Type, from data: Data) throws -> State {
    do {
      return try PropertyListDecoder().decode(type, from: data)
    } catch {
      throw InvalidInput(
        "checkpoint", value: "\(data.count) bytes that cannot be understood",
        expected: "what this version of the program wrote for the same simulation")
    }
  }
}

/// Many numbers of a fixed size as one block of bytes, so that large states stay small and quick to
/// write.
public struct PackedNumbers<Number>: Codable, Equatable, Sendable
where Number: BitwiseCopyable & Equatable & Sendable {
  /// The numbers.
  public var values: [Number]

  /// A block of these.
  public init(_ values: [Number]) { self.values = values }

  /// Throws: `DecodingError` when the bytes are not a whole number of numbers.
  public init(from decoder: any Decoder) throws {
    let data = try decoder.singleValueContainer().decode(Data.self)
    let size = MemoryLayout<Number>.stride
    guard data.count % size == 0 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a number is cut off"))
    }
    values = [Number](unsafeUninitializedCapacity: data.count / size) { buffer, count in
      count = data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer)) / size
    }
  }

  /// The numbers as one block of bytes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values.withUnsafeBytes { Data($0) })
  }
}
