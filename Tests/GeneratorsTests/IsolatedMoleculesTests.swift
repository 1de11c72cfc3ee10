import Generators
import Geometry
import Mathematics
import Testing

@Suite struct IsolatedMoleculesTests {
  /// Distances within molecules are those of benzene, those between molecules at least what was asked for;
  /// atoms keep their order; what belongs to the crystal has gone.
  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func moleculesKeepTheirShapeAndStandApart(_ seed: UInt64) throws {
    let centers = [Vector3(0.1, 0.2, -0.1), Vector3(5, 5.5, 4)]
    var (frame, _) = try CoarseGrainingTests.crystal(
      CoarseGrainingTests.benzene, centers: centers, cell: CoarseGrainingTests.box(), seed: seed)
    frame.labels["energy_per_atom"] = .real(-0.1)
    frame.labels["stress"] = .reals([1, 2, 3])
    try frame.set(
      Frame.Column(
        name: "forces", vectors: Array(repeating: Vector3(1, 0, 0), count: frame.count)))
    let (apart, composition) = try CoarseGraining().isolatedMolecules(of: frame, distance: 20)
    #expect(composition.text == "2 C6H6")
    #expect(apart.species == frame.species && apart.cell == nil)
    #expect(apart.column("residue") == frame.column("residue") && apart.column("forces") == nil)
    #expect(
      apart.labels.names.sorted() == ["crystal_energy", "crystal_energy_per_atom", "identifier"])
    #expect(apart.labels["crystal_energy"] == .real(-1))
    guard case .integers(let owners)? = apart.column("molecule")?.values else {
      Issue.record("no column of molecules")
      return
    }
    #expect(owners[0] == 0 && Set(owners) == [0, 1])
    func distances(_ places: [Vector3]) -> [Double] {
      places.indices.flatMap { i in places[..<i].map { (places[i] - $0).length } }.sorted()
    }
    let expected = distances(CoarseGrainingTests.benzene.map(\.1))
    for molecule in 0..<2 {
      let mine = owners.indices.filter { owners[$0] == molecule }.map { apart.positions[$0] }
      #expect(zip(distances(mine), expected).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(mine.count == 12)
    }
    for i in owners.indices {
      for j in 0..<i where owners[i] != owners[j] {
        #expect((apart.positions[i] - apart.positions[j]).length >= 20 - 1e-9)
      }
    }
  }

  /// Atoms of no group are left out and counted; their columns go with them.
  @Test func atomsOfNoGroupAreLeftOut() throws {
    var frame = Frame(
      positions: [.zero, Vector3(3, 0, 0), Vector3(1, 0, 0)], species: ["H", "Ne", "F"])
    try frame.set(Frame.Column(name: "id", values: .integers([7, 8, 9])))
    let graining = CoarseGraining(grouping: .groups([[0, 2]]))
    let (apart, composition) = try graining.isolatedMolecules(of: frame, distance: 5)
    #expect(composition.leftOut == 1 && apart.species == ["H", "F"])
    #expect(apart.column("id")?.values == .integers([7, 9]))
  }

  /// A chain that is bonded to its own image is no molecule.
  @Test func whatEndsNowhereIsRefused() throws {
    let cell = try Cell(Vector3(1.4, 0, 0), Vector3(0, 9, 0), Vector3(0, 0, 9))
    let chain = Frame(positions: [.zero], species: ["C"], cell: cell)
    #expect {
      try CoarseGraining().isolatedMolecules(of: chain, distance: 5)
    } throws: {
      "\($0)".contains("bonded to its own periodic image")
    }
  }
}
