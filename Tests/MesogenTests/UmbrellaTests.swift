import Foundation
import Mesogen
import TestSupport
import Testing

/// The inverse sixth power of the distance of the centres: a potential as a user of the library writes it.
private struct InverseSixthPower: PairPotential {
  var cutoff: Double? { 4 }

  func pair(
    _ first: Ellipsoid, _ second: Ellipsoid, displacement r: Vector3, species: (String, String)
  ) throws -> PairInteraction {
    let d = r.dot(r)
    let energy = -1 / (d * d * d)
    return PairInteraction(energy: energy, force: r * (6 * energy / d))
  }
}

/// What a Swift user does with `import Mesogen` alone.
@Suite struct UmbrellaTests {
  @Test func aPotentialOfOnesOwn() throws {
    let frame = try PhaseSettings(.isotropic).generator().frame(index: 0, of: 1, seed: 3)
    let result = try InverseSixthPower().evaluate(frame, forces: true, threads: 2)
    var expected = 0.0
    for i in 0..<frame.count {
      for j in 0..<i {
        let r = frame.positions[j] - frame.positions[i]
        let d = (frame.cell?.minimumImage(r) ?? r).length
        if d < 4 { expected -= pow(d, -6) }
      }
    }
    #expect(abs(result.energy - expected) < 1e-12 * abs(expected))
    #expect(result.forces.reduce(Vector3.zero, +).length < 1e-10)
  }

  /// `energy` with that potential: the frames of a file get its energies.
  @Test func energiesByAPotentialOfOnesOwn() throws {
    let scratch = try ScratchFolder()
    let (input, output) = (scratch.file("in.xyz"), scratch.file("out.xyz"))
    let frames = try PhaseSettings(.isotropic).generator().frames(of: 2, seed: 3)
    let writer = try FrameWriter.create(input)
    for frame in frames { try writer.write(frame) }
    try writer.commit()
    let job = try EnergyJob(input: input, output: output, potential: InverseSixthPower())
    let report = try job.run(JobContext(threads: 2))
    #expect(report.amount == "2 frames")
    let reader = try FrameReader.open(output)
    for frame in frames {
      let labelled = try #require(try reader.next())
      let expected = try InverseSixthPower().evaluate(frame, forces: false, threads: 1).energy
      let found = try #require(labelled.labels["energy"]?.real)
      #expect(abs(found - expected) < 1e-12 * abs(expected))
    }
  }

  @Test func frameToFeatures() throws {
    let frames = try PhaseSettings(.nematic).generator().frames(of: 2, seed: 1)
    var settings = FeatureSettings(cutoff: 4)
    settings.maxAngular = 2
    settings.maxRadial = "1"
    let expansion = try DensityExpansion(settings.hyperparameters(), species: ["X"])
    let features = try expansion.features(of: frames, correlation: settings.densityCorrelation())
    #expect(features.values.rows == 2 && features.values.columns == 12)
  }
}
