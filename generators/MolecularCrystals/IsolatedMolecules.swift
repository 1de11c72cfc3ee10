public import Geometry

extension CoarseGraining {
  /// Labels that are of the crystal, and of the molecules no more.
  private static let energies = ["energy", "energy_per_atom", "energy_per_molecule"]
  private static let removed = ["free_energy", "stress", "virial"]

  /// The frame with its molecules taken apart: each in one piece and unturned, without a cell, one after
  /// the other along x with `distance` between the atoms of neighbours, the middle of each at y = z = 0.
  ///
  /// Atoms keep their order; those of no group are left out. The column `molecule` numbers the molecules
  /// from 0. Labels of energies get the prefix `crystal_`; `free_energy`, `stress`, `virial` and the column
  /// `forces` belong to the crystal alone and go.
  ///
  /// Throws: as `ellipsoids`, but for what only shapes can lack.
  public func isolatedMolecules(
    of frame: Frame, distance: Double
  ) throws -> (frame: Frame, composition: MoleculeComposition) {
    let (molecules, _, composition) = try found(in: frame)
    var (places, owners) = ([Int: Vector3](), [Int: Int]())
    var end = -distance
    for (number, molecule) in molecules.enumerated() {
      let low = molecule.positions.reduce(Vector3(repeating: .infinity), pointwiseMin)
      let high = molecule.positions.reduce(Vector3(repeating: -.infinity), pointwiseMax)
      let middle = (low + high) * 0.5
      let shift = Vector3(end + distance - low.x, -middle.y, -middle.z)
      for (atom, position) in zip(molecule.atoms, molecule.positions) {
        (places[atom], owners[atom]) = (position + shift, number)
      }
      end += distance + high.x - low.x
    }
    let atoms = places.keys.sorted()
    var labels = frame.labels
    for name in Self.energies {
      if let value = labels[name] { labels["crystal_\(name)"] = value }
      labels[name] = nil
    }
    for name in Self.removed { labels[name] = nil }
    var result = Frame(
      positions: atoms.map { places[$0] ?? .zero }, species: atoms.map { frame.species[$0] },
      labels: labels)
    for column in frame.columns where column.name != "forces" {
      try result.set(column.selecting(rows: atoms))
    }
    try result.set(
      Frame.Column(name: "molecule", values: .integers(atoms.map { owners[$0] ?? 0 })))
    return (result, composition)
  }
}
