internal import AniSOAP
internal import Foundation
public import Geometry

/// The description that an archive of features carries: the settings as JSON, with the species that
/// were found, and who made it of which file.
extension FeatureSettings {
  /// The JSON text for an archive.
  ///
  /// Throws: never in practice; as `JSONEncoder`.
  public func description(input: String, species table: SpeciesTable) throws -> String {
    var settings = resolved
    settings.species = table.names.joined(separator: ",")
    let data = Data(try settings.json.utf8)
    var fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    // Fields of later versions stand there where they say something.
    if settings.frame == .space { fields["frame"] = nil }
    if settings.gradients == nil { fields["allow_hard_cutoff"] = nil }
    if settings.concatenate.isEmpty { fields["concatenate"] = nil }
    fields["program"] = "mesogen"
    fields["version"] = Version.current
    // Without folders: the same data give the same bytes anywhere.
    fields["input"] = input.split(separator: "/").last.map(String.init) ?? input
    fields["types"] = table.numbers
    let merged = try JSONSerialization.data(
      withJSONObject: fields, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: merged, as: UTF8.self)
  }

  /// With the values that are used where none are given, so that a change of these defaults changes no
  /// calculation that is repeated.
  private var resolved: FeatureSettings {
    var settings = self
    if basis != .monomial { settings.radialWidth = radialWidth ?? Self.defaultRadialWidth }
    settings.average = pairs ? nil : average ?? Self.defaultAverage
    return settings
  }

  /// The settings of a description, also of those that earlier versions wrote.
  ///
  /// Throws: `InvalidInput` for a text that is no description.
  public init(description text: String) throws {
    guard
      let fields = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    else {
      throw InvalidInput(
        "description of features", value: "'\(text.prefix(200))'",
        expected: "what 'mesogen featurize' writes; make the features anew")
    }
    let current = fields["radial_functions"] == nil ? fields : try Self.upgraded(fields)
    try self.init(fields: current.filter { !Self.provenance.contains($0.key) })
  }

  /// From the fields of an earlier description: radial functions counted, semi-axes as numbers,
  /// pairs as a kind of average.
  private static func upgraded(_ old: [String: Any]) throws -> [String: Any] {
    var fields = old
    for key in ["radial_functions", "semi_axes", "scale_axes"] { fields[key] = nil }
    let counts = old["radial_functions"] as? [Int] ?? []
    fields["max_radial"] = counts.map { "\($0 - 1)" }.joined(separator: ",")
    fields["species"] = (old["species"] as? [String])?.joined(separator: ",")
    if let frames = old["select_frames"] as? [Int], frames.count == 2 {
      fields["select_frames"] = "\(frames[0]):\(frames[1] == Int.max ? "" : "\(frames[1])")"
    }
    if old["average"] as? String == "pairs" {
      (fields["average"], fields["pairs"]) = (nil, true)
    }
    let axes = old["semi_axes"] as? [String: [Double]] ?? [:]
    fields["shapes"] =
      [
        "semi_axes": axes.sorted { $0.key < $1.key }.map { name, values in
          "\(name):" + values.map { "\($0)" }.joined(separator: ",")
        }, "scale_axes": old["scale_axes"] as? Double ?? 1,
      ] as [String: Any]
    return fields
  }

  /// The names of the fields in which the features of two descriptions differ, with both values. Which
  /// file and which frames were featurized, and whether derivatives were stored too, changes none.
  ///
  /// Throws: `InvalidInput` for a text that is no description.
  public static func differences(_ first: String, _ second: String) throws -> [String] {
    let (a, b) = (try fields(first), try fields(second))
    return Set(a.keys).union(b.keys).sorted().compactMap { key in
      let (x, y) = (a[key] ?? "none", b[key] ?? "none")
      return x == y ? nil : "\(key) \(x) and \(y)"
    }
  }

  private static func fields(_ description: String) throws -> [String: String] {
    var settings = try FeatureSettings(description: description)
    settings = settings.resolved
    (settings.selectFrames, settings.reading) = (nil, ReadSettings())
    (settings.gradients, settings.allowHardCutoff) = (nil, false)
    // A list of equal numbers is that number.
    let sizes = settings.maxRadial.split(separator: ",")
    if sizes.count - 1 == settings.maxAngular, Set(sizes).count == 1 {
      settings.maxRadial = String(sizes[0])
    }
    var fields: [String: String] = [:]
    for (key, value) in SettingsCoding.fields(of: settings) {
      if let inner = value as? any Settings {
        for (name, value) in SettingsCoding.fields(of: inner) { fields[name] = "\(value)" }
      } else {
        let children = Mirror(reflecting: value)
        if children.displayStyle == .optional {
          fields[key] = children.children.first.map { "\($0.value)" }
        } else {
          fields[key] = "\(value)"
        }
      }
    }
    return fields
  }
}
