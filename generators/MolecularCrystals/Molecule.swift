public import Geometry
internal import Mathematics

/// A rigid molecule: its atoms about the centre of mass, in its principal frame (`PrincipalAxes`).
/// Lengths in ångströms.
public struct Molecule: Equatable, Sendable {
  /// The elements.
  public let species: [String]
  /// The positions, body x, y, z along the principal axes.
  public let positions: [Vector3]
  /// Rotations and reflections that leave the molecule as it is, the identity first. Of a linear
  /// molecule, which has infinitely many, only the identity and, where there is one, the inversion.
  public let symmetries: [Matrix3x3]

  /// Atoms that image each other within this, in ångströms, count as symmetric.
  public static let symmetryTolerance = 1e-3

  /// The molecule of these atoms, which must belong together (not wrapped into a cell).
  ///
  /// Throws: `InvalidInput` without atoms, for species that are no elements and atoms at one place.
  public init(species: [String], positions: [Vector3]) throws {
    let masses = try species.map { try AtomicData.element($0).mass }
    let axes = try PrincipalAxes(positions: positions, masses: masses)
    for i in positions.indices {
      for j in 0..<i where (positions[i] - positions[j]).length < 0.1 {
        throw InvalidInput(
          "distance of atoms \(j) and \(i) of a molecule",
          value: (positions[i] - positions[j]).length, expected: "0.1 or more")
      }
    }
    let body = axes.orientation.inverse
    let centered = positions.map { body.rotate($0 - axes.center) }
    self.species = species
    self.positions = centered
    symmetries = Self.symmetries(species, centered)
  }

  /// The one molecule of a frame.
  ///
  /// Throws: as the other initialiser; `InvalidInput` when bonds connect several molecules.
  public init(_ frame: Frame) throws {
    let finder = try MoleculeFinder(frame, tolerance: CoarseGraining.defaultBondTolerance)
    let found = try finder.connected()
    guard let molecule = found.first, found.count == 1 else {
      throw InvalidInput("molecules in the frame", value: "\(found.count)", expected: "one")
    }
    try self.init(species: frame.species, positions: molecule.positions)
  }

  /// Benzene: a regular hexagon, C-C 1.397, C-H 1.084 (K. Tamagawa, T. Iijima and M. Kimura,
  /// J. Mol. Struct. 30 (1976) 243-253, rounded).
  public static func benzene() throws -> Molecule {
    let atoms = (0..<12).map { k -> (String, Vector3) in
      let turn = Double(k % 6) * Double.pi / 3
      let radius = k < 6 ? 1.397 : 1.397 + 1.084
      return (k < 6 ? "C" : "H", Vector3(radius * cosine(turn), radius * sine(turn), 0))
    }
    return try Molecule(species: atoms.map(\.0), positions: atoms.map(\.1))
  }

  /// The number of atoms.
  public var count: Int { species.count }

  /// Every orthogonal map that takes the atoms to themselves takes two atoms that are not in line
  /// with the centre to two such atoms; all pairs are tried, both hands.
  private static func symmetries(_ species: [String], _ r: [Vector3]) -> [Matrix3x3] {
    var found = [Matrix3x3.identity]
    func add(_ m: Matrix3x3) {
      guard keeps(m, species, r), !found.contains(where: { distance($0, m) < 1e-2 }) else { return }
      found.append(m)
    }
    func triad(_ p: Vector3, _ q: Vector3) -> Matrix3x3 {
      let x = p.normalized
      let z = p.cross(q).normalized
      return Matrix3x3(columns: x, z.cross(x), z)
    }
    func areIndependent(_ p: Vector3, _ q: Vector3) -> Bool {
      p.cross(q).length > 0.05 * p.length * q.length && p.length > 0.05 && q.length > 0.05
    }
    let pairs = r.indices.flatMap { i in r.indices.map { (i, $0) } }
    guard let (a, b) = pairs.first(where: { areIndependent(r[$0.0], r[$0.1]) }) else {
      add(Matrix3x3(diagonal: Vector3(repeating: -1)))
      return found
    }
    let back = triad(r[a], r[b]).transpose
    for (i, j) in pairs where species[i] == species[a] && species[j] == species[b] {
      guard abs(r[i].length - r[a].length) < symmetryTolerance,
        abs(r[j].length - r[b].length) < symmetryTolerance, areIndependent(r[i], r[j])
      else { continue }
      let there = triad(r[i], r[j])
      add(there * back)
      add(there * Matrix3x3(diagonal: Vector3(1, 1, -1)) * back)
    }
    return found
  }

  private static func keeps(_ m: Matrix3x3, _ species: [String], _ r: [Vector3]) -> Bool {
    r.indices.allSatisfy { i in
      let image = m * r[i]
      return r.indices.contains { j in
        species[j] == species[i] && (r[j] - image).length < symmetryTolerance
      }
    }
  }

  /// The largest difference of an element.
  static func distance(_ a: Matrix3x3, _ b: Matrix3x3) -> Double {
    var largest = 0.0
    for i in 0..<3 { for j in 0..<3 { largest = max(largest, abs(a[i, j] - b[i, j])) } }
    return largest
  }
}
