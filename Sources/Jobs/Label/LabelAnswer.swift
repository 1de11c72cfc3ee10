internal import FileFormats
internal import Foundation
internal import Generators
internal import Geometry

/// What a worker is asked, and what its answer says.
enum LabelAnswer {
  /// The key by which a frame is known again.
  static let identity = "label_id"
  /// The key of a frame that could not be labelled.
  static let error = "label_error"
  /// The key of the unit of energies.
  static let unit = "energy_unit"

  /// Positions that come back may have lost digits: ASE writes eight decimals.
  private static let tolerance = 1e-6

  /// The frame as a worker gets it: with its identity, without labels of an earlier time.
  ///
  /// Throws: `DataError` for a frame that cannot be written.
  static func question(_ frame: Frame, identity: String) throws -> [UInt8] {
    var asked = frame
    for name in [error, "energy", "free_energy", "stress", "virial", unit] {
      asked.labels[name] = nil
    }
    asked.removeColumns { $0.name == "forces" }
    asked.labels[Self.identity] = Int(identity).map { .integer($0) } ?? .string(identity)
    return try ExtendedXYZWriter.text(of: asked)
  }

  /// The text of an answer for a frame that could not be labelled.
  static func failure(_ frame: Frame, identity: String, reason: String) throws -> [UInt8] {
    let labels: Frame.Labels = [
      Self.identity: .string(identity), error: .string(reason),
    ]
    return try ExtendedXYZWriter.text(
      of: Frame(
        positions: frame.positions, species: frame.species, cell: frame.cell, labels: labels))
  }

  /// The answer to `frame`, checked.
  ///
  /// Throws: `WorkerFailure` for text that is no frame, another frame, or energies without a unit.
  static func parse(_ bytes: [UInt8], to frame: Frame, identity: String) throws -> Frame {
    let answer: Frame
    do {
      guard let read = try ExtendedXYZReader(bytes: bytes, name: "answer").next() else {
        throw WorkerFailure("printed nothing")
      }
      answer = read
    } catch let failure as DataError {
      throw WorkerFailure("printed what is no frame: \(failure.message)")
    }
    let given: String
    switch answer.labels[Self.identity] {
    case .string(let text): given = text
    case .integer(let number): given = "\(number)"
    default:
      throw WorkerFailure(
        "answered without \(Self.identity); expected \(Self.identity)=\(identity), as it was asked")
    }
    guard given == identity else {
      throw WorkerFailure(
        "answered with frame \(Self.identity)=\(given); expected \(identity): frames must come back "
          + "in the order in which they were sent")
    }
    guard answer.species == frame.species,
      zip(answer.positions, frame.positions).allSatisfy({ ($0 - $1).length < tolerance })
    else {
      throw WorkerFailure(
        "changed the frame: species or positions are not those that were sent (frame "
          + "\(Self.identity)=\(identity))")
    }
    if answer.labels[error] != nil { return answer }
    guard let energy = answer.labels["energy"]?.real, energy.isFinite else {
      throw WorkerFailure("answered without a finite energy; expected energy=NUMBER")
    }
    guard case .string(let unit)? = answer.labels[unit], !unit.isEmpty else {
      throw WorkerFailure(
        "answered without \(Self.unit); expected the unit of its energies, as \(Self.unit)=eV")
    }
    return answer
  }

  /// The frame with what the answer adds.
  static func merged(_ frame: Frame, _ answer: Frame) throws -> Frame {
    var labelled = frame
    for name in [error, "energy", "stress", "virial", unit] { labelled.labels[name] = nil }
    labelled.removeColumns { $0.name == "forces" }
    for name in answer.labels.names where name != identity {
      // What was sent along comes back at best the same.
      if frame.labels[name] == nil || labelled.labels[name] == nil {
        labelled.labels[name] = answer.labels[name]
      }
    }
    for column in answer.columns where frame.column(column.name) == nil || column.name == "forces" {
      try labelled.set(column)
    }
    return labelled
  }
}

/// Energies relative to an isolated molecule.
struct MoleculeReference {
  let frame: Frame
  let composition: [String: Int]
  let name: String

  /// Throws: `DataError` for a file that cannot be read or holds no single molecule.
  init(named name: String) throws {
    let molecule = try Molecule(named: name)
    frame = Frame(positions: molecule.positions, species: molecule.species)
    composition = Self.count(molecule.species)
    self.name = name
  }

  private static func count(_ species: [String]) -> [String: Int] {
    species.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// How many molecules a frame has.
  ///
  /// Throws: `InvalidInput` for a frame whose atoms are not those of whole molecules.
  func molecules(in frame: Frame) throws -> Int {
    let (count, rest) = frame.count.quotientAndRemainder(dividingBy: self.frame.count)
    let found = Self.count(frame.species)
    guard rest == 0, count > 0, found == composition.mapValues({ $0 * count }) else {
      throw InvalidInput(
        "atoms of the frame",
        value: found.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(
          separator: ", "),
        expected: "whole molecules of the reference '\(name)'")
    }
    return count
  }

  /// Labels what the energy is relative to that of the molecules: `energy_per_molecule` and
  /// `energy_per_atom`, (E - n E_molecule) over the number n of molecules and over that of atoms.
  func label(_ frame: inout Frame, molecule: Double) throws {
    guard let energy = frame.labels["energy"]?.real else { return }
    let count = try molecules(in: frame)
    let relative = energy - Double(count) * molecule
    frame.labels["reference_energy"] = .real(molecule)
    frame.labels["molecules"] = .integer(count)
    frame.labels["energy_per_molecule"] = .real(relative / Double(count))
    frame.labels["energy_per_atom"] = .real(relative / Double(frame.count))
  }
}
