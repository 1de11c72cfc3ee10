public import GayBerne
internal import Geometry

extension WellDepths {
  /// From `curvature`, `ea,eb,ec`, or some `SPECIES:ea,eb,ec`.
  ///
  /// Throws: `InvalidInput`.
  public init(parsing texts: [String]) throws {
    if texts == ["curvature"] {
      self = .curvature
      return
    }
    let triples = try SpeciesTriples(
      parsing: texts.filter { $0 != "curvature" }, quantity: "well depths")
    guard texts.count == triples.bySpecies.count || (texts.count == 1 && triples.common != nil)
    else {
      throw InvalidInput(
        "well depths", value: "'\(texts.joined(separator: " "))'",
        expected: "curvature, three numbers, or three numbers for every species")
    }
    self = triples.common.map { .uniform($0) } ?? .bySpecies(triples.bySpecies)
  }
}
