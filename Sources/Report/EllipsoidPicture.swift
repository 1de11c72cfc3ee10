public import Geometry
internal import OrderParameters

/// A frame of ellipsoids as an SVG picture: outlines projected exactly, the far ones first, coloured
/// by the direction of the symmetry axis u in space, red |u_x|, green |u_y|, blue |u_z|; spheres are
/// grey. The same frame gives the same bytes.
public struct EllipsoidPicture: Sendable {
  /// Where it is seen from.
  public var viewpoint: Viewpoint
  /// The larger side in pixels.
  public var size: Double
  /// The radius of particles whose file gives none.
  public var defaultRadius: Double

  /// A picture from a little above.
  public init(viewpoint: Viewpoint = Viewpoint(), size: Double = 480, defaultRadius: Double = 0.5) {
    self.viewpoint = viewpoint
    self.size = size
    self.defaultRadius = defaultRadius
  }

  /// The text of the picture.
  ///
  /// Throws: `InvalidInput` when there is nothing to draw.
  public func svg(_ frame: Frame) throws -> String {
    guard frame.count > 0 || frame.cell != nil else {
      throw InvalidInput("number of particles", value: "0", expected: "something to draw")
    }
    let shapes = try frame.positions.indices.map { try shape(frame, $0) }
      .sorted { ($0.center.z, $0.index) < ($1.center.z, $1.index) }
    let edges = frame.cell.map(boxEdges) ?? []
    let canvas = canvas(shapes, edges)
    let depths = shapes.map(\.center.z)
    let (far, near) = (depths.min() ?? 0, depths.max() ?? 0)
    var text = header(canvas)
    for edge in edges where edge.isHidden { text += canvas.line(edge.from, edge.to) }
    for shape in shapes {
      let fog = near > far ? 0.45 * (near - shape.center.z) / (near - far) : 0
      text += canvas.ellipse(shape, color: Self.color(shape.axis, fog: fog))
    }
    for edge in edges where !edge.isHidden { text += canvas.line(edge.from, edge.to) }
    return text + "</svg>\n"
  }

  /// The canvas that all of it fits into.
  func canvas(
    _ shapes: [ProjectedShape], _ edges: [(from: Vector3, to: Vector3, isHidden: Bool)]
  ) -> Canvas {
    Canvas(
      points: edges.flatMap { [$0.from, $0.to] }
        + shapes.flatMap { shape in
          let reach = Vector3(shape.reach.x, shape.reach.y, 0)
          return [shape.center - reach, shape.center + reach]
        }, size: size)
  }

  func shape(_ frame: Frame, _ i: Int) throws -> ProjectedShape {
    let axes =
      try frame.semiAxes?[i] ?? SemiAxes(defaultRadius, defaultRadius, defaultRadius)
    let orientation = frame.orientations?[i] ?? .identity
    let position = frame.cell?.wrap(frame.positions[i]) ?? frame.positions[i]
    // A sphere has no axis, and is grey.
    let axis = (try? SymmetryAxis.automatic.index(of: axes)).map { k in
      orientation.rotate(Vector3(k == 0 ? 1 : 0, k == 1 ? 1 : 0, k == 2 ? 1 : 0))
    }
    return ProjectedShape(
      index: i, center: viewpoint.project(position), outline: viewpoint.outline(axes, orientation),
      axis: axis)
  }

  /// The twelve edges; those that meet in the corner farthest away are hidden by the particles.
  func boxEdges(_ cell: Cell) -> [(from: Vector3, to: Vector3, isHidden: Bool)] {
    func corner(_ bits: Int) -> Vector3 {
      viewpoint.project(
        cell.position(
          fractional: Vector3(Double(bits & 1), Double(bits >> 1 & 1), Double(bits >> 2 & 1))))
    }
    let farthest = (0..<8).min { corner($0).z < corner($1).z } ?? 0
    return (0..<8).flatMap { bits in
      [1, 2, 4].filter { bits & $0 == 0 }.map { step in
        (corner(bits), corner(bits | step), bits == farthest || bits | step == farthest)
      }
    }
  }

  /// Red, green, blue by the direction of the axis, lighter the farther away.
  static func tone(_ axis: Vector3?, fog: Double) -> Vector3 {
    var rgb = Vector3(0.62, 0.62, 0.62)
    if let axis {
      let tones = [Vector3(0.86, 0.26, 0.20), Vector3(0.24, 0.66, 0.33), Vector3(0.20, 0.42, 0.84)]
      rgb =
        tones[0] * (axis.x * axis.x) + tones[1] * (axis.y * axis.y) + tones[2] * (axis.z * axis.z)
    }
    return rgb + (Vector3(1, 1, 1) - rgb) * fog
  }

  private static func color(_ axis: Vector3?, fog: Double) -> String {
    let rgb = tone(axis, fog: fog)
    let digits = Array("0123456789abcdef")
    return "#"
      + (0..<3).map { k in
        let byte = Int((255 * min(1, max(0, rgb[k]))).rounded())
        return "\(digits[byte / 16])\(digits[byte % 16])"
      }.joined()
  }

  private func header(_ canvas: Canvas) -> String {
    let (width, height) = (Figures.fixed(canvas.width, 0), Figures.fixed(canvas.height, 0))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)">
      <defs><radialGradient id="shine" cx="0.36" cy="0.3" r="0.75">
      <stop offset="0" stop-color="#fff" stop-opacity="0.55"/>
      <stop offset="0.45" stop-color="#fff" stop-opacity="0"/>
      <stop offset="1" stop-color="#000" stop-opacity="0.35"/></radialGradient>
      <g id="e"><circle r="1" fill="currentColor"/><circle r="1" fill="url(#shine)"/></g></defs>
      <rect width="100%" height="100%" fill="#fff"/>

      """
  }
}

/// An ellipsoid in the picture, in the unit of the frame.
struct ProjectedShape {
  let index: Int
  let center: Vector3
  let outline: (xx: Double, xy: Double, yy: Double)
  let axis: Vector3?

  /// Half the width and half the height of the outline.
  var reach: (x: Double, y: Double) {
    (
      (outline.xx * outline.xx + outline.xy * outline.xy).squareRoot(),
      (outline.xy * outline.xy + outline.yy * outline.yy).squareRoot()
    )
  }
}

/// From the unit of the frame to pixels, y downwards.
struct Canvas {
  let width: Double
  let height: Double
  private let scale: Double
  private let origin: (x: Double, y: Double)
  private static let margin = 6.0

  /// A canvas whose larger side is `size`, and which all points fit into.
  init(points: [Vector3], size: Double) {
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    let (left, right) = (xs.min() ?? 0, xs.max() ?? 1)
    let (bottom, top) = (ys.min() ?? 0, ys.max() ?? 1)
    let span = max(right - left, top - bottom)
    let free = size - 2 * Self.margin
    scale = span > 0 ? free / span : 1
    width = (2 * Self.margin + (right - left) * scale).rounded(.up)
    height = (2 * Self.margin + (top - bottom) * scale).rounded(.up)
    origin = (Self.margin - left * scale, Self.margin + top * scale)
  }

  /// Pixels in the unit of the frame.
  var pixels: Double { scale }

  /// A point in pixels: x to the right, y downwards, z towards the viewer.
  func place(_ v: Vector3) -> Vector3 {
    Vector3(origin.x + v.x * scale, origin.y - v.y * scale, v.z * scale)
  }

  private func x(_ v: Vector3) -> String { Figures.fixed(origin.x + v.x * scale, 1) }
  private func y(_ v: Vector3) -> String { Figures.fixed(origin.y - v.y * scale, 1) }

  func line(_ from: Vector3, _ to: Vector3) -> String {
    "<path d=\"M\(x(from)) \(y(from))L\(x(to)) \(y(to))\" stroke=\"#555\" stroke-width=\"1\"/>\n"
  }

  /// An atom.
  func circle(_ center: Vector3, radius: Double, fill: String) -> String {
    "<circle cx=\"\(x(center))\" cy=\"\(y(center))\" r=\"\(Figures.fixed(radius * scale, 1))\" "
      + "fill=\"\(fill)\" stroke=\"#333\" stroke-width=\"0.8\"/>\n"
  }

  /// A bond between two atoms.
  func bond(_ from: Vector3, _ to: Vector3) -> String {
    "<path d=\"M\(x(from)) \(y(from))L\(x(to)) \(y(to))\" stroke=\"#777\" "
      + "stroke-width=\"\(Figures.fixed(0.16 * scale, 1))\"/>\n"
  }

  /// A Gaussian whose projection takes the unit circle to this outline, up to so many widths.
  func cloud(
    _ center: Vector3, _ outline: (xx: Double, xy: Double, yy: Double), reach: Double, fill: String
  ) -> String {
    let (xx, xy, yy) = outline
    let numbers = [xx, -xy, -xy, yy].map { Figures.fixed($0 * scale, 2) }.joined(separator: " ")
    return "<circle r=\"\(Figures.fixed(reach, 1))\" fill=\"url(#\(fill))\" "
      + "transform=\"matrix(\(numbers) \(x(center)) \(y(center)))\"/>\n"
  }

  func ellipse(_ shape: ProjectedShape, color: String) -> String {
    let (xx, xy, yy) = shape.outline
    let numbers = [xx, -xy, -xy, yy].map { Figures.fixed($0 * scale, 2) }.joined(separator: " ")
    return "<use href=\"#e\" color=\"\(color)\" "
      + "transform=\"matrix(\(numbers) \(x(shape.center)) \(y(shape.center)))\"/>\n"
  }
}
