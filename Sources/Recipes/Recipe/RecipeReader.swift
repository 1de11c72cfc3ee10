internal import AniSOAP
internal import GayBerne
internal import Generators
internal import Geometry
internal import OrderParameters

/// From the sections of a recipe to jobs.
struct RecipeReader {
  /// Where outputs go.
  let folder: String
  /// The seed of the recipe.
  let seed: UInt64
  /// The recipe as it was named; input files are sought beside it.
  let recipeFile: String

  func dataset(_ section: inout RecipeSection) throws -> Recipe.Dataset {
    guard let name = try section.text("name") else {
      throw section.error("a dataset without a name")
    }
    guard !name.contains("/"), !name.hasPrefix(".") else {
      throw section.error("'\(name)' is no name for a file", key: "name")
    }
    let frames = "\(folder)/\(name).xyz"
    var steps: [Recipe.Step] = []
    let generate = try section.section("generate")
    let read = try section.section("read")
    switch (generate, read) {
    case (var source?, nil):
      steps.append(.generate(try generateJob(&source, output: frames)))
      try source.finish()
    case (nil, var source?):
      steps.append(.read(try readJob(&source, output: frames)))
      try source.finish()
    default:
      throw section.error("dataset '\(name)': expected either generate or read")
    }
    if var energy = try section.section("energy") {
      steps.append(.energy(try energyJob(&energy, frames: frames)))
      try energy.finish()
    }
    if var contact = try section.section("contact") {
      steps.append(
        .contact(
          try contactJob(&contact, input: frames, output: "\(folder)/\(name).contact.csv")))
      try contact.finish()
    }
    if var order = try section.section("order") {
      steps.append(
        .order(try orderJob(&order, input: frames, prefix: "\(folder)/\(name)")))
      try order.finish()
    }
    var outputs = Set<String>()
    for var features in try section.sections("featurize") {
      let job = try featurizeJob(&features, input: frames, prefix: "\(folder)/\(name)")
      guard outputs.insert(job.output).inserted else {
        throw features.error(
          "two feature sets of '\(name)' would go to \(job.output); give one a suffix")
      }
      steps.append(.featurize(job))
      try features.finish()
    }
    try section.finish()
    return Recipe.Dataset(name: name, steps: steps)
  }

  private func readJob(_ s: inout RecipeSection, output: String) throws -> ConvertJob {
    guard let file = try s.text("file") else { throw s.error("read: no file") }
    var job = ConvertJob(
      input: RecipeFile.path(file, besides: recipeFile), output: output, shapes: try shapes(&s))
    job.frames = try s.parsed("select-frames") { try IntegerRange.frames(parsing: $0) }
    return job
  }

  private func shapes(_ s: inout RecipeSection) throws -> ShapeOverride {
    let axes = try s.texts("semi-axes")
    let scale = try s.real("scale-axes") ?? 1
    return try s.check {
      try ShapeOverride(
        semiAxes: SpeciesTriples(parsing: axes, quantity: "semi-axes"), scale: scale)
    }
  }

  private func energyJob(_ s: inout RecipeSection, frames: String) throws -> EnergyJob {
    let potential = try potential(&s)
    let forces = try s.logical("forces") ?? false
    let maximum = try s.real("max-energy")
    let above = try s.choice("above", EnergyLimit.Action.self)
    let shapes = try shapes(&s)
    // The labels go into the frames themselves: the file is read, and replaced when all is done.
    var job = try s.check {
      try EnergyJob(
        input: frames, output: frames, potential: potential, forces: forces, maximum: maximum,
        above: above, shapes: shapes)
    }
    job.frames = try s.parsed("select-frames") { try IntegerRange.frames(parsing: $0) }
    return job
  }

  private func contactJob(
    _ s: inout RecipeSection, input: String, output: String
  ) throws -> ContactJob {
    let cutoff = try s.real("cutoff")
    let shapes = try shapes(&s)
    var job = try s.check {
      try ContactJob(input: input, output: output, cutoff: cutoff, shapes: shapes)
    }
    job.frames = try s.parsed("select-frames") { try IntegerRange.frames(parsing: $0) }
    return job
  }

  /// The keys of a potential, as `energy` and `generate dimers` take them.
  func potential(_ s: inout RecipeSection) throws -> PotentialDescription {
    var description = PotentialDescription()
    description.kind = try s.choice("potential", PotentialDescription.Kind.self) ?? .gayBerne
    description.model = try s.text("model")
    description.epsilon = try s.real("epsilon")
    description.sigma = try s.real("sigma")
    description.gamma = try s.real("gamma")
    description.nu = try s.real("nu")
    description.mu = try s.real("mu")
    description.wellDepths = try s.texts("well-depths")
    description.contact = try s.choice("contact", ContactFunction.self)
    description.cutoff = try s.real("cutoff")
    description.truncation = try s.choice("truncation", PotentialDescription.Ending.self)
    description.switchStart = try s.real("switch-start")
    description.strength = try s.texts("strength")
    description.mixing = try s.choice("mixing", MixingRule.self)
    description.paperLiteral = try s.logical("paper-literal") ?? false
    return description
  }

  private func orderJob(
    _ s: inout RecipeSection, input: String, prefix: String
  ) throws -> OrderJob {
    let output = "\(prefix).order.csv"
    var options = FrameOrder.Settings.Options()
    options.degrees =
      try s.parsed("steinhardt") { try IntegerRange.closed(parsing: $0) } ?? options.degrees
    options.weights = try s.choice("weights", Steinhardt.Weights.self) ?? options.weights
    options.axis = try s.choice("axis", SymmetryAxis.self) ?? options.axis
    options.cutoff = try s.real("cutoff")
    options.smectic = try s.logical("smectic") ?? false
    options.hexatic = try s.logical("hexatic") ?? false
    options.averaged = try s.logical("averaged") ?? false
    options.thirdOrder = try s.logical("third-order") ?? false
    let pairs = try s.logical("pair-correlation") ?? false
    let (range, bins) = (try s.real("range"), try s.integer("bins"))
    let shapes = try shapes(&s)
    return try s.check {
      var job = try OrderJob(
        input: input, output: output, settings: FrameOrder.Settings(options), shapes: shapes)
      if pairs {
        job.pairCorrelation = try OrderJob.PairCorrelationTable(
          output: "\(prefix).pairs.csv", range: range ?? options.cutoff, bins: bins ?? 100)
      }
      return job
    }
  }

  private func featurizeJob(
    _ s: inout RecipeSection, input: String, prefix: String
  ) throws -> FeaturizeJob {
    guard let cutoff = try s.real("cutoff") else { throw s.error("featurize: no cutoff") }
    let width = try s.real("radial-width") ?? 3
    let basis: RadialBasis? = try s.parsed("basis") { name in
      switch name {
      case "gto": .gto(width: width)
      case "monomial": .monomial
      case "laguerre": .laguerre(width: width)
      default:
        throw InvalidInput("basis", value: name, expected: "gto, monomial or laguerre")
      }
    }
    let correlation: DensityExpansion.Correlation? = try s.parsed("correlation") { text in
      guard let nu = Int(text).flatMap({ DensityExpansion.Correlation(rawValue: $0) }) else {
        throw InvalidInput("correlation", value: text, expected: "1, 2 or 3")
      }
      return nu
    }
    let hyperparameters = Hyperparameters(
      basis: basis ?? .gto(width: width), maxAngular: try s.integer("max-angular") ?? 6,
      maxRadial: try s.parsed("max-radial") { try RadialSize(parsing: $0) } ?? .uniform(6),
      cutoff: cutoff, rcond: try s.real("rcond") ?? 0,
      excludeSelf: try s.logical("exclude-self") ?? false,
      cutoffShape: try s.real("smooth-cutoff").map { .smooth(width: $0) } ?? .hard,
      spectrumForm: try s.logical("compact") ?? false ? .unorderedPairs : .allPairs)
    let nu = correlation ?? .two
    let suffix = try s.text("suffix") ?? "nu\(nu.rawValue)"
    let species = try s.texts("species")
    let shapes = try shapes(&s)
    let rows = try s.parsed("average") { text -> FeaturizeJob.Rows in
      guard let rows = ["frame": FeaturizeJob.Rows.frame, "none": .particle][text] else {
        throw InvalidInput("average", value: text, expected: "frame or none")
      }
      return rows
    }
    return try s.check {
      try FeaturizeJob(
        input: input, output: "\(prefix).\(suffix).npz", hyperparameters: hyperparameters,
        correlation: nu, rows: rows ?? .frame, species: species.isEmpty ? nil : species,
        shapes: shapes)
    }
  }
}
