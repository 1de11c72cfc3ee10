import AniSOAP
import FileFormats
import Foundation
import Geometry
import TestSupport

/// One case of the reference set: hyperparameters, frames and AniSOAP's figures for them.
struct ReferenceCase {
  let name: String
  let archive: NumPyArchive
  let hyperparameters: Hyperparameters
  let frames: [Frame]
  let species: SpeciesTable

  static let names = [
    "01_dimer_prolate_gto66", "02_dimer_oblate_gto_nmaxNone_subtract", "03_dimer_sphere_gto33",
    "05_cluster_list_maxradial", "06_dimer_monomial32", "08_triclinic1_cutoff_gt_box",
    "10_two_species_cluster", "12_three_species", "13_l0n0", "14_l0n5",
    "15_benzene_ellipsoids_notebook", "17_isolated_centre_dropped", "19_at_cutoff",
  ]

  private struct Cases: Decodable {
    struct Case: Decodable { let hyperparameters: Parameters }
    let cases: [String: Case]
  }

  private struct Parameters: Decodable {
    let radial_basis_name: String
    let max_angular: Int
    let max_radial: MaxRadial?
    let cutoff_radius: Double
    let radial_gaussian_width: Double?
    let basis_rcond: Double?
    let subtract_center_contribution: Bool?
  }

  private enum MaxRadial: Decodable {
    case number(Int)
    case list([Int])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let list = try? container.decode([Int].self) {
        self = .list(list)
      } else {
        self = .number(try container.decode(Int.self))
      }
    }
  }

  init(_ name: String) throws {
    self.name = name
    let text = try Data(contentsOf: URL(filePath: ReferenceData.path("anisoap/cases.json")))
    let cases = try JSONDecoder().decode(Cases.self, from: text)
    guard let p = cases.cases[name]?.hyperparameters else { throw MissingCase(name: name) }
    let size: RadialSize =
      switch p.max_radial {
      case nil: .automatic
      case .number(let n): .uniform(n)
      case .list(let list): .perChannel(list)
      }
    hyperparameters = Hyperparameters(
      basis: p.radial_basis_name == "gto"
        ? .gto(width: p.radial_gaussian_width ?? .nan) : .monomial,
      maxAngular: p.max_angular, maxRadial: size, cutoff: p.cutoff_radius,
      rcond: p.basis_rcond ?? 0, excludeSelf: p.subtract_center_contribution ?? false)
    let archive = try NumPyArchive(contentsOf: ReferenceData.path("anisoap/\(name).npz"))
    self.archive = archive
    var frames = [Frame]()
    while archive.contains("frame\(frames.count)_positions") {
      frames.append(try Self.frame(archive, "frame\(frames.count)_"))
    }
    self.frames = frames
    species = try SpeciesTable(found: frames.flatMap(\.species))
  }

  struct MissingCase: Error { let name: String }

  private static func frame(_ archive: NumPyArchive, _ prefix: String) throws -> Frame {
    let positions = try rows(archive, prefix + "positions", 3).map { Vector3($0[0], $0[1], $0[2]) }
    let periodic: [Bool] =
      switch try archive[prefix + "pbc"].values {
      case .bool(let values): values
      case .int64(let values): values.map { $0 != 0 }
      default: []
      }
    let lattice = try rows(archive, prefix + "cell", 3).map { Vector3($0[0], $0[1], $0[2]) }
    return Frame(
      positions: positions,
      species: (try archive[prefix + "numbers"].integers ?? []).map(String.init),
      orientations: try rows(archive, prefix + "c_q", 4).map {
        try UnitQuaternion(w: $0[0], x: $0[1], y: $0[2], z: $0[3])
      },
      semiAxes: try rows(archive, prefix + "c_diameter", 3).map {
        try SemiAxes($0[0] / 2, $0[1] / 2, $0[2] / 2)
      },
      cell: periodic.contains(true)
        ? try Cell(
          lattice[0], lattice[1], lattice[2], periodic: (periodic[0], periodic[1], periodic[2]))
        : nil)
  }

  private static func rows(_ archive: NumPyArchive, _ name: String, _ width: Int) throws
    -> [[Double]]
  {
    let values = try archive[name].doubles ?? []
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
  }
}
