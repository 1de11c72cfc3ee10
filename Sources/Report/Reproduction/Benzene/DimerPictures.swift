internal import Generators
internal import Geometry

/// Fig. 4: the T-shaped dimer of benzene as molecules, as the densities of atoms and as those of ellipsoids.
struct DimerPictures {
  /// The distance of the centres that the paper prints, in angstroms.
  private static let distance = 5.5

  func result() throws -> FigureResult {
    var result = FigureResult(figure: .fig4)
    let atoms = try dimer()
    let ellipsoids = try CoarseGraining(
      shape: .given(
        SemiAxes(
          BenzeneSet.printedSigmas.first, BenzeneSet.printedSigmas.first,
          BenzeneSet.printedSigmas.third))
    ).ellipsoids(of: atoms)
    let picture = DensityPicture(viewpoint: Viewpoint(azimuth: 20, elevation: 14))
    result.pictures = [
      .init(
        name: "",
        caption: "From left to right: the molecules; Gaussians of width 0.5 around their atoms, as "
          + "SOAP sees them; one Gaussian of widths 2, 2, 0.25 for each molecule, as AniSOAP does.",
        content: .drawings(
          [
            Drawing(name: "molecule", caption: "molecules", svg: picture.molecules(atoms)),
            Drawing(
              name: "atoms", caption: "densities of atoms",
              svg: picture.densities(
                atoms, axes: Array(repeating: try SemiAxes(0.5, 0.5, 0.5), count: atoms.count))),
            Drawing(
              name: "ellipsoids", caption: "densities of molecules",
              svg: picture.densities(ellipsoids, axes: ellipsoids.semiAxes ?? [])),
          ]))
    ]
    let turns = ellipsoids.orientations ?? []
    let normals = turns.map { $0.rotate(Vector3(0, 0, 1)) }
    result.comparisons = [
      .init(
        "distance of the centres", (ellipsoids.positions[1] - ellipsoids.positions[0]).length,
        unit: "angstrom", printed: "approximately 5.5"),
      .init(
        "angle of the planes",
        normals.count == 2 ? DensityPicture.angle(normals[0].dot(normals[1])) : .nan,
        unit: "degrees",
        printed: "T-shaped (no number)"),
    ]
    result.frames.add(atoms, row: 0, caption: "atoms")
    result.frames.add(ellipsoids, row: 1, caption: "ellipsoids")
    result.remarks = [
      "Drawn from the same dimer in all three: nothing here is computed but the ellipsoids, by "
        + "coarse-graining (centre of mass, principal axes)."
    ]
    return result
  }

  /// The second molecule stands upright above the first, with one hydrogen towards its centre.
  private func dimer() throws -> Frame {
    let benzene = try Molecule.benzene()
    // About y by a right angle: an atom on the body's x axis comes to point along -z.
    let half = 0.5.squareRoot()
    let upright = UnitQuaternion(axis: Vector3(0, 1, 0), halfAngleCosine: half, sine: half)
    let lift = Vector3(0, 0, Self.distance)
    return Frame(
      positions: benzene.positions + benzene.positions.map { upright.rotate($0) + lift },
      species: benzene.species + benzene.species)
  }
}
