import FileFormats
import GayBerne
import Geometry
import Testing
import TestSupport

@Suite("Gay-Berne against LAMMPS and independent NumPy figures")
struct GayBerneReferenceTests {
  static let dimers = [
    "dimer_GB_3_5_1_3.npz", "dimer_GB_3_5_2_1.npz", "dimer_abc_1_1.5_2_Ecurv.npz",
    "dimer_abc_1_1.5_2_ecode.npz", "dimer_dissimilar.npz", "dimer_mixed_sphere_ellipsoid.npz",
  ]

  func parameters(_ file: DimerFile, paperLiteral: Bool = false) throws -> GayBerneParameters {
    try GayBerneParameters(
      epsilon: file.real("eps"), sigma: file.real("sigma"), gamma: file.real("gamma"),
      nu: file.real("nu"), mu: file.real("mu"),
      wellDepths: .bySpecies(["A": file.vectors("e1")[0], "B": file.vectors("e2")[0]]),
      paperLiteral: paperLiteral)
  }

  @Test(arguments: dimers)
  func dimersAgreeInEnergyForceAndTorque(_ name: String) throws {
    let file = try DimerFile(name)
    let potential = try GayBerne(parameters(file))
    let literal = try GayBerne(parameters(file, paperLiteral: true))
    let (energies, paper) = try (file.reals("U_LAMMPS"), file.reals("U_paperform"))
    let (sigma12, h12) = try (file.reals("s12"), file.reals("h12"))
    let (eta, chi) = try (file.reals("eta"), file.reals("chi_lammps"))
    let (force1, torque1) = try (file.vectors("f1_LAMMPS"), file.vectors("t1_LAMMPS"))
    let torque2 = try file.vectors("t2_LAMMPS")
    let forceScale = force1.largest
    let torqueScale = max(torque1.largest, torque2.largest)
    for k in 0..<file.count {
      let pair = try potential.pair(
        file.first[k], file.second[k], displacement: file.displacements[k], species: ("A", "B"))
      // The contract of the house: 1e-11 of max(|U|, epsilon).
      #expect(abs(pair.energy - energies[k]) <= 1e-11 * max(abs(energies[k]), 1))
      // And of the largest component in the file: 1e-10.
      #expect((pair.force + force1[k]).largest <= 1e-10 * forceScale)
      #expect((pair.torque1 - torque1[k]).largest <= 1e-10 * torqueScale)
      #expect((pair.torque2 - torque2[k]).largest <= 1e-10 * torqueScale)
      // The factors are smooth, of order 1: a few roundings.
      #expect(abs((pair.contactDistance ?? .nan) - sigma12[k]) <= 1e-12)
      #expect(abs((pair.separation ?? .nan) - h12[k]) <= 1e-12)
      #expect(abs((pair.eta ?? .nan) - eta[k]) <= 1e-12)
      #expect(abs((pair.chi ?? .nan) - chi[k]) <= 1e-12)
      let literalPair = try literal.pair(
        file.first[k], file.second[k], displacement: file.displacements[k], species: ("A", "B"))
      #expect(abs(literalPair.energy - paper[k]) <= 1e-11 * max(abs(paper[k]), 1))
    }
  }

  @Test func curvatureGivesTheWellsOfThePaper() throws {
    let file = try DimerFile("dimer_abc_1_1.5_2_Ecurv.npz")
    let potential = try GayBerne()
    let energies = try file.reals("U_LAMMPS")
    for k in 0..<file.count {
      let pair = try potential.pair(
        file.first[k], file.second[k], displacement: file.displacements[k])
      #expect(abs(pair.energy - energies[k]) <= 1e-11 * max(abs(energies[k]), 1))
    }
  }

  @Test(arguments: ["config_GB3521_isotropic_N288.npz", "config_GB3521_nematic_N288.npz"])
  func configurationsAgreeWithLAMMPS(_ name: String) throws {
    let archive = try NumPyArchive(contentsOf: ReferenceData.path("gay-berne/" + name))
    func reals(_ key: String) throws -> [Double] { try archive[key].doubles ?? [] }
    let axes = try reals("semiaxes")
    let positions = try DimerFile.vectors(archive["x"])
    let frame = try Frame(
      positions: positions, orientations: DimerFile.quaternions(archive["q"]),
      semiAxes: Array(
        repeating: SemiAxes(axes[0], axes[1], axes[2]), count: positions.count),
      cell: Cell(box: DimerFile.vectors(archive["L"])[0]))
    let potential = try GayBerne(
      GayBerneParameters(
        nu: reals("nu")[0], mu: reals("mu")[0],
        wellDepths: .uniform(DimerFile.vectors(archive["e"])[0]), cutoff: reals("rc")[0]))
    let result = try potential.evaluate(frame, threads: 2)

    let energy = try reals("U_LAMMPS")[0]
    // Sums of 10,000 pairs: 1e-11 of the sum, as for a single one.
    #expect(abs(result.energy - energy) <= 1e-11 * abs(energy))
    #expect(result.pairCount == (try archive["npairs"].integers ?? [])[0])
    #expect(result.singularPairs == 0)
    let forces = try DimerFile.vectors(archive["F_LAMMPS"])
    let torques = try DimerFile.vectors(archive["T_LAMMPS"])
    let forceError = largestDifference(result.forces.components, forces.components)
    #expect(forceError <= 1e-10 * forces.largest)
    let torqueError = largestDifference(result.torques.components, torques.components)
    #expect(torqueError <= 1e-10 * torques.largest)
    // LAMMPS keeps six components of W / V.
    let w = result.virial
    let volume = try #require(frame.cell).volume
    let six = [w[0, 0], w[1, 1], w[2, 2], w[0, 1], w[0, 2], w[1, 2]].map { $0 / volume }
    let expected = try reals("virial_pressure_xx_yy_zz_xy_xz_yz")
    #expect(largestDifference(six, expected) <= 1e-10 * 10)
  }
}
