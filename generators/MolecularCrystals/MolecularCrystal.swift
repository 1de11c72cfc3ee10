public import Geometry
internal import Mathematics

/// Random crystals of a rigid molecule, placed by space-group symmetry (the paper, Sec. III C): one
/// molecule on a general position, or on a special one that its own symmetry allows, in a lattice at
/// random among those compatible with the group. Its volume is the smallest of a window at which all
/// contacts are long enough; what does not fit in the window is drawn anew.
///
/// Lengths in ångströms. The atoms of a molecule are in one piece, its centre of mass in the cell.
///
/// Labels: `phase`, `seed`, `frame`, `identifier`, `space_group` and `space_group_symbol` (the group by
/// whose operations the molecules were placed), `space_group_found` and `space_group_found_symbol` (the
/// group of the atoms as they are, within 1e-4, which can be a higher one, or after turns and shifts a
/// lower one), `site_symmetry_order` (1 on a general position), `volume_per_molecule`, `closest_contact` (over the
/// sum of van der Waals radii). The column `molecule` numbers molecules from 0. With `variation` also
/// `base` (the `identifier` of the crystal that a frame is a variant of) and `variant`, from 0.
public struct MolecularCrystal: Generator, Equatable {
  /// Which positions molecules may take.
  public enum Sites: String, CaseIterable, Codable, Sendable {
    /// Only general ones.
    case general
    /// Only special ones.
    case special
    /// Either, with equal chances.
    case any
  }

  /// The molecule.
  public var molecule: Molecule
  /// The numbers of the space groups, of which every frame draws one; where that cannot be filled,
  /// another of them.
  public var spaceGroups: [Int]
  /// The window of volumes per molecule, in cubic ångströms.
  public var volumePerMolecule: ClosedRange<Double>
  /// The shortest distance between atoms of different molecules, over the sum of their van der Waals
  /// radii.
  public var closestContact: Double
  /// Which positions molecules may take.
  public var sites: Sites
  /// Cells with more atoms are not made.
  public var mostAtoms: Int
  /// Cells with fewer atoms are not made: what is computed at one k-point needs large cells.
  public var fewestAtoms = 1
  /// The standard deviation of a turn that every molecule is given in the end, in degrees, about an
  /// axis at random.
  public var rotation: Double
  /// The standard deviation of a shift along x, y and z that every molecule is given in the end.
  public var translation: Double
  /// Several crystals of every one that is drawn: frames k, k + 1, ... of the same base. nil: one.
  public var variation: Variation?

  private static let mostDraws = 5_000

  /// Crystals of a molecule; without turns and shifts they have the symmetry of the group.
  public init(
    molecule: Molecule, spaceGroups: [Int], volumePerMolecule: ClosedRange<Double>,
    closestContact: Double = 0.8, sites: Sites = .any, mostAtoms: Int = 500, rotation: Double = 0,
    translation: Double = 0
  ) {
    self.molecule = molecule
    self.spaceGroups = spaceGroups
    self.volumePerMolecule = volumePerMolecule
    self.closestContact = closestContact
    self.sites = sites
    self.mostAtoms = mostAtoms
    self.rotation = rotation
    self.translation = translation
  }

  /// "molecular crystal".
  public var name: String { "molecular crystal" }

  /// Frame `index`; nothing in it depends on the count.
  ///
  /// Throws: `InvalidInput` for parameters that cannot be used, and when none of 5,000 draws fits
  /// in any of the space groups.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    try validate()
    guard let variation else {
      return try frame(
        base(index, seed: seed) { $0 }, identity: "\(seed)-\(index)", seed: seed, index: index)
    }
    let (number, variant) = index.quotientAndRemainder(dividingBy: variation.count)
    let random = FrameRandomness(seed: seed, family: .molecularCrystal, index: number)
    var stream = random.stream(.displacements)
    let crystals = try base(number, seed: seed) { try variants(of: $0, variation, &stream) }
    let identity = "\(seed)-\(number)"
    var result = try frame(
      crystals[variant], identity: "\(identity)-\(variant)", seed: seed, index: index)
    result.labels["base"] = .string(Self.identifier(identity))
    result.labels["variant"] = .integer(variant)
    return result
  }

  /// What frames are identified by.
  private static func identifier(_ identity: String) -> String { "molecular-crystal-\(identity)" }

  /// The distances that packings have to keep.
  func contacts() throws -> MolecularContacts {
    MolecularContacts(
      radii: try molecule.species.map { try AtomicData.element($0).vanDerWaalsRadius })
  }

  /// A crystal: molecules in a cell, and where they come from.
  struct Placed {
    var packing: Packing
    var group: SpaceGroup
    var draft: Draft
  }

  /// What `accept` makes of crystal number `index`; of the next draw where that is nil.
  private func base<Accepted>(
    _ index: Int, seed: UInt64, accept: (Placed) throws -> Accepted?
  ) throws -> Accepted {
    let random = FrameRandomness(seed: seed, family: .molecularCrystal, index: index)
    var stream = random.stream(.lattice)
    let contacts = try contacts()
    // A group that cannot be filled leaves its place to another of those that are wanted.
    var candidates = spaceGroups
    while !candidates.isEmpty {
      let group = try SpaceGroup(candidates.remove(at: stream.index(below: candidates.count)))
      for _ in 0..<Self.mostDraws {
        try StopRequest.check()
        guard let draft = try drawDraft(group, &stream),
          var packing = try grow(draft, contacts)
        else { continue }
        if rotation > 0 || translation > 0 {
          packing = try shaken(packing, &stream)
          guard
            try contacts.closest(packing, ofFirstOnly: false, below: closestContact)
              >= closestContact
          else { continue }
        }
        if let accepted = try accept(Placed(packing: packing, group: group, draft: draft)) {
          return accepted
        }
      }
    }
    let groups =
      spaceGroups.count == 1 ? "space group \(spaceGroups[0])" : "one of the space groups"
    throw InvalidInput(
      "volume per molecule",
      value: "\(volumePerMolecule.lowerBound):\(volumePerMolecule.upperBound)",
      expected: "a window in which \(groups) can be filled: none of \(Self.mostDraws) draws "
        + "kept all contacts above \(closestContact)")
  }

  /// Frame `index`, and the same coarse-grained: both carry the same labels, `identifier` among them.
  ///
  /// Throws: as `frame` and `CoarseGraining.ellipsoids`.
  public func pair(
    index: Int, of count: Int, seed: UInt64, shape: CoarseGraining.Shape = .vanDerWaals
  ) throws -> (atoms: Frame, ellipsoids: Frame) {
    let atoms = try frame(index: index, of: count, seed: seed)
    let graining = CoarseGraining(grouping: .column("molecule"), shape: shape)
    return (atoms, try graining.ellipsoids(of: atoms))
  }

  /// Makes sure that a molecule can fit into the window at all: spheres of `closestContact` times the van
  /// der Waals radii about the atoms of different molecules must not overlap, so that a molecule takes at
  /// least the volume of their union.
  ///
  /// Throws: `InvalidInput` where the window ends below that.
  public func checkVolume() throws {
    let least = try contacts().unionVolume(of: molecule.positions, scale: closestContact)
    guard volumePerMolecule.upperBound >= least else {
      throw InvalidInput(
        "volume per molecule",
        value: "\(volumePerMolecule.lowerBound):\(volumePerMolecule.upperBound)",
        expected:
          "a window beyond \((10 * least).rounded() / 10): the atoms of a molecule alone, with "
          + "closest contacts of \(closestContact), take as much")
    }
  }

  private func validate() throws {
    guard !spaceGroups.isEmpty else {
      throw InvalidInput("space groups", value: "none", expected: "at least one")
    }
    guard volumePerMolecule.lowerBound > 0, volumePerMolecule.upperBound.isFinite else {
      throw InvalidInput(
        "volume per molecule",
        value: "\(volumePerMolecule.lowerBound):\(volumePerMolecule.upperBound)",
        expected: "a window of positive numbers")
    }
    guard fewestAtoms <= mostAtoms else {
      throw InvalidInput(
        "fewest atoms of a cell", value: "\(fewestAtoms)", expected: "\(mostAtoms) or fewer")
    }
    for (quantity, value) in [
      ("closest contact", closestContact), ("turn of molecules", rotation),
      ("shift of molecules", translation),
    ] where !(value >= 0 && value.isFinite) {
      throw InvalidInput(quantity, value: value, expected: "0 or more")
    }
    try variation?.validate()
  }

  /// A crystal up to its volume.
  struct Draft {
    var site: CrystalSite
    /// Lattice vectors as rows, of volume 1.
    var shape: Matrix3x3
    /// The turn of the first molecule.
    var orientation: Matrix3x3
  }

  /// Molecules in a cell: centres and orthogonal maps from the body.
  struct Packing {
    var cell: Cell
    var centers: [Vector3]
    var maps: [Matrix3x3]
    /// Atoms of one molecule, in its body.
    var body: [Vector3]

    var positions: [Vector3] {
      zip(centers, maps).flatMap { center, map in body.map { center + map * $0 } }
    }
  }

  private func drawDraft(
    _ group: SpaceGroup, _ stream: inout RandomStream
  ) throws -> Draft? {
    let special = sites == .special || (sites == .any && stream.uniform() < 0.5)
    guard let site = CrystalSite.draw(group, special: special, &stream),
      (fewestAtoms...max(fewestAtoms, mostAtoms)).contains(site.images.count * molecule.count),
      let shape = Self.lattice(group, &stream)
    else { return nil }
    let toCartesian = shape.transpose
    let toFractional = toCartesian.inverse
    let orientation = try SiteOrientation(
      molecule: molecule.symmetries,
      site: site.siteRotations.map { toCartesian * $0 * toFractional }
    ).draw(&stream)
    return orientation.map { Draft(site: site, shape: shape, orientation: $0) }
  }

  /// A lattice of volume 1 that the group allows: a metric at random (edges within a factor of 1.6,
  /// angles from 60 to 120 degrees), averaged over the rotations of the group.
  private static func lattice(
    _ group: SpaceGroup, _ stream: inout RandomStream
  ) -> Matrix3x3? {
    let edges = (0..<3).map { _ in exponential(stream.uniform(-0.5, 0.5) * logarithm(1.6)) }
    let cosines = (0..<3).map { _ in stream.uniform(-0.5, 0.5) }
    var drawn = Matrix3x3(diagonal: .zero)
    for i in 0..<3 {
      for j in 0..<3 {
        drawn[i, j] = edges[i] * edges[j] * (i == j ? 1 : cosines[3 - i - j])
      }
    }
    var metric = Matrix3x3(diagonal: .zero)
    for operation in group.operations {
      metric = metric + operation.rotation.transpose * drawn * operation.rotation
    }
    metric = metric * (1 / Double(group.operations.count))
    guard metric.determinant > 1e-3 else { return nil }
    metric = metric * cubeRoot(1 / metric.determinant)
    // Rows of the Cholesky factor: a along x, b in the plane of x and y.
    let a = metric[0, 0].squareRoot()
    let (b0, c0) = (metric[1, 0] / a, metric[2, 0] / a)
    let b1 = (metric[1, 1] - b0 * b0).squareRoot()
    let c1 = (metric[2, 1] - c0 * b0) / b1
    let c2 = (metric[2, 2] - c0 * c0 - c1 * c1).squareRoot()
    let rows = Matrix3x3(rows: Vector3(a, 0, 0), Vector3(b0, b1, 0), Vector3(c0, c1, c2))
    return rows.determinant.isFinite ? rows : nil
  }

  /// The draft at the smallest volume of the window, to 1 %, that keeps all contacts; all molecules
  /// being equivalent, those of the first suffice.
  private func grow(_ draft: Draft, _ contacts: MolecularContacts) throws -> Packing? {
    func fits(_ packing: Packing) throws -> Bool {
      try contacts.closest(packing, ofFirstOnly: true, below: closestContact) >= closestContact
    }
    var (low, high) = (volumePerMolecule.lowerBound, volumePerMolecule.upperBound)
    var best = try pack(draft, volumePerMolecule: high)
    guard try fits(best) else { return nil }
    let dense = try pack(draft, volumePerMolecule: low)
    if try fits(dense) { return dense }
    while high > 1.01 * low {
      let middle = (low * high).squareRoot()
      let packing = try pack(draft, volumePerMolecule: middle)
      if try fits(packing) { (best, high) = (packing, middle) } else { low = middle }
    }
    return best
  }

  func pack(_ draft: Draft, volumePerMolecule: Double) throws -> Packing {
    let edge = cubeRoot(volumePerMolecule * Double(draft.site.images.count))
    let lattice = draft.shape * edge
    let cell = try Cell(
      Vector3(lattice[0, 0], lattice[0, 1], lattice[0, 2]),
      Vector3(lattice[1, 0], lattice[1, 1], lattice[1, 2]),
      Vector3(lattice[2, 0], lattice[2, 1], lattice[2, 2]))
    let maps = draft.site.images.map {
      cell.toCartesian * $0.rotation * cell.toFractional * draft.orientation
    }
    return Packing(
      cell: cell, centers: draft.site.images.map { cell.position(fractional: $0.position) },
      maps: maps, body: molecule.positions)
  }

  /// Every molecule turned and shifted by chance.
  private func shaken(
    _ packing: Packing, _ stream: inout RandomStream
  ) throws -> Packing {
    var shaken = packing
    for k in packing.centers.indices {
      let axis = stream.direction()
      let half = stream.gaussian(sigma: rotation * Double.pi / 180) / 2
      let turn = UnitQuaternion(
        axis: axis, halfAngleCosine: cosine(half), sine: sine(half))
      let shift = Vector3(stream.gaussian(), stream.gaussian(), stream.gaussian())
      shaken.maps[k] = turn.rotationMatrix * packing.maps[k]
      shaken.centers[k] = packing.cell.wrap(packing.centers[k] + shift * translation)
    }
    return shaken
  }

  private func frame(
    _ placed: Placed, identity: String, seed: UInt64, index: Int
  ) throws -> Frame {
    let (packing, group, draft) = (placed.packing, placed.group, placed.draft)
    let molecules = packing.centers.count
    var labels = Frame.Labels()
    labels.setProvenance(phase: name, seed: seed, index: index)
    labels["identifier"] = .string(Self.identifier(identity))
    labels["space_group"] = .integer(group.number)
    labels["space_group_symbol"] = .string(group.symbol)
    labels["site_symmetry_order"] = .integer(draft.site.siteRotations.count)
    labels["volume_per_molecule"] = .real(packing.cell.volume / Double(molecules))
    labels["closest_contact"] = .real(
      try contacts().closest(packing, ofFirstOnly: false, below: 2))
    var frame = Frame(
      positions: packing.positions,
      species: (0..<molecules).flatMap { _ in molecule.species }, cell: packing.cell, labels: labels
    )
    let numbers = (0..<molecules).flatMap { Array(repeating: $0, count: molecule.count) }
    try frame.set(Frame.Column(name: "molecule", values: .integers(numbers)))
    if let found = try SpaceGroup(detectedIn: frame) {
      frame.labels["space_group_found"] = .integer(found.number)
      frame.labels["space_group_found_symbol"] = .string(found.symbol)
    }
    return frame
  }
}
