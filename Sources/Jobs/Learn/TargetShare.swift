internal import Generators
internal import Geometry

/// What a target of a frame is divided by before it is learned.
///
/// Totals such as the energy grow with the size of the frame, while features averaged over a frame do
/// not: a total can only be learned from them as a share.
public enum TargetShare: String, CaseIterable, Codable, Sendable {
  /// Nothing: values as they are.
  case frame
  /// The number of particles of the frame.
  case particles
  /// The same, where particles are atoms.
  case atoms
  /// The number of molecules: the label `molecules`; else the values that the column `molecule` has;
  /// else, where particles are atoms, the groups that bonds hold together; else the particles.
  case molecules

  /// What is added to the names of targets.
  var suffix: String {
    switch self {
    case .frame: ""
    case .particles: "_per_particle"
    case .atoms: "_per_atom"
    case .molecules: "_per_molecule"
    }
  }

  /// What the targets of a frame are divided by.
  ///
  /// Throws: `InvalidInput` for a frame without particles, and where molecules cannot be told.
  func count(_ frame: Frame) throws -> Double {
    guard self == .frame || frame.count > 0 else {
      throw InvalidInput("particles of the frame", value: "none", expected: "at least one")
    }
    switch self {
    case .frame: return 1
    case .particles, .atoms: return Double(frame.count)
    case .molecules: return Double(try Self.molecules(of: frame))
    }
  }

  private static func molecules(of frame: Frame) throws -> Int {
    if let label = frame.labels["molecules"] {
      guard case .integer(let count) = label, count > 0 else {
        throw InvalidInput("label 'molecules'", value: "\(label)", expected: "a number from 1")
      }
      return count
    }
    if let column = frame.column("molecule"), column.width == 1 {
      switch column.values {
      case .integers(let list): return Set(list).count
      case .strings(let list): return Set(list).count
      case .reals(let list): return Set(list).count
      case .logicals: break
      }
    }
    if frame.semiAxes != nil { return frame.count }
    return try CoarseGraining().groups(of: frame).count
  }
}
