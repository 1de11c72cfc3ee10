internal import Foundation
internal import Geometry

/// Atoms with their bonds, and Gaussian densities as clouds, in SVG; the far ones first.
struct DensityPicture {
  let viewpoint: Viewpoint
  /// The larger side in pixels.
  var size = 300.0

  /// Radii of atoms in a picture of molecules, in angstroms, and their colours.
  private static let looks: [String: (radius: Double, color: PlotColor)] = [
    "C": (0.38, PlotColor(0.25, 0.25, 0.28)), "H": (0.24, PlotColor(0.86, 0.86, 0.86)),
  ]
  private static let other = (radius: 0.35, color: PlotColor.of(0))
  /// Atoms nearer than this are joined by a line: C-C 1.40, C-H 1.08.
  private static let bond = 1.7
  /// Half the side of the pictures, in angstroms.
  private static let room = 7.0
  /// Clouds are drawn up to this many widths.
  private static let reach = 3.0

  /// The atoms and the bonds between them.
  func molecules(_ frame: Frame) -> String {
    let places = frame.positions.map(viewpoint.project)
    let canvas = Canvas(points: margins(places), size: size)
    var parts: [(depth: Double, text: String)] = []
    for i in places.indices {
      let look = Self.looks[frame.species[i]] ?? Self.other
      parts.append(
        (
          places[i].z,
          canvas.circle(places[i], radius: look.radius, fill: look.color.hexadecimal)
        ))
      for j in 0..<i where (frame.positions[i] - frame.positions[j]).length < Self.bond {
        let middle = (places[i] + places[j]) * 0.5
        // A little behind the atoms that it joins.
        parts.append((middle.z - 0.3, canvas.bond(places[i], places[j])))
      }
    }
    return document(canvas, parts)
  }

  /// The densities of particles with these Gaussian widths.
  func densities(_ frame: Frame, axes: [SemiAxes]) -> String {
    let places = frame.positions.map(viewpoint.project)
    let canvas = Canvas(points: margins(places), size: size)
    let parts = places.indices.map { i -> (depth: Double, text: String) in
      let outline = viewpoint.outline(axes[i], frame.orientations?[i] ?? .identity)
      let color = Self.color(frame.species[i])
      return (
        places[i].z, canvas.cloud(places[i], outline, reach: Self.reach, fill: Self.id(color))
      )
    }
    return document(canvas, parts)
  }

  /// Corners of the same square around the middle of all places in every picture, so that their scales agree.
  private func margins(_ places: [Vector3]) -> [Vector3] {
    let middle = places.reduce(Vector3.zero, +) * (1 / Double(max(1, places.count)))
    let reach = Vector3(Self.room, Self.room, 0)
    return [middle - reach, middle + reach]
  }

  private static func color(_ species: String) -> PlotColor {
    switch species {
    case "C": PlotColor(0.2, 0.2, 0.24)
    case "H": PlotColor(0.45, 0.62, 0.78)
    default: .of(0)
    }
  }

  private static func id(_ color: PlotColor) -> String { "cloud-" + color.hexadecimal.dropFirst() }

  /// A fill for each colour: the projection of a Gaussian is one, its opacity falls as exp(-r^2 / 2).
  private static var fills: String {
    ["C", "H", "X"].map { species in
      let color = Self.color(species)
      let stops = (0...12).map { k -> String in
        let share = Double(k) / 12
        let r = reach * share
        return "<stop offset=\"\(Figures.fixed(share, 3))\" stop-color=\"\(color.hexadecimal)\" "
          + "stop-opacity=\"\(Figures.fixed(0.85 * exp(-r * r / 2), 3))\"/>"
      }.joined()
      return
        "<radialGradient id=\"\(id(color))\" cx=\"0\" cy=\"0\" r=\"\(Figures.fixed(reach, 1))\" "
        + "gradientUnits=\"userSpaceOnUse\">\(stops)</radialGradient>"
    }.joined(separator: "\n")
  }

  private func document(_ canvas: Canvas, _ parts: [(depth: Double, text: String)]) -> String {
    let (w, h) = (Figures.fixed(canvas.width, 0), Figures.fixed(canvas.height, 0))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(w)" height="\(h)" viewBox="0 0 \(w) \(h)">
      <defs>\(Self.fills)</defs>
      <rect width="100%" height="100%" fill="#fff"/>

      """ + parts.sorted { $0.depth < $1.depth }.map(\.text).joined() + "</svg>\n"
  }

  /// The angle between two planes whose unit normals have this scalar product, 0 to 90 degrees.
  static func angle(_ product: Double) -> Double { acos(min(1, abs(product))) * 180 / .pi }
}
