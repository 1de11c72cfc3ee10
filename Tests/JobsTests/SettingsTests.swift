import AniSOAP
import Geometry
import Jobs
import Testing

@Suite struct SettingsTests {
  /// Settings survive as text, numbers that are not finite included.
  @Test func textRoundTrip() throws {
    var settings = FeatureSettings(cutoff: 5.25)
    settings.mixing = ["1,0.5"]
    settings.shapes.semiAxes = ["A:1,1,2"]
    settings.shapes.scaleAxes = 0.1 + 0.2
    settings.smoothCutoff = .infinity
    #expect(try FeatureSettings(json: settings.json) == settings)
    // What a text does not have keeps its default.
    #expect(try FeatureSettings(json: "{\"cutoff\": 3}") == FeatureSettings(cutoff: 3))
    for text in ["", "[1]", "{\"colour\": 1}", "{\"shapes\": {\"size\": 2}}", "{\"basis\": \"x\"}"]
    {
      #expect(throws: InvalidInput.self, "\(text)") { try FeatureSettings(json: text) }
    }
  }

  /// A description that an earlier version wrote gives the same features.
  @Test func earlierDescriptions() throws {
    let text = """
      {"average":"none","basis":"gto","compact":true,"correlation":2,"cutoff":5,\
      "exclude_self":true,"input":"a.xyz","max_angular":2,"program":"mesogen",\
      "radial_functions":[3,2,2],"radial_width":1.5,"rcond":1e-08,"scale_axes":0.5,\
      "select_frames":[2,7],"semi_axes":{"A":[1,1,2]},"smooth_cutoff":0.5,"species":["A","B"],\
      "types":[1,2],"version":"0.1.0"}
      """
    let settings = try FeatureSettings(description: text)
    var expected = FeatureSettings(cutoff: 5)
    (expected.average, expected.compact, expected.excludeSelf) = (
      FeatureSettings.Average.none, true, true
    )
    (expected.maxAngular, expected.maxRadial, expected.radialWidth) = (2, "2,1,1", 1.5)
    (expected.rcond, expected.smoothCutoff, expected.species) = (1e-8, 0.5, "A,B")
    expected.selectFrames = "2:7"
    (expected.shapes.scaleAxes, expected.shapes.semiAxes) = (0.5, ["A:1.0,1.0,2.0"])
    #expect(settings == expected)
  }

  /// Only what changes the features tells two descriptions apart.
  /// Descriptions come from files, and are compared before anything is made of them.
  @Test(arguments: [Int.max, Int.min, -1]) func sizesBeyondMeasure(size: Int) throws {
    var settings = FeatureSettings(cutoff: 3)
    settings.maxAngular = size
    let text = String(decoding: try SettingsCoding.encoder().encode(settings), as: UTF8.self)
    let same = String(
      decoding: try SettingsCoding.encoder().encode(FeatureSettings(cutoff: 3)), as: UTF8.self)
    #expect(try FeatureSettings.differences(text, same) == ["max_angular \(size) and 6"])
    #expect(throws: InvalidInput.self) {
      try FeatureSettings(description: text).hyperparameters()
    }
  }

  @Test func differencesOfDescriptions() throws {
    let first = "{\"cutoff\": 5, \"input\": \"a.xyz\", \"select_frames\": \"0:3\"}"
    let same = "{\"cutoff\": 5.0, \"input\": \"b.xyz\", \"radial_width\": 3, \"version\": \"9\"}"
    #expect(try FeatureSettings.differences(first, same).isEmpty)
    let other = "{\"cutoff\": 6, \"mixing\": [\"1,2\"], \"shapes\": {\"scale_axes\": 2}}"
    let found = try FeatureSettings.differences(first, other)
    #expect(found.count == 3)
    for name in ["cutoff", "mixing", "scale_axes"] {
      #expect(found.contains { $0.hasPrefix(name) }, "\(found)")
    }
  }

  /// Mixing of species is part of the description.
  @Test func mixingIsStored() throws {
    var settings = FeatureSettings(cutoff: 5)
    settings.mixing = ["1,0.5", "0,1"]
    #expect(try settings.json != FeatureSettings(cutoff: 5).json)
    #expect(
      try settings.hyperparameters().mixing == SpeciesMixing(weights: [[1, 0.5], [0, 1]]))
    settings.mixing = ["1,x"]
    #expect(throws: InvalidInput.self) { try settings.hyperparameters() }
  }
}
