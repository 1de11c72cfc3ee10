internal import FileFormats
public import Generators
internal import Geometry

extension Crystal {
  /// The numbers of cells along each direction: `4,4,4`, or `4` for all.
  ///
  /// Throws: `InvalidInput`.
  public static func cells(parsing text: String) throws -> SIMD3<Int> {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }.filter { $0 >= 1 }
    guard numbers.count == parts.count, numbers.count == 1 || numbers.count == 3 else {
      throw InvalidInput(
        "cells of the crystal", value: "'\(text)'",
        expected: "a whole number from 1, or three of them as in 4,4,2")
    }
    return SIMD3(numbers[0], numbers[numbers.count == 1 ? 0 : 1], numbers[numbers.count - 1])
  }
}

extension SpaceGroup {
  /// Numbers of space groups: `14`, `1:230` (both ends included), or several of these as
  /// `2,14,61:64`.
  ///
  /// Throws: `InvalidInput` for anything else, and outside 1 to 230.
  public static func numbers(parsing text: String) throws -> [Int] {
    let ranges = try text.split(separator: ",", omittingEmptySubsequences: false).map {
      try IntegerRange.closed(parsing: String($0))
    }
    guard ranges.allSatisfy({ $0.lowerBound >= 1 && $0.upperBound <= 230 }) else {
      throw InvalidInput(
        "space group", value: "'\(text)'", expected: "numbers from 1 to 230, as in 2,14,61:64")
    }
    return ranges.flatMap(Array.init)
  }
}

extension Molecule {
  /// Benzene by its name, else the one molecule of the first frame of a file.
  ///
  /// Throws: `DataError` for a file that cannot be read or holds no single molecule.
  public init(named name: String) throws {
    if name == "benzene" {
      self = try .benzene()
      return
    }
    let reader = try FrameReader.open(name)
    guard let frame = try reader.next() else {
      throw DataError(.badData, file: name, message: "there is no frame with a molecule")
    }
    do {
      try self.init(frame)
    } catch let error as InvalidInput {
      throw DataError(.badData, file: name, frame: 0, message: "\(error)")
    }
  }

  /// Where no window is given, volumes from 15 to 45 cubic ångströms for every atom but hydrogen;
  /// organic crystals have some 18.
  public var volumeWindow: ClosedRange<Double> {
    let heavy = Double(max(1, species.count { $0 != "H" }))
    return 15 * heavy...45 * heavy
  }

  /// The window `MIN:MAX`; the default one for nil.
  ///
  /// Throws: `InvalidInput`.
  public func volumeWindow(parsing text: String?) throws -> ClosedRange<Double> {
    guard let text else { return volumeWindow }
    let range = try ValueRange(parsing: text, quantity: "volume per molecule")
    guard range.low > 0, range.low <= range.high else {
      throw InvalidInput(
        "volume per molecule", value: "'\(text)'", expected: "MIN:MAX, positive numbers")
    }
    return range.low...range.high
  }
}

extension MolecularCrystal.Variation.Turn {
  /// `random`, `together`, `none`, or the standard deviation of an angle in degrees.
  ///
  /// Throws: `InvalidInput`.
  public init(parsing text: String) throws {
    switch text {
    case "random": self = .random
    case "together": self = .together
    case "none": self = .none
    default:
      guard let degrees = Double(text), degrees > 0, degrees.isFinite else {
        throw InvalidInput(
          "turn of molecules in variants", value: "'\(text)'",
          expected: "random, together, none, or a positive number of degrees")
      }
      self = .spread(degrees)
    }
  }
}
