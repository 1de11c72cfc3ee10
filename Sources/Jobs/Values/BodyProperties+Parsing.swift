internal import Geometry
package import Simulation

extension BodyProperties {
  /// Those of all species, and those of single ones, from the values of two repeatable options: masses `m` or
  /// `SPECIES:m`, and principal moments of inertia along the body axes `Ia,Ib,Ic` or `SPECIES:Ia,Ib,Ic`. What
  /// is given for a species goes before what is given for all; moments that are not given are those of a
  /// homogeneous ellipsoid.
  ///
  /// Throws: `InvalidInput` for anything but one and three positive numbers, and for a species named twice.
  package static func parse(
    masses: [String], momentsOfInertia: [String]
  ) throws -> (common: BodyProperties, bySpecies: [String: BodyProperties]) {
    var (common, named): (Double?, [String: Double]) = (nil, [:])
    for text in masses {
      // A species may hold a colon, a number cannot.
      let colon = text.lastIndex(of: ":")
      let species = colon.map { String(text[..<$0]) }
      let number = Double(colon.map { String(text[text.index(after: $0)...]) } ?? text)
      guard let number, number > 0, number.isFinite, species != "" else {
        throw InvalidInput(
          "mass", value: "'\(text)'", expected: "a positive number, or SPECIES: and one")
      }
      guard species.map({ named[$0] == nil }) ?? (common == nil) else {
        throw InvalidInput("mass", value: "'\(text)'", expected: "to be given once")
      }
      if let species { named[species] = number } else { common = number }
    }
    let moments = try SpeciesTriples(parsing: momentsOfInertia, quantity: "moments of inertia")
    func properties(_ species: String?) throws -> BodyProperties {
      let result = BodyProperties(
        mass: species.flatMap { named[$0] } ?? common ?? 1,
        momentsOfInertia: species.map { moments[$0] } ?? moments.common)
      try result.validate(species.map { "species \($0)" } ?? "the particles")
      return result
    }
    let species = Set(named.keys).union(moments.bySpecies.keys)
    return (
      try properties(nil),
      Dictionary(uniqueKeysWithValues: try species.map { ($0, try properties($0)) })
    )
  }
}
