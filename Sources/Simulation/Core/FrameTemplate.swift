public import Geometry

/// What a simulation hands through from its starting frame to later ones: columns and labels that
/// stay true when particles move.
public struct FrameTemplate: Sendable {
  private let start: Frame

  /// Names of labels and columns that a later frame must not inherit.
  public static let outdated: Set<String> = [
    "energy", "energies", "energy_per_particle", "forces", "torques", "virial", "stress",
    "pressure", "pressure_tensor", "temperature", "time", "step", "velocities",
    "angular_momenta", "momenta", "order", "order_max", "target_order", "director", "biaxiality",
    "p4", "smectic_order", "target_smectic_order", "layer_normal", "layer_spacing", "layers",
    "tilt", "phase", "packing_fraction", "density", "h12", "eta", "chi", "distance",
    "surface_distance", "singular_pairs", "timestep", "local_order", "closest_contact",
    "deepest_overlap", "psi6", "psi6_global", "hexatic_order", "target_hexatic_order",
    "columnar_order", "target_columnar_order", "column_spacing", "columns", "biaxial_order",
    "target_biaxial_order", "second_director", "pitch", "half_turns", "lattice", "space_group",
    "space_group_symbol", "site_symmetry_order", "volume_per_molecule",
  ]

  /// What to keep of that frame.
  public init(_ start: Frame) {
    var kept = start
    for name in start.labels.names where Self.outdated.contains(name) {
      kept.labels[name] = nil
    }
    kept.removeColumns { Self.outdated.contains($0.name) }
    self.start = kept
  }

  /// The species of the starting frame.
  public var species: [String] { start.species }
  /// The semi-axes of the starting frame.
  public var semiAxes: [SemiAxes]? { start.semiAxes }

  /// The frame with particles moved. Orientations are left out where the starting frame had none.
  public func frame(
    positions: [Vector3], orientations: [UnitQuaternion], cell: Cell?, species: [String]? = nil,
    semiAxes: [SemiAxes]? = nil
  ) -> Frame {
    Frame(
      positions: positions, species: species ?? start.species,
      orientations: start.orientations == nil ? nil : orientations,
      semiAxes: semiAxes ?? start.semiAxes, cell: cell, labels: start.labels,
      columns: start.columns)
  }
}
