internal import Geometry

/// Masses and radii of the elements from hydrogen to xenon, which molecular crystals are made of.
public enum AtomicData {
  /// What is known of an element. Masses in unified atomic mass units, radii in ångströms.
  public struct Element: Equatable, Sendable {
    /// Standard atomic weight, IUPAC 2021, abridged to five figures.
    public let mass: Double
    /// B. Cordero et al., Dalton Trans. 2008, 2832-2838 (low spin; sp3 carbon).
    public let covalentRadius: Double
    /// S. Alvarez, Dalton Trans. 42 (2013) 8617-8636.
    public let vanDerWaalsRadius: Double
  }

  /// The element of that symbol; the isotope D counts as hydrogen of mass 2.014.
  ///
  /// Throws: `InvalidInput` for anything else than the symbols from H to Xe.
  public static func element(_ symbol: String) throws -> Element {
    if symbol == "D" {
      return Element(
        mass: 2.014, covalentRadius: covalent[0], vanDerWaalsRadius: vanDerWaals[0])
    }
    guard let number = ChemicalElement.atomicNumber(of: symbol), number >= 1,
      number <= masses.count
    else {
      throw InvalidInput(
        "species of an atom", value: symbol,
        expected:
          "the symbol of an element from H to Xe; names can be given to types: 1:C,2:H (--types)")
    }
    return Element(
      mass: masses[number - 1], covalentRadius: covalent[number - 1],
      vanDerWaalsRadius: vanDerWaals[number - 1])
  }

  private static let masses: [Double] = [
    1.008, 4.0026, 6.94, 9.0122, 10.81, 12.011, 14.007, 15.999, 18.998, 20.180, 22.990, 24.305,
    26.982, 28.085, 30.974, 32.06, 35.45, 39.95, 39.098, 40.078, 44.956, 47.867, 50.942, 51.996,
    54.938, 55.845, 58.933, 58.693, 63.546, 65.38, 69.723, 72.630, 74.922, 78.971, 79.904, 83.798,
    85.468, 87.62, 88.906, 91.224, 92.906, 95.95, 97, 101.07, 102.91, 106.42, 107.87, 112.41,
    114.82, 118.71, 121.76, 127.60, 126.90, 131.29,
  ]

  private static let covalent: [Double] = [
    0.31, 0.28, 1.28, 0.96, 0.84, 0.76, 0.71, 0.66, 0.57, 0.58, 1.66, 1.41, 1.21, 1.11, 1.07, 1.05,
    1.02, 1.06, 2.03, 1.76, 1.70, 1.60, 1.53, 1.39, 1.39, 1.32, 1.26, 1.24, 1.32, 1.22, 1.22, 1.20,
    1.19, 1.20, 1.20, 1.16, 2.20, 1.95, 1.90, 1.75, 1.64, 1.54, 1.47, 1.46, 1.42, 1.39, 1.45, 1.44,
    1.42, 1.39, 1.39, 1.38, 1.39, 1.40,
  ]

  private static let vanDerWaals: [Double] = [
    1.20, 1.43, 2.12, 1.98, 1.91, 1.77, 1.66, 1.50, 1.46, 1.58, 2.50, 2.51, 2.25, 2.19, 1.90, 1.89,
    1.82, 1.83, 2.73, 2.62, 2.58, 2.46, 2.42, 2.45, 2.45, 2.44, 2.40, 2.40, 2.38, 2.39, 2.32, 2.29,
    1.88, 1.82, 1.86, 2.25, 3.21, 2.84, 2.75, 2.52, 2.56, 2.45, 2.44, 2.46, 2.44, 2.15, 2.53, 2.49,
    2.43, 2.42, 2.47, 1.99, 2.04, 2.06,
  ]
}
