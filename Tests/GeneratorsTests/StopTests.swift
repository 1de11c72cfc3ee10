import Generators
import Geometry
import Mathematics
import TestSupport
import Testing

/// A frame that is told to stop while it is made ends with `Stopped`, at whatever question that happens.
@Suite struct StopTests {
  @Test(arguments: ["nematic", "smectic", "crystal", "dimers"])
  func framesStop(kind: String) throws {
    let specimen = try Specimen(particles: 60, packingFraction: 0.45)
    let generator: any Generator =
      switch kind {
      case "nematic": Nematic(specimen: specimen, order: 0.6)
      case "smectic":
        Smectic(specimen: specimen, order: 0.8, smecticOrder: 0.5, layers: 2)
      case "crystal":
        MolecularCrystal(
          molecule: try .benzene(), spaceGroups: [2], volumePerMolecule: 90...270)
      default: Dimers(first: try SemiAxes(1, 1, 2), distance: 0.5...3)
      }
    func work() throws { _ = try generator.frame(index: 0, of: 1, seed: 1) }
    let questions = try Patience.questions(work)
    #expect(questions >= 1)
    for most in [0, questions / 2, questions - 1] {
      #expect(try Patience.stopped(after: most, work) == most + 1)
    }
  }
}
