public import Geometry

/// From atoms to ellipsoids: every molecule of a frame becomes one particle, at its centre of mass,
/// turned like its principal axes (`PrincipalAxes` says which is which).
public struct CoarseGraining: Equatable, Sendable {
  /// Which atoms belong together.
  public enum Grouping: Equatable, Sendable {
    /// Those that bonds connect: atoms closer than `tolerance` times the sum of their covalent radii.
    case bonds(tolerance: Double = 1.2)
    /// Those with equal values in a column of the frame, as `molecule`.
    case column(String)
    /// Lists of atoms, from 0, the same in every frame; atoms in none are left out.
    case groups([[Int]])
  }

  /// The semi-axes along the body axes x, y, z.
  public enum Shape: Equatable, Sendable {
    /// The same for all molecules.
    case given(SemiAxes)
    /// Those of the homogeneous ellipsoid with the same mean squared extents: sqrt(5 <t^2>).
    case gyration
    /// Half the extent of the atoms' van der Waals spheres along each axis.
    case vanDerWaals
  }

  /// Which atoms belong together.
  public var grouping: Grouping
  /// How large the ellipsoids are.
  public var shape: Shape
  /// What the frame calls them; nil: the chemical formula, C and H first, as `C6H6`.
  public var species: String?

  /// A way to coarse-grain; ellipsoids are called X unless said otherwise.
  public init(
    grouping: Grouping = .bonds(), shape: Shape = .vanDerWaals, species: String? = "X"
  ) {
    self.grouping = grouping
    self.shape = shape
    self.species = species
  }

  /// The frame of ellipsoids: in the order of the molecules' first atoms (or of the groups), with the
  /// cell and all labels of the frame of atoms. The column `molecule` numbers them from 0;
  /// `corresponding_atoms` lists their atoms, where all have as many.
  ///
  /// Throws: `InvalidInput` for species that are no elements, a missing column, molecules that bonds
  /// hold to their own images, and semi-axes that would be zero.
  public func ellipsoids(of frame: Frame) throws -> Frame {
    let molecules = try molecules(of: frame)
    var (centers, shapes) = ([Vector3](), [SemiAxes]())
    var (orientations, names) = ([UnitQuaternion](), [String]())
    for molecule in molecules {
      let elements = try molecule.atoms.map { try AtomicData.element(frame.species[$0]) }
      let axes = try PrincipalAxes(
        positions: molecule.positions, masses: elements.map(\.mass))
      centers.append(frame.cell?.wrap(axes.center) ?? axes.center)
      orientations.append(axes.orientation)
      shapes.append(try semiAxes(axes, molecule.positions, elements))
      names.append(species ?? Self.formula(molecule.atoms.map { frame.species[$0] }))
    }
    var result = Frame(
      positions: centers, species: names, orientations: orientations, semiAxes: shapes,
      cell: frame.cell, labels: frame.labels)
    result.set(
      Frame.Column(name: "molecule", values: .integers(Array(molecules.indices))))
    if let width = molecules.first?.atoms.count,
      molecules.allSatisfy({ $0.atoms.count == width })
    {
      result.set(
        Frame.Column(
          name: "corresponding_atoms", width: width,
          values: .integers(molecules.flatMap(\.atoms))))
    }
    return result
  }

  /// The atoms of every molecule, from 0, as `ellipsoids` numbers them.
  ///
  /// Throws: as `ellipsoids`.
  public func groups(of frame: Frame) throws -> [[Int]] { try molecules(of: frame).map(\.atoms) }

  private func molecules(of frame: Frame) throws -> [MoleculeFinder.Molecule] {
    switch grouping {
    case .bonds(let tolerance):
      return try MoleculeFinder(frame, tolerance: tolerance).connected()
    case .groups(let groups):
      return try MoleculeFinder(frame, tolerance: 1.2).assembled(groups)
    case .column(let name):
      guard let column = frame.column(name), column.width == 1 else {
        throw InvalidInput(
          "column of molecules", value: name, expected: "a column of one value an atom")
      }
      let keys: [String]
      switch column.values {
      case .integers(let values): keys = values.map { "\($0)" }
      case .strings(let values): keys = values
      case .reals, .logicals:
        throw InvalidInput(
          "column of molecules", value: name, expected: "whole numbers or names")
      }
      var (order, groups) = ([String](), [String: [Int]]())
      for (atom, key) in keys.enumerated() {
        if groups[key] == nil { order.append(key) }
        groups[key, default: []].append(atom)
      }
      return try MoleculeFinder(frame, tolerance: 1.2).assembled(order.map { groups[$0] ?? [] })
    }
  }

  private func semiAxes(
    _ axes: PrincipalAxes, _ positions: [Vector3], _ elements: [AtomicData.Element]
  ) throws -> SemiAxes {
    switch shape {
    case .given(let semiAxes): return semiAxes
    case .gyration:
      let v = (axes.moments * 5).squareRoot()
      guard v.min() > 1e-9 * v.max() else {
        throw InvalidInput(
          "semi-axes from the gyration tensor", value: "\(v.x) \(v.y) \(v.z)",
          expected: "a molecule that is not flat; van der Waals extents or given semi-axes else")
      }
      return try SemiAxes(v.x, v.y, v.z)
    case .vanDerWaals:
      let rotation = axes.orientation.rotationMatrix.transpose
      var (low, high) = (
        Vector3(repeating: .infinity), Vector3(repeating: -.infinity)
      )
      for (r, element) in zip(positions, elements) {
        let body = rotation * (r - axes.center)
        let radius = Vector3(repeating: element.vanDerWaalsRadius)
        low = pointwiseMin(low, body - radius)
        high = pointwiseMax(high, body + radius)
      }
      let half = (high - low) * 0.5
      return try SemiAxes(half.x, half.y, half.z)
    }
  }

  /// Hill's order: carbon, hydrogen, then by the alphabet; by the alphabet where there is no carbon.
  private static func formula(_ species: [String]) -> String {
    var counts = [String: Int]()
    for symbol in species { counts[symbol, default: 0] += 1 }
    let first = counts["C"] == nil ? [] : ["C", "H"].filter { counts[$0] != nil }
    let order = first + counts.keys.filter { !first.contains($0) }.sorted()
    return order.map { symbol in
      let count = counts[symbol] ?? 0
      return count == 1 ? symbol : "\(symbol)\(count)"
    }.joined()
  }
}
