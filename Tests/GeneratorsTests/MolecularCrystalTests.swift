import Foundation
import Generators
import Geometry
import TestSupport
import Testing

@Suite struct MolecularCrystalTests {
  static func lopsided() throws -> Molecule {
    try Molecule(
      species: CoarseGrainingTests.lopsided.map(\.0),
      positions: CoarseGrainingTests.lopsided.map(\.1))
  }

  static func water() throws -> Molecule {
    try Molecule(
      species: ["O", "H", "H"],
      positions: [.zero, Vector3(0.757, 0.586, 0), Vector3(-0.757, 0.586, 0)])
  }

  /// A window that the atoms alone do not fit into is told at once; the bound is no more than a bound.
  @Test func windowsThatAreTooSmall() throws {
    var crystal = MolecularCrystal(
      molecule: try Self.water(), spaceGroups: [2], volumePerMolecule: 3...4)
    #expect {
      try crystal.checkVolume()
    } throws: {
      "\($0)".contains("expected a window beyond")
    }
    crystal.closestContact = 0
    try crystal.checkVolume()
    // A sphere of 0.8 x 1.52 about the oxygen alone takes 7.53.
    (crystal.closestContact, crystal.volumePerMolecule) = (0.8, 7...7)
    #expect(throws: InvalidInput.self) { try crystal.checkVolume() }
    // Crystals that are found lie above it.
    crystal.volumePerMolecule = 7...60
    let frame = try crystal.frame(index: 0, of: 1, seed: 1)
    let found = try #require(frame.labels["volume_per_molecule"]?.real)
    crystal.volumePerMolecule = 1...found
    try crystal.checkVolume()
  }

  /// Closed under composition, with the numbers of operations of International Tables A.
  @Test func spaceGroupsAreGroups() throws {
    for number in 1...230 {
      let group = try SpaceGroup(number)
      #expect(group.number == number && group.operations[0].rotation == .identity)
      let keys = Set(group.operations.map(Self.key))
      #expect(keys.count == group.operations.count)
      for a in group.operations.prefix(12) {
        for b in group.operations.prefix(12) {
          let rotation = a.rotation * b.rotation
          let translation = a.rotation * b.translation + a.translation
          #expect(keys.contains(Self.key(rotation, translation)))
        }
      }
    }
    for (number, count, symbol) in [
      (1, 1, "P1"), (2, 2, "P-1"), (14, 4, "P2_1/c"), (19, 4, "P2_12_12_1"), (61, 8, "Pbca"),
      (167, 36, "R-3c"), (225, 192, "Fm-3m"), (230, 96, "Ia-3d"),
    ] {
      let group = try SpaceGroup(number)
      #expect(group.operations.count == count && group.symbol == symbol)
    }
    for bad in [0, 231, -1] { #expect(throws: InvalidInput.self) { try SpaceGroup(bad) } }
  }

  private static func key(_ o: SpaceGroup.Operation) -> [Int] { key(o.rotation, o.translation) }

  /// The operation in whole numbers, translations in 24ths of the cell.
  private static func key(_ m: Matrix3x3, _ t: Vector3) -> [Int] {
    var key = [Int]()
    for i in 0..<3 { for j in 0..<3 { key.append(Int(m[i, j].rounded())) } }
    for i in 0..<3 { key.append(((Int((t[i] * 24).rounded()) % 24) + 24) % 24) }
    return key
  }

  @Test func moleculesKnowTheirSymmetry() throws {
    let benzene = try Molecule.benzene()
    // D6h, C2v, C1, Td.
    #expect(benzene.symmetries.count == 24)
    #expect(try Self.water().symmetries.count == 4)
    #expect(try Self.lopsided().symmetries.count == 1)
    let methane = try Molecule(
      species: ["C", "H", "H", "H", "H"],
      positions: [
        .zero, Vector3(0.63, 0.63, 0.63), Vector3(0.63, -0.63, -0.63), Vector3(-0.63, 0.63, -0.63),
        Vector3(-0.63, -0.63, 0.63),
      ])
    #expect(methane.symmetries.count == 24)
    // Body z is the normal of the ring, and the centre of mass the origin.
    #expect(benzene.positions.allSatisfy { abs($0.z) < 1e-12 })
    let nitrogen = try Molecule(
      species: ["N", "N"], positions: [Vector3(0, 0, 0.55), Vector3(0, 0, -0.55)])
    #expect(nitrogen.symmetries.count == 2)
    #expect(throws: InvalidInput.self) {
      try Molecule(species: ["C", "C"], positions: [.zero, .zero])
    }
    let two = Frame(positions: [.zero, Vector3(9, 0, 0)], species: ["C", "C"])
    #expect(throws: InvalidInput.self) { try Molecule(two) }
  }

  /// Every operation of the group takes every atom to an atom of the same element.
  static func hasSymmetry(_ frame: Frame, _ group: SpaceGroup) throws -> Bool {
    let cell = try #require(frame.cell)
    let fractional = frame.positions.map(cell.fractional)
    return group.operations.allSatisfy { operation in
      frame.positions.indices.allSatisfy { i in
        let image = operation(fractional[i])
        return frame.positions.indices.contains { j in
          let d = fractional[j] - image
          let rest = d - d.rounded(.toNearestOrEven)
          return frame.species[j] == frame.species[i]
            && cell.position(fractional: rest).length < 2e-3
        }
      }
    }
  }

  /// The shortest distance between atoms of different molecules over the sum of their radii, over all
  /// images within two cells.
  static func closestContact(_ frame: Frame) throws -> Double {
    let cell = try #require(frame.cell)
    guard case .integers(let molecule) = frame.column("molecule")?.values else { return .nan }
    let radii = try frame.species.map { try AtomicData.element($0).vanDerWaalsRadius }
    var closest = Double.infinity
    for a in -2...2 {
      for b in -2...2 {
        for c in -2...2 {
          let shift = cell.position(fractional: Vector3(Double(a), Double(b), Double(c)))
          for i in 0..<frame.count {
            for j in 0..<frame.count {
              if molecule[i] == molecule[j] && shift == .zero { continue }
              let r = frame.positions[j] - frame.positions[i] + shift
              closest = min(closest, r.length / (radii[i] + radii[j]))
            }
          }
        }
      }
    }
    return closest
  }

  /// On a general position, a molecule without symmetry: spglib finds the very group again.
  /// Benzene has no place in Fm-3c within this window: alone it is an error, among others they take
  /// its place, and frames that drew another in the first place stay what they are.
  @Test func aGroupThatCannotBeFilledLeavesItsPlace() throws {
    func crystal(_ groups: [Int]) throws -> MolecularCrystal {
      MolecularCrystal(
        molecule: try .benzene(), spaceGroups: groups, volumePerMolecule: 90...270)
    }
    #expect(throws: InvalidInput.self) {
      try crystal([226]).frame(index: 0, of: 1, seed: 1)
    }
    for index in 0..<12 {
      let frame = try crystal([226, 14]).frame(index: index, of: 12, seed: 1)
      #expect(frame.labels["space_group"] == .integer(14))
      #expect(try Self.closestContact(frame) >= 0.8)
    }
  }

  @Test(arguments: [1, 2, 4, 5, 9, 14, 15, 19, 29, 33, 61, 76, 88, 114, 146, 148, 161, 169, 198])
  func generalPositionsHaveTheSymmetryOfTheGroup(_ number: Int) throws {
    let crystal = MolecularCrystal(
      molecule: try Self.lopsided(), spaceGroups: [number], volumePerMolecule: 60...300,
      sites: .general)
    let frame = try crystal.frame(index: 0, of: 1, seed: 2)
    let group = try SpaceGroup(number)
    #expect(frame.count == 6 * group.operations.count)
    #expect(try Self.hasSymmetry(frame, group))
    #expect(try SpaceGroup(detectedIn: frame)?.number == number)
    let contact = try Self.closestContact(frame)
    #expect(contact >= 0.8)
    #expect(abs((frame.labels["closest_contact"]?.real ?? .nan) - contact) < 1e-12)
    let volume = (frame.cell?.volume ?? 0) / Double(group.operations.count)
    #expect(volume > 59.999 && volume < 300.001)
    #expect(frame.labels["site_symmetry_order"] == .integer(1))
  }

  /// Benzene on special positions: fewer molecules, each of which the operations of its site map onto
  /// itself.
  @Test(arguments: [2, 12, 14, 47, 61, 62, 64, 123, 148, 166, 191, 221])
  func specialPositionsFitTheMolecule(_ number: Int) throws {
    let crystal = MolecularCrystal(
      molecule: try Molecule.benzene(), spaceGroups: [number], volumePerMolecule: 90...500,
      sites: .special)
    let group = try SpaceGroup(number)
    for seed in 1...2 as ClosedRange<UInt64> {
      let frame = try crystal.frame(index: 0, of: 1, seed: seed)
      guard case .integer(let order) = frame.labels["site_symmetry_order"] else {
        throw CancellationError()
      }
      #expect(order > 1 && frame.count == 12 * group.operations.count / order)
      #expect(try Self.hasSymmetry(frame, group))
      #expect(try Self.closestContact(frame) >= 0.8)
    }
  }

  /// A molecule without symmetry has no special position, a cell with too few atoms no room.
  @Test func whatCannotBeIsRefused() throws {
    let lopsided = try Self.lopsided()
    func make(_ change: (inout MolecularCrystal) -> Void) -> MolecularCrystal {
      var crystal = MolecularCrystal(
        molecule: lopsided, spaceGroups: [14], volumePerMolecule: 60...300)
      change(&crystal)
      return crystal
    }
    for bad in [
      make { $0.sites = .special }, make { $0.spaceGroups = [] }, make { $0.spaceGroups = [231] },
      make { $0.volumePerMolecule = 0...100 }, make { $0.volumePerMolecule = 1...2 },
      make { $0.mostAtoms = 20 }, make { $0.closestContact = -1 }, make { $0.rotation = .nan },
    ] {
      #expect(throws: InvalidInput.self) { try bad.frame(index: 0, of: 1, seed: 1) }
    }
  }

  @Test func shakenMoleculesStayRigid() throws {
    let benzene = try Molecule.benzene()
    var crystal = MolecularCrystal(
      molecule: benzene, spaceGroups: [14, 61], volumePerMolecule: 120...300)
    crystal.rotation = 10
    crystal.translation = 0.2
    let frames = try crystal.frames(of: 6, seed: 3, threads: 2)
    for frame in frames {
      #expect(try Self.closestContact(frame) >= 0.8)
      for start in stride(from: 0, to: frame.count, by: 12) {
        for i in 0..<12 {
          for j in 0..<i {
            let found = (frame.positions[start + i] - frame.positions[start + j]).length
            let expected = (benzene.positions[i] - benzene.positions[j]).length
            #expect(abs(found - expected) < 1e-12 * 100)
          }
        }
      }
    }
    // A frame depends on seed and index alone.
    #expect(try crystal.frame(index: 4, of: 1000, seed: 3) == frames[4])
  }

  @Test func ellipsoidsBelongToTheAtoms() throws {
    let crystal = MolecularCrystal(
      molecule: try Molecule.benzene(), spaceGroups: [61], volumePerMolecule: 110...300,
      sites: .special)
    let (atoms, ellipsoids) = try crystal.pair(
      index: 2, of: 9, seed: 1, shape: .given(try SemiAxes(2, 2, 0.25)))
    #expect(ellipsoids.count * 12 == atoms.count && ellipsoids.labels == atoms.labels)
    #expect(atoms.labels["identifier"] == .string("molecular-crystal-1-2"))
    for (k, orientation) in (ellipsoids.orientations ?? []).enumerated() {
      let normal = orientation.rotate(Vector3(0, 0, 1))
      let center = (0..<12).reduce(Vector3.zero) { $0 + atoms.positions[12 * k + $1] } / 12
      for i in 0..<12 {
        #expect(abs((atoms.positions[12 * k + i] - center).dot(normal)) < 1e-10)
      }
    }
  }

  /// Both groups are told: the one that placed the molecules, and the one that the atoms have, which is
  /// the same or a higher one, and lower once molecules are shaken.
  @Test func theGroupThatIsFoundIsTold() throws {
    var crystal = MolecularCrystal(
      molecule: try .benzene(), spaceGroups: [2, 14, 19, 61], volumePerMolecule: 90...400)
    for k in 0..<6 {
      let frame = try crystal.frame(index: k, of: 6, seed: 3)
      guard case .integer(let placed) = frame.labels["space_group"],
        case .integer(let found) = frame.labels["space_group_found"]
      else {
        Issue.record("no label")
        continue
      }
      #expect(found >= placed)
      #expect(try Self.hasSymmetry(frame, SpaceGroup(placed)))
      #expect(try SpaceGroup(detectedIn: frame)?.number == found)
      #expect(frame.labels["space_group_found_symbol"] == .string(try SpaceGroup(found).symbol))
    }
    crystal.rotation = 5
    crystal.spaceGroups = [14]
    crystal.closestContact = 0.6
    crystal.sites = .general
    let shaken = try crystal.frame(index: 0, of: 1, seed: 3)
    #expect(shaken.labels["space_group"] == .integer(14))
    #expect(shaken.labels["space_group_found"] == .integer(1))
  }
}
