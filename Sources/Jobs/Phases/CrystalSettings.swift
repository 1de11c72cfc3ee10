public import Generators
internal import Geometry

/// Parallel ellipsoids on a stretched lattice.
public struct CrystalSettings: GeneratorSettings {
  /// The number of frames.
  public var count = 500
  /// Seed and shard.
  public var set = SetSettings()
  /// The lattice, before it is stretched.
  public var lattice = Crystal.Lattice.faceCentredCubic
  /// Conventional cells along each direction: a number, or three.
  public var cells = "4"
  /// The semi-axes of the particles.
  public var semiAxes = "0.5,0.5,1.5"
  /// Volume of the particles over that of the cell.
  public var packingFraction = "0.5"
  /// Where body z points: `random`, or `x,y,z`.
  public var director = "0,0,1"

  /// The defaults.
  public init() {}

  /// What makes the frames.
  ///
  /// Throws: `InvalidInput` for values that make no sense.
  public func generator() throws -> any Generator {
    Crystal(
      lattice: lattice, semiAxes: try SemiAxes(parsing: semiAxes),
      cells: try Crystal.cells(parsing: cells),
      packingFraction: try ValueRange(parsing: packingFraction, quantity: "packing fraction"),
      director: try Director(parsing: director))
  }
}

/// Random crystals of a rigid molecule.
public struct MolecularCrystalSettings: GeneratorSettings {
  /// The number of frames.
  public var count = 500
  /// Seed and shard.
  public var set = SetSettings()
  /// `benzene`, or a file whose first frame is one molecule.
  public var molecule = "benzene"
  /// Numbers of space groups, of which every frame draws one.
  public var spaceGroup = "1:230"
  /// The window of volumes per molecule; nil: by the number of heavy atoms.
  public var volume: String?
  /// The closest contact of atoms over the sum of their van der Waals radii.
  public var closestContact = 0.8
  /// Which positions molecules may take.
  public var sites = MolecularCrystal.Sites.any
  /// Cells with more atoms are not made.
  public var mostAtoms = 500
  /// Cells with fewer atoms are not made.
  public var fewestAtoms = 1
  /// Standard deviation of final random turns, in degrees.
  public var rotation = 0.0
  /// Standard deviation of final random shifts.
  public var translation = 0.0
  /// How many crystals are made of every one that is drawn; they share its centres or orientations.
  public var variants = 1
  /// How molecules are turned in variants: `random`, `together`, `none`, or a number of degrees.
  public var rotate = "random"
  /// Standard deviation of the shift of every molecule in variants.
  public var translate = 0.0
  /// A second file, of ellipsoids in place of the molecules; nil: none.
  public var pair: String?
  /// The shape of these ellipsoids.
  public var shape = CoarseGrainSettings().shape

  /// The defaults.
  public init() {}

  /// What makes the frames.
  ///
  /// Throws: `InvalidInput` for values that make no sense.
  public func generator() throws -> any Generator {
    let body = try Molecule(named: molecule)
    var crystal = MolecularCrystal(
      molecule: body, spaceGroups: try SpaceGroup.numbers(parsing: spaceGroup),
      volumePerMolecule: try body.volumeWindow(parsing: volume), closestContact: closestContact,
      sites: sites, mostAtoms: mostAtoms, rotation: rotation, translation: translation)
    crystal.fewestAtoms = fewestAtoms
    try crystal.checkVolume()
    let turn = try MolecularCrystal.Variation.Turn(parsing: rotate)
    if variants == 1, translate != 0 || rotate != "random" {
      let (name, value) = translate != 0 ? ("translate", "\(translate)") : ("rotate", rotate)
      throw InvalidInput(
        name, value: value, expected: "none with a single variant of every crystal")
    }
    if variants != 1 { crystal.variation = .init(count: variants, turn: turn, shift: translate) }
    return crystal
  }

  /// The same crystals with an ellipsoid in place of every molecule, where they are wanted.
  ///
  /// Throws: `InvalidInput` for a shape that is not known.
  public func companion() throws -> GenerateJob.Companion? {
    let graining = CoarseGraining(
      grouping: .column("molecule"), shape: try CoarseGraining.Shape(parsing: shape))
    return pair.map { output in
      GenerateJob.Companion(output: output) { try graining.ellipsoids(of: $0) }
    }
  }
}
