import Geometry
import Mathematics
import TestSupport
import Testing

@Suite("Neighbour finder")
struct NeighborFinderTests {
  /// The neighbours of every particle, in ascending order of index and shift.
  static func found(_ positions: [Vector3], _ cell: Cell?, _ cutoff: Double) throws
    -> [[NaiveNeighbor]]
  {
    let finder = try NeighborFinder(positions: positions, cell: cell, cutoff: cutoff)
    var buffer = NeighborFinder.Buffer()
    return positions.indices.map { i in
      finder.neighbors(of: i, into: &buffer)
      return (0..<buffer.count).map {
        NaiveNeighbor(
          index: Int(buffer.indices[$0]), shift: buffer.shifts[$0],
          displacement: buffer.displacement($0))
      }.sorted()
    }
  }

  /// Compares with the oracle; `accuracy` is what the coordinates allow.
  static func check(
    _ positions: [Vector3], _ cell: Cell?, _ cutoff: Double, accuracy: Double, _ name: String
  ) throws -> Int {
    var total = 0
    for (i, list) in try found(positions, cell, cutoff).enumerated() {
      let expected = NaiveNeighbors.of(i, in: positions, cell: cell, cutoff: cutoff)
      #expect(
        list.map(\.index) == expected.map(\.index) && list.map(\.shift) == expected.map(\.shift),
        "\(name): particle \(i)")
      for (a, b) in zip(list, expected) {
        #expect((a.displacement - b.displacement).length <= accuracy, "\(name): particle \(i)")
      }
      total += list.count
    }
    return total
  }

  @Test("every pathological frame has the neighbours of the definition")
  func pathological() throws {
    for case let entry in try PathologicalFrame.all() {
      // A few units in the last place of the largest coordinate.
      let size = entry.frame.positions.map(\.length).max() ?? 0
      _ = try Self.check(
        entry.frame.positions, entry.frame.cell, entry.cutoff, accuracy: 1e-15 * (size + 60),
        entry.name)
    }
  }

  @Test("random triclinic cells, all mixes of periodic directions, cutoffs from small to huge")
  func random() throws {
    var stream = RandomStream(seed: 1, stream: 1)
    var total = 0
    for trial in 0..<160 {
      let mask = trial % 8
      var vectors: [Vector3] = []
      for _ in 0..<3 { vectors.append(stream.direction() * stream.uniform(1, 6)) }
      let volume = abs(vectors[0].dot(vectors[1].cross(vectors[2])))
      // The oracle would take too long on flatter cells.
      guard volume > 2 else { continue }
      let cell = try Cell(
        vectors[0], vectors[1], vectors[2],
        periodic: (mask & 1 != 0, mask & 2 != 0, mask & 4 != 0))
      let positions = (0..<(1 + trial % 23)).map { _ in
        cell.position(
          fractional: Vector3(stream.uniform(-3, 3), stream.uniform(-3, 3), stream.uniform(-3, 3)))
      }
      let cutoff = stream.uniform(0.3, 5)
      total += try Self.check(positions, cell, cutoff, accuracy: 1e-13, "trial \(trial)")
    }
    #expect(total > 10_000)
  }

  @Test("without a cell: only the particles themselves")
  func open() throws {
    var stream = RandomStream(seed: 2)
    let positions = (0..<200).map { _ in stream.direction() * stream.uniform(0, 5) }
    #expect(try Self.check(positions, nil, 1.3, accuracy: 0, "open") > 200)
  }

  @Test("the cutoff is strict, across faces too")
  func strictCutoff() throws {
    let cell = try Cell(cube: 10)
    // At 0, at distance exactly 2 directly and through two faces, and once far outside the cell.
    let positions = [
      Vector3(0, 0, 0), Vector3(2, 0, 0), Vector3(8, 0, 0), Vector3(0, -2, 0), Vector3(0, 0, 1012),
    ]
    let at = try Self.found(positions, cell, 2)
    #expect(at[0].isEmpty)
    let beyond = try Self.found(positions, cell, (2.0).nextUp)
    #expect(beyond[0].map(\.index) == [1, 2, 3, 4])
    #expect(beyond[0].map(\.displacement.length) == [2, 2, 2, 2])
    let lattice = try Self.found([.zero], Cell(cube: 1), 2)
    // 27 - 1 within one step, no (2, 0, 0): the strict ball of radius 2 holds 26 lattice points.
    #expect(lattice[0].count == 26)
  }

  @Test("a pair has the same bits in both directions, at the cutoff too")
  func bothDirections() throws {
    var stream = RandomStream(seed: 3)
    // A face-centred cubic crystal with an awkward edge: whole shells lie at the cutoff.
    let edge = 1.1
    let cell = try Cell(cube: 3 * edge)
    var positions: [Vector3] = []
    for n in 0..<27 {
      let corner = Vector3(Double(n / 9), Double(n / 3 % 3), Double(n % 3))
      for site in [
        Vector3(0, 0, 0), Vector3(0.5, 0.5, 0), Vector3(0.5, 0, 0.5), Vector3(0, 0.5, 0.5),
      ] {
        positions.append((corner + site) * edge + Vector3(0.37, -2.11, 9.73))
      }
    }
    for cutoff in [edge * (0.5).squareRoot(), edge, edge * (1.5).squareRoot()] {
      try Self.expectSymmetric(Self.found(positions, cell, cutoff))
    }
    let skewed = try Cell(Vector3(3, 0, 0), Vector3(7.3, 2.5, 0), Vector3(-8.1, 6.2, 2.9))
    let scattered = (0..<40).map { _ in stream.direction() * stream.uniform(0, 40) }
    try Self.expectSymmetric(Self.found(scattered, skewed, 6))
  }

  static func expectSymmetric(_ lists: [[NaiveNeighbor]]) throws {
    for (i, list) in lists.enumerated() {
      for pair in list {
        let back = lists[pair.index].first { $0.index == i && $0.shift == .zero &- pair.shift }
        #expect(back.map { $0.displacement == -pair.displacement } == true)
      }
    }
  }

  @Test("shifts hold for positions as given")
  func shifts() throws {
    var stream = RandomStream(seed: 4)
    let cell = try Cell(
      Vector3(3, 0, 0), Vector3(7.3, 2.5, 0), Vector3(-8.1, 6.2, 2.9),
      periodic: (true, false, true))
    let positions = (0..<50).map { _ in stream.direction() * stream.uniform(0, 300) }
    for (i, list) in try Self.found(positions, cell, 9).enumerated() {
      for pair in list {
        #expect(pair.shift.y == 0)
        let shift = cell.position(
          fractional: Vector3(
            Double(pair.shift.x), Double(pair.shift.y), Double(pair.shift.z)))
        let r = positions[pair.index] - positions[i] + shift
        // Coordinates of 300, so a few units of 6e-14.
        #expect((r - pair.displacement).length < 1e-12)
      }
    }
  }

  @Test("ten thousand particles: the number of pairs and a few lists")
  func many() throws {
    var stream = RandomStream(seed: 5)
    let cell = try Cell(Vector3(30, 0, 0), Vector3(4, 26, 0), Vector3(-5, 3, 28))
    let positions = (0..<10_000).map { _ in
      cell.position(
        fractional: Vector3(stream.uniform(-1, 2), stream.uniform(-1, 2), stream.uniform(-1, 2)))
    }
    let finder = try NeighborFinder(positions: positions, cell: cell, cutoff: 2.5)
    var buffer = NeighborFinder.Buffer()
    var sum = 0
    for i in positions.indices {
      finder.neighbors(of: i, into: &buffer)
      sum += buffer.count
      guard i % 500 == 0 else { continue }
      let expected = NaiveNeighbors.of(i, in: positions, cell: cell, cutoff: 2.5)
      #expect(buffer.indices.map(Int.init).sorted() == expected.map(\.index).sorted())
    }
    #expect(sum.isMultiple(of: 2))
    // Mean 29.97 per particle, standard deviation of the sum sqrt(2 * 10^4 * 30) * 10^0 = 775.
    let mean = 4.0 / 3 * Double.pi * 2.5 * 2.5 * 2.5 * 9999 / cell.volume * 10_000
    #expect(abs(Double(sum) - mean) < 4 * 775)
  }

  @Test("a buffer is reused, grows, and takes entries by hand")
  func buffer() throws {
    var buffer = NeighborFinder.Buffer()
    #expect(buffer.count == 0)
    let positions = (0..<300).map { Vector3(0.001 * Double($0), 0, 0) }
    let finder = try NeighborFinder(positions: positions, cell: nil, cutoff: 1)
    finder.neighbors(of: 7, into: &buffer)
    #expect(buffer.count == 299)
    buffer.append(index: 7, displacement: Vector3(1, 2, 3))
    #expect(buffer.count == 300 && buffer.indices[299] == 7)
    #expect(buffer.displacement(299) == Vector3(1, 2, 3) && buffer.shifts[299] == .zero)
    finder.neighbors(of: 0, into: &buffer)
    #expect(buffer.count == 299 && buffer.indices.map(Int.init).sorted() == Array(1..<300))
    buffer.removeAll()
    #expect(buffer.count == 0)
  }

  @Test("bad input is refused with its value")
  func refused() throws {
    let cube = try Cell(cube: 2)
    for cutoff in [0, -1, Double.nan, .infinity] {
      #expect(throws: InvalidInput.self) {
        _ = try NeighborFinder(positions: [.zero], cell: nil, cutoff: cutoff)
      }
    }
    for bad in [Double.nan, .infinity, 1e308, -1e308] {
      for k in 0..<3 {
        var position = Vector3.zero
        position[k] = bad
        let error = #expect(throws: InvalidInput.self) {
          _ = try NeighborFinder(positions: [.zero, position], cell: cube, cutoff: 1)
        }
        #expect(error?.quantity == "position of particle 1")
        #expect(throws: InvalidInput.self) {
          _ = try NeighborFinder(positions: [position, .zero], cell: nil, cutoff: 1)
        }
      }
    }
    #expect(throws: InvalidInput.self) {
      _ = try NeighborFinder(positions: [Vector3(1e10, 0, 0)], cell: cube, cutoff: 1)
    }
    // More images than memory holds.
    let error = #expect(throws: InvalidInput.self) {
      _ = try NeighborFinder(positions: [.zero], cell: cube, cutoff: 1e5)
    }
    #expect(error?.quantity == "cutoff radius" && error?.value == "100000.0")
  }
}
