public import ArgumentParser
public import Generators
internal import Jobs

extension Crystal.Lattice: ExpressibleByArgument {}
extension MolecularCrystal.Sites: ExpressibleByArgument {}

/// `mesogen generate crystal`.
struct CrystalStep: GeneratorStep {
  typealias Values = CrystalSettings
  static let configuration = CommandConfiguration(
    commandName: "crystal",
    abstract: "Parallel ellipsoids on a lattice of spheres that is stretched along with them.",
    discussion: """
        mesogen generate crystal -o crystal.xyz --count 10 --lattice fcc --packing-fraction 0.4:0.7
      """)
  private static let standard = CrystalSettings()

  @OptionGroup var set: SetOptions
  @Option(parsing: .unconditional, help: "The number of frames.")
  var count = Self.standard.count
  @Option(help: "The lattice, before it is stretched.")
  var lattice = Self.standard.lattice
  @Option(help: "Conventional cells along each direction: a number, or three.")
  var cells = Self.standard.cells
  @Option(parsing: .unconditional, help: "The semi-axes a,b,c of the particles.")
  var semiAxes = Self.standard.semiAxes
  @Option(parsing: .unconditional, help: "Volume of the particles over that of the cell.")
  var packingFraction = Self.standard.packingFraction
  @Option(parsing: .unconditional, help: "Where body z points: random, or x,y,z.")
  var director = Self.standard.director

  init() {}
}

/// `mesogen generate molecular-crystal`.
struct MolecularCrystalStep: GeneratorStep {
  typealias Values = MolecularCrystalSettings
  static let configuration = CommandConfiguration(
    commandName: "molecular-crystal",
    abstract: "Random crystals of a rigid molecule, placed by space-group symmetry.",
    discussion: """
      Lengths in ångströms. With --pair a second file gets, frame by frame, the same crystals \
      with an ellipsoid in place of every molecule. --variants K makes K frames of every crystal: \
      itself, and others that share its cell and centres while molecules are turned (--rotate), or \
      shifted (--translate); the label base tells which belong together.

        mesogen generate molecular-crystal -o atoms.xyz --pair ellipsoids.xyz --count 100 \
      --molecule benzene --space-group 1:230
      """)
  private static let standard = MolecularCrystalSettings()

  @OptionGroup var set: SetOptions
  @Option(parsing: .unconditional, help: "The number of frames.")
  var count = Self.standard.count
  @Option(help: "benzene, or a file whose first frame is one molecule.")
  var molecule = Self.standard.molecule
  @Option(help: "Numbers of space groups, of which every frame draws one: 14, 1:230, 2,14,61:64.")
  var spaceGroup = Self.standard.spaceGroup
  @Option(help: "The window of volumes per molecule, MIN:MAX (default: 15:45 per heavy atom).")
  var volume: String?
  @Option(
    parsing: .unconditional,
    help: "The closest contact of atoms over the sum of their van der Waals radii.")
  var closestContact = Self.standard.closestContact
  @Option(help: "Which positions molecules may take.")
  var sites = Self.standard.sites
  @Option(help: "Cells with more atoms are not made.")
  var mostAtoms = Self.standard.mostAtoms
  @Option(
    parsing: .unconditional,
    help: "Cells with fewer atoms are not made: one k-point needs large ones."
  )
  var fewestAtoms = Self.standard.fewestAtoms
  @Option(parsing: .unconditional, help: "Standard deviation of final random turns, in degrees.")
  var rotation = Self.standard.rotation
  @Option(parsing: .unconditional, help: "Standard deviation of final random shifts.")
  var translation = Self.standard.translation
  @Option(
    parsing: .unconditional,
    help: "Crystals of every one that is drawn: that itself, and others with the same centres.")
  var variants = Self.standard.variants
  @Option(
    help: "How molecules are turned in variants: random, together (all alike), none, or degrees.")
  var rotate = Self.standard.rotate
  @Option(
    parsing: .unconditional,
    help: "Standard deviation of the shift of every molecule in variants.")
  var translate = Self.standard.translate
  @Option(help: "Where the frames of ellipsoids go.")
  var pair: String?
  @Option(help: "The semi-axes of the ellipsoids: \(CoarseGraining.Shape.names), or a,b,c.")
  var shape = Self.standard.shape

  init() {}

  static var inputFiles: Set<String> { ["molecule"] }
  static var outputFiles: Set<String> { ["output", "pair"] }
}
