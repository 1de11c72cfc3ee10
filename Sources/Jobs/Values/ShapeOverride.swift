public import Geometry

/// Semi-axes to use in place of a file's, and a factor for all of them.
public struct ShapeOverride: Equatable, Sendable {
  /// The semi-axes in place of the file's.
  public let semiAxes: SpeciesTriples
  /// What semi-axes are multiplied by afterwards.
  public let scale: Double

  /// The file's own shapes unless said otherwise.
  ///
  /// Throws: `InvalidInput` unless all are positive.
  public init(semiAxes: SpeciesTriples = SpeciesTriples(), scale: Double = 1) throws {
    for triple in [semiAxes.common].compactMap({ $0 }) + semiAxes.bySpecies.values {
      _ = try SemiAxes(triple.x, triple.y, triple.z).scaled(by: scale)
    }
    guard scale > 0, scale.isFinite else {
      throw InvalidInput("scale of the semi-axes", value: scale, expected: "a positive number")
    }
    self.semiAxes = semiAxes
    self.scale = scale
  }

  /// The species that have shapes of their own.
  var named: Set<String> { Set(semiAxes.bySpecies.keys) }

  /// Whether a frame stays as it is.
  public var isIdentity: Bool { semiAxes.isEmpty && scale == 1 }

  /// The frame with its shapes replaced and scaled. Particles that have no semi-axes before or
  /// after leave the frame without any.
  ///
  /// Throws: `InvalidInput` when a file gives shapes to no particle and only some species get one.
  public func apply(to frame: Frame) throws -> Frame {
    guard !isIdentity else { return frame }
    var replaced: [String: SemiAxes] = [:]
    for species in Set(frame.species) {
      if let v = semiAxes[species] {
        replaced[species] = try SemiAxes(v.x, v.y, v.z).scaled(by: scale)
      }
    }
    var frame = frame
    if frame.semiAxes == nil && replaced.isEmpty { return frame }
    let axes = try frame.species.enumerated().map { i, species -> SemiAxes in
      if let axes = replaced[species] { return axes }
      guard let own = frame.semiAxes?[i] else {
        throw InvalidInput(
          "semi-axes of species \(species)", value: "missing",
          expected: "semi-axes in the file, or given for this species too")
      }
      return try own.scaled(by: scale)
    }
    try frame.set(semiAxes: axes)
    return frame
  }
}
