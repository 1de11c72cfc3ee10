internal import Geometry

/// The chemical formula of a molecule: how many atoms it has of each element.
public struct MolecularFormula: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The numbers of atoms by element, none of them zero.
  public let counts: [String: Int]

  /// The formula of these atoms.
  public init(species: [String]) {
    var counts = [String: Int]()
    for symbol in species { counts[symbol, default: 0] += 1 }
    self.counts = counts
  }

  /// From text, in any order, an element perhaps several times: `C6H6`, `CH3OH`.
  ///
  /// Throws: `InvalidInput` unless it is made of symbols of elements and numbers.
  public init(parsing text: String) throws {
    let wrong = InvalidInput(
      "formula of a molecule", value: "'\(text)'", expected: "elements and numbers, as C6H6")
    var counts = [String: Int]()
    var rest = Substring(text)
    while let first = rest.first {
      guard first.isASCII, first.isUppercase else { throw wrong }
      let tail = rest.dropFirst().prefix { $0.isASCII && $0.isLowercase }
      let symbol = String(first) + tail
      rest = rest.dropFirst(symbol.count)
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard symbol == "D" || (ChemicalElement.atomicNumber(of: symbol) ?? 0) > 0,
        let number = digits.isEmpty ? 1 : Int(digits), number >= 1, number <= 1_000_000
      else { throw wrong }
      counts[symbol, default: 0] += number
    }
    guard !counts.isEmpty else { throw wrong }
    self.counts = counts
  }

  /// Hill's order: carbon, hydrogen, then by the alphabet; by the alphabet where there is no carbon.
  public var description: String {
    let first = counts["C"] == nil ? [] : ["C", "H"].filter { counts[$0] != nil }
    let order = first + counts.keys.filter { !first.contains($0) }.sorted()
    return order.map { symbol in
      let count = counts[symbol] ?? 0
      return count == 1 ? symbol : "\(symbol)\(count)"
    }.joined()
  }

  /// By the text.
  public static func < (l: MolecularFormula, r: MolecularFormula) -> Bool {
    l.description < r.description
  }
}
