internal import Jobs

/// From the sections of a recipe to datasets.
struct RecipeReader {
  /// Where outputs go.
  let folder: String
  /// The seed of the recipe.
  let seed: UInt64
  /// Sets that are generated have at most so many frames; nil: as many as the recipe says.
  var mostFrames: Int?
  /// The part of every set that is made; nil: all.
  var shard: Shard?

  /// `made` are the files that datasets before have made; those of this one are added.
  func dataset(
    _ section: inout RecipeSection, made: inout Set<String>
  ) throws -> Recipe.Dataset {
    let all = section
    guard let name = try section.text("name") else {
      throw all.error("a dataset without a name")
    }
    guard !name.contains("/"), !name.hasPrefix(".") else {
      throw all.error("'\(name)' is no name for a file", key: "name")
    }
    var place = RecipePlace(prefix: "\(folder)/\(name)", seed: seed)
    place.made = made
    place.foreign = made
    defer { made = place.made }
    var steps: [Recipe.Step] = []
    for entry in section.entries {
      guard Self.names.contains(entry.key) else {
        let hint = DeclaredArguments.nearest(entry.key, among: Self.names).map { "; '\($0)' is" }
        throw all.error("'\(entry.key)' is not a known step\(hint ?? "")", key: entry.key)
      }
      let isSource = Self.sources.contains(entry.key)
      guard isSource == steps.isEmpty else {
        throw all.error(
          "dataset '\(name)': expected either generate or read first, and then other steps")
      }
      for var part in try section.sections(entry) {
        let step = try step(&part, &place)
        if let output = step.output, output != place.frames,
          steps.contains(where: { $0.output == output })
        {
          throw part.error(
            "two steps of '\(name)' would write \(output); give one a suffix or an output")
        }
        if let frames = step.frames, part.name != "convert" || steps.isEmpty {
          place.frames = frames
        }
        if let features = step.features { place.features.append(features) }
        if let output = step.output { place.made.insert(output) }
        steps.append(step)
      }
    }
    guard !steps.isEmpty else {
      throw all.error("dataset '\(name)': expected either generate or read")
    }
    if shard != nil { steps = Array(steps.prefix { $0.canBeSharded }) }
    return Recipe.Dataset(name: name, steps: steps)
  }

  /// The steps that a dataset begins with.
  private static let sources = ["generate", "read"]
  /// All steps.
  private static let names =
    Steps.single.map { $0.configuration.commandName ?? "" } + Steps.groups.map(\.name)
    + Steps.aliases.keys.sorted()

  private func step(
    _ section: inout RecipeSection, _ place: inout RecipePlace
  ) throws -> Recipe.Step {
    let type: any StepOptions.Type
    if let group = Steps.groups.first(where: { $0.name == section.name }) {
      let whole = section
      let names = group.steps.compactMap { $0.configuration.commandName }
      guard let name = try section.text(group.selector) else {
        throw whole.error(
          "\(group.name): no \(group.selector); expected \(names.joined(separator: ", "))")
      }
      guard let step = group.step(named: name) else {
        throw whole.error(
          "\(group.selector) is '\(name)'; expected \(names.joined(separator: ", "))",
          key: group.selector)
      }
      type = step
    } else {
      let alias = Steps.aliases[section.name]
      section.rename(alias?.keys ?? [:])
      let name = alias?.step ?? section.name
      guard let step = Steps.single.first(where: { $0.configuration.commandName == name }) else {
        throw section.error("'\(section.name)' is not a known step")
      }
      type = step
    }
    place.suffix = try section.text("suffix")
    return try StepParser(
      section: section, place: place, folder: folder, mostFrames: mostFrames, shard: shard
    ).parse(type)
  }
}
