public import FileFormats

/// What becomes of frames that go into another file.
public struct ConvertSettings: Settings {
  /// An archive of features whose principal components become properties of the frames or particles.
  public var features: String?
  /// How many components; nil is `FeatureMap.defaultCount`.
  public var pca: Int?
  /// For which program, where these want different things of one format.
  public var program = WriteOptions().program
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Shapes in place of the file's.
  public var shapes = ShapeSettings()
  /// What is said of the file.
  public var reading = ReadSettings()

  /// All frames as they are.
  public init() {}
}
