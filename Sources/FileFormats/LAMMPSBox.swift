internal import Geometry

/// The box of LAMMPS: a cell whose first vector lies along x and whose second lies in the xy plane.
struct LAMMPSBox {
  var low = Vector3.zero
  /// The edges along x, y and z.
  var edges: Vector3
  /// The tilt factors xy, xz, yz.
  var tilt = Vector3.zero
  /// Whether the box repeats along its three vectors.
  var periodic = [true, true, true]

  /// The box as a cell. Throws: `InvalidInput` when it has no volume.
  func cell() throws -> Cell {
    try Cell(
      Vector3(edges.x, 0, 0), Vector3(tilt.x, edges.y, 0), Vector3(tilt.y, tilt.z, edges.z),
      periodic: (periodic[0], periodic[1], periodic[2]))
  }

  var isTilted: Bool { tilt != Vector3.zero }

  /// The bounds that dumps give for a tilted box: those of the smallest box along the axes around it.
  var bounds: (low: Vector3, high: Vector3) {
    let x = [0, tilt.x, tilt.y, tilt.x + tilt.y]
    let y = [0, tilt.z]
    let low = Vector3(x.min() ?? 0, y.min() ?? 0, 0)
    let high = edges + Vector3(x.max() ?? 0, y.max() ?? 0, 0)
    return (self.low + low, self.low + high)
  }

  /// From such bounds.
  init(boundsLow: Vector3, boundsHigh: Vector3, tilt: Vector3, periodic: [Bool]) {
    let x = [0, tilt.x, tilt.y, tilt.x + tilt.y]
    let y = [0, tilt.z]
    low = boundsLow - Vector3(x.min() ?? 0, y.min() ?? 0, 0)
    edges = boundsHigh - Vector3(x.max() ?? 0, y.max() ?? 0, 0) - low
    self.tilt = tilt
    self.periodic = periodic
  }

  init(low: Vector3, high: Vector3, tilt: Vector3) {
    self.low = low
    edges = high - low
    self.tilt = tilt
  }

  /// The box of a frame, and the rotation that takes the frame into it: none when the cell stands
  /// as LAMMPS asks already. A frame without a cell gets the smallest open box with room to spare.
  ///
  /// Throws: `InvalidInput` for a left-handed cell.
  static func around(_ frame: Frame) throws -> (box: LAMMPSBox, rotation: UnitQuaternion?) {
    guard let cell = frame.cell else {
      var low = frame.positions.first ?? .zero
      var high = low
      for position in frame.positions {
        low = Vector3(min(low.x, position.x), min(low.y, position.y), min(low.z, position.z))
        high = Vector3(max(high.x, position.x), max(high.y, position.y), max(high.z, position.z))
      }
      let room = max(0.5, frame.semiAxes?.lazy.map(\.largest).max() ?? 0.5)
      var box = LAMMPSBox(low: low - room, high: high + room, tilt: .zero)
      box.periodic = [false, false, false]
      return (box, nil)
    }
    guard cell.lattice.determinant > 0 else {
      throw InvalidInput(
        "cell", value: "left-handed", expected: "a right-handed one, as LAMMPS needs it")
    }
    let (a, b, c) = (cell.vector(0), cell.vector(1), cell.vector(2))
    let periodic = (0..<3).map(cell.isPeriodic)
    var box: LAMMPSBox
    var rotation: UnitQuaternion?
    if a.y == 0, a.z == 0, b.z == 0, a.x > 0, b.y > 0 {
      box = LAMMPSBox(
        low: .zero, high: Vector3(a.x, b.y, c.z), tilt: Vector3(b.x, c.x, c.y))
    } else {
      // The rows of the rotation are the directions that become x, y, z.
      let x = a.normalized
      let z = a.cross(b).normalized
      let y = z.cross(x)
      box = LAMMPSBox(
        low: .zero, high: Vector3(a.length, b.dot(y), c.dot(z)),
        tilt: Vector3(b.dot(x), c.dot(x), c.dot(y)))
      rotation = UnitQuaternion(rotation: Matrix3x3(rows: x, y, z))
    }
    box.periodic = periodic
    return (box, rotation)
  }
}

extension Frame {
  /// The frame turned as a whole: positions, orientations, and the columns known to be vectors.
  func turned(by rotation: UnitQuaternion) -> Frame {
    let matrix = rotation.rotationMatrix
    let turned = columns.map { column in
      guard ["forces", "torques", "velocities"].contains(column.name), column.width == 3,
        case .reals(let values) = column.values
      else { return column }
      return Column(
        name: column.name,
        vectors: (0..<count).map {
          matrix * Vector3(values[3 * $0], values[3 * $0 + 1], values[3 * $0 + 2])
        })
    }
    return Frame(
      positions: positions.map { matrix * $0 }, species: species,
      orientations: orientations.map { $0.map { rotation * $0 } }, semiAxes: semiAxes, cell: cell,
      labels: labels, columns: turned)
  }
}

/// The numbers that stand for species in LAMMPS: the species itself where it is a positive number,
/// otherwise counted by first appearance.
struct LAMMPSTypes {
  private(set) var names: [String] = []
  private var numbers: [String: Int] = [:]

  /// The number of a species.
  mutating func number(_ name: String) -> Int {
    if let known = numbers[name] { return known }
    let taken = Set(numbers.values)
    var number = Int(name).flatMap { $0 > 0 && !taken.contains($0) ? $0 : nil } ?? 1
    while taken.contains(number) { number += 1 }
    numbers[name] = number
    names.append(name)
    return number
  }

  /// A name as it can stand in a file: without blanks, and not empty.
  static func word(_ name: String) -> String {
    name.isEmpty ? "X" : String(name.map { $0.isWhitespace ? "_" : $0 })
  }

  /// The largest number given.
  var largest: Int { numbers.values.max() ?? 0 }

  /// Names and numbers, by number.
  var pairs: [(number: Int, name: String)] {
    numbers.map { ($0.value, $0.key) }.sorted { $0.0 < $1.0 }
  }
}

extension LossCollector {
  /// What the boxes of LAMMPS and HOOMD-blue do not keep.
  mutating func addBox(of frame: Frame, isTurned: Bool, keepsOpenDirections: Bool) {
    if isTurned {
      add("how the cell stands in space (the frame is turned, labels and other columns are not)")
    }
    guard let cell = frame.cell else {
      add("that there is no cell (a box around the particles takes its place)")
      return
    }
    if !keepsOpenDirections, !cell.isFullyPeriodic { add("which directions are not periodic") }
  }

  /// Names that cannot stand in a row.
  mutating func addNames(of frame: Frame) {
    if frame.species.contains(where: { LAMMPSTypes.word($0) != $0 }) {
      add("blanks in the names of species")
    }
  }
}
