/// How a cell under pressure may change.
public enum CellChange: String, CaseIterable, Codable, Sendable {
  /// All lengths by one factor: the shape stays.
  case isotropic
  /// Every lattice vector by a factor of its own: the angles stay.
  case edges
  /// Edges and angles.
  case sheared
}
