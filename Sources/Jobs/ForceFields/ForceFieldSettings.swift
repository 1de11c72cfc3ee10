public import GayBerne
internal import Geometry

/// What makes a regression of energies a force field: what else is learned from, and what the energy is
/// made of besides features.
public struct ForceFieldSettings: Settings {
  /// A fixed potential whose strength is fitted.
  public enum Baseline: String, CaseIterable, Codable, Sendable {
    /// `ContactRepulsion`.
    case wca
    /// `GayBerne` with its defaults.
    case gayBerne = "gay-berne"
  }

  /// The column of the forces; nil: these are not learned from.
  public var forces: String?
  /// The column of the torques; nil: these are not learned from.
  public var torques: String?
  /// The label of the virial; nil: it is not learned from.
  public var virial: String?
  /// How much energies, forces, torques and virials count, each after division by its variance; several
  /// choices with `;` between them, of which cross-validation takes the best.
  public var weights = "1,1,1,1"
  /// So many columns of a `ContactExpansion` for every pair of species.
  public var contactColumns = 0
  /// The contact distance of these and of the baselines.
  public var contact = ContactFunction.gaussianOverlap

  /// An ordinary regression.
  public init() {}

  /// Whether a force field is wanted, with what is said of a baseline.
  ///
  /// Throws: `InvalidInput` as `baselines`.
  func isWanted(baseline: String?) throws -> Bool {
    if forces != nil || torques != nil || virial != nil || contactColumns != 0 { return true }
    return try Self.baselines(baseline) != nil
  }

  /// The potentials of a list of names; nil for any other text, which is a label.
  ///
  /// Throws: `InvalidInput` for a name that comes twice, or potentials and labels together.
  static func baselines(_ text: String?) throws -> [Baseline]? {
    guard let text else { return nil }
    let names = text.split(separator: ",").map(String.init)
    let found = names.compactMap { Baseline(rawValue: $0) }
    guard !found.isEmpty else { return nil }
    guard found.count == names.count, Set(found).count == names.count else {
      throw InvalidInput(
        "baseline", value: "'\(text)'",
        expected: Baseline.allCases.map(\.rawValue).joined(separator: " or ")
          + ", each at most once, or one label")
    }
    return found
  }

  /// How much each kind of row counts, for every choice.
  ///
  /// Throws: `InvalidInput` unless there are four numbers of 0 or more, the first above 0.
  func rowWeights() throws -> [[ForceFieldRows.Kind: Double]] {
    try weights.split(separator: ";", omittingEmptySubsequences: false).map { choice in
      let parts = choice.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      let values = parts.compactMap { $0 }
      guard values.count == 4, parts.count == 4, values.allSatisfy({ $0 >= 0 && $0.isFinite }),
        values[0] > 0
      else {
        throw InvalidInput(
          "weights", value: "'\(choice)'",
          expected: "four numbers of 0 or more for energies, forces, torques, virials; without "
            + "energies a force field does not know its own")
      }
      return Dictionary(uniqueKeysWithValues: zip(ForceFieldRows.Kind.allCases, values))
    }
  }

  /// Throws: `InvalidInput` for values that make no sense.
  func validate() throws {
    _ = try rowWeights()
    guard (0...ContactExpansion.mostColumns).contains(contactColumns) else {
      throw InvalidInput(
        "contact-columns", value: "\(contactColumns)",
        expected: "0 to \(ContactExpansion.mostColumns)")
    }
  }
}

/// The points of a sparse kernel model of forces.
public struct SparseKernelSettings: Settings {
  /// How many neighbourhoods of every species are points of the kernel.
  public var inducing = 200
  /// How they are chosen among the neighbourhoods of the training frames.
  public var inducingBy = SelectionSettings.Method.fps

  /// 200 by farthest point sampling.
  public init() {}

  /// The gammas where none are given: every one of them takes a pass over the frames.
  public static func defaultGammas(_ kernel: KernelChoiceSettings.Name) -> String {
    kernel == .polynomial ? "1" : "0.03,0.1,0.3"
  }

  /// Throws: `InvalidInput` for fewer than one.
  func validate() throws {
    guard inducing >= 1 else {
      throw InvalidInput("inducing", value: "\(inducing)", expected: "a number from 1")
    }
  }
}
