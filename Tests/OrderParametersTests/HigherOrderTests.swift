import Foundation
import Geometry
import Mathematics
import OrderParameters
import TestSupport
import Testing

@Suite struct HigherOrderTests {
  @Test func knowsTheThirdOrderOfCubicCrystals() throws {
    // Steinhardt, Nelson, Ronchetti, Table I: the normalised w4 and w6 of face-centred and of simple
    // cubic, here to 12 digits (sympy); every set of bonds of cubic symmetry has these up to the sign.
    let face = Frame(
      positions: [.zero, Vector3(1, 1, 0), Vector3(1, 0, 1), Vector3(0, 1, 1)],
      cell: try Cell(cube: 2))
    let w = try Steinhardt(face, .init(degrees: [4, 5, 6], cutoff: 1.5))
      .thirdOrder(normalized: true)
    #expect(abs(w[0, 0] + 0.159_317_373_133) < 1e-11)
    #expect(w[0, 1] == 0)
    #expect(abs(w[0, 2] + 0.013_160_600_731) < 1e-11)
    let simple = Frame(positions: [.zero], cell: try Cell(cube: 1))
    let v = try Steinhardt(simple, .init(degrees: [4, 6], cutoff: 1.1))
      .thirdOrder(normalized: true)
    #expect(abs(v[0, 0] - 0.159_317_373_133) < 1e-11)
    #expect(abs(v[0, 1] - 0.013_160_600_731) < 1e-11)
  }

  @Test func thirdOrderAndAverageAreInvariantUnderRotation() throws {
    var stream = RandomStream(seed: 31)
    let shape = try SemiAxes(0.5, 0.5, 1)
    let frame = try RandomFrames.triclinic(30, edge: 4, semiAxes: shape, stream: &stream)
    let turned = try RandomFrames.turned(frame, by: RandomFrames.rotation(&stream))
    for weights in Steinhardt.Weights.allCases {
      let settings = Steinhardt.Settings(degrees: 2...8, cutoff: 2.2, weights: weights)
      let (a, b) = (try Steinhardt(frame, settings), try Steinhardt(turned, settings))
      // Rounding; voro++ accepts faces down to 1e-11 of the size of a cell.
      #expect(
        largestDifference(a.averaged.values.elements, b.averaged.values.elements) < 1e-10)
      #expect(
        largestDifference(try a.thirdOrder().elements, try b.thirdOrder().elements) < 1e-10)
    }
  }

  @Test func theAverageOverIdenticalSurroundingsChangesNothing() throws {
    let body = Frame(positions: [.zero, Vector3(1, 1, 1)], cell: try Cell(cube: 2))
    let plain = try Steinhardt(body, .init(degrees: 2...8, cutoff: 2.1))
    #expect(
      largestDifference(plain.values.elements, plain.averaged.values.elements) < 1e-13)
  }

  @Test func agreesWithFreud() throws {
    for (known, freud) in zip(try OrderFrame.stored(), try FreudOrder.stored()) {
      try compareHigherOrders(known, freud, tolerance: 1e-6)
    }
  }

  @Test func voronoiCellsFillTheBoxAndShareTheirFaces() throws {
    var stream = RandomStream(seed: 32)
    let shape = try SemiAxes(0.5, 0.5, 1)
    var frame = try RandomFrames.triclinic(25, edge: 4, semiAxes: shape, stream: &stream)
    for isMirrored in [false, true] {
      if isMirrored, let cell = frame.cell {
        // A left-handed cell of the same lattice.
        frame.cell = try Cell(cell.vector(1), cell.vector(0), cell.vector(2))
      }
      let cells = try VoronoiTessellation(positions: frame.positions, cell: frame.cell)
      let volume = try #require(frame.cell).volume
      #expect(abs(cells.volumes.reduce(0, +) / volume - 1) < 1e-12)
      for (i, faces) in cells.faces.enumerated() {
        // A closed surface: the areas as vectors cancel.
        let sum = faces.reduce(Vector3.zero) { $0 + $1.normal * $1.area }
        #expect(sum.length < 1e-10)
        for face in faces {
          #expect(
            cells.faces[face.neighbor].contains {
              $0.neighbor == i && abs($0.area - face.area) < 1e-9
                && ($0.normal + face.normal).length < 1e-9
            })
        }
      }
    }
  }

  @Test func voronoiFacesOfASmallCellLookAtImages() throws {
    // A single particle in a cube: six faces of area 4, all shared with itself.
    let cells = try VoronoiTessellation(
      positions: [Vector3(0.3, -7, 1)], cell: Cell(cube: 2))
    #expect(cells.faces[0].count == 6)
    #expect(cells.faces[0].allSatisfy { $0.neighbor == 0 && abs($0.area - 4) < 1e-12 })
    #expect(throws: InvalidInput.self) {
      try VoronoiTessellation(positions: [.zero], cell: nil)
    }
    #expect(throws: InvalidInput.self) {
      try VoronoiTessellation(positions: [.zero, Vector3(2, 0, 0)], cell: Cell(cube: 2))
    }
  }

  @Test func aTriangularLayerHasFullHexaticOrder() throws {
    let height = 3.0.squareRoot() / 2
    var stream = RandomStream(seed: 33)
    // Two layers on top of each other, the upper one shifted sideways: they must not see each other.
    let frame = Frame(
      positions: [
        Vector3(0, 0, 0), Vector3(0.5, height, 0.1), Vector3(0.3, 0.2, 2),
        Vector3(0.8, 0.2 + height, 2.1),
      ], cell: try Cell(box: Vector3(1, 2 * height, 4)))
    let order = try LayerHexaticOrder(
      frame, normal: Vector3(0, 0, 1), spacing: 2, neighbors: .within(1.2))
    #expect(order.neighborCounts == [6, 6, 6, 6])
    #expect(abs(order.meanMagnitude - 1) < 1e-12)
    #expect(abs(order.globalMagnitude - 1) < 1e-12)
    let turned = try RandomFrames.rotation(&stream)
    let again = try LayerHexaticOrder(
      RandomFrames.turned(frame, by: turned), normal: turned.rotate(Vector3(0, 0, 1)),
      spacing: 2)
    #expect(abs(again.globalMagnitude - 1) < 1e-12)
    let square = Frame(positions: [.zero], cell: try Cell(box: Vector3(1, 1, 4)))
    #expect(
      try LayerHexaticOrder(
        square, normal: Vector3(0, 0, 1), spacing: 2, neighbors: .within(1.2)
      ).meanMagnitude < 1e-12)
    #expect(
      abs(
        try LayerHexaticOrder(
          square, normal: Vector3(0, 0, 1), spacing: 2, neighbors: .nearest(4), symmetry: 4
        ).meanMagnitude - 1) < 1e-12)
    for (normal, spacing, neighbors) in [
      (Vector3.zero, 2.0, LayerHexaticOrder.Neighbors.sixNearest),
      (Vector3(0, 0, 1), 0, .sixNearest), (Vector3(0, 0, 1), 2, .nearest(0)),
      (Vector3(0, 0, 1), 2, .within(-1)),
    ] {
      #expect(throws: InvalidInput.self) {
        try LayerHexaticOrder(square, normal: normal, spacing: spacing, neighbors: neighbors)
      }
    }
  }

  /// A cutoff of 2.2 reaches the second and the third shell, which cancel; the six nearest do not care.
  @Test func theSixNearestAreFoundWhateverTheDensity() throws {
    var stream = RandomStream(seed: 34)
    let height = 3.0.squareRoot() / 2
    for scale in [0.01, 1, 70] {
      let frame = Frame(
        positions: (0..<24).map { k in
          let row = Double(k / 4)
          let x = Double(k % 4) + row.truncatingRemainder(dividingBy: 2) / 2
          return scale * Vector3(x, row * height, 0.05 * stream.uniform())
        }, cell: try Cell(box: scale * Vector3(4, 6 * height, 2)))
      let order = try LayerHexaticOrder(frame, normal: Vector3(0, 0, 1), spacing: 2 * scale)
      #expect(order.neighborCounts.allSatisfy { $0 == 6 } && order.isolated == 0)
      #expect(abs(order.meanMagnitude - 1) < 1e-12 && abs(order.globalMagnitude - 1) < 1e-12)
      let far = try LayerHexaticOrder(
        frame, normal: Vector3(0, 0, 1), spacing: 2 * scale, neighbors: .within(1.8 * scale))
      #expect(far.meanMagnitude < 1e-10)
    }
  }

  /// Neighbours at the same distance as the sixth all count, so that the order of the particles does not
  /// matter; the six nearest are those that a search of all pairs finds.
  @Test func theSixNearestDoNotDependOnTheOrderOfTheParticles() throws {
    var stream = RandomStream(seed: 35)
    let square = Frame(
      positions: (0..<16).map { Vector3(Double($0 % 4), Double($0 / 4), 0) },
      cell: try Cell(box: Vector3(4, 4, 3)))
    #expect(
      try LayerHexaticOrder(square, normal: Vector3(0, 0, 1), spacing: 3).neighborCounts
        == Array(repeating: 8, count: 16))
    let open = Frame(
      positions: (0..<40).map { _ in
        Vector3(stream.uniform(0, 9), stream.uniform(0, 9), stream.uniform(0, 0.5))
      })
    let order = try LayerHexaticOrder(open, normal: Vector3(0, 0, 1), spacing: 1.2)
    let shuffle = stream.permutation(40)
    let other = try LayerHexaticOrder(
      Frame(positions: shuffle.map { open.positions[$0] }), normal: Vector3(0, 0, 1), spacing: 1.2)
    for (k, i) in shuffle.enumerated() {
      #expect(abs(other.magnitudes[k] - order.magnitudes[i]) < 1e-12)
    }
    for i in 0..<40 {
      let bonds = (0..<40).filter { $0 != i }.map { open.positions[$0] - open.positions[i] }
      let nearest = bonds.sorted { $0.x * $0.x + $0.y * $0.y < $1.x * $1.x + $1.y * $1.y }.prefix(6)
      let sum = nearest.reduce(Vector3.zero) { sum, r in
        let angle = 6 * atan2(r.y, r.x)
        return sum + Vector3(cos(angle), sin(angle), 0) / 6
      }
      #expect(abs(sum.length - order.magnitudes[i]) < 1e-12)
    }
    // One alone in its layer has no bonds, and is told of.
    let apart = Frame(positions: open.positions + [Vector3(4, 4, 7)])
    let some = try LayerHexaticOrder(apart, normal: Vector3(0, 0, 1), spacing: 1.2)
    #expect(some.isolated == 1 && some.magnitudes[40].isNaN)
    #expect(abs(some.meanMagnitude - order.meanMagnitude) < 1e-12)
  }

  @Test func localNematicOrderSeesDomains() throws {
    let shape = try SemiAxes(0.5, 0.5, 1.5)
    let turn = UnitQuaternion(turning: Vector3(0, 0, 1), to: Vector3(1, 0, 0))
    let positions = (0..<20).map { Vector3(Double($0), 0, 0) }
    let frame = Frame(
      positions: positions,
      orientations: (0..<20).map { $0 < 10 ? .identity : turn },
      semiAxes: Array(repeating: shape, count: 20))
    let local = try LocalNematicOrder(frame, cutoff: 2.5)
    #expect(abs(local.values[3] - 1) < 1e-14)
    // Particle 9 sees 7 to 9 along z, 10 and 11 along x: eigenvalues 0.4, 0.1 and, of largest
    // magnitude, -0.5 along y, at right angles to all.
    #expect(abs((local.orders[9]?.orderMax ?? 0) - 0.4) < 1e-14)
    #expect(abs(local.values[9] + 0.5) < 1e-14)
    #expect(abs(abs(local.orders[15]?.director.x ?? 0) - 1) < 1e-14)
    #expect(local.isolated == 0)
    // Nobody near enough: no order, rather than that of one axis with itself.
    let alone = try LocalNematicOrder(frame, cutoff: 0.5)
    #expect(alone.isolated == 20 && alone.values.allSatisfy { $0.isNaN })
  }

  @Test func orientationalCorrelationFollowsTheAxes() throws {
    let shape = try SemiAxes(0.5, 0.5, 1.5)
    let turn = UnitQuaternion(turning: Vector3(0, 0, 1), to: Vector3(1, 0, 0))
    // A chain with alternating axes: P2 is -1/2 at distance 1 and 1 at distance 2.
    let frame = Frame(
      positions: (0..<4).map { Vector3(Double($0), 0, 0) },
      orientations: [.identity, turn, .identity, turn],
      semiAxes: Array(repeating: shape, count: 4), cell: try Cell(box: Vector3(4, 20, 20)))
    let pairs = try PairCorrelation(frame, cutoff: 2.5, bins: 5)
    #expect(pairs.counts == [0, 0, 8, 0, 8])
    let g2 = try #require(pairs.orientational)
    #expect(abs(g2[2] + 0.5) < 1e-14 && abs(g2[4] - 1) < 1e-14)
    #expect([g2[0], g2[1], g2[3]].allSatisfy { $0.isNaN })
    #expect(pairs.orientationalCounts == pairs.counts)
    #expect(throws: InvalidInput.self) {
      try PairCorrelation(Frame(positions: [.zero]), cutoff: 1, bins: 3)
    }
  }
}

/// All that freud computes beyond q_l, for one frame. freud works in float32; what it hands to voro++
/// are positions of single precision, which costs Voronoi weights another factor of three.
func compareHigherOrders(
  _ known: OrderFrame, _ freud: FreudOrder, tolerance: Double
) throws {
  let frame = try known.frame()
  let plain = try Steinhardt(frame, .init(degrees: freud.degrees, cutoff: known.cutoff))
  let compare = { (name: String, mine: [Double], theirs: [Double], tolerance: Double) in
    #expect(largestDifference(mine, theirs) < tolerance, "\(known.name), \(name)")
  }
  let flat = { (rows: [[Double]]) in rows.flatMap { $0 } }
  compare("average", plain.averaged.values.elements, flat(freud.average), tolerance)
  compare("w", try plain.thirdOrder().elements, flat(freud.w), tolerance)
  compare(
    "w average", try plain.averaged.thirdOrder().elements, flat(freud.w_average), tolerance)
  // A w_l that is divided by |q_l|^3 has its noise divided as well: compare before the division.
  var (mine, theirs): ([Double], [Double]) = ([], [])
  for (k, w) in try plain.thirdOrder(normalized: true).elements.enumerated() {
    let l = freud.degrees[k % freud.degrees.count]
    let q = plain.values.elements[k] * (Double(2 * l + 1) / (4 * Double.pi)).squareRoot()
    mine.append(w * q * q * q)
    theirs.append(flat(freud.w_normalized)[k] * q * q * q)
  }
  compare("normalized w", mine, theirs, tolerance)
  let voronoi = try Steinhardt(
    frame, .init(degrees: freud.degrees, cutoff: known.cutoff, weights: .voronoi))
  compare("voronoi", voronoi.values.elements, flat(freud.voronoi), 3 * tolerance)
  let cells = try VoronoiTessellation(positions: frame.positions, cell: frame.cell)
  let largest = cells.volumes.max() ?? 1
  compare(
    "volumes", cells.volumes.map { $0 / largest }, freud.voronoi_volumes.map { $0 / largest },
    3 * tolerance)
  let pairs = try PairCorrelation(frame, cutoff: known.cutoff, bins: freud.rdf.count)
  compare("g(r)", pairs.radial, freud.rdf, tolerance)
}
