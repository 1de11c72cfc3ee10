public import ArgumentParser
public import Generators
import Geometry
import Recipes

extension Crystal.Lattice: ExpressibleByArgument {}
extension MolecularCrystal.Sites: ExpressibleByArgument {}

struct GenerateCrystalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crystal",
    abstract: "Parallel ellipsoids on a lattice of spheres that is stretched along with them.",
    discussion: """
        mesogen generate crystal -o crystal.xyz --count 10 --lattice fcc --packing-fraction 0.4:0.7
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var number: CountOptions
  @Option(help: "The lattice, before it is stretched.")
  var lattice = Crystal.Lattice.faceCentredCubic
  @Option(help: "Conventional cells along each direction: a number, or three.")
  var cells = "4"
  @Option(parsing: .unconditional, help: "The semi-axes a,b,c of the particles.")
  var semiAxes = "0.5,0.5,1.5"
  @Option(parsing: .unconditional, help: "Volume of the particles over that of the cell.")
  var packingFraction = "0.5"
  @Option(parsing: .unconditional, help: "Where body z points: random, or x,y,z.")
  var director = "0,0,1"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let crystal = try Crystal(
      lattice: lattice, semiAxes: ParticleShapes.axes(parsing: semiAxes),
      cells: Crystal.cells(parsing: cells),
      packingFraction: ValueRange(parsing: packingFraction, quantity: "packing fraction"),
      director: Director(parsing: director))
    try set.run(crystal, count: number.count, global)
  }
}

struct GenerateMolecularCrystalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "molecular-crystal",
    abstract: "Random crystals of a rigid molecule, placed by space-group symmetry.",
    discussion: """
      Lengths in ångströms. With --pair a second file gets, frame by frame, the same crystals \
      with an ellipsoid in place of every molecule.

        mesogen generate molecular-crystal -o atoms.xyz --pair ellipsoids.xyz --count 100 \
      --molecule benzene --space-group 1:230
      """)

  @OptionGroup var set: SetOptions
  @OptionGroup var number: CountOptions
  @Option(help: "benzene, or a file whose first frame is one molecule.")
  var molecule = "benzene"
  @Option(help: "Numbers of space groups, of which every frame draws one: 14, 1:230, 2,14,61:64.")
  var spaceGroup = "1:230"
  @Option(help: "The window of volumes per molecule, MIN:MAX (default: 15:45 per heavy atom).")
  var volume: String?
  @Option(
    parsing: .unconditional,
    help: "The closest contact of atoms over the sum of their van der Waals radii.")
  var closestContact = 0.8
  @Option(help: "Which positions molecules may take.")
  var sites = MolecularCrystal.Sites.any
  @Option(help: "Cells with more atoms are not made.")
  var mostAtoms = 500
  @Option(parsing: .unconditional, help: "Standard deviation of final random turns, in degrees.")
  var rotation = 0.0
  @Option(parsing: .unconditional, help: "Standard deviation of final random shifts.")
  var translation = 0.0
  @Option(help: "Where the frames of ellipsoids go.")
  var pair: String?
  @Option(help: "The semi-axes of the ellipsoids: \(CoarseGraining.Shape.names), or a,b,c.")
  var shape = "van-der-waals"
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let body = try Molecule(named: molecule)
    let crystal = MolecularCrystal(
      molecule: body, spaceGroups: try SpaceGroup.numbers(parsing: spaceGroup),
      volumePerMolecule: try body.volumeWindow(parsing: volume), closestContact: closestContact,
      sites: sites, mostAtoms: mostAtoms, rotation: rotation, translation: translation)
    let graining = CoarseGraining(
      grouping: .column("molecule"), shape: try CoarseGraining.Shape(parsing: shape))
    let companion = pair.map { output in
      GenerateJob.Companion(output: output) { try graining.ellipsoids(of: $0) }
    }
    try set.run(crystal, count: number.count, companion: companion, global)
  }
}
