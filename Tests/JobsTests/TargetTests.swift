import FileFormats
import Geometry
import Jobs
import TestSupport
import Testing

/// Targets that grow with the number of particles, and their shares.
@Suite struct TargetTests {
  /// Frames of 2 to 5 water molecules far from one another, with an energy of -14 + 0.01 k each.
  private func waters(in folder: ScratchFolder) throws -> String {
    let path = folder.file("waters.xyz")
    let writer = try FrameWriter.create(path)
    for k in 0..<12 {
      let molecules = 2 + k % 4
      let positions = (0..<molecules).flatMap { m -> [Vector3] in
        let o = Vector3(10 * Double(m), 0, 0)
        return [o, o + Vector3(0.76, 0.59, 0), o + Vector3(-0.76, 0.59, 0)]
      }
      var frame = Frame(
        positions: positions, species: (0..<molecules).flatMap { _ in ["O", "H", "H"] })
      frame.labels["energy"] = .real(Double(molecules) * (-14 + 0.01 * Double(k)))
      frame.labels["order"] = .real(Double(k % 3))
      try writer.write(frame)
    }
    try writer.commit()
    return path
  }

  @Test func totalsAreToldAndSharesAreNot() throws {
    let folder = try ScratchFolder()
    let path = try waters(in: folder)
    let totals = try TargetTable(contentsOf: path, keys: ["energy", "order"])
    #expect(totals.names == ["energy", "order"])
    #expect(totals.warnings.count == 1)
    #expect(totals.warnings.first?.hasPrefix("target 'energy' grows") == true)
    #expect(totals.warnings.first?.contains("(6 to 15 a frame)") == true)

    let molecules = try TargetTable(contentsOf: path, keys: ["energy"], per: .molecules)
    #expect(molecules.names == ["energy_per_molecule"])
    #expect(molecules.warnings.isEmpty)
    for k in 0..<12 { #expect(abs(molecules.values[k, 0] - (-14 + 0.01 * Double(k))) < 1e-12) }

    let atoms = try TargetTable(contentsOf: path, keys: ["energy"], per: .atoms)
    #expect(atoms.names == ["energy_per_atom"])
    for k in 0..<12 {
      #expect(abs(3 * atoms.values[k, 0] - molecules.values[k, 0]) < 1e-12)
    }
  }

  /// What a frame itself says of its molecules is believed, and has to be a number.
  @Test func moleculesThatAreTold() throws {
    let folder = try ScratchFolder()
    func energy(_ header: String, _ columns: String, _ rows: [String]) throws -> Double {
      let path = try folder.file(
        "one.xyz",
        containing: "\(rows.count)\nProperties=species:S:1:pos:R:3\(columns) energy=-12 \(header)\n"
          + rows.map { $0 + "\n" }.joined())
      return try TargetTable(contentsOf: path, keys: ["energy"], per: .molecules).values[0, 0]
    }
    let rows = ["A 0 0 0", "A 5 0 0", "A 9 0 0", "A 12 0 0"]
    #expect(try energy("molecules=2", "", rows) == -6)
    #expect(try energy("", ":molecule:I:1", zip(rows, [0, 1, 1, 2]).map { "\($0) \($1)" }) == -4)
    let shapes = rows.map { $0 + " 1 1 2" }
    let diameters = (1...3).map { ":c_diameter[\($0)]:R:1" }.joined()
    #expect(try energy("", diameters, shapes) == -3)
    #expect(throws: DataError.self) { try energy("molecules=0", "", rows) }
    #expect(throws: DataError.self) { try energy("", "", rows) }
  }

  /// What has no size cannot be divided.
  @Test func sharesNeedLabelsOfFrames() throws {
    let folder = try ScratchFolder()
    let table = try folder.file("t.csv", containing: "energy\n1\n2\n")
    #expect(throws: DataError.self) {
      try TargetTable(contentsOf: table, keys: ["energy"], per: .particles)
    }
    let columns = try folder.file(
      "c.xyz", containing: "1\nProperties=species:S:1:pos:R:3:charge:R:1\nA 0 0 0 1\n")
    #expect(try TargetTable(contentsOf: columns, keys: ["charge"]).values[0, 0] == 1)
    #expect(throws: DataError.self) {
      try TargetTable(contentsOf: columns, keys: ["charge"], per: .particles)
    }
  }
}
