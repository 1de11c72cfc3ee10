internal import ArgumentParser
internal import Geometry
internal import Jobs

/// From a section of a recipe to the options of a step: the mapping becomes words of a command line, and
/// an error gets the line of the entry that is to blame.
struct StepParser {
  let section: RecipeSection
  let place: RecipePlace
  /// Where outputs go.
  let folder: String
  /// Sets that are generated have at most so many frames; nil: as many as the recipe says.
  var mostFrames: Int?
  /// The part of every set that is made; nil: all.
  var shard: Shard?

  /// The options and the job of the section.
  ///
  /// Throws: `RecipeError` with a line.
  func parse(_ type: any StepOptions.Type) throws -> Recipe.Step { try parsed(type) }

  private func parsed<Step: StepOptions>(_ type: Step.Type) throws -> Recipe.Step {
    let declared = DeclaredArguments(type)
    let known = declared.entries + (type.furtherOptions.map { DeclaredArguments($0).entries } ?? [])
    for entry in section.entries where !known.contains(where: { $0.name == entry.key }) {
      let names = known.map(\.name)
      let hint = DeclaredArguments.nearest(entry.key, among: names).map { "; '\($0)' is" } ?? ""
      throw section.error(
        "\(section.name): '\(entry.key)' is not a known key\(hint)", key: entry.key)
    }
    let given = Dictionary(
      section.entries.map { ($0.key, $0.texts?.joined(separator: ",") ?? "") },
      uniquingKeysWith: { first, _ in first })
    let defaults = type.defaults(place, given: given)
    let words = try section.entries.map { entry in
      try self.words(entry, known.first { $0.name == entry.key }, type)
    }
    func attempt(
      without left: Int?, frames: (option: String, range: Range<Int>)? = nil
    ) throws -> (options: Step, job: any Job, arguments: [String], inputs: [String]) {
      var (named, positional) = ([String](), [String: [String]]())
      for (k, entry) in section.entries.enumerated() where k != left {
        if declared.entry(entry.key)?.kind == .positional {
          positional[entry.key] = words[k]
        } else {
          named += words[k]
        }
      }
      for (key, value) in defaults.sorted(by: { $0.key < $1.key })
      where given[key] == nil || left.map({ section.entries[$0].key == key }) ?? false {
        if declared.entry(key)?.kind == .positional {
          positional[key] = [value]
        } else {
          named.append(declared.entry(key)?.kind == .flag ? "--\(key)" : "--\(key)=\(value)")
        }
      }
      if let frames {
        named.removeAll { $0.hasPrefix("--\(frames.option)=") }
        named.append("--\(frames.option)=\(frames.range.lowerBound):\(frames.range.upperBound)")
      }
      try LargestNumbers.check(named, of: type)
      let order = declared.entries.filter { $0.kind == .positional }.map(\.name)
      let arguments = named + ["--"] + order.flatMap { positional[$0] ?? [] }
      let options = try type.parse(arguments)
      let job = try options.job()
      // A step may add labels to the frames of the dataset where nothing else is said of its output.
      if given["output"] != nil { try StepFiles(options).check() }
      // Words that may name files to read.
      let inputs =
        named.filter { word in !type.outputFiles.contains { word.hasPrefix("--\($0)=") } }
        + order.filter { !type.outputFiles.contains($0) }.flatMap { positional[$0] ?? [] }
      return (options, job, arguments, inputs)
    }
    func located<Result>(_ body: () throws -> Result) throws -> Result {
      do { return try body() } catch {
        let message = Self.message(error, type)
        // The entry without which the error is gone or another one.
        let guilty = section.entries.indices.first { k in
          do { _ = try attempt(without: k) } catch { return Self.message(error, type) != message }
          return true
        }
        throw section.error(
          "\(section.name): \(message)", key: guilty.map { section.entries[$0].key })
      }
    }
    var (options, job, arguments, inputs) = try located { try attempt(without: nil) }
    // Files of other datasets are made whole only when all shards are joined.
    let isAlone = !inputs.contains { word in place.foreign.contains { word.hasSuffix($0) } }
    let canBeSharded = isAlone && (job as? any ShardableJob)?.canBeSharded ?? false
    if let shard, canBeSharded, let source = job as? any FrameSourceJob {
      let range = try Self.range(of: shard, source, section)
      (options, job, arguments, inputs) = try located {
        try attempt(without: nil, frames: (Swift.type(of: source).rangeOption, range))
      }
    }
    return Recipe.Step(
      name: section.name, job: job, arguments: arguments, lines: section.lines,
      canBeSharded: canBeSharded, inputs: inputs,
      output: given["output"].map(output) ?? defaults["output"],
      frames: options.madeFrames, features: options.madeFeatures)
  }

  /// The frames of a shard.
  private static func range(
    of shard: Shard, _ source: any FrameSourceJob, _ section: RecipeSection
  ) throws -> Range<Int> {
    let all = try source.allFrames(JobContext(threads: 1))
    guard shard.count <= all.count else {
      throw section.error(
        "\(section.name): \(all.count) frames for \(shard.count) shards; expected a frame for each")
    }
    return shard.range(of: all)
  }

  /// The words of an entry.
  private func words(
    _ entry: RecipeSection.Entry, _ declared: DeclaredArguments.Entry?,
    _ type: any StepOptions.Type
  ) throws -> [String] {
    guard let declared, let texts = entry.texts else {
      throw section.error(
        "\(section.name): \(entry.key): expected a value or a list of values", key: entry.key)
    }
    let values = texts.map { text in
      if section.name == "generate", entry.key == "count", let mostFrames, let count = Int(text) {
        return "\(min(count, mostFrames))"
      }
      if text == declared.defaultValue { return text }
      if type.inputFiles.contains(entry.key) { return input(text) }
      guard type.outputFiles.contains(entry.key) else { return text }
      // A name that nobody cares for.
      return text == "true" ? place.file(entry.key, ".csv") : output(text)
    }
    switch declared.kind {
    case .positional: return [values.joined(separator: ",")]
    case .option:
      return declared.isRepeating
        ? values.map { "--\(entry.key)=\($0)" }
        : ["--\(entry.key)=\(values.joined(separator: ","))"]
    case .flag:
      guard values.count == 1, let isSet = ["true": true, "false": false][values[0].lowercased()]
      else {
        throw section.error(
          "\(section.name): \(entry.key) is '\(texts.joined(separator: ","))'; expected true or "
            + "false", key: entry.key)
      }
      return isSet ? ["--\(entry.key)"] : []
    }
  }

  /// An output of the dataset by what its name ends in, or a file beside the recipe.
  private func input(_ name: String) -> String {
    let made = ["\(place.prefix).\(name).npz", output(name)]
    return made.first { place.made.contains($0) }
      ?? RecipeFile.path(name, besides: section.file)
  }

  private func output(_ name: String) -> String {
    name.hasPrefix("/") ? name : "\(folder)/\(name)"
  }

  private static func message(_ error: any Error, _ type: any StepOptions.Type) -> String {
    if let error = error as? InvalidInput { return error.description }
    return type.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
      .replacing(#/'--([a-z0-9-]+)( <[^>]*>)?'/#) { "'\($0.1)'" }
  }
}
