/// Which molecules `CoarseGraining` found in one frame.
public struct MoleculeComposition: Equatable, Sendable {
  /// How many there are of each formula.
  public internal(set) var molecules: [MolecularFormula: Int] = [:]
  /// How many look like parts of a molecule: an atom of an element that does not occur alone, or atoms
  /// close enough to those of another molecule for a bond (`CoarseGraining.plausibleBond`). Only looked
  /// for where bonds decide.
  public internal(set) var fragments = 0
  /// How many atoms belong to no molecule and were left out.
  public internal(set) var leftOut = 0
  /// How many ellipsoids are thinner than 1/1000 of their length, which as a rule is the rounding of the
  /// positions of a flat or linear molecule.
  public internal(set) var thin = 0

  /// "11 C6H6, 1 C6H5, 1 H": the most frequent first.
  public var text: String {
    molecules.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}

/// Which molecules there are in many frames: so that a molecule that fell apart in some of them is not
/// taken for another kind without a word.
public struct MoleculeReport: Equatable, Sendable {
  /// What is known of one formula.
  public struct Occurrence: Equatable, Sendable {
    /// In how many frames it occurs.
    public fileprivate(set) var frames = 0
    /// How many molecules there are in all.
    public fileprivate(set) var molecules = 0
    /// The first frame in which it occurs, from 0.
    public fileprivate(set) var firstFrame = Int.max
  }

  /// How many frames were looked at.
  public private(set) var frames = 0
  /// The formulas found.
  public private(set) var formulas: [MolecularFormula: Occurrence] = [:]
  private var fragments = Concern()
  private var leftOut = Concern()
  private var thin = Concern()

  /// Something to warn of: in how many frames, how many times, and where first.
  private struct Concern: Equatable {
    var frames = 0
    var number = 0
    var firstFrame = Int.max

    mutating func add(_ count: Int, frame: Int) {
      guard count > 0 else { return }
      frames += 1
      number += count
      firstFrame = min(firstFrame, frame)
    }

    mutating func merge(_ other: Concern) {
      frames += other.frames
      number += other.number
      firstFrame = min(firstFrame, other.firstFrame)
    }
  }

  /// Nothing looked at yet.
  public init() {}

  /// Counts what was found in frame `frame`, from 0.
  public mutating func add(_ composition: MoleculeComposition, frame: Int) {
    frames += 1
    for (formula, count) in composition.molecules {
      var known = formulas[formula] ?? Occurrence()
      known.frames += 1
      known.molecules += count
      known.firstFrame = min(known.firstFrame, frame)
      formulas[formula] = known
    }
    fragments.add(composition.fragments, frame: frame)
    leftOut.add(composition.leftOut, frame: frame)
    thin.add(composition.thin, frame: frame)
  }

  /// Counts all that `other` has counted, of other frames; the order does not matter.
  public mutating func merge(_ other: MoleculeReport) {
    frames += other.frames
    for (formula, more) in other.formulas {
      var known = formulas[formula] ?? Occurrence()
      known.frames += more.frames
      known.molecules += more.molecules
      known.firstFrame = min(known.firstFrame, more.firstFrame)
      formulas[formula] = known
    }
    fragments.merge(other.fragments)
    leftOut.merge(other.leftOut)
    thin.merge(other.thin)
  }

  /// Formulas that occur in fewer than half of the frames, where another one occurs in at least half of
  /// them: by how often, the rarest first.
  public var exceptions: [(formula: MolecularFormula, occurrence: Occurrence)] {
    let (rare, common) = (
      formulas.filter { 2 * $0.value.frames < frames },
      formulas.filter { 2 * $0.value.frames >= frames }
    )
    guard !common.isEmpty else { return [] }
    return rare.sorted {
      $0.value.frames == $1.value.frames
        ? $0.key < $1.key : $0.value.frames < $1.value.frames
    }.map { ($0.key, $0.value) }
  }

  /// One line for everything that is not as it should be; frames are numbered from 0.
  public var warnings: [String] {
    var lines = [String]()
    let exceptions = exceptions
    if !exceptions.isEmpty {
      let usual = formulas.filter { 2 * $0.value.frames >= frames }.keys.sorted()
      let named = exceptions.prefix(6).map {
        "\($0.formula) in \($0.occurrence.frames) (first in frame \($0.occurrence.firstFrame))"
      }
      let more = exceptions.count > 6 ? ", and \(exceptions.count - 6) others" : ""
      lines.append(
        "molecules that most of the \(frames) frames do not have: "
          + named.joined(separator: ", ") + more
          + "; the others have \(usual.map(\.description).joined(separator: ", "))")
    }
    if fragments.number > 0 {
      lines.append(
        "\(fragments.number) molecules in \(fragments.frames) of \(frames) frames look like parts "
          + "of one (first in frame \(fragments.firstFrame)): single atoms, or atoms within "
          + "\(CoarseGraining.plausibleBond) times the sum of covalent radii of another molecule; "
          + "a larger bond tolerance, or a column or groups, would join them")
    }
    if leftOut.number > 0 {
      lines.append(
        "\(leftOut.number) atoms in \(leftOut.frames) of \(frames) frames belong to no group and "
          + "were left out (first in frame \(leftOut.firstFrame))")
    }
    if thin.number > 0 {
      lines.append(
        "\(thin.number) ellipsoids in \(thin.frames) of \(frames) frames are thinner than 1/1000 "
          + "of their length (first in frame \(thin.firstFrame)): such a thickness is the rounding "
          + "of the positions of a flat or linear molecule; a minimum semi-axis, or the shape from "
          + "van der Waals radii, has none of that")
    }
    return lines
  }
}
