/// The chemical elements by symbol and atomic number; X, which stands for no element, has number 0.
public enum ChemicalElement {
  /// The symbols in the order of the atomic numbers, from X = 0 to Og = 118.
  public static let symbols: [String] =
    """
    X H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se
    Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy
    Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf
    Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  private static let numbers = Dictionary(uniqueKeysWithValues: zip(symbols, symbols.indices))

  /// The atomic number of a symbol, nil for anything else.
  public static func atomicNumber(of symbol: String) -> Int? { numbers[symbol] }

  /// The symbol of an atomic number, nil for a number that no element has.
  public static func symbol(of atomicNumber: Int) -> String? {
    symbols.indices.contains(atomicNumber) ? symbols[atomicNumber] : nil
  }
}
