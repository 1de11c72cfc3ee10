/// What becomes of frames that go into another file.
public struct ConvertSettings: Settings {
  /// An archive of features whose principal components become properties of the frames or particles.
  public var features: String?
  /// How many components; nil is `FeatureMap.defaultCount`.
  public var pca: Int?
  /// Frames `first:end` of the file, half-open and counted from 0; nil: all.
  public var selectFrames: String?
  /// Shapes in place of the file's.
  public var shapes = ShapeSettings()

  /// All frames as they are.
  public init() {}
}
