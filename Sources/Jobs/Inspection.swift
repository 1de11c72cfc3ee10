public import FileFormats
public import Geometry

/// What is in a file of frames.
public struct Inspection: Sendable {
  /// The number of frames.
  public private(set) var frames = 0
  /// The number of particles of all frames.
  public private(set) var particles = 0
  /// The smallest and the largest number of particles of a frame.
  public private(set) var particlesPerFrame: ClosedRange<Int>?
  /// The names of the species with the number of their particles, in the order of a calculation.
  public private(set) var species: [(name: String, count: Int)] = []
  /// How many different shapes there are (counting stops at a thousand), and the first.
  public private(set) var shapes: (count: Int, first: SemiAxes?) = (0, nil)
  /// How many frames have a cell that repeats, one that does not, and none.
  public private(set) var cells = (periodic: 0, open: 0, missing: 0)
  /// How many cells have which form, in the order of their first appearance.
  public var cellForms: [(name: String, count: Int)] { forms.entries }
  private var forms = Tally()
  /// The labels of the frames with the number of frames that have them.
  public private(set) var labels: [(name: String, count: Int)] = []
  /// The columns beyond positions, species, orientations and shapes, as labels.
  public private(set) var columns: [(name: String, count: Int)] = []
  /// How many frames have orientations.
  public private(set) var withOrientations = 0
  /// What was assumed in reading, where the file could have meant something else.
  public private(set) var assumptions: [String] = []
  /// What a user should know about.
  public private(set) var problems: [String] = []

  /// Looks at every frame of a file.
  ///
  /// Throws: `DataError` with file, frame and line where the file cannot be read on.
  public init(
    of input: String, reading: ReadOptions = ReadOptions(), _ context: JobContext
  ) throws {
    let reader = try FrameReader.open(input, options: reading)
    var speciesCounts: [String: Int] = [:]
    var (order, shapesSeen) = ([String](), Set<SemiAxes>())
    var (labelCounts, columnCounts) = (Tally(), Tally())
    while let frame = try reader.next() {
      frames += 1
      particles += frame.count
      let low = min(particlesPerFrame?.lowerBound ?? frame.count, frame.count)
      particlesPerFrame = low...max(particlesPerFrame?.upperBound ?? 0, frame.count)
      for name in frame.species {
        if speciesCounts[name] == nil { order.append(name) }
        speciesCounts[name, default: 0] += 1
      }
      if shapesSeen.count < 1000 { shapesSeen.formUnion(frame.semiAxes ?? []) }
      if shapes.first == nil { shapes.first = frame.semiAxes?.first }
      if frame.orientations != nil { withOrientations += 1 }
      countCell(frame)
      for name in frame.labels.names { labelCounts.add(name) }
      for column in frame.columns { columnCounts.add(column.name) }
      if frames % 1000 == 0 {
        context.progress(JobProgress(task: "info \(input)", done: frames, total: nil))
      }
    }
    shapes.count = shapesSeen.count
    if !order.isEmpty {
      species = try SpeciesTable(found: order).names.map { ($0, speciesCounts[$0] ?? 0) }
    }
    (labels, columns) = (labelCounts.entries, columnCounts.entries)
    assumptions = reader.assumptions
    problems = reader.warnings.map { warning in
      warning.hasPrefix(input + ": ") ? String(warning.dropFirst(input.count + 2)) : warning
    }
    findProblems()
  }

  private mutating func countCell(_ frame: Frame) {
    guard let cell = frame.cell else {
      cells.missing += 1
      return
    }
    forms.add(Self.form(of: cell))
    if (0..<3).contains(where: cell.isPeriodic) { cells.periodic += 1 } else { cells.open += 1 }
  }

  /// The form of a cell: edges along the axes, tilted as LAMMPS and HOOMD-blue have it (the first vector
  /// along x, the second in the plane of x and y), or any three vectors.
  private static func form(of cell: Cell) -> String {
    let (a, b, c) = (cell.vector(0), cell.vector(1), cell.vector(2))
    guard a.y == 0, a.z == 0, b.z == 0, a.x > 0, b.y > 0, c.z > 0 else {
      return "general triclinic"
    }
    return b.x == 0 && c.x == 0 && c.y == 0 ? "orthogonal" : "triclinic"
  }

  private mutating func findProblems() {
    if frames > 0, withOrientations < frames {
      problems.append("\(frames - withOrientations) frames have no orientations")
    }
    if frames > 0, shapes.first == nil {
      problems.append("no shapes: give --semi-axes to compute with ellipsoids")
    }
    for entry in labels where entry.count < frames {
      problems.append("label \(entry.name): in \(entry.count) of \(frames) frames only")
    }
    for entry in columns where entry.count < frames {
      problems.append("column \(entry.name): in \(entry.count) of \(frames) frames only")
    }
  }

  /// How often names came, in the order of their first appearance.
  private struct Tally {
    private var order: [String] = []
    private var counts: [String: Int] = [:]

    mutating func add(_ name: String) {
      if counts.updateValue(counts[name, default: 0] + 1, forKey: name) == nil {
        order.append(name)
      }
    }

    var entries: [(name: String, count: Int)] { order.map { ($0, counts[$0] ?? 0) } }
  }
}
