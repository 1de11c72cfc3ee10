import Foundation

/// The Python that has LAMMPS: `MESOGEN_LAMMPS_PYTHON`, or python3 on the path.
public enum LiveLAMMPS {
  private static let python =
    ProcessInfo.processInfo.environment["MESOGEN_LAMMPS_PYTHON"] ?? "python3"

  /// Whether it can be imported and has the style `gayberne`.
  public static let isInstalled: Bool = {
    let check =
      "import lammps; assert lammps.lammps(cmdargs="
      + "['-screen', 'none', '-log', 'none']).has_style('pair', 'gayberne')"
    return (try? run(["-c", check], input: "").status == 0) ?? false
  }()

  /// Runs Python with that input; its output as lines of numbers.
  ///
  /// Throws: when there is no such program.
  public static func run(
    _ arguments: [String], input: String
  ) throws -> (status: Int32, lines: [[Double]]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    let (standardInput, standardOutput) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = FileHandle.nullDevice
    try process.run()
    standardInput.fileHandleForWriting.write(Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let data = standardOutput.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    return (process.terminationStatus, lines)
  }
}
