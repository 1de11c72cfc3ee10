/// How molecules are taken apart.
public struct IsolateSettings: Settings {
  /// The distance between molecules, at least, in the file's length unit.
  public var distance = 50.0
  /// Which atoms make a molecule.
  public var molecules = MoleculeSettings()
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// What is said of the file.
  public var reading = ReadSettings()

  /// Molecules by bonds, so far apart that hardly any method finds an energy between them.
  public init() {}
}
