import Geometry
import Mathematics
import OrderParameters

/// The signed order of axes drawn at random.
enum NematicOrderOfDraw {
  static func order(_ count: Int, _ stream: inout RandomStream) throws -> Double {
    var axes: [Vector3] = []
    for _ in 0..<count { axes.append(stream.direction()) }
    return try NematicOrder(axes: axes).order
  }
}
