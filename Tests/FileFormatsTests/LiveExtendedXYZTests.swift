import FileFormats
import Foundation
import Geometry
import TestSupport
import Testing

/// What other programs make of our extended XYZ, where they are installed.
@Suite struct LiveExtendedXYZTests {
  /// Labels and columns of every kind that a frame can have, those among them that a program once
  /// stumbled over.
  static func frames() throws -> [Frame] {
    let cell = try Cell(Vector3(10, 0, 0), Vector3(1, 9, 0), Vector3(0.5, -0.25, 8))
    let labels: Frame.Labels = [
      "energy": .real(-1.25), "virial": .matrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
      "stress": .matrix([[1, 2, 3], [2, 5, 6], [3, 6, 9]]), "phase": .string("smectic A"),
      "name": .string("a=b, \"c\" \\ 'd' {e} [f]"), "zeros": .string("007"),
      "underscore": .string("1_000"), "commas": .string("1,2"), "letters": .string("T F"),
      "empty": .string(""), "lines": .string("a\nb\r\nc\td"), "größe": .string("µm"),
      "script": .string("１２"), "json": .string("_JSON {\"a\": [1, 2]}"),
      "no json": .string("_JSON {"), "ragged": .string("_JSON [[1], [2, 3]]"),
      "yes": .logical(true), "flags": .logicals([true, false]), "one flag": .logicals([false]),
      "whole": .integer(-7), "director": .reals([0, 0, 1]), "one": .reals([5]), "none": .reals([]),
      "nan": .real(.nan), "one nan": .reals([.nan]), "inf": .reals([.infinity, 1]),
      "matrix": .matrix([[1, 2.5], [3, -.infinity]]), "words": .strings(["a", "b c", "d\"e"]),
      "Lattice": .string("cubic"), "pbc": .integer(3), "dipole": .string("none"),
      "mesogen_name": .string("kept"), "uid": .string("x"), "forces": .string("zero"),
    ]
    var frame = Frame(
      positions: [Vector3(0.5, 1, 2), Vector3(3, 4, 5)], species: ["C6H6", "W"],
      orientations: [.identity, try UnitQuaternion(w: 0.5, x: 0.5, y: -0.5, z: 0.5)],
      semiAxes: [try SemiAxes(0.5, 0.5, 1.5), try SemiAxes(1, 1, 1)], cell: cell, labels: labels,
      columns: [
        Frame.Column(name: "forces", vectors: [Vector3(1, 2, 3), Vector3(4, 5, 6)]),
        Frame.Column(name: "charges", values: .strings(["a", ""])),
        Frame.Column(name: "numbers", values: .integers([500, 600])),
        Frame.Column(name: "positions", values: .strings(["a b", "\u{A0}"])),
        Frame.Column(name: "a", vectors: [.zero, .zero]), Frame.Column(name: "a1", reals: [1, 2]),
        Frame.Column(name: "two words", width: 2, values: .logicals([true, false, false, true])),
        Frame.Column(name: "move_mask", width: 2, values: .integers([1, 2, 3, 4])),
        Frame.Column(name: "quoted", values: .strings(["\"\\", "\\u0020"])),
        Frame.Column(name: "species_name", values: .strings(["mine", "yours"])),
      ])
    var frames = [frame]
    for species in [
      ["A", "B"], ["1", "2"], ["C", "X"], ["CO", "c"], ["smectic A", ""], ["X", "X"],
    ] {
      try frame.set(species: species)
      try frame.set(columns: [])
      frame.labels = ["energy": .real(1)]
      frames.append(frame)
    }
    frames.append(Frame(positions: []))
    frames.append(Frame(positions: [.zero], species: ["benzene"]))
    return frames
  }

  private func write(
    _ program: WriteOptions.Program, in folder: ScratchFolder, emptyFrames: Bool = true
  ) throws -> String {
    let path = folder.file("a.xyz")
    let writer = try FrameWriter.create(path, options: WriteOptions(for: program))
    for frame in try Self.frames() where emptyFrames || frame.count > 0 { try writer.write(frame) }
    try writer.commit()
    #expect(writer.losses == [])
    return path
  }

  /// The round trip is exact whatever the names.
  @Test(arguments: WriteOptions.Program.allCases)
  func allOfItComesBack(program: WriteOptions.Program) throws {
    let folder = try ScratchFolder()
    let reader = try FrameReader.open(try write(program, in: folder))
    for (k, frame) in try Self.frames().enumerated() {
      var back = try #require(try reader.next())
      var expected = frame
      // Not a number is not equal to itself.
      for name in ["nan", "one nan"] where expected.labels[name] != nil {
        #expect(
          "\(String(describing: back.labels[name]))"
            == "\(String(describing: expected.labels[name]))")
        back.labels[name] = nil
        expected.labels[name] = nil
      }
      for name in expected.labels.names {
        #expect(back.labels[name] == expected.labels[name], "frame \(k), label \(name)")
      }
      for column in expected.columns {
        #expect(back.column(column.name) == column, "frame \(k), column \(column.name)")
      }
      #expect(back.species == expected.species, "frame \(k)")
      #expect(back == expected, "frame \(k)")
    }
    #expect(try reader.next() == nil)
    #expect(reader.warnings == [])
  }

  private func python(_ script: String, _ path: String) throws -> [String: Any] {
    let output = try #require(LivePython.run(["-c", script, path]))
    return try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
  }

  @Test(.enabled("ASE is not installed: skipped") { LivePython.hasASE })
  func aseReadsEverything() throws {
    let folder = try ScratchFolder()
    let found = try python(
      """
      import json, sys, ase.io
      frames = ase.io.read(sys.argv[1], ":")
      first = frames[0]
      stress = first.calc.results["stress"]
      print(json.dumps({
        "count": [len(f) for f in frames],
        "symbols": [f.get_chemical_symbols() for f in frames],
        "names": [list(f.arrays["species_name"]) if "species_name" in f.arrays else None
                  for f in frames],
        "info": {k: str(v) for k, v in first.info.items()},
        "virial": first.info["virial"].tolist(), "stress": list(stress),
        "forces": first.calc.results["forces"].tolist(),
        "energy": first.calc.results["energy"], "cell": first.cell[:].tolist(),
        "arrays": {k: v.tolist() for k, v in first.arrays.items()},
      }))
      """, try write(.ase, in: folder))
    #expect(found["count"] as? [Int] == [2, 2, 2, 2, 2, 2, 2, 0, 1])
    let symbols = try #require(found["symbols"] as? [[String]])
    #expect(symbols[0] == ["X", "W"] && symbols[3] == ["C", "X"] && symbols[4] == ["X", "X"])
    let names = try #require(found["names"] as? [Any])
    #expect(names[0] as? [String] == ["C6H6", "W"])
    #expect(names[1] as? [String] == ["A", "B"])
    #expect(names[3] as? [String] == nil)
    #expect(names[4] as? [String] == ["CO", "c"])
    #expect(found["virial"] as? [[Double]] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    #expect(found["stress"] as? [Double] == [1, 5, 9, 6, 3, 2])
    #expect(found["forces"] as? [[Double]] == [[1, 2, 3], [4, 5, 6]])
    #expect(found["energy"] as? Double == -1.25)
    #expect(found["cell"] as? [[Double]] == [[10, 0, 0], [1, 9, 0], [0.5, -0.25, 8]])
    let info = try #require(found["info"] as? [String: String])
    for case (let name, .string(let text)?) in try Self.frames()[0].labels.names.map({
      ($0, try Self.frames()[0].labels[$0])
    }) where !["json", "Lattice", "pbc", "dipole", "mesogen_name"].contains(name) {
      #expect(info[name] == text, "label \(name)")
    }
    #expect(info["mesogen_Lattice"] == "cubic")
    #expect(info["whole"] == "-7" && info["director"] == "[0. 0. 1.]")
    let arrays = try #require(found["arrays"] as? [String: Any])
    #expect(arrays["c_q"] as? [[Double]] == [[1, 0, 0, 0], [0.5, 0.5, -0.5, 0.5]])
    #expect(arrays["c_diameter[3]"] as? [Double] == [3, 2])
    #expect(arrays["two words"] as? [[Bool]] == [[true, false], [false, true]])
  }

  @Test(.enabled("libextxyz is not installed: skipped") { LivePython.hasLibExtXYZ })
  func libExtXYZReadsTheColumns() throws {
    let folder = try ScratchFolder()
    let found = try python(
      """
      import json, sys, extxyz
      frames = list(extxyz.iread_dicts(sys.argv[1]))
      first = frames[0]
      print(json.dumps({"count": [f.natoms for f in frames],
        "c_q": first.arrays["c_q"].tolist(), "names": first.arrays["species_name"].tolist()}))
      """, try write(.ase, in: folder, emptyFrames: false))
    // libextxyz 0.4.6 crashes at a frame without particles.
    #expect(found["count"] as? [Int] == [2, 2, 2, 2, 2, 2, 2, 1])
    #expect(found["c_q"] as? [[Double]] == [[1, 0, 0, 0], [0.5, 0.5, -0.5, 0.5]])
    #expect(found["names"] as? [String] == ["C6H6", "W"])
  }

  @Test(.enabled("OVITO is not installed: skipped") { LivePython.hasOVITO })
  func ovitoShowsEllipsoids() throws {
    let folder = try ScratchFolder()
    let found = try python(
      """
      import json, sys
      from ovito.io import import_file
      data = import_file(sys.argv[1]).compute(0)
      p = data.particles
      types = {t.id: t.name for t in p.particle_types.types}
      print(json.dumps({"orientation": p["Orientation"][...].tolist(),
        "shape": p["Aspherical Shape"][...].tolist(),
        "types": [types[k] for k in p.particle_types[...]]}))
      """, try write(.ovito, in: folder))
    #expect(found["orientation"] as? [[Double]] == [[0, 0, 0, 1], [0.5, -0.5, 0.5, 0.5]])
    #expect(found["shape"] as? [[Double]] == [[0.5, 0.5, 1.5], [1, 1, 1]])
    #expect(found["types"] as? [String] == ["C6H6", "W"])
  }
}
