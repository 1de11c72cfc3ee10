internal import AniSOAP
internal import CBenzene
internal import FileFormats
internal import Foundation
internal import Generators
internal import Geometry
internal import Jobs
internal import Learning
internal import Mathematics

/// Labelled crystals of benzene, as atoms and as ellipsoids, and their features.
struct BenzeneSet: Sendable {
  /// The crystals.
  let atoms: [Frame]
  /// The same with an ellipsoid for each molecule; shapes are those of the van der Waals radii.
  let ellipsoids: [Frame]
  /// meV per atom, relative to the isolated molecule.
  let energies: Matrix
  /// The number of the crystal that each is a variant of.
  let groups: [Int]
  /// Where they come from, for the reader.
  let source: String
  /// All-atom SOAP.
  let soap: Matrix
  /// How SOAP is computed.
  let soapSettings: FeatureSettings

  /// The paper's neighbourhoods, of atoms and of molecules.
  static let cutoff = 7.0

  /// Reads the file of the settings, or the set that the program has with it.
  ///
  /// Throws: `DataError` for a file that cannot be read or has no labels, or too few crystals.
  init(_ settings: ReproductionSettings, progress: (String, Int, Int) -> Void) throws {
    let all = try Self.frames(settings.benzene)
    source = settings.benzene ?? "data/reference/benzene"
    let frames = settings.crystals.map { Array(all.prefix($0)) } ?? all
    guard frames.count >= 60 else {
      throw DataError(
        .badData, file: source, message: "\(frames.count) crystals; expected 60 or more")
    }
    var (energies, groups, numbers) = ([Double](), [Int](), [String: Int]())
    for (index, frame) in frames.enumerated() {
      guard let energy = frame.labels["energy_per_atom"]?.real else {
        throw DataError(
          .badData, file: source, frame: index,
          message: "there is no energy_per_atom; mesogen label with a reference gives it")
      }
      energies.append(1000 * energy)
      let base = frame.labels["base"].map { "\($0)" } ?? "\(index)"
      groups.append(numbers[base] ?? numbers.count)
      if numbers[base] == nil { numbers[base] = numbers.count }
    }
    self.energies = Matrix(column: energies)
    self.groups = groups
    atoms = frames
    let graining = CoarseGraining(shape: .vanDerWaals)
    ellipsoids = try Parallel.map(count: frames.count, threads: settings.threads) { k in
      do {
        return try graining.ellipsoids(of: frames[k])
      } catch let error as InvalidInput {
        throw DataError(.badData, file: "crystals", frame: k, message: error.description)
      }
    }
    progress("all-atom SOAP", 0, frames.count)
    soapSettings = Self.soap
    soap = try Self.features(
      frames, soapSettings, species: ["H", "C"], threads: settings.threads)
    progress("all-atom SOAP", frames.count, frames.count)
  }

  private static func frames(_ path: String?) throws -> [Frame] {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let file = path ?? folder.file("crystals.xyz.gz")
    if path == nil {
      guard let bytes = mesogen_benzene() else { return [] }
      try Data(bytes: bytes, count: mesogen_benzene_size()).write(to: URL(filePath: file))
    }
    let reader = try FrameReader.open(file)
    var frames: [Frame] = []
    while let frame = try reader.next() {
      if frame.labels["label_error"] == nil { frames.append(frame) }
    }
    return frames
  }

  /// All-atom SOAP: the paper's cutoff, width of the Gaussians, lmax 10 and four radial functions.
  static var soap: FeatureSettings {
    var settings = FeatureSettings(cutoff: cutoff)
    (settings.maxAngular, settings.maxRadial, settings.radialWidth) = (10, "3", 1.5)
    settings.compact = true
    settings.shapes.semiAxes = ["0.5,0.5,0.5"]
    return settings
  }

  /// AniSOAP of these Gaussian widths: lmax 10 and as many radial functions for each l as AniSOAP takes by
  /// itself, 146 columns (91 without those that come twice).
  static func aniSOAP(
    _ sigma: (first: Double, third: Double), width: Double
  ) -> FeatureSettings {
    var settings = FeatureSettings(cutoff: cutoff)
    (settings.maxAngular, settings.maxRadial, settings.radialWidth) = (10, "auto", width)
    settings.compact = true
    settings.shapes.semiAxes = ["\(sigma.first),\(sigma.first),\(sigma.third)"]
    return settings
  }

  /// The widths of AniSOAP's example files, whose diameters are 4, 4, 0.5, and its radial width.
  static let printedSigmas = (first: 2.0, third: 0.25)
  static let printedWidth = 1.5

  /// AniSOAP features of some of the crystals.
  func aniSOAP(
    _ sigma: (first: Double, third: Double), width: Double = Self.printedWidth, rows: [Int]? = nil,
    threads: Int
  ) throws -> Matrix {
    let frames = rows.map { chosen in chosen.map { ellipsoids[$0] } } ?? ellipsoids
    return try Self.features(
      frames, Self.aniSOAP(sigma, width: width), species: ["X"], threads: threads)
  }

  private static func features(
    _ frames: [Frame], _ settings: FeatureSettings, species: [String], threads: Int
  ) throws -> Matrix {
    let expansion = try DensityExpansion(
      settings.hyperparameters(), species: SpeciesTable(ordered: species))
    let shapes = try settings.shapes.override()
    let rows = try Parallel.map(count: frames.count, threads: threads) { k in
      try expansion.averagedFeatures(
        of: shapes.apply(to: frames[k]), correlation: .two, threads: 1)
    }
    return Matrix(
      rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap { $0 })
  }

  /// How they were made, for the reader.
  func describe(in result: inout FigureResult, _ settings: ReproductionSettings) {
    result.set(
      "crystals",
      "\(atoms.count) of \(Set(groups).count) space-group packings and their variants (the same cell "
        + "and centres, molecules turned at random), from \(source)")
    result.set(
      "energies", "GFN1-xTB at the Gamma point, relative to the isolated molecule, meV per atom")
    result.set(
      "all-atom SOAP",
      "power spectrum, Gaussians of width 0.5, " + soapSettings.words + ", \(soap.columns) columns")
    result.set(
      "AniSOAP",
      "one ellipsoid a molecule, lmax 10, radial functions by l as AniSOAP takes them (146 columns, "
        + "\(Self.aniSOAPColumns) without repetitions), cutoff \(Self.cutoff)")
  }

  /// Sum over l of n(n + 1)/2 with n = (10 - l)/2 + 1.
  static let aniSOAPColumns = (0...10).reduce(0) { sum, l in
    let n = (10 - l) / 2 + 1
    return sum + n * (n + 1) / 2
  }
}
