import Generators
import Geometry
import TestSupport
import Testing

@Suite struct CrystalVariationTests {
  private func crystals(
    _ variation: MolecularCrystal.Variation, groups: [Int] = [2, 4, 14, 19]
  ) throws -> MolecularCrystal {
    var crystals = MolecularCrystal(
      molecule: try .benzene(), spaceGroups: groups, volumePerMolecule: 90...270,
      closestContact: 0.7, mostAtoms: 48)
    crystals.variation = variation
    return crystals
  }

  /// The centres of mass, by coarse-graining.
  private func centers(_ frame: Frame) throws -> [Vector3] {
    try CoarseGraining(grouping: .column("molecule")).ellipsoids(of: frame).positions
  }

  @Test func variantsShareCellAndCenters() throws {
    let generator = try crystals(.init(count: 4))
    for base in 0..<3 {
      let frames = try (0..<4).map { try generator.frame(index: 4 * base + $0, of: 12, seed: 5) }
      let (cell, places) = (try #require(frames[0].cell), try centers(frames[0]))
      for (k, frame) in frames.enumerated() {
        #expect(frame.cell == cell)
        #expect(frame.labels["base"] == .string("molecular-crystal-5-\(base)"))
        #expect(frame.labels["variant"] == .integer(k))
        for (a, b) in zip(places, try centers(frame)) {
          // Rounding of a rotation of a few angstroms.
          #expect(cell.minimumImage(a - b).length < 1e-9)
        }
      }
      #expect(Set(frames.map { "\($0.positions[0])" }).count == 4, "orientations differ")
      #expect(Set(frames.map { "\($0.labels["identifier"] ?? .integer(0))" }).count == 4)
    }
  }

  /// By a plain search among all images.
  @Test func contactsAreKept() throws {
    let generator = try crystals(.init(count: 3))
    for index in 0..<6 {
      let frame = try generator.frame(index: index, of: 6, seed: 2)
      let contact = try #require(frame.labels["closest_contact"]?.real)
      #expect(contact >= 0.7)
      let molecules = try CoarseGraining(grouping: .bonds()).groups(of: frame)
      #expect(molecules.allSatisfy { $0.count == 12 })
    }
  }

  @Test func aFrameIsTheSameWhereverItIsMade() throws {
    let generator = try crystals(.init(count: 5))
    let all = try generator.frames(of: 10, seed: 9, threads: 2)
    for index in [9, 3] {
      #expect(try generator.frame(index: index, of: 10, seed: 9) == all[index])
    }
  }

  @Test func otherWaysToTurnAndShift() throws {
    let shifted = try crystals(.init(count: 2, turn: .none, shift: 0.2))
    let pair = try (0..<2).map { try shifted.frame(index: $0, of: 2, seed: 4) }
    let ellipsoids = try pair.map {
      try CoarseGraining(grouping: .column("molecule")).ellipsoids(of: $0)
    }
    let cell = try #require(pair[0].cell)
    let moves = zip(ellipsoids[0].positions, ellipsoids[1].positions).map {
      cell.minimumImage($0 - $1).length
    }
    #expect(moves.allSatisfy { $0 > 1e-3 && $0 < 2 })
    // Atoms of a molecule keep their places about the centre.
    for k in 0..<12 {
      let (a, b) = (
        pair[0].positions[k] - pair[0].positions[0], pair[1].positions[k] - pair[1].positions[0]
      )
      #expect((a - b).length < 1e-9)
    }
    let together = try crystals(.init(count: 2, turn: .together))
    let turned = try (0..<2).map { try together.frame(index: $0, of: 2, seed: 4) }
    let maps = try turned.map { frame in
      try CoarseGraining(grouping: .column("molecule")).ellipsoids(of: frame).orientations ?? []
    }
    // Angles between molecules stay: |n_i . n_j| of their normals.
    func normals(_ turns: [UnitQuaternion]) -> [Vector3] {
      turns.map { $0.rotate(Vector3(0, 0, 1)) }
    }
    let (before, after) = (normals(maps[0]), normals(maps[1]))
    for i in before.indices {
      for j in 0..<i {
        #expect(abs(abs(before[i].dot(before[j])) - abs(after[i].dot(after[j]))) < 1e-6)
      }
    }
  }

  @Test func cellsHaveAtLeastSoManyAtoms() throws {
    var generator = try crystals(.init(count: 1), groups: Array(1...60))
    generator.variation = nil
    generator.fewestAtoms = 36
    for index in 0..<8 {
      #expect(try (36...48).contains(generator.frame(index: index, of: 8, seed: 1).count))
    }
    generator.fewestAtoms = 49
    #expect(throws: InvalidInput.self) { try generator.frame(index: 0, of: 1, seed: 1) }
  }

  @Test func whatCannotBeMadeIsRefused() throws {
    for variation in [
      MolecularCrystal.Variation(count: 0), .init(count: 2, turn: .none),
      .init(count: 2, shift: -1), .init(count: 2, turn: .spread(0)),
    ] {
      #expect(throws: InvalidInput.self) {
        try crystals(variation).frame(index: 0, of: 2, seed: 1)
      }
    }
  }
}
