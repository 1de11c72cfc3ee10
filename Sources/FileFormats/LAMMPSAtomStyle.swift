/// The columns of the section `Atoms` of a LAMMPS data file
/// (<https://docs.lammps.org/read_data.html>): every atom style has its own.
struct LAMMPSAtomStyle: Equatable {
  /// What a column holds.
  enum Column: String {
    case id, type, x, y, z
    case molecule, charge, diameter, density, mass, ellipsoidFlag, dipole
    /// Flags of other bodies and columns without a meaning here.
    case other
  }

  /// The name: "full", "hybrid sphere ellipsoid".
  let name: String
  /// The columns in the order of the file; three image flags may follow.
  let columns: [Column]

  /// The columns of the styles that are not hybrid.
  private static let table: [(names: [String], columns: [Column])] = [
    (["atomic"], [.id, .type, .x, .y, .z]),
    (["charge"], [.id, .type, .charge, .x, .y, .z]),
    (["molecular", "bond", "angle"], [.id, .molecule, .type, .x, .y, .z]),
    (["full", "amoeba"], [.id, .molecule, .type, .charge, .x, .y, .z]),
    (["sphere"], [.id, .type, .diameter, .density, .x, .y, .z]),
    (["ellipsoid"], [.id, .type, .ellipsoidFlag, .density, .x, .y, .z]),
    (["dipole"], [.id, .type, .charge, .x, .y, .z, .dipole, .dipole, .dipole]),
    (["bpm/sphere"], [.id, .molecule, .type, .diameter, .density, .x, .y, .z]),
    (["line", "tri"], [.id, .molecule, .type, .other, .density, .x, .y, .z]),
    (["body"], [.id, .type, .other, .mass, .x, .y, .z]),
    (["peri"], [.id, .type, .other, .density, .x, .y, .z]),
  ]

  /// The names that are read, for people.
  static let names =
    table.map { $0.names.joined(separator: "/") }.joined(separator: ", ")
    + ", hybrid ..."

  private init(name: String, columns: [Column]) {
    self.name = name
    self.columns = columns
  }

  /// The style of that name; nil when it is not known. In a hybrid style every atom has id, type, x,
  /// y, z, and then what the sub-styles add, each column once.
  init?(_ name: String) {
    let words = name.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.first == "hybrid" else {
      guard words.count == 1, let known = Self.table.first(where: { $0.names.contains(words[0]) })
      else { return nil }
      self.init(name: words[0], columns: known.columns)
      return
    }
    guard words.count > 1 else { return nil }
    var columns: [Column] = [.id, .type, .x, .y, .z]
    for word in words.dropFirst() {
      guard let style = LAMMPSAtomStyle(word), word != "hybrid" else { return nil }
      let new = style.columns.filter { !columns.contains($0) || $0 == .other }
      columns += new
    }
    self.init(name: words.joined(separator: " "), columns: columns)
  }

  /// Where a column stands.
  func index(_ column: Column) -> Int? { columns.firstIndex(of: column) }

  // MARK: Deciding

  /// What a data file says beside its section `Atoms`.
  struct Evidence {
    /// Counts of the header: `ellipsoids`, `bonds`, `atom types`.
    var counts: [String: Int] = [:]
    /// The sections of the file.
    var sections: Set<String> = []
    /// Names of types, where the file labels them.
    var labels: Set<String> = []

    func has(_ name: String, section: String) -> Bool {
      counts[name, default: 0] > 0 || sections.contains(section)
    }
  }

  /// Styles that are too rare to be guessed.
  private static let neverGuessed: Set = ["peri", "bpm/sphere"]

  /// The styles that fit the rows and the rest of the file, one for each list of columns.
  static func fitting(
    _ rows: some Sequence<[String]>, _ evidence: Evidence
  ) -> [LAMMPSAtomStyle] {
    table.map { LAMMPSAtomStyle(name: $0.names[0], columns: $0.columns) }
      .filter {
        !neverGuessed.contains($0.name) && $0.fits(evidence)
          && rows.allSatisfy($0.fitsRow(evidence))
      }
  }

  private func fits(_ evidence: Evidence) -> Bool {
    let hasEllipsoids = evidence.has("ellipsoids", section: "Ellipsoids")
    let hasBonds =
      evidence.has("bonds", section: "Bonds") || evidence.has("angles", section: "Angles")
      || evidence.has("dihedrals", section: "Dihedrals")
      || evidence.has("impropers", section: "Impropers")
    let hasBodies = evidence.has("bodies", section: "Bodies")
    let hasLines = evidence.has("lines", section: "Lines")
    let hasTriangles = evidence.has("triangles", section: "Triangles")
    let isTopological = ["molecular", "full", "bpm/sphere"].contains(name)
    // Styles that keep a mass for each atom have no section Masses.
    let hasMassPerAtom = index(.density) != nil || index(.mass) != nil
    return (!hasEllipsoids || name == "ellipsoid") && (!hasBonds || isTopological)
      && hasBodies == (name == "body") && (hasLines || hasTriangles) == (name == "line")
      && !(hasMassPerAtom && evidence.sections.contains("Masses"))
  }

  /// Whether a row can be one of this style.
  private func fitsRow(_ evidence: Evidence) -> ([String]) -> Bool {
    let types = evidence.counts["atom types"]
    let hasEllipsoids = evidence.has("ellipsoids", section: "Ellipsoids")
    return { row in
      guard row.count == columns.count || row.count == columns.count + 3 else { return false }
      for (word, column) in zip(row, columns) {
        guard isPossible(word, column, types, evidence.labels) else { return false }
        // Without ellipsoids in the file no atom can be one.
        if column == .ellipsoidFlag, !hasEllipsoids, word != "0" { return false }
      }
      return row.dropFirst(columns.count).allSatisfy { Int($0) != nil }
    }
  }

  private func isPossible(
    _ word: String, _ column: Column, _ types: Int?, _ labels: Set<String>
  ) -> Bool {
    switch column {
    case .id: return Int(word).map { $0 > 0 } ?? false
    case .molecule: return Int(word).map { $0 >= 0 } ?? false
    case .type:
      if labels.contains(word) { return true }
      return Int(word).map { $0 > 0 && $0 <= types ?? Int.max } ?? false
    case .ellipsoidFlag: return word == "0" || word == "1"
    case .other:
      return name == "peri" ? real(word).map { $0 > 0 } ?? false : word == "0" || word == "1"
    case .density, .mass: return real(word).map { $0 > 0 } ?? false
    case .diameter: return real(word).map { $0 >= 0 } ?? false
    case .charge, .dipole, .x, .y, .z: return real(word) != nil
    }
  }

  private func real(_ word: String) -> Double? {
    DecimalParser.shared.parse(word).flatMap { $0.isFinite ? $0 : nil }
  }
}
