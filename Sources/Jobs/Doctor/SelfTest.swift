internal import AniSOAP
internal import FileFormats
internal import Foundation
internal import GayBerne
internal import Generators
internal import Geometry
internal import Mathematics
internal import OrderParameters

/// A second's work that tells whether this program computes on this machine what it computed where it was
/// tested: figures of other programs and of 80-digit arithmetic, kept here, and identities.
///
/// It finds a processor or a library that computes wrongly; it is no replacement of the tests.
public struct SelfTest: Sendable {
  /// One of the checks.
  public struct Check: Sendable {
    /// What was computed.
    public let name: String
    /// What it was compared with.
    public let reference: String
    /// How far it was off, in the unit of the allowed departure.
    public let departure: Double
    /// How far it may be off.
    public let allowed: Double
    /// Why it could not be computed at all; nil: it could.
    public let failure: String?

    /// Whether all is well.
    public var isGood: Bool { failure == nil && departure <= allowed }
  }

  /// All checks.
  public let checks: [Check]
  /// Whether all of them are good.
  public var isGood: Bool { checks.allSatisfy(\.isGood) }

  /// Does all of them.
  public init(threads: Int) {
    checks = [
      Self.check("density coefficients of a pair", "80 digits", 1e-13, Self.pairCoefficients),
      Self.check("power spectrum of a dimer", "AniSOAP 6b28869", 1e-9, Self.powerSpectrum),
      Self.check("Gay-Berne energy and force", "LAMMPS 22Jul2025", 1e-11, Self.gayBerne),
      Self.check("contact and surface distance", "an independent program", 1e-12, Self.contacts),
      Self.check("order of a generated frame", "the order asked for", 1e-12, Self.nematicOrder),
      Self.check("Voronoi cells of a frame", "their sum is the cell", 1e-9, Self.voronoi),
      Self.check("random numbers", "Philox of NumPy, bit by bit", 0, Self.randomNumbers),
      Self.check("eigenvectors, 300 x 300", "A V = V D", 1e-12, Self.eigenvectors),
      Self.check("space group P2_1/c", "four operations", 0, Self.spaceGroup),
      Self.check("SHA-256", "FIPS 180-4", 0, Self.checksum),
      Self.check("an archive, written and read", "the same bits", 0, Self.archive),
      Self.check("\(threads) threads", "one thread, bit by bit", 0) { try Self.threads(threads) },
    ]
  }

  private static func check(
    _ name: String, _ reference: String, _ allowed: Double, _ body: () throws -> Double
  ) -> Check {
    do {
      let departure = try body()
      return Check(
        name: name, reference: reference, departure: departure.isNaN ? .infinity : departure,
        allowed: allowed, failure: nil)
    } catch {
      return Check(
        name: name, reference: reference, departure: .infinity, allowed: allowed,
        failure: "\(error)")
    }
  }

  // MARK: Features

  /// The first frame of case 01_dimer_prolate_gto66 of data/reference/anisoap.
  private static func dimer() throws -> Frame {
    Frame(
      positions: [Vector3(0.1, -0.2, 0.3), Vector3(0.00691802, -0.6667004, -2.82756974)],
      orientations: [
        try UnitQuaternion(w: 0.09500246, x: 0.84946544, y: 0.22728324, z: -0.46661046),
        try UnitQuaternion(w: 0.34643935, x: -0.89843176, y: 0.12468581, z: 0.23927726),
      ], semiAxes: [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(0.5, 0.5, 1.5)])
  }

  private static func expansion(_ frame: Frame, rcond: Double = 0) throws -> DensityExpansion {
    try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: 3), maxAngular: 6, maxRadial: .uniform(6), cutoff: 5, rcond: rcond),
      species: SpeciesTable(found: frame.species))
  }

  /// The norm and the sum of the coefficients of the pair, as the 80-digit values have them.
  private static func pairCoefficients() throws -> Double {
    let frame = try dimer()
    let block = try expansion(frame, rcond: 1e-8).pairCoefficients(of: frame)
    guard let row = block.samples.rows.firstIndex(where: { $0.prefix(2) == [0, 1] }) else {
      return .infinity
    }
    let values = block.values.row(row)
    let norm = values.reduce(0) { $0 + $1 * $1 }
    let sum = values.reduce(0, +)
    return max(abs(norm - 0.035803758647680387), abs(sum - 0.00893784226057204)) / 0.0358
  }

  /// The norm and two elements of the mean power spectrum.
  private static func powerSpectrum() throws -> Double {
    let frame = try dimer()
    let values = try expansion(frame, rcond: 1e-8).averagedFeatures(
      of: frame, correlation: .two, threads: 1)
    let norm = values.reduce(0) { $0 + $1 * $1 }
    return max(
      abs(norm - 0.0010141143046716462), abs(values[0] - 0.02286963188930051),
      abs(values[1] + 0.009565995951596722)) / 0.02286963188930051
  }

  // MARK: Energies

  /// Pair 228 of data/reference/gay-berne/dimer_abc_1_1.5_2_Ecurv.npz.
  private static func gayBerne() throws -> Double {
    let axes = try SemiAxes(1, 1.5, 2)
    let pair = try GayBerne().pair(
      Ellipsoid(
        semiAxes: axes,
        orientation: try UnitQuaternion(
          w: -0.38799020102704557, x: -0.055621092181695066, y: 0.9090986511884565,
          z: -0.1411011708627442)),
      Ellipsoid(
        semiAxes: axes,
        orientation: try UnitQuaternion(
          w: 0.7475513036963339, x: 0.4190648115009976, y: 0.30694970980723035,
          z: 0.4139246401856279)),
      displacement: Vector3(-1.51240425139855, 1.2451910509314956, 2.517668555650559))
    return max(
      abs(pair.energy + 0.5006103580583244), abs(pair.force.z + 1.442747870522119),
      abs(pair.torque1.y + 0.5309412021717973))
  }

  /// The first pair of data/reference/gay-berne/contact_same_1_1.5_2.npz.
  private static func contacts() throws -> Double {
    let axes = try SemiAxes(1, 1.5, 2)
    let found = try PairContacts(
      Ellipsoid(
        semiAxes: axes,
        orientation: try UnitQuaternion(
          w: 0.0988857263780789, x: -0.5566972496448646, y: 0.060552285865730866,
          z: 0.8225832517338034)),
      Ellipsoid(
        semiAxes: axes,
        orientation: try UnitQuaternion(
          w: 0.5771887540940965, x: 0.43033994847894863, y: 0.6074127569660557,
          z: 0.3357237161198706)),
      displacement: Vector3(0.8491358728268599, 1.9842805744168974, -4.617619307214758))
    return max(
      abs(found.perramWertheim.distance - 2.4359708002062344),
      abs((found.surface?.distance ?? .infinity) - 2.61013058581871))
  }

  // MARK: Frames

  private static func nematic(_ particles: Int, _ order: ValueRange) throws -> Frame {
    try Nematic(specimen: Specimen(particles: particles, packingFraction: 0.2), order: order)
      .frame(index: 0, of: 1, seed: 1)
  }

  private static func nematicOrder() throws -> Double {
    abs(try NematicOrder(nematic(100, 0.6)).order - 0.6)
  }

  private static func voronoi() throws -> Double {
    let frame = try nematic(60, 0)
    guard let cell = frame.cell else { return .infinity }
    let cells = try VoronoiTessellation(positions: frame.positions, cell: cell)
    return abs(cells.volumes.reduce(0, +) - cell.volume) / cell.volume
  }

  private static func spaceGroup() throws -> Double {
    abs(Double(try SpaceGroup(14).operations.count) - 4)
  }

  // MARK: Libraries

  private static func randomNumbers() throws -> Double {
    var stream = RandomStream(seed: 1)
    let words: [UInt64] = [0xcb7e_a744_cf19_bb4c, 0xa34e_acbe_1377_d650, 0xe8db_ce5e_b7b8_301f]
    return Double(words.count { $0 != stream.bits() })
  }

  private static func eigenvectors() throws -> Double {
    let n = 300
    var stream = RandomStream(seed: 2)
    var a = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for j in 0...i {
        a[i, j] = stream.uniform(-1, 1)
        a[j, i] = a[i, j]
      }
    }
    let (values, vectors) = try LinearAlgebra.symmetricEigen(a)
    let product = LinearAlgebra.multiply(a, vectors)
    var largest = 0.0
    for i in 0..<n {
      for j in 0..<n {
        largest = max(largest, abs(product[i, j] - vectors[i, j] * values[j]))
      }
    }
    return largest / Double(n)
  }

  private static func checksum() throws -> Double {
    SHA256.digest(of: "abc")
      == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" ? 0 : .infinity
  }

  private static func archive() throws -> Double {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "mesogen-self-test-\(UInt64.random(in: 0...UInt64.max))"
    ).path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let numbers = (0..<1000).map { 1 / Double($0 + 3) }
    let writer = try NumPyArchiveWriter(folder + "/a.npz")
    try writer.add("a", NumPyArray(shape: [numbers.count], values: .float64(numbers)))
    try writer.commit()
    return try NumPyArchive(contentsOf: folder + "/a.npz")["a"].doubles == numbers ? 0 : .infinity
  }

  private static func threads(_ count: Int) throws -> Double {
    let frame = try nematic(100, 0.5)
    let expansion = try expansion(frame)
    func features(_ threads: Int) throws -> [Double] {
      try expansion.averagedFeatures(of: frame, correlation: .two, threads: threads)
    }
    return try features(1) == features(count) ? 0 : .infinity
  }
}

/// The libraries behind the program, as they were found at run time.
public enum FoundLibraries {
  /// Names, versions, and what they are for.
  public static var all: [(name: String, version: String, purpose: String)] {
    [
      ("GSL", SpecialFunctions.libraryVersion, "random distributions, special functions"),
      ("OpenBLAS", LinearAlgebra.libraryVersion, "linear algebra"),
      ("libzip", FormatLibraries.zip, ".npz, .mts"),
      ("zlib", FormatLibraries.zlib, ".gz"),
      ("HDF5", FormatLibraries.hdf5, ".h5"),
      ("libcrypto", SHA256.libraryVersion, "checksums"),
      ("spglib", SpaceGroup.libraryVersion, "space groups"),
      ("voro++", "found; it tells no version", "Voronoi weights"),
    ]
  }
}
