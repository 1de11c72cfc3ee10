import Foundation
import Geometry
import TestSupport

/// A frame of `data/reference/order/frames.json`, with what is known of it.
struct OrderFrame: Codable, Sendable {
  var name: String
  var lattice: [[Double]]
  var positions: [[Double]]
  /// (w, x, y, z), body to space.
  var orientations: [[Double]]
  var semi_axes: [Double]
  var axis: Int
  var cutoff: Double
  /// The nematic order, the smectic order of three layers along z, the mean Steinhardt q_0 to q_6.
  var oop: Double?
  var tau: Double?
  var steinhardt: [Double]?

  init(
    name: String, frame: Frame, axis: Int, cutoff: Double
  ) {
    self.name = name
    lattice = (0..<3).map { k in
      frame.cell.map { [$0.vector(k).x, $0.vector(k).y, $0.vector(k).z] } ?? []
    }
    positions = frame.positions.map { [$0.x, $0.y, $0.z] }
    orientations = (frame.orientations ?? []).map { [$0.w, $0.x, $0.y, $0.z] }
    semi_axes = frame.semiAxes.map { [$0[0].a, $0[0].b, $0[0].c] } ?? []
    self.axis = axis
    self.cutoff = cutoff
  }

  /// The frames that are kept with the repository.
  static func stored() throws -> [OrderFrame] {
    try JSONDecoder().decode(
      [OrderFrame].self,
      from: Data(contentsOf: URL(filePath: ReferenceData.path("order/frames.json"))))
  }

  /// As a frame of the library.
  func frame() throws -> Frame {
    let rows = lattice.map { Vector3($0[0], $0[1], $0[2]) }
    let shape = try SemiAxes(semi_axes[0], semi_axes[1], semi_axes[2])
    return Frame(
      positions: positions.map { Vector3($0[0], $0[1], $0[2]) },
      orientations: try orientations.map {
        try UnitQuaternion(w: $0[0], x: $0[1], y: $0[2], z: $0[3])
      },
      semiAxes: Array(repeating: shape, count: positions.count),
      cell: try Cell(rows[0], rows[1], rows[2]))
  }
}

/// What `freud_reference.py` says about a frame.
struct FreudOrder: Codable, Sendable {
  var degrees: [Int]
  var nematic: Double
  var tensor: [[Double]]
  var neighbor_counts: [Int]
  var mean_distance_0_to_6: [Double]
  /// Per particle, one value a degree.
  var uniform: [[Double]]
  var distance: [[Double]]
  var voronoi: [[Double]]
  var average: [[Double]]
  var w: [[Double]]
  var w_normalized: [[Double]]
  var w_average: [[Double]]
  var voronoi_volumes: [Double]
  var rdf: [Double]

  /// The values kept with the repository, in the order of `OrderFrame.stored()`.
  static func stored() throws -> [FreudOrder] {
    try decode(Data(contentsOf: URL(filePath: ReferenceData.path("order/freud.json"))))
  }

  static func decode(_ data: Data) throws -> [FreudOrder] {
    try JSONDecoder().decode([FreudOrder].self, from: data)
  }
}
