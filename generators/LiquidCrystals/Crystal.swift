public import Geometry
internal import OrderParameters

/// A crystal of parallel ellipsoids: a lattice of spheres, stretched along with them. The end member
/// of the ordered phases: S = 1, and the densest packings of spheres give the densest parallel ones.
///
/// Nothing in it is drawn but the director. Labels as those of `Nematic`, and `lattice`.
public struct Crystal: Generator, Equatable {
  /// A lattice of spheres.
  public enum Lattice: String, CaseIterable, Codable, Sendable {
    /// One particle in the corner of a cube; packs up to pi/6 = 0.52.
    case simpleCubic = "sc"
    /// Another in its centre; packs up to sqrt(3) pi/8 = 0.68.
    case bodyCentredCubic = "bcc"
    /// Others on its faces; packs up to pi/sqrt(18) = 0.74.
    case faceCentredCubic = "fcc"
    /// Hexagonal layers ABAB, in an orthorhombic cell of four; packs up to pi/sqrt(18) = 0.74.
    case hexagonalClosePacked = "hcp"

    /// The edges of the conventional cell for spheres, in any unit.
    var edges: Vector3 {
      self == .hexagonalClosePacked
        ? Vector3(1, 3.0.squareRoot(), (8.0 / 3).squareRoot()) : Vector3(1, 1, 1)
    }

    /// The particles of the conventional cell, in fractions of its edges.
    var basis: [Vector3] {
      switch self {
      case .simpleCubic: [.zero]
      case .bodyCentredCubic: [.zero, Vector3(0.5, 0.5, 0.5)]
      case .faceCentredCubic:
        [.zero, Vector3(0, 0.5, 0.5), Vector3(0.5, 0, 0.5), Vector3(0.5, 0.5, 0)]
      case .hexagonalClosePacked:
        [
          .zero, Vector3(0.5, 0.5, 0), Vector3(0.5, 1.0 / 6, 0.5), Vector3(0, 2.0 / 3, 0.5),
        ]
      }
    }

    /// The largest packing fraction.
    public var densest: Double {
      switch self {
      case .simpleCubic: Double.pi / 6
      case .bodyCentredCubic: 3.0.squareRoot() * Double.pi / 8
      case .faceCentredCubic, .hexagonalClosePacked: Double.pi / 18.0.squareRoot()
      }
    }
  }

  /// The lattice, before it is stretched.
  public var lattice: Lattice
  /// The semi-axes of all particles; body x, y, z are along the cell's.
  public var semiAxes: SemiAxes
  /// Their species.
  public var species: String
  /// Conventional cells along each direction.
  public var cells: SIMD3<Int>
  /// The volume of the particles over that of the cell.
  public var packingFraction: ValueRange
  /// Where body z points.
  public var director: Director

  /// A crystal.
  public init(
    lattice: Lattice, semiAxes: SemiAxes, species: String = "X", cells: SIMD3<Int>,
    packingFraction: ValueRange, director: Director = .fixed(Vector3(0, 0, 1))
  ) {
    self.lattice = lattice
    self.semiAxes = semiAxes
    self.species = species
    self.cells = cells
    self.packingFraction = packingFraction
    self.director = director
  }

  /// "crystal".
  public var name: String { "crystal" }

  /// Frame `index` of a set of `count`.
  ///
  /// Throws: `InvalidInput` for a density beyond the lattice's densest packing, and for numbers of
  /// cells below 1.
  public func frame(index: Int, of count: Int, seed: UInt64) throws -> Frame {
    guard cells.min() >= 1, cells.max() <= 10_000 else {
      throw InvalidInput(
        "cells of the crystal", value: "\(cells.x) x \(cells.y) x \(cells.z)",
        expected: "three whole numbers from 1 to 10000")
    }
    // At the densest packing neighbours touch; what rounding does to that is not an overlap.
    let densest = lattice.densest * (1 + 1e-12)
    try packingFraction.require(
      "packing fraction of a \(lattice.rawValue) crystal", within: 1e-9...densest,
      "a number above 0 and at most \(lattice.densest)")
    let fraction = packingFraction.value(at: index, of: count)
    let basis = lattice.basis
    let stretched = lattice.edges * semiAxes.vector
    let volume = Double(basis.count) * semiAxes.volume / fraction
    let scale = cubeRoot(volume / (stretched.x * stretched.y * stretched.z))
    let edges = stretched * scale
    var positions = [Vector3]()
    for x in 0..<cells.x {
      for y in 0..<cells.y {
        for z in 0..<cells.z {
          let corner = Vector3(Double(x), Double(y), Double(z))
          positions += basis.map { (corner + $0) * edges }
        }
      }
    }
    let random = FrameRandomness(seed: seed, family: .crystal, index: index)
    var stream = random.stream(.director)
    let n = try director.direction(&stream)
    let box = edges * Vector3(Double(cells.x), Double(cells.y), Double(cells.z))
    let configuration = try Configuration(
      positions: positions,
      orientations: Array(repeating: .identity, count: positions.count), cell: Cell(box: box)
    ).turned(by: UnitQuaternion(bodyAxis: 2, along: n, spin: 0))
    var labels = Frame.Labels()
    labels.setProvenance(phase: name, seed: seed, index: index)
    labels["order"] = .real(
      try NematicOrder(axes: configuration.orientations.map { $0.rotate(Vector3(0, 0, 1)) }).order)
    labels["target_order"] = .real(1)
    labels["director"] = .reals([n.x, n.y, n.z])
    labels["packing_fraction"] = .real(fraction)
    labels["lattice"] = .string(lattice.rawValue)
    return Frame(
      positions: configuration.positions, species: [species],
      orientations: configuration.orientations,
      semiAxes: Array(repeating: semiAxes, count: positions.count), cell: configuration.cell,
      labels: labels)
  }
}
