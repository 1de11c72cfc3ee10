public import Geometry

/// Three numbers for every species, and others for some: `1,1.5,2` or `A:1,1,2`.
public struct SpeciesTriples: Equatable, Sendable {
  /// The numbers of every species that is not named.
  public var common: Vector3?
  /// The numbers of the named ones.
  public var bySpecies: [String: Vector3]

  /// None.
  public init(common: Vector3? = nil, bySpecies: [String: Vector3] = [:]) {
    self.common = common
    self.bySpecies = bySpecies
  }

  /// From the values of a repeatable option; `quantity` is what error messages call them.
  ///
  /// Throws: `InvalidInput` for anything but three numbers, and for a species named twice.
  public init(parsing texts: [String], quantity: String) throws {
    self.init()
    for text in texts {
      // A species may hold a colon, the numbers cannot.
      guard let colon = text.lastIndex(of: ":") else {
        guard common == nil else {
          throw InvalidInput(quantity, value: "'\(text)'", expected: "to be given once")
        }
        common = try Self.triple(text[...], quantity, text)
        continue
      }
      let species = String(text[..<colon])
      guard !species.isEmpty, bySpecies[species] == nil else {
        throw InvalidInput(
          quantity, value: "'\(text)'", expected: "a species once, then its three numbers")
      }
      bySpecies[species] = try Self.triple(text[text.index(after: colon)...], quantity, text)
    }
  }

  /// Whether nothing was given.
  public var isEmpty: Bool { common == nil && bySpecies.isEmpty }

  /// The numbers of that species; nil where none were given.
  public subscript(species: String) -> Vector3? { bySpecies[species] ?? common }

  /// Three numbers separated by commas.
  ///
  /// Throws: `InvalidInput`.
  public static func triple(parsing text: String, quantity: String) throws -> Vector3 {
    try triple(text[...], quantity, text)
  }

  private static func triple(
    _ part: Substring, _ quantity: String, _ whole: String
  ) throws -> Vector3 {
    let numbers = part.split(separator: ",", omittingEmptySubsequences: false).compactMap {
      Double(String($0))
    }
    guard numbers.count == 3, numbers.allSatisfy(\.isFinite),
      part.count(where: { $0 == "," }) == 2
    else {
      throw InvalidInput(
        quantity, value: "'\(whole)'", expected: "three numbers as in 1,1.5,2")
    }
    return Vector3(numbers[0], numbers[1], numbers[2])
  }
}
