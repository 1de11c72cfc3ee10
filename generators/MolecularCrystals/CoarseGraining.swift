public import Geometry

/// From atoms to ellipsoids: every molecule of a frame becomes one particle, at its centre of mass,
/// turned like its principal axes (`PrincipalAxes` says which is which).
public struct CoarseGraining: Equatable, Sendable {
  /// Which atoms belong together.
  public enum Grouping: Equatable, Sendable {
    /// Those that bonds connect: atoms closer than `tolerance` times the sum of their covalent radii.
    case bonds(tolerance: Double = defaultBondTolerance)
    /// Those with equal values in a column of the frame, as `molecule`.
    case column(String)
    /// Lists of atoms, from 0, the same in every frame; atoms in none are left out.
    case groups([[Int]])
  }

  /// Bonds are shorter than this times the sum of the covalent radii, unless said otherwise: 1.50 for
  /// C-H, 2.13 for C-C, 1.36 for O-H, whose hydrogen bonds are 1.6 or more. In 800 thermal crystals of
  /// benzene bonds reach 1.33 times the sum, and atoms of different molecules come no closer than 1.52.
  public static let defaultBondTolerance = 1.4
  /// Atoms of different molecules closer than this times the sum of their covalent radii are suspected of
  /// being bonded.
  public static let plausibleBond = 1.5

  /// The semi-axes along the body axes x, y, z.
  public enum Shape: Equatable, Sendable {
    /// The same for all molecules.
    case given(SemiAxes)
    /// Those of the homogeneous ellipsoid with the same mean squared extents: sqrt(5 <t^2>).
    case gyration
    /// Half the extent of the atoms' van der Waals spheres along each axis.
    case vanDerWaals
  }

  /// Which atoms belong together.
  public var grouping: Grouping
  /// How large the ellipsoids are.
  public var shape: Shape
  /// What the frame calls them; nil: the chemical formula, C and H first, as `C6H6`.
  public var species: String?
  /// A floor for semi-axes that come from the atoms: those of flat and linear molecules would be zero.
  public var minimumAxis: Double?
  /// The formulas that molecules may have; nil for any.
  public var expected: Set<MolecularFormula>?
  /// Lists of atoms of a molecule, counted from 0 in its own order: each becomes an ellipsoid, atoms in none
  /// are left out. nil: the whole molecule becomes one.
  public var beads: [[Int]]?

  /// A way to coarse-grain; ellipsoids are called X unless said otherwise.
  public init(
    grouping: Grouping = .bonds(), shape: Shape = .vanDerWaals, species: String? = "X",
    minimumAxis: Double? = nil, expected: Set<MolecularFormula>? = nil
  ) {
    self.grouping = grouping
    self.shape = shape
    self.species = species
    self.minimumAxis = minimumAxis
    self.expected = expected
  }

  /// The frame of ellipsoids: in the order of the molecules' first atoms (or of the groups), with the
  /// cell and all labels of the frame of atoms. The column `molecule` numbers them from 0, with beads the
  /// column `bead` those of a molecule; `corresponding_atoms` lists their atoms, where all have as many.
  ///
  /// Throws: `InvalidInput` for species that are no elements, a missing column, molecules that bonds
  /// hold to their own images or that are not among those expected, and semi-axes that would be zero.
  public func ellipsoids(of frame: Frame) throws -> Frame {
    try ellipsoidsAndMolecules(of: frame).ellipsoids
  }

  /// As `ellipsoids`, with what is known of the molecules; `MoleculeReport` adds that up.
  ///
  /// Throws: as `ellipsoids`.
  public func ellipsoidsAndMolecules(
    of frame: Frame
  ) throws -> (ellipsoids: Frame, composition: MoleculeComposition) {
    if let minimumAxis, !(minimumAxis > 0 && minimumAxis.isFinite) {
      throw InvalidInput("minimum semi-axis", value: minimumAxis, expected: "a positive number")
    }
    let (molecules, formulas, found) = try found(in: frame)
    var composition = found
    var (centers, shapes) = ([Vector3](), [SemiAxes]())
    var (orientations, names) = ([UnitQuaternion](), [String]())
    let parts = try beads.map { try Self.parts(of: molecules, $0) }
    let bodies = parts?.map(\.body) ?? molecules
    let pieces = parts.map { parts in
      parts.map { part in
        MolecularFormula(species: part.body.atoms.map { frame.species[$0] })
      }
    }
    for (molecule, formula) in zip(bodies, pieces ?? formulas) {
      let elements = try molecule.atoms.map { try AtomicData.element(frame.species[$0]) }
      let axes = try PrincipalAxes(
        positions: molecule.positions, masses: elements.map(\.mass))
      centers.append(frame.cell?.wrap(axes.center) ?? axes.center)
      orientations.append(axes.orientation)
      let shape = try semiAxes(axes, molecule.positions, elements, formula)
      if shape.smallest < 1e-3 * shape.largest { composition.thin += 1 }
      shapes.append(shape)
      names.append(species ?? formula.description)
    }
    var result = Frame(
      positions: centers, species: names, orientations: orientations, semiAxes: shapes,
      cell: frame.cell, labels: frame.labels)
    try result.set(
      Frame.Column(
        name: "molecule",
        values: .integers(parts?.map(\.molecule) ?? Array(molecules.indices))))
    if let parts {
      try result.set(Frame.Column(name: "bead", values: .integers(parts.map(\.bead))))
      composition.leftOut = frame.count - bodies.reduce(0) { $0 + $1.atoms.count }
    }
    if let width = bodies.first?.atoms.count,
      bodies.allSatisfy({ $0.atoms.count == width })
    {
      try result.set(
        Frame.Column(
          name: "corresponding_atoms", width: width,
          values: .integers(bodies.flatMap(\.atoms))))
    }
    return (result, composition)
  }

  /// The beads of all molecules.
  ///
  /// Throws: `InvalidInput` for an atom that a molecule does not have, or that is in two beads.
  private static func parts(
    of molecules: [MoleculeFinder.Molecule], _ beads: [[Int]]
  ) throws -> [(molecule: Int, bead: Int, body: MoleculeFinder.Molecule)] {
    let all = beads.flatMap { $0 }
    guard Set(all).count == all.count, beads.allSatisfy({ !$0.isEmpty }) else {
      throw InvalidInput(
        "beads of a molecule", value: "\(beads)", expected: "every atom in one bead at most")
    }
    return try molecules.enumerated().flatMap { m, molecule in
      try beads.enumerated().map { b, atoms in
        guard let last = atoms.max(), let first = atoms.min(), first >= 0,
          last < molecule.atoms.count
        else {
          throw InvalidInput(
            "atom of a bead", value: "\(atoms.max() ?? -1)",
            expected: "a number below \(molecule.atoms.count), the atoms of molecule \(m)")
        }
        let body = MoleculeFinder.Molecule(
          atoms: atoms.map { molecule.atoms[$0] }, positions: atoms.map { molecule.positions[$0] })
        return (m, b, body)
      }
    }
  }

  /// The molecules of a frame with their formulas, checked.
  ///
  /// Throws: `InvalidInput` for what no molecules are, and others than those expected.
  func found(
    in frame: Frame
  ) throws -> ([MoleculeFinder.Molecule], [MolecularFormula], MoleculeComposition) {
    let (molecules, fragments) = try molecules(of: frame)
    var composition = MoleculeComposition()
    composition.fragments = fragments
    composition.leftOut = frame.count - molecules.reduce(0) { $0 + $1.atoms.count }
    let formulas = molecules.map { molecule in
      MolecularFormula(species: molecule.atoms.map { frame.species[$0] })
    }
    for formula in formulas { composition.molecules[formula, default: 0] += 1 }
    try check(composition)
    return (molecules, formulas, composition)
  }

  /// Throws: `InvalidInput` for molecules other than those expected.
  private func check(_ composition: MoleculeComposition) throws {
    guard let expected, composition.molecules.keys.contains(where: { !expected.contains($0) })
    else { return }
    throw InvalidInput(
      "composition of the frame", value: composition.text,
      expected: expected.sorted().map(\.description).joined(separator: " or ") + " only")
  }

  /// The atoms of every molecule, from 0, as `ellipsoids` numbers them.
  ///
  /// Throws: as `ellipsoids`.
  public func groups(of frame: Frame) throws -> [[Int]] {
    try molecules(of: frame).found.map(\.atoms)
  }

  /// The molecules, and how many of them look like fragments.
  private func molecules(
    of frame: Frame
  ) throws -> (found: [MoleculeFinder.Molecule], fragments: Int) {
    switch grouping {
    case .bonds(let tolerance):
      let finder = try MoleculeFinder(frame, tolerance: tolerance)
      let molecules = try finder.connected()
      return (molecules, finder.fragments(among: molecules))
    case .groups(let groups):
      return (
        try MoleculeFinder(frame, tolerance: Self.defaultBondTolerance).assembled(groups), 0
      )
    case .column(let name):
      guard let column = frame.column(name), column.width == 1 else {
        throw InvalidInput(
          "column of molecules", value: name, expected: "a column of one value an atom")
      }
      let keys: [String]
      switch column.values {
      case .integers(let values): keys = values.map { "\($0)" }
      case .strings(let values): keys = values
      case .reals, .logicals:
        throw InvalidInput(
          "column of molecules", value: name, expected: "whole numbers or names")
      }
      var (order, groups) = ([String](), [String: [Int]]())
      for (atom, key) in keys.enumerated() {
        if groups[key] == nil { order.append(key) }
        groups[key, default: []].append(atom)
      }
      let finder = try MoleculeFinder(frame, tolerance: Self.defaultBondTolerance)
      return (try finder.assembled(order.map { groups[$0] ?? [] }), 0)
    }
  }

  private func semiAxes(
    _ axes: PrincipalAxes, _ positions: [Vector3], _ elements: [AtomicData.Element],
    _ formula: MolecularFormula
  ) throws -> SemiAxes {
    let floor = Vector3(repeating: minimumAxis ?? 0)
    switch shape {
    case .given(let semiAxes): return semiAxes
    case .gyration:
      // Rounding can make a moment that is zero negative.
      let extents = (pointwiseMax(axes.moments, .zero) * 5).squareRoot()
      let v = pointwiseMax(extents, floor)
      guard v.min() > Self.flatness * v.max() else {
        throw InvalidInput(
          "shape of molecule \(formula)", value: Self.degeneracy(extents),
          expected: "one with an extent along all axes, for semi-axes from the gyration tensor; "
            + "a minimum semi-axis, the shape from van der Waals radii, or given semi-axes else")
      }
      return try SemiAxes(v.x, v.y, v.z)
    case .vanDerWaals:
      let rotation = axes.orientation.rotationMatrix.transpose
      var (low, high) = (
        Vector3(repeating: .infinity), Vector3(repeating: -.infinity)
      )
      for (r, element) in zip(positions, elements) {
        let body = rotation * (r - axes.center)
        let radius = Vector3(repeating: element.vanDerWaalsRadius)
        low = pointwiseMin(low, body - radius)
        high = pointwiseMax(high, body + radius)
      }
      let half = pointwiseMax((high - low) * 0.5, floor)
      return try SemiAxes(half.x, half.y, half.z)
    }
  }

  /// An extent below this fraction of the largest is rounding: of positions with seven digits it is some
  /// 1e-7.
  private static let flatness = 1e-6

  /// What is wrong with such extents, in a word.
  private static func degeneracy(_ extents: Vector3) -> String {
    if extents.max() < 1e-9 { return "a point" }
    let vanishing = (0..<3).count { extents[$0] <= flatness * extents.max() }
    return vanishing == 1 ? "flat" : "linear"
  }
}
