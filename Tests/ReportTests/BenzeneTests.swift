import FileFormats
import Foundation
import Geometry
import Mathematics
import Report
import Testing
import TestSupport

@Suite struct BenzeneTests {
  init() {
    // Tests run side by side: OpenBLAS must not multiply their threads.
    LinearAlgebra.setThreads(1)
  }

  private var small: ReproductionSettings {
    ReproductionSettings(crystals: 200, seed: 1, threads: 2)
  }

  /// The set that the program has with it: small, labelled, and as it says.
  @Test func theKeptSetIsAsItSays() throws {
    let path = ReferenceData.path("benzene/crystals.xyz.gz")
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(try #require(size) <= 3_000_000)
    let reader = try FrameReader.open(path)
    var (count, bases) = (0, Set<String>())
    while let frame = try reader.next() {
      let molecules = try #require(frame.labels["molecules"]?.real)
      let (energy, single, perAtom) = (
        try #require(frame.labels["energy"]?.real),
        try #require(frame.labels["reference_energy"]?.real),
        try #require(frame.labels["energy_per_atom"]?.real)
      )
      #expect(Double(frame.count) == 12 * molecules)
      // Differences of some 1e3 eV.
      #expect(abs((energy - molecules * single) / Double(frame.count) - perAtom) < 1e-10)
      #expect(frame.labels["energy_unit"] == .string("eV"))
      // Forces have three decimals: 48 of them add up to 0 within some standard deviations of rounding.
      let forces = try #require(frame.column("forces"))
      if case .reals(let values) = forces.values {
        for k in 0..<3 {
          let sum = stride(from: k, to: values.count, by: 3).reduce(0) { $0 + values[$1] }
          #expect(abs(sum) < 0.012)
        }
      }
      bases.insert("\(try #require(frame.labels["base"]))")
      count += 1
    }
    #expect(count >= 700 && bases.count >= 140)
  }

  @Test func theDimerIsDrawnThreeTimes() throws {
    var reproducer = try Reproducer(small)
    let result = try reproducer.run(.fig4)
    #expect(result.pictures[0].drawings.count == 3)
    #expect(result.pictures[0].drawings.allSatisfy { isWellFormed($0.svg) })
    #expect(isWellFormed(result.pictures[0].svg))
    // 24 atoms; 6 C-C and 6 C-H bonds a molecule.
    let molecule = result.pictures[0].drawings[0].svg
    #expect(occurrences(of: "<circle", in: molecule) == 24)
    #expect(occurrences(of: "<path", in: molecule) == 24)
    #expect(try abs(#require(result.value("angle of the planes")) - 90) < 1e-6)
  }

  /// What holds of the paper's claims also with 600 crystals; of 200, of which 20 are tested, a single close
  /// contact decides.
  @Test func anisotropyTellsWhatCentersCannot() throws {
    var settings = small
    settings.crystals = 600
    var reproducer = try Reproducer(settings)
    let result = try reproducer.run(.fig6)
    for division in ["random", "grouped"] {
      let r2 = try ["centres", "AniSOAP"].map {
        try #require(result.value("R2, \($0), \(division)"))
      }
      #expect(r2[0] < 0.45 && r2[1] > r2[0] + 0.2)
    }
    #expect(result.pictures.allSatisfy { isWellFormed($0.svg) })
  }

  @Test func theNumberOfThreadsDoesNotShow() throws {
    var settings = small
    settings.crystals = 80
    settings.threads = 1
    var one = try Reproducer(settings)
    settings.threads = 3
    var three = try Reproducer(settings)
    #expect(try one.run(.figS5) == three.run(.figS5))
  }

  @Test func setsThatCannotBeUsedAreTold() throws {
    let scratch = try ScratchFolder()
    let frame = "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3\nC 0 0 0\n"
    for (text, message) in [
      (frame, "1 crystals; expected 60 or more"),
      (String(repeating: frame, count: 60), "frame 0: there is no energy_per_atom"),
    ] {
      var settings = small
      settings.benzene = try scratch.file("set.xyz", containing: text)
      var reproducer = try Reproducer(settings)
      let error = try #require(throws: DataError.self) { try reproducer.run(.fig6) }
      #expect(error.description.contains(message))
    }
  }
}
