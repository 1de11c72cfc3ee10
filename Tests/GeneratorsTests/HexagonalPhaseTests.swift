import Foundation
import Generators
import Geometry
import TestSupport
import Testing

/// Columnar, smectic B, and crystals.
@Suite struct HexagonalPhaseTests {
  /// |<exp(i G . x)>| for the shortest reciprocal vectors of a hexagonal lattice with neighbours
  /// along x.
  static func amplitudes(_ frame: Frame, spacing: Double) -> [Double] {
    [30.0, 90, 150].map { degrees in
      let length = 4 * Double.pi / (sqrt(3) * spacing)
      let g = Vector3(
        length * cos(degrees * Double.pi / 180), length * sin(degrees * Double.pi / 180), 0)
      let c = frame.positions.reduce(0) { $0 + cos(g.dot($1)) }
      let s = frame.positions.reduce(0) { $0 + sin(g.dot($1)) }
      return hypot(c, s) / Double(frame.count)
    }
  }

  @Test(arguments: [
    (0.9, 0.95, 0.4), (0.5, 0.9, 0.4), (0.98, 1.0, 0.5), (1.0, 0.95, 0.4), (0.1, 0.5, 0.3),
  ])
  func columnsAreExact(_ tau: Double, _ order: Double, _ packing: Double) throws {
    let columnar = Columnar(
      specimen: try Specimen(
        particles: 144, aspectRatio: 0.3, packingFraction: ValueRange(packing)),
      order: ValueRange(order), columnarOrder: ValueRange(tau), columns: 12,
      director: .fixed(Vector3(0, 0, 1)))
    let frame = try columnar.frame(index: 0, of: 1, seed: 3)
    let spacing = frame.labels["column_spacing"]?.real ?? .nan
    for amplitude in Self.amplitudes(frame, spacing: spacing) {
      #expect(abs(amplitude - tau) < 1e-11)
    }
    #expect(abs((frame.labels["columnar_order"]?.real ?? .nan) - tau) < 1e-11)
    let n = NematicTests.director(frame)
    #expect(NematicTests.departure(frame, order: order, director: n) < 1e-12)
    #expect(NaiveOverlap.smallestNorm(frame) > 1)
    #expect(abs((frame.labels["packing_fraction"]?.real ?? .nan) - packing) < 1e-12)
  }

  @Test func columnsAreChosenOrRefused() throws {
    var columnar = Columnar(
      specimen: try Specimen(particles: 96, aspectRatio: 0.25, packingFraction: 0.35), order: 0.95,
      columnarOrder: 0.8)
    let frame = try columnar.frame(index: 0, of: 1, seed: 3)
    #expect(NaiveOverlap.smallestNorm(frame) > 1)
    guard case .integer(let columns) = frame.labels["columns"] else { throw CancellationError() }
    #expect(96 % columns == 0 && columns % 2 == 0)
    for bad in [0, 5, 7, 3, -2] {
      columnar.columns = bad
      #expect(throws: InvalidInput.self) { try columnar.frame(index: 0, of: 1, seed: 3) }
    }
    columnar.columns = nil
    columnar.columnarOrder = 1.2
    #expect(throws: InvalidInput.self) { try columnar.frame(index: 0, of: 1, seed: 3) }
  }

  /// psi_6 with the six nearest neighbours of the same layer, found again from the positions alone.
  static func hexaticOrder(_ frame: Frame, layers: Int, spacing: Double) throws -> Double {
    let cell = try #require(frame.cell)
    let layer = frame.positions.map { x in
      ((Int((x.z / spacing).rounded()) % layers) + layers) % layers
    }
    var (c, s) = (0.0, 0.0)
    for i in 0..<frame.count {
      var bonds = [(Double, Double)]()
      for j in 0..<frame.count where j != i && layer[j] == layer[i] {
        var shortest = (Double.infinity, 0.0)
        for a in -1...1 {
          for b in -1...1 {
            let x = frame.positions[j].x - frame.positions[i].x + Double(a) * cell.vector(0).x
            let y = frame.positions[j].y - frame.positions[i].y + Double(b) * cell.vector(1).y
            if x * x + y * y < shortest.0 { shortest = (x * x + y * y, atan2(y, x)) }
          }
        }
        bonds.append(shortest)
      }
      for bond in bonds.sorted(by: { $0.0 < $1.0 }).prefix(6) {
        c += cos(6 * bond.1) / 6
        s += sin(6 * bond.1) / 6
      }
    }
    return hypot(c, s) / Double(frame.count)
  }

  @Test(arguments: [(0.9, 0.95), (0.7, 0.95), (0.4, 0.99), (1.0, 1.0)])
  func bondOrderIsTheOneChosen(_ psi: Double, _ tau: Double) throws {
    let smectic = SmecticB(
      specimen: try Specimen(particles: 120, packingFraction: 0.35), order: 0.95,
      smecticOrder: ValueRange(tau), hexaticOrder: ValueRange(psi), layers: 2,
      director: .fixed(Vector3(0, 0, 1)))
    for seed in 1...2 as ClosedRange<UInt64> {
      let frame = try smectic.frame(index: 0, of: 1, seed: seed)
      let spacing = frame.labels["layer_spacing"]?.real ?? .nan
      let found = try Self.hexaticOrder(frame, layers: 2, spacing: spacing)
      #expect(abs(found - psi) < 0.005)
      #expect(abs((frame.labels["hexatic_order"]?.real ?? .nan) - found) < 1e-10)
      #expect(abs(SmecticTests.layering(frame, Vector3(0, 0, 1)) - tau) < 1e-11)
      // Within four times the scatter of 120 centres (0.5/sqrt(120)) about the Gaussian profile.
      #expect(abs((frame.labels["smectic_order_2"]?.real ?? .nan) - pow(tau, 4)) < 0.18)
      let n = NematicTests.director(frame)
      #expect(NematicTests.departure(frame, order: 0.95, director: n) < 1e-12)
      #expect(NaiveOverlap.smallestNorm(frame) > 1)
    }
  }

  @Test(arguments: Crystal.Lattice.allCases)
  func crystalsTouchAtTheirDensest(_ lattice: Crystal.Lattice) throws {
    let axes = try SemiAxes(0.5, 0.7, 1.5)
    var crystal = Crystal(
      lattice: lattice, semiAxes: axes, cells: SIMD3(2, 3, 2), packingFraction: 0.5,
      director: .fixed(Vector3(1, 2, 2)))
    let frame = try crystal.frame(index: 0, of: 1, seed: 1)
    // Distances grow as the inverse cube root of the density.
    let expected = cbrt(lattice.densest / 0.5)
    #expect(abs(NaiveOverlap.smallestNorm(frame) - expected) < 1e-12)
    let volume = Double(frame.count) * axes.volume
    #expect(abs(volume / (frame.cell?.volume ?? .nan) - 0.5) < 1e-12)
    #expect(NematicTests.departure(frame, order: 1, director: Vector3(1, 2, 2) / 3) < 1e-14)
    crystal.packingFraction = ValueRange(lattice.densest)
    let dense = try crystal.frame(index: 0, of: 1, seed: 1)
    #expect(abs(NaiveOverlap.smallestNorm(dense) - 1) < 1e-12)
    crystal.packingFraction = ValueRange(lattice.densest + 1e-6)
    #expect(throws: InvalidInput.self) { try crystal.frame(index: 0, of: 1, seed: 1) }
  }

  /// Twelve neighbours at the same norm in the close packings, eight and six in the others.
  @Test func crystalsHaveTheirNeighbors() throws {
    let expected: [Crystal.Lattice: Int] = [
      .simpleCubic: 6, .bodyCentredCubic: 8, .faceCentredCubic: 12, .hexagonalClosePacked: 12,
    ]
    for (lattice, number) in expected {
      let crystal = Crystal(
        lattice: lattice, semiAxes: try SemiAxes(0.5, 0.5, 0.5), cells: SIMD3(3, 3, 3),
        packingFraction: 0.5)
      let frame = try crystal.frame(index: 0, of: 1, seed: 1)
      let distance = cbrt(lattice.densest / 0.5)
      let finder = try NeighborFinder(
        positions: frame.positions, cell: frame.cell, cutoff: distance * 1.0001)
      var buffer = NeighborFinder.Buffer()
      for i in 0..<frame.count {
        finder.neighbors(of: i, into: &buffer)
        #expect(buffer.count == number)
      }
    }
  }
}
