import Foundation
import Geometry
import Mathematics
import Report
import Testing

@Suite struct EllipsoidPictureTests {
  private func frame(_ axes: SemiAxes, count: Int = 20) throws -> Frame {
    var random = RandomStream(seed: 7)
    var positions = [Vector3]()
    var turns = [UnitQuaternion]()
    for _ in 0..<count {
      positions.append(Vector3(random.uniform(0, 8), random.uniform(0, 8), random.uniform(0, 8)))
      let q = random.rotation()
      turns.append(try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w))
    }
    return Frame(
      positions: positions, orientations: turns,
      semiAxes: Array(repeating: axes, count: count), cell: try Cell(cube: 8))
  }

  /// The numbers of every `matrix(...)` and the colours, in the order of the picture.
  private func shapes(_ svg: String) -> [(matrix: [Double], color: Substring)] {
    svg.split(separator: "\n").filter { $0.hasPrefix("<use") }.map { line in
      let inside = line.split(separator: "matrix(")[1].split(separator: ")")[0]
      let color = line.split(separator: "color=\"")[1].prefix(7)
      return (inside.split(separator: " ").compactMap { Double($0) }, color)
    }
  }

  @Test func sameBytesForTheSameFrame() throws {
    let frame = try frame(SemiAxes(0.5, 0.5, 1.5))
    let picture = EllipsoidPicture()
    #expect(try picture.svg(frame) == picture.svg(frame))
    #expect(try shapes(picture.svg(frame)).count == frame.count)
  }

  /// An image by a lattice vector is the same particle, and -q is the same rotation.
  @Test func wrappingAndSignOfQuaternionsDoNotShow() throws {
    let frame = try frame(SemiAxes(0.5, 0.5, 1.5))
    var other = frame
    // 8 and 16 are powers of two, so that wrapping is exact.
    try other.set(positions: frame.positions.map { $0 + Vector3(8, -16, 0) })
    try other.set(
      orientations: frame.orientations?.map {
        try UnitQuaternion(w: -$0.w, x: -$0.x, y: -$0.y, z: -$0.z)
      })
    #expect(try EllipsoidPicture().svg(frame) == EllipsoidPicture().svg(other))
  }

  /// Seen along -y a needle along z is upright and blue, one along x lies and is red.
  @Test func knownDirections() throws {
    let half = 0.5.squareRoot()
    let frame = Frame(
      positions: [Vector3(0, 0, 0), Vector3(4, 0, 0)],
      orientations: [.identity, try UnitQuaternion(w: half, x: 0, y: half, z: 0)],
      semiAxes: Array(repeating: try SemiAxes(0.5, 0.5, 1.5), count: 2))
    let picture = EllipsoidPicture(viewpoint: Viewpoint(azimuth: 0, elevation: 0), size: 112)
    let found = try shapes(picture.svg(frame))
    try #require(found.count == 2)
    // The scene is 6 wide and 3 high, on 100 pixels inside the margins.
    let scale = 100.0 / 6
    // Half a unit of the second digit after the point.
    for (k, expected) in [(0, [0.5, 0, 0, 1.5]), (1, [1.5, 0, 0, 0.5])] {
      for (value, wanted) in zip(found[k].matrix, expected) {
        #expect(abs(value - wanted * scale) <= 0.005 + 1e-9)
      }
    }
    #expect(found[0].color == "#336bd6")
    #expect(found[1].color == "#db4233")
  }

  /// The outline of a sphere is a circle of its radius from everywhere, and grey.
  @Test(arguments: [(0.0, 0.0), (25, 12), (130, -70)])
  func spheres(_ azimuth: Double, _ elevation: Double) throws {
    let frame = Frame(
      positions: [Vector3(1, 2, 3)], semiAxes: [try SemiAxes(0.7, 0.7, 0.7)])
    let picture = EllipsoidPicture(
      viewpoint: Viewpoint(azimuth: azimuth, elevation: elevation), size: 112)
    let found = try shapes(picture.svg(frame))
    try #require(found.count == 1)
    #expect(found[0].matrix == [50, 0, 0, 50, 56, 56])
    #expect(found[0].color == "#9e9e9e")
  }

  /// The corners of the picture hold the outlines: no ellipse reaches beyond it.
  @Test func everythingIsInside() throws {
    let svg = try EllipsoidPicture().svg(frame(SemiAxes(0.2, 0.9, 2.5)))
    let size = svg.split(separator: "viewBox=\"0 0 ")[1].split(separator: "\"")[0]
      .split(separator: " ").compactMap { Double($0) }
    for shape in shapes(svg) {
      let m = shape.matrix
      let reach = (
        (m[0] * m[0] + m[2] * m[2]).squareRoot(), (m[1] * m[1] + m[3] * m[3]).squareRoot()
      )
      #expect(m[4] - reach.0 >= 0 && m[4] + reach.0 <= size[0])
      #expect(m[5] - reach.1 >= 0 && m[5] + reach.1 <= size[1])
    }
  }

  @Test func nothingToDraw() {
    #expect(throws: InvalidInput.self) { try EllipsoidPicture().svg(Frame(positions: [])) }
  }
}
