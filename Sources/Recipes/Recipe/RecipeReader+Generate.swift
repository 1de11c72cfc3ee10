internal import Generators
internal import Geometry
internal import OrderParameters

extension RecipeReader {
  private static let otherPhases = ["crystal", "molecular-crystal", "dimers"]

  func generateJob(_ s: inout RecipeSection, output: String) throws -> GenerateJob {
    let names = LiquidCrystal.Phase.allCases.map(\.rawValue) + Self.otherPhases
    let expected = "expected " + names.joined(separator: ", ")
    guard let name = try s.text("phase") else {
      throw s.error("generate: no phase; \(expected)")
    }
    let seed = try s.seed("seed") ?? self.seed
    let frames = try s.parsed("frames") { try IntegerRange.frames(parsing: $0) }
    guard let count = try s.integer("count") else { throw s.error("generate: no count") }
    let generator: any Generator
    switch name {
    case "dimers": generator = try dimers(&s)
    case "crystal": generator = try crystal(&s)
    case "molecular-crystal": generator = try molecularCrystal(&s)
    default:
      guard let phase = LiquidCrystal.Phase(rawValue: name) else {
        throw s.error("phase is '\(name)'; \(expected)", key: "phase")
      }
      generator = try liquidCrystal(phase, &s)
    }
    return try s.check {
      try GenerateJob(
        generator: generator, count: count, seed: seed, frames: frames, output: output)
    }
  }

  private func range(_ s: inout RecipeSection, _ key: String) throws -> ValueRange? {
    try s.parsed(key) { try ValueRange(parsing: $0, quantity: key) }
  }

  private func specimen(
    _ phase: LiquidCrystal.Phase, _ s: inout RecipeSection
  ) throws -> Specimen {
    let particles = try s.integer("particles") ?? 128
    let shapes = ParticleShapes(
      aspectRatio: try s.real("aspect-ratio"), diameter: try s.real("diameter"),
      semiAxes: try s.text("semi-axes"), components: try s.texts("component"),
      polydispersity: try s.real("polydispersity") ?? 0,
      axis: try s.choice("axis", SymmetryAxis.self) ?? .z)
    let packing = try range(&s, "packing-fraction") ?? 0.3
    let isSoft = try s.logical("soft") ?? false
    let attempts = try s.integer("attempts") ?? 3
    return try s.check {
      Specimen(
        particles: particles, population: try shapes.population(phase), packingFraction: packing,
        overlaps: isSoft ? .allowed : .forbidden, attempts: attempts)
    }
  }

  private func director(_ s: inout RecipeSection) throws -> Director? {
    try s.parsed("director") { try Director(parsing: $0) }
  }

  private func liquidCrystal(
    _ phase: LiquidCrystal.Phase, _ s: inout RecipeSection
  ) throws -> any Generator {
    var crystal = LiquidCrystal(phase, specimen: try specimen(phase, &s))
    crystal.sampling = AxisSampling(
      distribution: try s.choice("distribution", OrientationalDistribution.self) ?? .watson,
      isExact: try !(s.logical("independent") ?? false))
    if phase != .isotropic {
      crystal.order = try range(&s, "order") ?? crystal.order
      crystal.director = try director(&s) ?? .random
    }
    switch phase {
    case .nematic, .isotropic: break
    case .smectic:
      crystal.smecticOrder = try range(&s, "smectic-order") ?? crystal.smecticOrder
      crystal.layers = try s.integer("layers")
      crystal.layerSpacing = try s.real("layer-spacing")
      crystal.tilt = try range(&s, "tilt") ?? 0
      crystal.profile = try s.choice("profile", LayerProfile.self) ?? .gaussian
    case .cholesteric: crystal.halfTurns = try s.integer("half-turns") ?? crystal.halfTurns
    case .biaxial: crystal.biaxialOrder = try range(&s, "biaxial-order") ?? crystal.biaxialOrder
    case .smecticB:
      crystal.smecticOrder = try range(&s, "smectic-order") ?? crystal.smecticOrder
      crystal.hexaticOrder = try range(&s, "hexatic-order") ?? crystal.hexaticOrder
      crystal.layers = try s.integer("layers")
    case .columnar:
      crystal.columnarOrder = try range(&s, "columnar-order") ?? crystal.columnarOrder
      crystal.columns = try s.integer("columns")
    }
    return crystal.generator
  }

  private func crystal(_ s: inout RecipeSection) throws -> Crystal {
    Crystal(
      lattice: try s.choice("lattice", Crystal.Lattice.self) ?? .faceCentredCubic,
      semiAxes: try s.parsed("semi-axes") { try ParticleShapes.axes(parsing: $0) }
        ?? SemiAxes(aspectRatio: 3, diameter: 1),
      cells: try s.parsed("cells") { try Crystal.cells(parsing: $0) } ?? SIMD3(4, 4, 4),
      packingFraction: try range(&s, "packing-fraction") ?? 0.5,
      director: try director(&s) ?? .fixed(Vector3(0, 0, 1)))
  }

  private func molecularCrystal(_ s: inout RecipeSection) throws -> MolecularCrystal {
    let name = try s.text("molecule") ?? "benzene"
    let molecule = try Molecule(
      named: name == "benzene" ? name : RecipeFile.path(name, besides: recipeFile))
    var crystal = MolecularCrystal(
      molecule: molecule,
      spaceGroups: try s.parsed("space-group") { try SpaceGroup.numbers(parsing: $0) }
        ?? Array(1...230),
      volumePerMolecule: try s.parsed("volume") { try molecule.volumeWindow(parsing: $0) }
        ?? molecule.volumeWindow)
    crystal.closestContact = try s.real("closest-contact") ?? crystal.closestContact
    crystal.sites = try s.choice("sites", MolecularCrystal.Sites.self) ?? .any
    crystal.mostAtoms = try s.integer("most-atoms") ?? crystal.mostAtoms
    crystal.rotation = try s.real("rotation") ?? 0
    crystal.translation = try s.real("translation") ?? 0
    return crystal
  }

  private func dimers(_ s: inout RecipeSection) throws -> Dimers {
    let first = try s.text("semi-axes")
    let second = try s.text("semi-axes-2")
    let distance = try s.text("distance")
    let kind = try s.choice("distance-kind", Dimers.DistanceKind.self) ?? .centre
    let density = try s.choice("distance-density", Dimers.DistanceDensity.self) ?? .uniform
    let highest = try s.real("max-energy")
    let description = try potential(&s)
    return try s.check {
      try Dimers(
        parsing: first, second: second, distance: distance, kind: kind, density: density,
        potential: description, maximumEnergy: highest)
    }
  }
}
