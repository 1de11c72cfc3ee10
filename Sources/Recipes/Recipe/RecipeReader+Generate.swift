internal import Generators
internal import Geometry

extension RecipeReader {
  /// The phases that `generate` knows, by the names of its subcommands.
  private enum Phase: String, CaseIterable {
    case nematic, smectic, dimers
  }

  func generateJob(_ s: inout RecipeSection, output: String) throws -> GenerateJob {
    guard let phase = try s.choice("phase", Phase.self) else {
      throw s.error("generate: no phase; expected nematic, smectic or dimers")
    }
    let seed = try s.seed("seed") ?? self.seed
    let frames = try s.parsed("frames") { try IntegerRange.frames(parsing: $0) }
    guard let count = try s.integer("count") else { throw s.error("generate: no count") }
    let generator: any Generator
    switch phase {
    case .nematic: generator = try nematic(&s)
    case .smectic: generator = try smectic(&s)
    case .dimers: generator = try dimers(&s)
    }
    return try s.check {
      try GenerateJob(
        generator: generator, count: count, seed: seed, frames: frames, output: output)
    }
  }

  private func range(_ s: inout RecipeSection, _ key: String) throws -> ValueRange? {
    try s.parsed(key) { try ValueRange(parsing: $0, quantity: key) }
  }

  private func specimen(_ s: inout RecipeSection) throws -> Specimen {
    let particles = try s.integer("particles") ?? 128
    let aspectRatio = try s.real("aspect-ratio") ?? 3
    let diameter = try s.real("diameter") ?? 1
    let packing = try range(&s, "packing-fraction") ?? 0.3
    return try s.check {
      try Specimen(
        particles: particles, aspectRatio: aspectRatio, diameter: diameter,
        packingFraction: packing)
    }
  }

  private func nematic(_ s: inout RecipeSection) throws -> Nematic {
    Nematic(
      specimen: try specimen(&s), order: try range(&s, "order") ?? ValueRange(0, 1),
      director: try s.parsed("director") { try Director(parsing: $0) } ?? .random)
  }

  private func smectic(_ s: inout RecipeSection) throws -> Smectic {
    Smectic(
      specimen: try specimen(&s), order: try range(&s, "order") ?? ValueRange(0, 1),
      smecticOrder: try range(&s, "smectic-order") ?? 0.85, layers: try s.integer("layers"),
      layerSpacing: try s.real("layer-spacing"), tilt: try range(&s, "tilt") ?? 0,
      director: try s.parsed("director") { try Director(parsing: $0) } ?? .random)
  }

  private func dimers(_ s: inout RecipeSection) throws -> Dimers {
    let first = try s.text("semi-axes") ?? "1,1.5,2"
    let second = try s.text("semi-axes-2")
    let distance = try s.text("distance")
    let kind = try s.choice("distance-kind", Dimers.DistanceKind.self) ?? .centre
    let density = try s.choice("distance-density", Dimers.DistanceDensity.self) ?? .uniform
    let highest = try s.real("max-energy")
    let parameters = try potential(&s)
    return try s.check {
      try Dimers(
        parsing: first, second: second, distance: distance, kind: kind, density: density,
        potential: parameters, maximumEnergy: highest)
    }
  }
}
