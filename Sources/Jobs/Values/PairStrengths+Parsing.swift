public import GayBerne
internal import Geometry

extension PairStrengths {
  /// Adds what is said of single species, `A:epsilon,sigma`, and of pairs, `A-B:epsilon,sigma`.
  ///
  /// Throws: `InvalidInput` for anything else, and for a species or a pair that comes twice.
  public mutating func add(parsing texts: [String]) throws {
    for text in texts {
      // A species may hold a colon, the numbers cannot.
      guard let colon = text.lastIndex(of: ":"), colon > text.startIndex else {
        throw Self.error(text)
      }
      let numbers = text[text.index(after: colon)...]
        .split(separator: ",", omittingEmptySubsequences: false).map { Double(String($0)) }
      guard numbers.count == 2, let epsilon = numbers[0], let sigma = numbers[1] else {
        throw Self.error(text)
      }
      let strength = Strength(epsilon: epsilon, sigma: sigma)
      let names = text[..<colon].split(separator: "-", omittingEmptySubsequences: false)
      let known: Strength?
      if names.count == 2, !names[0].isEmpty, !names[1].isEmpty {
        known = byPair.updateValue(strength, forKey: Pair(String(names[0]), String(names[1])))
      } else {
        known = bySpecies.updateValue(strength, forKey: String(text[..<colon]))
      }
      guard known == nil else {
        throw InvalidInput("strength", value: "'\(text)'", expected: "to be given once")
      }
    }
  }

  private static func error(_ text: String) -> InvalidInput {
    InvalidInput(
      "strength", value: "'\(text)'",
      expected: "SPECIES:epsilon,sigma or SPECIES-SPECIES:epsilon,sigma")
  }
}
