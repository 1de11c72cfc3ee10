/// The species of a calculation, in the order in which its columns stand, each with the integer that
/// labels it: the atomic number of an element, 0 for X, the trailing integer of another name
/// ("type3" is 3, "7" is 7), and otherwise its place in the order, counted from 1. Where two claim a
/// number, an element goes before a trailing integer and that before a place; who loses gets the
/// next free number from 119 on, beyond the elements.
public struct SpeciesTable: Equatable, Sendable {
  /// The names, in the order of the columns.
  public let names: [String]
  /// The integer of each name, all different.
  public let numbers: [Int]
  private let indices: [String: Int]

  /// The names in the order given.
  ///
  /// Throws: `InvalidInput` when there is none or one comes twice.
  public init(ordered names: [String]) throws {
    guard !names.isEmpty else {
      throw InvalidInput("species", value: "an empty list", expected: "at least one name")
    }
    var indices = [String: Int]()
    for (index, name) in names.enumerated() {
      guard indices.updateValue(index, forKey: name) == nil else {
        throw InvalidInput("species", value: "\(name) twice", expected: "every name once")
      }
    }
    self.names = names
    self.indices = indices
    numbers = Self.assign(names)
  }

  /// The names found in some frames: first those labelled by their own integer, ascending; the
  /// others follow in the order of their first appearance.
  ///
  /// Throws: `InvalidInput` when there is none.
  public init(found names: [String]) throws {
    var seen = Set<String>()
    let unique = names.filter { seen.insert($0).inserted }
    // Which of several names gets an integer must not depend on the order of the frames.
    let labelled = zip(unique.sorted(), Self.assign(unique.sorted()))
      .filter { Self.number(of: $0.0) == $0.1 }.sorted { $0.1 < $1.1 }.map(\.0)
    let settled = Set(labelled)
    try self.init(ordered: labelled + unique.filter { !settled.contains($0) })
  }

  /// The integers of the names, by the rule above.
  private static func assign(_ names: [String]) -> [Int] {
    var numbers = [Int?](repeating: nil, count: names.count)
    var taken = Set<Int>()
    let claims: [(String, Int) -> Int?] = [
      { name, _ in ChemicalElement.atomicNumber(of: name) }, { name, _ in number(of: name) },
      { name, index in number(of: name) == nil ? index + 1 : nil },
    ]
    for claim in claims {
      for (index, name) in names.enumerated() where numbers[index] == nil {
        if let number = claim(name, index), taken.insert(number).inserted {
          numbers[index] = number
        }
      }
    }
    var free = ChemicalElement.symbols.count
    return numbers.map { number in
      if let number { return number }
      while !taken.insert(free).inserted { free += 1 }
      return free
    }
  }

  /// The number of species.
  public var count: Int { names.count }

  /// Where the species stands in the order; nil for one that the calculation was not told of.
  public func index(of name: String) -> Int? { indices[name] }

  /// The integer that a name stands for by itself: atomic number, 0 for X, trailing integer.
  public static func number(of name: String) -> Int? {
    if let element = ChemicalElement.atomicNumber(of: name) { return element }
    return Int(String(name.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()))
  }
}
