/// How the moments of a pair's Gaussian are computed. Both give the same numbers, to rounding.
public enum Recurrence: Equatable, Sendable {
  /// The recurrence on r^(2n) x^p y^q z^c with c = 0 or 1, eight pairs at a time: the fast one.
  case solid
  /// All Cartesian moments up to degree lmax + 2 nmax, as the paper has it (Eqs. A55 to A60), one pair
  /// at a time: to check the other, some ten times slower.
  case cartesian
}
