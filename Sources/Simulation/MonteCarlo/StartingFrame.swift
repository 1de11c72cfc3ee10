internal import GayBerne
internal import Geometry

/// A frame as a simulation takes it up: complete, and sorted into kinds.
struct StartingFrame {
  let box: CellBox
  let positions: [Vector3]
  let orientations: [SIMD4<Double>]
  let kinds: [BodyKind]
  let kindOf: [Int32]

  /// Throws: `InvalidInput` when something is missing or no number.
  init(_ frame: Frame) throws {
    guard frame.count > 0 else {
      throw InvalidInput("number of particles", value: "0", expected: "at least one")
    }
    guard frame.count < 1 << 30 else {
      throw InvalidInput(
        "number of particles", value: "\(frame.count)", expected: "below 2^30")
    }
    guard let cell = frame.cell, cell.isFullyPeriodic else {
      throw InvalidInput(
        "cell", value: frame.cell == nil ? "missing" : "not periodic along all three vectors",
        expected: "a cell that repeats in all directions")
    }
    let box = CellBox((0..<3).map { cell.vector($0) })
    self.box = box
    guard let axes = frame.semiAxes else {
      throw InvalidInput(
        "shape of the particles", value: "missing",
        expected: "three semi-axes for every particle (c_diameter, or given by hand)")
    }
    if frame.orientations == nil, axes.contains(where: { !$0.isSphere }) {
      throw InvalidInput(
        "orientation of the particles", value: "missing",
        expected: "a quaternion for every particle that is no sphere (c_q)")
    }
    positions = try frame.positions.enumerated().map { index, p in
      guard p.isFinite, p.length < 1e9 * box.heights.min() else {
        throw InvalidInput(
          "position of particle \(index)", value: "\(p.x) \(p.y) \(p.z)",
          expected: "three finite numbers, less than 1e9 cells away")
      }
      return p
    }
    orientations =
      frame.orientations?.map { SIMD4($0.w, $0.x, $0.y, $0.z) }
      ?? Array(repeating: SIMD4(1, 0, 0, 0), count: frame.count)
    var numbers: [BodyKind: Int32] = [:]
    var kinds: [BodyKind] = []
    kindOf = zip(axes, frame.species).map { axes, species in
      let kind = BodyKind(semiAxes: axes, species: species)
      if let number = numbers[kind] { return number }
      numbers[kind] = Int32(kinds.count)
      kinds.append(kind)
      return Int32(kinds.count - 1)
    }
    self.kinds = kinds
  }
}
