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
    frame.set(Frame.Column(name: "residue", values: .integers(shuffled.map(\.2))))
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
      CoarseGraining(grouping: .bonds(tolerance: 9)),
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
