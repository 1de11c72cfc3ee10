import Foundation
import TestSupport

/// What `data/reference/simulation` says of fluids.
struct StatePoints: Decodable {
  struct Hard: Decodable {
    var name: String
    var phi: Double
    var phi_err: Double?
    var pstar: Double?
    var Z: Double
    var Z_err: Double
    var S: Double?
  }

  struct GayBerne: Decodable {
    var mu: Double
    var nu: Double
    var T: Double
    var rho: Double
    var U: Double
    var dU: Double
    var P: Double
    var dP: Double
    var S: Double
    var dS: Double
  }

  var hard_ellipsoids: [Hard]
  var gay_berne: [GayBerne]

  static func load() throws -> StatePoints {
    let file = URL(fileURLWithPath: ReferenceData.path("simulation/state_points.json"))
    return try JSONDecoder().decode(StatePoints.self, from: Data(contentsOf: file))
  }

  func hard(_ name: String) -> Hard? { hard_ellipsoids.first { $0.name == name } }
}
