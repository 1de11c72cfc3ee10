import Geometry
import Mathematics
import TestSupport
import Testing

@Suite("Cell")
struct CellTests {
  @Test("lattice vectors are rows; volume, heights and coordinates agree with their definitions")
  func definitions() throws {
    let (a, b, c) = (Vector3(3, 0, 0), Vector3(1, 2.5, 0), Vector3(-0.5, 0.75, 4))
    let cell = try Cell(a, b, c, periodic: (true, false, true))
    #expect(cell.vector(0) == a && cell.vector(1) == b && cell.vector(2) == c)
    #expect(cell.lattice[1, 0] == 1 && cell.lattice[0, 1] == 0)
    #expect(cell.volume == 30)
    #expect(cell.isPeriodic(0) && !cell.isPeriodic(1) && cell.isPeriodic(2))
    #expect(!cell.isFullyPeriodic)
    // The third height is along z; the others from the volume.
    #expect(abs(cell.height(2) - 4) < 1e-15)
    #expect(abs(cell.height(0) - 30 / b.cross(c).length) < 1e-15)
    let f = Vector3(0.25, -1.5, 2)
    let position = a * f.x + b * f.y + c * f.z
    #expect((cell.position(fractional: f) - position).length < 1e-15)
    // Three digits of the condition number.
    #expect((cell.fractional(position) - f).length < 1e-15)
    #expect((cell.toFractional * position - f).length < 1e-15)
    #expect((cell.toCartesian * f - position).length < 1e-15)
  }

  @Test("a left-handed cell has a positive volume")
  func leftHanded() throws {
    let cell = try Cell(Vector3(0, 2, 0), Vector3(3, 0, 0), Vector3(0, 0, 4))
    #expect(cell.volume == 24)
    #expect((0..<3).map { cell.height($0) } == [2, 3, 4])
  }

  @Test("missing vectors are completed at right angles, right-handed")
  func completed() throws {
    let (a, b, c) = (Vector3(2, 0.3, -0.1), Vector3(0.5, 3, 0.2), Vector3(0.1, 0.2, 5))
    for mask in 0..<8 {
      let missing = (0..<3).map { mask & (1 << $0) != 0 }
      let given = zip([a, b, c], missing).map { $1 ? Vector3.zero : $0 }
      let cell = try Cell(
        given[0], given[1], given[2], periodic: (!missing[0], !missing[1], !missing[2]))
      #expect(cell.lattice.determinant > 0)
      for k in 0..<3 {
        #expect(cell.isPeriodic(k) == !missing[k])
        if missing[k] {
          #expect(abs(cell.vector(k).length - 1) < 1e-15)
          for other in 0..<3 where other != k {
            #expect(abs(cell.vector(k).dot(cell.vector(other))) < 1e-15)
          }
        } else {
          #expect(cell.vector(k) == given[k])
        }
      }
    }
    let empty = try Cell(.zero, .zero, .zero, periodic: (false, false, false))
    #expect(empty.lattice == .identity)
  }

  @Test("a vector given along a direction that does not repeat stays")
  func openDirection() throws {
    let cell = try Cell(
      Vector3(2, 0, 0), Vector3(0, 2, 0), Vector3(1, 1, 7), periodic: (true, true, false))
    #expect(cell.vector(2) == Vector3(1, 1, 7))
  }

  @Test("singular and non-finite lattices are refused, with the lattice in the message")
  func refused() throws {
    let x = Vector3(1, 0, 0)
    let y = Vector3(0, 1, 0)
    let bad: [(Vector3, Vector3, Vector3)] = [
      (x, x, y), (x, y, x + y), (x, y, .zero), (.zero, .zero, .zero), (x, y, Vector3(0, 0, .nan)),
      (x, Vector3(.infinity, 0, 0), y), (x, y, x * 3 - y * 2), (x, y, Vector3(1, 1, 1e-13)),
    ]
    for (a, b, c) in bad {
      let error = #expect(throws: InvalidInput.self) { _ = try Cell(a, b, c) }
      #expect(error?.quantity == "lattice")
      #expect(error?.value.hasPrefix("(\(a.x) \(a.y) \(a.z))") == true)
    }
    // Parallel vectors cannot be completed to a volume.
    #expect(throws: InvalidInput.self) {
      _ = try Cell(x, x * 2, .zero, periodic: (true, true, false))
    }
    #expect(throws: InvalidInput.self) { _ = try Cell(cube: 0) }
    #expect(throws: InvalidInput.self) { _ = try Cell(cube: .nan) }
    #expect(throws: InvalidInput.self) { _ = try Cell(box: Vector3(1, 0, 1)) }
  }

  @Test("a needle of one part in 10^9 is no singular cell")
  func needle() throws {
    let cell = try Cell(box: Vector3(1e-4, 1e5, 1))
    #expect(abs(cell.volume - 10) < 1e-14)
    let f = Vector3(0.3, 0.6, 0.9)
    #expect((cell.fractional(cell.position(fractional: f)) - f).length < 1e-15)
  }

  @Test("wrapping moves by lattice vectors of periodic directions into the cell, and only once")
  func wrap() throws {
    var stream = RandomStream(seed: 11)
    for entry in try PathologicalFrame.all() {
      guard let cell = entry.frame.cell else { continue }
      let sides = (0..<3).map { cell.vector($0).length }.reduce(0, +)
      var positions = entry.frame.positions
      for _ in 0..<50 { positions.append(stream.direction() * stream.uniform(0, 100)) }
      for position in positions {
        let wrapped = cell.wrap(position)
        let f = cell.fractional(wrapped)
        let turns = cell.fractional(wrapped - position)
        // What the rounding of the position does to a fractional coordinate.
        let size = position.length + sides
        for k in 0..<3 {
          let accuracy = 2e-15 * size * sides * sides / cell.volume
          if cell.isPeriodic(k) {
            #expect(f[k] >= -accuracy && f[k] < 1 + accuracy, "\(entry.name)")
            #expect(abs(turns[k] - turns[k].rounded()) <= accuracy, "\(entry.name)")
          } else {
            #expect(abs(turns[k]) <= accuracy, "\(entry.name)")
          }
        }
      }
    }
  }

  @Test("wrapping leaves alone what is inside or outside by less than rounding")
  func wrapAtFaces() throws {
    let cell = try Cell(cube: 4)
    for inside in [0, 1e-300, 2.5, (4.0).nextDown, -1e-20, -Double.leastNonzeroMagnitude] {
      let position = Vector3(inside, 1, 1)
      #expect(cell.wrap(position) == position)
    }
    #expect(cell.wrap(Vector3(4, -4, 8)) == .zero)
    #expect(cell.wrap(Vector3(-1, 5, 0)) == Vector3(3, 1, 0))
    let open = try Cell(
      Vector3(4, 0, 0), Vector3(0, 4, 0), Vector3(0, 0, 4), periodic: (false, true, false))
    #expect(open.wrap(Vector3(-1, 5, 99)) == Vector3(-1, 1, 99))
  }

  @Test("the minimum image is the shortest of all, in cells of any skew and mix of directions")
  func minimumImage() throws {
    var stream = RandomStream(seed: 12)
    for trial in 0..<320 {
      let mask = trial % 8
      // Skews of up to six cells: the oracle looks fourteen cells around.
      let skew = trial % 3 == 0 ? 6.0 : 0.9
      let edges = Vector3(
        stream.uniform(0.5, 4), stream.uniform(0.5, 4), stream.uniform(0.5, 4))
      let a = Vector3(edges.x, 0, 0)
      let b = Vector3(0, edges.y, 0) + a * stream.uniform(-skew, skew)
      let c =
        Vector3(0, 0, edges.z) + a * stream.uniform(-skew, skew) + b * stream.uniform(-0.9, 0.9)
      let turn = try RandomFrames.rotation(&stream)
      let cell = try Cell(
        turn.rotate(a), turn.rotate(b), turn.rotate(c),
        periodic: (mask & 1 != 0, mask & 2 != 0, mask & 4 != 0))
      for _ in 0..<4 {
        let displacement = cell.position(
          fractional: Vector3(
            stream.uniform(-2, 2), stream.uniform(-2, 2), stream.uniform(-2, 2)))
        let expected = NaiveNeighbors.shortestImage(displacement, cell: cell, reach: 18)
        let image = cell.minimumImage(displacement)
        #expect(abs(image.length - expected.length) < 1e-13, "trial \(trial)")
        let turns = cell.fractional(image - displacement)
        for k in 0..<3 {
          let whole = cell.isPeriodic(k) ? turns[k].rounded() : 0
          #expect(abs(turns[k] - whole) < 1e-12, "trial \(trial)")
        }
      }
    }
  }

  @Test("minimum images that a search of 27 images misses")
  func minimumImageOfSkewedCells() throws {
    // The lattice of a unit square, written with a long vector.
    let skewed = try Cell(Vector3(1, 0, 0), Vector3(37, 1, 0), Vector3(0, 0, 1))
    let image = skewed.minimumImage(Vector3(18.25, 0.5, 0))
    #expect(abs(image.length - Vector3(0.25, 0.5, 0).length) < 1e-13)
    // A direction that does not repeat, at an angle to one that does.
    let slab = try Cell(
      Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0.9, 0, 1), periodic: (true, true, false))
    #expect((slab.minimumImage(Vector3(9, 0, 10)) - Vector3(0, 0, 10)).length < 1e-14)
    // Nothing repeats: nothing changes.
    let open = try Cell(
      Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0.9, 0, 1), periodic: (false, false, false))
    #expect(open.minimumImage(Vector3(9, 8, 7)) == Vector3(9, 8, 7))
  }

  @Test("a displacement shorter than half the box keeps its bits")
  func shortDisplacement() throws {
    let cell = try Cell(cube: 10)
    let displacement = Vector3(1.1, -2.3, 4.9)
    #expect(cell.minimumImage(displacement) == displacement)
    #expect(cell.minimumImage(Vector3(6, 0, 0)) == Vector3(-4, 0, 0))
  }
}
