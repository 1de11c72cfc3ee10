internal import Geometry

/// Which atoms form molecules, and where they are when they are not wrapped into the cell.
struct MoleculeFinder {
  /// One molecule: atoms by index, ascending, and their positions in one piece.
  struct Molecule {
    var atoms: [Int]
    var positions: [Vector3]
  }

  private let frame: Frame
  /// Bonds of every atom: the other atom, and the way to it.
  private let bonds: [[(atom: Int, way: Vector3)]]
  /// Pairs of atoms that are not bonded, but close enough to be suspected of it.
  private let suspects: [(Int, Int)]

  /// Elements that form bonds to one another by sharing electrons, and are not found as single atoms.
  private static let nonmetals: Set<String> = ["H", "D", "B", "C", "N", "O", "Si", "P", "S"]

  /// Two atoms are bonded when they are closer than `tolerance` times the sum of their covalent radii.
  ///
  /// Throws: `InvalidInput` for a species that is no element.
  init(_ frame: Frame, tolerance: Double) throws {
    guard tolerance > 0, tolerance.isFinite else {
      throw InvalidInput("bond tolerance", value: tolerance, expected: "a positive number")
    }
    let radii = try frame.species.map { try AtomicData.element($0).covalentRadius }
    let finder = try NeighborFinder(
      positions: frame.positions, cell: frame.cell,
      cutoff: 2 * (radii.max() ?? 1) * max(tolerance, CoarseGraining.plausibleBond) * (1 + 1e-12))
    let isNonmetal = frame.species.map(Self.nonmetals.contains)
    var buffer = NeighborFinder.Buffer()
    var suspects = [(Int, Int)]()
    bonds = frame.positions.indices.map { i in
      finder.neighbors(of: i, into: &buffer)
      var found = [(atom: Int, way: Vector3)]()
      for k in 0..<buffer.count {
        let j = Int(buffer.indices[k])
        let way = Vector3(buffer.x[k], buffer.y[k], buffer.z[k])
        let length = way.length
        if length < tolerance * (radii[i] + radii[j]) {
          found.append((j, way))
        } else if i < j, isNonmetal[i], isNonmetal[j],
          length < CoarseGraining.plausibleBond * (radii[i] + radii[j])
        {
          suspects.append((i, j))
        }
      }
      return found.sorted { $0.atom < $1.atom }
    }
    self.suspects = suspects
    self.frame = frame
  }

  /// The molecules that bonds hold together, by their first atoms.
  ///
  /// Throws: `InvalidInput` for one that is bonded to its own periodic image.
  func connected() throws -> [Molecule] {
    var taken = [Bool](repeating: false, count: frame.count)
    var molecules = [Molecule]()
    for start in 0..<frame.count where !taken[start] {
      let molecule = try grow(from: start, within: nil)
      for atom in molecule.atoms { taken[atom] = true }
      molecules.append(molecule)
    }
    return molecules
  }

  /// How many of the molecules look like parts of one: single atoms of nonmetals, and those with an atom
  /// suspiciously close to one of another molecule.
  func fragments(among molecules: [Molecule]) -> Int {
    var owner = [Int](repeating: -1, count: frame.count)
    for (m, molecule) in molecules.enumerated() { for atom in molecule.atoms { owner[atom] = m } }
    var found = Set<Int>()
    for (i, j) in suspects where owner[i] != owner[j] {
      found.insert(owner[i])
      found.insert(owner[j])
    }
    for (m, molecule) in molecules.enumerated() where molecule.atoms.count == 1 {
      if Self.nonmetals.contains(frame.species[molecule.atoms[0]]) { found.insert(m) }
    }
    return found.count
  }

  /// The given groups in one piece: along bonds where there are some, else by the nearest image of
  /// the first atom.
  ///
  /// Throws: `InvalidInput` for an atom that does not exist or belongs to several groups.
  func assembled(_ groups: [[Int]]) throws -> [Molecule] {
    var taken = [Bool](repeating: false, count: frame.count)
    return try groups.map { group in
      guard let first = group.first else {
        throw InvalidInput("group of atoms", value: "empty", expected: "at least one atom")
      }
      for atom in group {
        guard atom >= 0, atom < frame.count, !taken[atom] else {
          throw InvalidInput(
            "atom of a group", value: "\(atom)",
            expected: "a number below \(frame.count), in one group only")
        }
        taken[atom] = true
      }
      let start = try grow(from: first, within: Set(group))
      var positions = Dictionary(uniqueKeysWithValues: zip(start.atoms, start.positions))
      for atom in group where positions[atom] == nil {
        let way = frame.positions[atom] - frame.positions[first]
        positions[atom] =
          frame.positions[first] + (frame.cell?.minimumImage(way) ?? way)
      }
      let atoms = group.sorted()
      return Molecule(atoms: atoms, positions: atoms.map { positions[$0] ?? .zero })
    }
  }

  private func grow(from start: Int, within group: Set<Int>?) throws -> Molecule {
    var positions = [start: frame.positions[start]]
    var queue = [start]
    while let i = queue.popLast() {
      guard let here = positions[i] else { continue }
      for (j, way) in bonds[i] where group?.contains(j) ?? true {
        let there = here + way
        if let known = positions[j] {
          guard (known - there).length < 1e-6 * (1 + way.length) else {
            throw InvalidInput(
              "molecule of atom \(start)", value: "bonded to its own periodic image at atom \(j)",
              expected: "molecules that end; give the groups, or a smaller bond tolerance")
          }
        } else {
          positions[j] = there
          queue.append(j)
        }
      }
    }
    let atoms = positions.keys.sorted()
    return Molecule(atoms: atoms, positions: atoms.map { positions[$0] ?? .zero })
  }
}
