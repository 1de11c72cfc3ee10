public import Foundation

/// The Python that the comparison runs in: MESOGEN_PYTHON, or python3.
public enum LivePython {
  /// What is run.
  public static let command = ProcessInfo.processInfo.environment["MESOGEN_PYTHON"] ?? "python3"

  /// Standard output of Python, or nil when the program fails or there is none.
  public static func run(_ arguments: [String]) -> Data? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [command] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? data : nil
  }

  /// Whether ASE can be imported.
  public static let hasASE = run(["-c", "import ase.io"]) != nil

  /// Whether libextxyz can be imported.
  public static let hasLibExtXYZ = run(["-c", "from extxyz import iread_dicts"]) != nil

  /// Whether OVITO can be imported.
  public static let hasOVITO = run(["-c", "import ovito.io"]) != nil

  /// Whether h5py can be imported.
  public static let hasH5py = run(["-c", "import h5py"]) != nil

  /// Whether metatensor can be imported.
  public static let hasMetatensor = run(["-c", "import metatensor"]) != nil

  /// Whether freud can be imported.
  public static let hasFreud = run(["-c", "import freud"]) != nil
}
