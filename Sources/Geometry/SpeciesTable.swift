/// The species of a calculation, in the order in which its columns stand, each with the integer that
/// labels it: the atomic number of an element, 0 for X, the trailing integer of another name
/// ("type3" is 3, "7" is 7), and otherwise a number given by first appearance.
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
    var numbers = [Int]()
    var indices = [String: Int]()
    for (index, name) in names.enumerated() {
      guard indices.updateValue(index, forKey: name) == nil else {
        throw InvalidInput("species", value: "\(name) twice", expected: "every name once")
      }
      var number = Self.number(of: name) ?? index + 1
      // A number that is taken already gives way to a free one beyond the elements.
      if numbers.contains(number) { number = max(118, numbers.max() ?? 0) + 1 }
      numbers.append(number)
    }
    self.names = names
    self.numbers = numbers
    self.indices = indices
  }

  /// The names found in some frames, ascending by their integer; names without one follow in the
  /// order of their first appearance.
  ///
  /// Throws: `InvalidInput` when there is none.
  public init(found names: [String]) throws {
    var seen = Set<String>()
    let unique = names.filter { seen.insert($0).inserted }
    let numbered = unique.filter { Self.number(of: $0) != nil }
      .sorted { (Self.number(of: $0) ?? 0, $0) < (Self.number(of: $1) ?? 0, $1) }
    try self.init(ordered: numbered + unique.filter { Self.number(of: $0) == nil })
  }

  /// The number of species.
  public var count: Int { names.count }

  /// Where the species stands in the order; nil for one that the calculation was not told of.
  public func index(of name: String) -> Int? { indices[name] }

  /// The integer that a name stands for by itself: atomic number, 0 for X, trailing integer.
  public static func number(of name: String) -> Int? {
    if let element = elements[name] { return element }
    return Int(String(name.reversed().prefix { $0.isASCII && $0.isNumber }.reversed()))
  }

  private static let elements: [String: Int] = {
    let symbols = """
      X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se
      Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy
      Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf
      Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
      """
    let list = symbols.split(whereSeparator: \.isWhitespace).map(String.init)
    return Dictionary(uniqueKeysWithValues: zip(list, list.indices))
  }()
}
