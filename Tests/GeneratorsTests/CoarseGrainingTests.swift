import Foundation
import Generators
import Geometry
import Mathematics
import TestSupport
import Testing

@Suite struct CoarseGrainingTests {
  /// Benzene in the plane z = 0: carbon at 1.39, hydrogen at 2.48.
  static let benzene: [(String, Vector3)] = (0..<12).map { k in
    let angle = Double(k % 6) * Double.pi / 3
    let radius = k < 6 ? 1.39 : 2.48
    return (k < 6 ? "C" : "H", Vector3(radius * cos(angle), radius * sin(angle), 0))
  }

  /// Chlorofluoromethanol-like: no symmetry at all.
  static let lopsided: [(String, Vector3)] = [
    ("C", .zero), ("O", Vector3(1.4, 0.1, 0)), ("Cl", Vector3(-0.6, 1.6, 0.2)),
    ("F", Vector3(-0.5, -0.7, 1.1)), ("H", Vector3(-0.3, -0.5, -0.9)),
    ("H", Vector3(1.7, -0.8, 0.3)),
  ]

  /// Molecules at random places and turns in a small cell, every atom wrapped on its own, atoms of
  /// different molecules shuffled; and the turns.
  static func crystal(
    _ molecule: [(String, Vector3)], centers: [Vector3], cell: Cell, seed: UInt64
  ) throws -> (frame: Frame, turns: [UnitQuaternion]) {
    var stream = RandomStream(seed: seed)
    var atoms = [(String, Vector3, Int)]()
    var turns = [UnitQuaternion]()
    for (m, center) in centers.enumerated() {
      let q = stream.rotation()
      let turn = try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
      turns.append(turn)
      atoms += molecule.map { ($0.0, cell.wrap(center + turn.rotate($0.1)), m) }
    }
    // Molecule 0 keeps the first atom, so that the order of molecules is that of the centres.
    let order = [0] + stream.permutation(atoms.count - 1).map { $0 + 1 }
    let shuffled = order.map { atoms[$0] }
    var frame = Frame(
      positions: shuffled.map(\.1), species: shuffled.map(\.0), cell: cell,
      labels: ["energy": .real(-1), "identifier": .string("a-7")])
    try frame.set(Frame.Column(name: "residue", values: .integers(shuffled.map(\.2))))
    return (frame, turns)
  }

  static func box() throws -> Cell {
    try Cell(Vector3(9, 0, 0), Vector3(2, 9.5, 0), Vector3(-1, 2, 8))
  }

  @Test func benzeneBecomesADisc() throws {
    let cell = try Self.box()
    let centers = [Vector3(0.3, 0.2, 0.1), Vector3(5, 5.5, 4)]
    for seed in 1...5 as ClosedRange<UInt64> {
      let (frame, turns) = try Self.crystal(
        Self.benzene, centers: centers, cell: cell, seed: seed)
      let coarse = try CoarseGraining(shape: .given(try SemiAxes(2, 2, 0.25))).ellipsoids(of: frame)
      #expect(coarse.count == 2 && coarse.labels == frame.labels && coarse.cell == cell)
      var unmatched = [0, 1]
      for i in 0..<2 {
        let m = try #require(
          unmatched.first { cell.minimumImage(coarse.positions[i] - centers[$0]).length < 1e-9 })
        unmatched.removeAll { $0 == m }
        let normal = try #require(coarse.orientations)[i].rotate(Vector3(0, 0, 1))
        #expect(abs(abs(normal.dot(turns[m].rotate(Vector3(0, 0, 1)))) - 1) < 1e-12)
        // x points to a hydrogen: one of the six directions of the ring.
        let x = try #require(coarse.orientations)[i].rotate(Vector3(1, 0, 0))
        let best = (0..<6).map { x.dot(turns[m].rotate(Self.benzene[$0].1)) / 1.39 }.max()
        #expect(abs((best ?? 0) - 1) < 1e-9)
      }
      let groups = try CoarseGraining().groups(of: frame)
      #expect(groups.map(\.count) == [12, 12])
      #expect(coarse.column("corresponding_atoms")?.values == .integers(groups.flatMap { $0 }))
    }
  }

  /// Turning a molecule turns its axes with it, where no symmetry leaves a choice.
  @Test func axesTurnWithTheMolecule() throws {
    let masses = try Self.lopsided.map { try AtomicData.element($0.0).mass }
    let plain = try PrincipalAxes(positions: Self.lopsided.map(\.1), masses: masses)
    var stream = RandomStream(seed: 3)
    for _ in 0..<50 {
      let q = stream.rotation()
      let turn = try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
      let shift = Vector3(1, -2, 3)
      let turned = try PrincipalAxes(
        positions: Self.lopsided.map { turn.rotate($0.1) + shift }, masses: masses)
      #expect((turned.center - turn.rotate(plain.center) - shift).length < 1e-13)
      let expected = (turn * plain.orientation).rotationMatrix
      let found = turned.orientation.rotationMatrix
      for i in 0..<3 { for j in 0..<3 { #expect(abs(found[i, j] - expected[i, j]) < 1e-11) } }
      #expect((turned.moments - plain.moments).length < 1e-12)
    }
    // A principal frame: the products of inertia vanish.
    let r = Self.lopsided.map {
      plain.orientation.inverse.rotate($0.1 - plain.center)
    }
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
      let product = zip(r, masses).reduce(0) { $0 + $1.1 * $1.0[i] * $1.0[j] }
      #expect(abs(product) < 1e-12 * masses.reduce(0, +))
    }
  }

  /// A molecule without inversion has a head: the end with the longer tail of mass, whatever way it lies and
  /// in whatever order its atoms come; here the hydrogen of HCN (third moments -4.4 and -2.1 of H and C
  /// against 3.0 of N).
  @Test func polarAxesHaveAHead() throws {
    let atoms = [("C", 0.0), ("H", -1.07), ("N", 1.16)]
    for along in [Vector3(1, 0, 0), Vector3(-1, 0, 0), Vector3(0.6, 0, -0.8)] {
      for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let axes = try PrincipalAxes(
          positions: order.map { along * atoms[$0].1 },
          masses: order.map { try AtomicData.element(atoms[$0].0).mass })
        let z = axes.orientation.rotate(Vector3(0, 0, 1))
        #expect((z + along).length < 1e-9)
      }
    }
  }

  @Test func groupsMayBeGiven() throws {
    let cell = try Self.box()
    let (frame, _) = try Self.crystal(
      Self.lopsided, centers: [.zero, Vector3(4.5, 5.5, 4)], cell: cell, seed: 1)
    let byBonds = try CoarseGraining(species: nil).ellipsoids(of: frame)
    let byColumn = try CoarseGraining(grouping: .column("residue"), species: nil)
      .ellipsoids(of: frame)
    let groups = try CoarseGraining().groups(of: frame)
    let byLists = try CoarseGraining(grouping: .groups(groups), species: nil).ellipsoids(of: frame)
    #expect(byBonds == byLists)
    #expect(byBonds.species == ["CH2ClFO", "CH2ClFO"])
    for i in 0..<2 {
      #expect((byColumn.positions[i] - byBonds.positions[i]).length < 1e-9)
    }
    for bad in [
      CoarseGraining(grouping: .column("none")), CoarseGraining(grouping: .groups([[0, 99]])),
      CoarseGraining(grouping: .groups([[0], [0]])), CoarseGraining(grouping: .groups([[]])),
      CoarseGraining(grouping: .bonds(tolerance: 0)),
      CoarseGraining(grouping: .bonds(tolerance: 9)), CoarseGraining(minimumAxis: 0),
    ] {
      #expect(throws: InvalidInput.self) { try bad.ellipsoids(of: frame) }
    }
    #expect(throws: InvalidInput.self) {
      try CoarseGraining().ellipsoids(of: Frame(positions: [.zero], species: ["Q"]))
    }
  }

  @Test func semiAxesFromTheAtoms() throws {
    let flat = Frame(
      positions: Self.benzene.map(\.1), species: Self.benzene.map(\.0))
    let hull = try #require(try CoarseGraining().ellipsoids(of: flat).semiAxes?.first)
    // Along x two hydrogens, along z the carbons' radius, across x hydrogens at 60 degrees.
    #expect(abs(hull.a - (2.48 + 1.20)) < 1e-12)
    #expect(abs(hull.b - (2.48 * sqrt(0.75) + 1.20)) < 1e-12)
    #expect(abs(hull.c - 1.77) < 1e-12)
    #expect(throws: InvalidInput.self) {
      try CoarseGraining(shape: .gyration).ellipsoids(of: flat)
    }
    // Equal masses at (+-a, 0, 0), (0, +-b, 0), (0, 0, +-c): <x^2> = a^2/3. Bonds are too long.
    let cross = [3.0, 2, 1.5].enumerated().flatMap { k, length -> [Vector3] in
      var v = Vector3.zero
      v[k] = length
      return [v, -v]
    }
    let octahedron = Frame(positions: cross, species: ["N"])
    let solid = try #require(
      try CoarseGraining(grouping: .groups([Array(0..<6)]), shape: .gyration)
        .ellipsoids(of: octahedron).semiAxes?.first)
    // z: 9/3, 4/3, 2.25/3 -> the longest differs most.
    let expected = [2, 1.5, 3].map { ($0 * $0 * 5 / 3).squareRoot() }
    #expect(largestDifference([solid.a, solid.b, solid.c], expected) < 1e-12)
  }

  private static func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  /// Turned and rounded to six or four digits as files have it, a flat or linear molecule has a thickness
  /// of rounding. It is called by its name, or given a thickness, or told of.
  @Test(arguments: [1e6, 1e4])
  func flatAndLinearMoleculesAreNamed(_ digits: Double) throws {
    var stream = RandomStream(seed: 8)
    let linear: [(String, Vector3)] = [
      ("O", Vector3(-1.16, 0, 0)), ("C", .zero), ("O", Vector3(1.16, 0, 0)),
    ]
    for (atoms, word) in [(Self.benzene, "flat"), (linear, "linear"), ([("Ar", .zero)], "a point")]
    {
      for _ in 0..<5 {
        let q = stream.rotation()
        let turn = try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w)
        let frame = Frame(
          positions: atoms.map { atom in
            ((turn.rotate(atom.1) + Vector3(3, 4, 5)) * digits).rounded(.toNearestOrEven) / digits
          }, species: atoms.map(\.0))
        let thick = CoarseGraining(shape: .gyration, minimumAxis: 0.4)
        let axes = try #require(try thick.ellipsoids(of: frame).semiAxes?.first)
        #expect(axes.smallest == 0.4)
        #expect(try CoarseGraining().ellipsoids(of: frame).semiAxes?.first?.smallest ?? 0 > 1)
        if digits == 1e6 || word == "a point" {
          let text = Self.message {
            _ = try CoarseGraining(shape: .gyration).ellipsoids(of: frame)
          }
          #expect(text.contains(word) && text.contains("minimum semi-axis"), "\(text)")
        } else {
          // Four digits: too thick to be refused, thin enough to be told of.
          guard let found = try? CoarseGraining(shape: .gyration).ellipsoidsAndMolecules(of: frame)
          else { continue }
          #expect(found.composition.thin == 1)
          var report = MoleculeReport()
          report.add(found.composition, frame: 0)
          #expect(report.warnings.contains { $0.contains("thinner") })
        }
      }
    }
  }

  /// A stretched C-H bond: with a tight tolerance the molecule falls apart, which is told; with the
  /// default it does not.
  @Test func moleculesThatFallApartAreTold() throws {
    let cell = try Cell(cube: 16)
    let centers = [Vector3(1, 1, 1), Vector3(9, 9, 9)]
    var stretched = Self.benzene
    stretched[7].1 = stretched[7].1 * ((1.39 + 1.32 * 1.07) / 2.48)
    var (tight, loose) = (MoleculeReport(), MoleculeReport())
    var halves = [MoleculeReport(), MoleculeReport()]
    let narrow = CoarseGraining(grouping: .bonds(tolerance: 1.2))
    for k in 0..<10 {
      let atoms = k == 3 || k == 7 ? stretched : Self.benzene
      let (frame, _) = try Self.crystal(atoms, centers: centers, cell: cell, seed: UInt64(k))
      let found = try narrow.ellipsoidsAndMolecules(of: frame)
      tight.add(found.composition, frame: k)
      halves[k % 2].add(found.composition, frame: k)
      let whole = try CoarseGraining().ellipsoidsAndMolecules(of: frame)
      #expect(whole.ellipsoids.count == 2 && whole.composition.text == "2 C6H6")
      loose.add(whole.composition, frame: k)
      let strict = CoarseGraining(
        grouping: .bonds(tolerance: 1.2), expected: [try MolecularFormula(parsing: "H6C6")])
      let text = Self.message { _ = try strict.ellipsoids(of: frame) }
      #expect(text == (k == 3 || k == 7 ? text : "no error"))
      if k == 3 {
        #expect(text.contains("2 C6H5") && text.contains("2 H") && text.contains("C6H6"), "\(text)")
      }
    }
    #expect(loose.warnings.isEmpty && loose.exceptions.isEmpty)
    #expect(tight.exceptions.map { $0.formula.description } == ["C6H5", "H"])
    #expect(tight.exceptions.allSatisfy { $0.occurrence.frames == 2 })
    #expect(tight.exceptions.allSatisfy { $0.occurrence.molecules == 4 })
    #expect(tight.warnings.count == 2)
    #expect(tight.warnings[0].contains("C6H5 in 2 (first in frame 3)"))
    #expect(tight.warnings[1].contains("8 molecules in 2 of 10 frames"))
    halves[1].merge(halves[0])
    #expect(halves[1] == tight)
    // A single frame of which every molecule fell apart has no others to be compared with.
    let (frame, _) = try Self.crystal(stretched, centers: centers, cell: cell, seed: 1)
    #expect(try narrow.ellipsoidsAndMolecules(of: frame).composition.fragments == 4)
    // Atoms in no group are counted.
    let some = CoarseGraining(grouping: .groups([[0, 1], [2]]))
    #expect(try some.ellipsoidsAndMolecules(of: frame).composition.leftOut == 21)
  }

  @Test func formulasAreRead() throws {
    #expect(try MolecularFormula(parsing: "CH3OH").description == "CH4O")
    #expect(try MolecularFormula(parsing: "H2O") == MolecularFormula(species: ["H", "O", "H"]))
    #expect(try MolecularFormula(parsing: "NaCl").counts == ["Na": 1, "Cl": 1])
    for bad in ["", "6C", "c6h6", "C6H6 ", "Xx", "C0", "X2", "C99999999999999999999", "é"] {
      #expect(throws: InvalidInput.self, "\(bad)") { try MolecularFormula(parsing: bad) }
    }
  }

  @Test func simpleMoleculesHaveAxesToo() throws {
    // A linear molecule: z along it, its oxygen end first by skewness or not at all.
    let axes = try PrincipalAxes(
      positions: [Vector3(0, 0, 0), Vector3(1.1, 0, 0)], masses: [12, 16])
    #expect(abs(abs(axes.orientation.rotate(Vector3(0, 0, 1)).x) - 1) < 1e-14)
    let atom = try PrincipalAxes(positions: [Vector3(1, 2, 3)], masses: [4])
    #expect(atom.center == Vector3(1, 2, 3) && atom.orientation == .identity)
    // A tetrahedron: no axis differs; z points to its first corner.
    let corners = [
      Vector3(1, 1, 1), Vector3(1, -1, -1), Vector3(-1, 1, -1), Vector3(-1, -1, 1),
    ]
    let methane = try PrincipalAxes(
      positions: [.zero] + corners, masses: [12, 1, 1, 1, 1])
    let z = methane.orientation.rotate(Vector3(0, 0, 1))
    #expect((z - Vector3(1, 1, 1).normalized).length < 1e-12)
  }
}

/// Several ellipsoids a molecule.
@Suite struct BeadTests {
  private func crystal() throws -> Frame {
    let crystals = MolecularCrystal(
      molecule: try .benzene(), spaceGroups: [14], volumePerMolecule: 100...270, sites: .general)
    return try crystals.frame(index: 0, of: 1, seed: 3)
  }

  /// The mean of two halves with equal masses is the whole; atoms and molecules are told.
  @Test func halvesOfBenzene() throws {
    let frame = try crystal()
    let whole = try CoarseGraining().ellipsoids(of: frame)
    var graining = CoarseGraining()
    graining.beads = [[0, 1, 2, 6, 7, 8], [3, 4, 5, 9, 10, 11]]
    let halves = try graining.ellipsoids(of: frame)
    let cell = try #require(frame.cell)
    #expect(halves.count == 2 * whole.count)
    for m in 0..<whole.count {
      let first = halves.positions[2 * m]
      let middle = first + cell.minimumImage(halves.positions[2 * m + 1] - first) * 0.5
      #expect(cell.minimumImage(middle - whole.positions[m]).length < 1e-9)
    }
    #expect(halves.column("bead")?.values == .integers((0..<halves.count).map { $0 % 2 }))
    #expect(halves.column("molecule")?.values == .integers((0..<halves.count).map { $0 / 2 }))
    let atoms = try #require(halves.column("corresponding_atoms"))
    #expect(atoms.width == 6)
  }

  @Test func beadsThatCannotBe() throws {
    let frame = try crystal()
    for beads in [[[0, 12]], [[0, 1], [1, 2]], [[0], []], [[-1]]] {
      var graining = CoarseGraining()
      graining.beads = beads
      #expect(throws: InvalidInput.self) { try graining.ellipsoids(of: frame) }
    }
  }
}
