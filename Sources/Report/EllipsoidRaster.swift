public import FileFormats
public import Geometry
internal import Mathematics

/// The picture of `EllipsoidPicture` in pixels: every ray meets the surface that is nearest, so that
/// ellipsoids that touch are drawn right, and surfaces are lit from the upper left. No other program and no
/// library of pictures has part in it.
extension EllipsoidPicture {
  /// The larger side of a picture in pixels at most.
  public static let largestRaster = 4096

  /// The picture. The same frame gives the same bytes, with any number of threads.
  ///
  /// Throws: `InvalidInput` when there is nothing to draw.
  public func raster(_ frame: Frame, threads: Int = 1) throws -> PNGFile {
    guard frame.count > 0 || frame.cell != nil else {
      throw InvalidInput("number of particles", value: "0", expected: "something to draw")
    }
    let shapes = try frame.positions.indices.map { try shape(frame, $0) }
    let edges = frame.cell.map(boxEdges) ?? []
    let canvas = canvas(shapes, edges)
    let depths = shapes.map(\.center.z)
    let (far, near) = (depths.min() ?? 0, depths.max() ?? 0)
    let bodies = try shapes.map { shape in
      let axes =
        try frame.semiAxes?[shape.index] ?? SemiAxes(defaultRadius, defaultRadius, defaultRadius)
      let fog = near > far ? 0.45 * (near - shape.center.z) / (near - far) : 0
      return RasterBody(
        shape, axes, frame.orientations?[shape.index] ?? .identity, viewpoint,
        color: Self.tone(shape.axis, fog: fog), canvas)
    }
    let lines = edges.map { (canvas.place($0.from), canvas.place($0.to)) }
    let (width, height) = (Int(canvas.width), Int(canvas.height))
    let bandHeight = 32
    let bands = try Parallel.map(
      count: (height + bandHeight - 1) / bandHeight, threads: threads
    ) { k in
      let rows = k * bandHeight..<min((k + 1) * bandHeight, height)
      var band = RasterBand(rows: rows, width: width)
      for body in bodies { band.draw(body) }
      for (from, to) in lines { band.draw(from, to) }
      return band.bytes
    }
    return PNGFile(width: width, height: height, pixels: bands.flatMap { $0 })
  }
}

/// An ellipsoid in pixels: centre (x to the right, y downwards, z towards the viewer) and the matrix A of its
/// surface, d^T A d = 1.
private struct RasterBody: Sendable {
  let center: Vector3
  let surface: Matrix3x3
  let reach: (x: Double, y: Double)
  let color: Vector3

  init(
    _ shape: ProjectedShape, _ axes: SemiAxes, _ orientation: UnitQuaternion,
    _ viewpoint: Viewpoint, color: Vector3, _ canvas: Canvas
  ) {
    let s = axes.vector * canvas.pixels
    let inverse = Vector3(1 / (s.x * s.x), 1 / (s.y * s.y), 1 / (s.z * s.z))
    let g = orientation.rotationMatrix.conjugating(diagonal: inverse)
    // The directions of the picture in space; y goes down.
    let frame = [viewpoint.right, viewpoint.up * -1, viewpoint.towards]
    surface = Matrix3x3(
      rows: Vector3(
        frame[0].dot(g * frame[0]), frame[0].dot(g * frame[1]), frame[0].dot(g * frame[2])),
      Vector3(frame[1].dot(g * frame[0]), frame[1].dot(g * frame[1]), frame[1].dot(g * frame[2])),
      Vector3(frame[2].dot(g * frame[0]), frame[2].dot(g * frame[1]), frame[2].dot(g * frame[2])))
    center = canvas.place(shape.center)
    reach = (shape.reach.x * canvas.pixels, shape.reach.y * canvas.pixels)
    self.color = color
  }

  private static let light = Vector3(-0.45, -0.55, 0.7).normalized
  private static let half = (light + Vector3(0, 0, 1)).normalized

  /// Depth and colour where a ray meets the surface; nil where it passes by.
  func hit(_ x: Double, _ y: Double) -> (depth: Double, color: Vector3)? {
    let (dx, dy) = (x - center.x, y - center.y)
    let a = surface[2, 2]
    let b = surface[0, 2] * dx + surface[1, 2] * dy
    let c = surface[0, 0] * dx * dx + 2 * surface[0, 1] * dx * dy + surface[1, 1] * dy * dy - 1
    let discriminant = b * b - a * c
    guard discriminant > 0 else { return nil }
    let dz = (discriminant.squareRoot() - b) / a
    let normal = (surface * Vector3(dx, dy, dz)).normalized
    let diffuse = max(0, normal.dot(Self.light))
    var shine = max(0, normal.dot(Self.half))
    for _ in 0..<5 { shine *= shine }
    let lit = color * (0.42 + 0.62 * diffuse) + Vector3(1, 1, 1) * (0.3 * shine)
    return (center.z + dz, lit)
  }
}

/// Some rows of a picture, with three by three rays a pixel.
private struct RasterBand {
  private let rows: Range<Int>
  private let width: Int
  private var depth: [Double]
  private var color: [Vector3]
  private static let rays = 3

  init(rows: Range<Int>, width: Int) {
    (self.rows, self.width) = (rows, width)
    let count = rows.count * width * Self.rays * Self.rays
    depth = Array(repeating: -.infinity, count: count)
    color = Array(repeating: Vector3(1, 1, 1), count: count)
  }

  private func position(_ index: Int) -> Double { (Double(index) + 0.5) / Double(Self.rays) }

  mutating func draw(_ body: RasterBody) {
    let n = Self.rays
    let low = max(
      rows.lowerBound * n, Int(((body.center.y - body.reach.y) * Double(n)).rounded(.down)))
    let high = min(
      rows.upperBound * n, Int(((body.center.y + body.reach.y) * Double(n)).rounded(.up)))
    let left = max(0, Int(((body.center.x - body.reach.x) * Double(n)).rounded(.down)))
    let right = min(width * n, Int(((body.center.x + body.reach.x) * Double(n)).rounded(.up)))
    guard low < high, left < right else { return }
    for row in low..<high {
      for column in left..<right {
        guard let hit = body.hit(position(column), position(row)) else { continue }
        put(row, column, hit.depth, hit.color)
      }
    }
  }

  /// An edge of the cell, a little over a pixel wide.
  mutating func draw(_ from: Vector3, _ to: Vector3) {
    let n = Double(Self.rays)
    let along = to - from
    let steps = max(1, Int((max(abs(along.x), abs(along.y)) * n).rounded(.up)))
    for step in 0...steps {
      let point = from + along * (Double(step) / Double(steps))
      let (x, y) = (Int((point.x * n).rounded(.down)), Int((point.y * n).rounded(.down)))
      for i in -1...2 {
        for j in -1...2
        where (rows.lowerBound * Self.rays..<rows.upperBound * Self.rays).contains(y + i) {
          guard (0..<width * Self.rays).contains(x + j) else { continue }
          put(y + i, x + j, point.z, Vector3(0.33, 0.33, 0.33))
        }
      }
    }
  }

  private mutating func put(_ row: Int, _ column: Int, _ z: Double, _ tone: Vector3) {
    let place = (row - rows.lowerBound * Self.rays) * width * Self.rays + column
    guard z > depth[place] else { return }
    depth[place] = z
    color[place] = tone
  }

  /// Red, green and blue of every pixel: the mean of its rays.
  var bytes: [UInt8] {
    let n = Self.rays
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * rows.count * width)
    for row in 0..<rows.count {
      for column in 0..<width {
        var sum = Vector3.zero
        for i in 0..<n {
          for j in 0..<n { sum += color[(row * n + i) * width * n + column * n + j] }
        }
        for k in 0..<3 {
          bytes.append(UInt8(255 * min(1, max(0, sum[k] / Double(n * n))) + 0.5))
        }
      }
    }
    return bytes
  }
}
