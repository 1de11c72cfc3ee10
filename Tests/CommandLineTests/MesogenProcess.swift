import Foundation
import Testing

/// What a run of the program did.
struct Outcome {
  let code: Int32
  let output: String
  let errors: String

  /// The lines on standard error.
  var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// A folder for one test, gone with its last reference.
final class Scratch {
  /// Whether the program runs under a sanitizer, which does not work with limits of memory and files.
  static let isSanitized = ProcessInfo.processInfo.environment["MESOGEN_SANITIZER"] != nil

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "mesogen-tests-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
    return path(name)
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  /// The names of all files, hidden ones too.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  /// Runs the program inside this folder, with `input` as its standard input.
  func mesogen(_ arguments: String..., input: String = "") throws -> Outcome {
    try mesogen(arguments, input: input)
  }

  func mesogen(_ arguments: [String], input: String = "") throws -> Outcome {
    let process = try start(arguments, input: input)
    process.waitUntilExit()
    return try outcome(process)
  }

  /// Runs a line of shell inside this folder.
  func shell(_ line: String) throws -> Outcome {
    let process = try start(URL(filePath: "/bin/sh"), ["-e", "-c", line])
    process.waitUntilExit()
    return try outcome(process)
  }

  /// Starts the program; `outcome` collects what it wrote to files beside this folder.
  func start(_ arguments: [String], input: String = "") throws -> Process {
    try start(Self.program, arguments, input: input)
  }

  private func start(
    _ executable: URL, _ arguments: [String], input: String = ""
  ) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let streams = URL(filePath: folder.path + ".streams", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
    func stream(_ name: String, _ text: String = "") throws -> URL {
      let url = streams.appending(path: name)
      try text.write(to: url, atomically: false, encoding: .utf8)
      return url
    }
    process.standardInput = try FileHandle(forReadingFrom: stream("in", input))
    process.standardOutput = try FileHandle(forWritingTo: stream("out"))
    process.standardError = try FileHandle(forWritingTo: stream("err"))
    try process.run()
    return process
  }

  func outcome(_ process: Process) throws -> Outcome {
    let streams = URL(filePath: folder.path + ".streams", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: streams) }
    return try Outcome(
      code: process.terminationStatus,
      output: String(contentsOf: streams.appending(path: "out"), encoding: .utf8),
      errors: String(contentsOf: streams.appending(path: "err"), encoding: .utf8))
  }

  /// The program, which is built beside the tests.
  static let program: URL = {
    #if os(Linux)
      let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    #else
      let tests =
        Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
        ?? URL(filePath: CommandLine.arguments[0])
    #endif
    return tests.deletingLastPathComponent().appending(path: "mesogen")
  }()
}

/// Small inputs.
enum Sample {
  static let header =
    "Lattice=\"10 0 0 0 10 0 0 0 10\" pbc=\"T T T\" "
    + "Properties=\"species:S:1:pos:R:3:c_q:R:4:c_diameter[1]:R:1:c_diameter[2]:R:1:"
    + "c_diameter[3]:R:1\""

  static let rows = [
    "X 1.0 1.0 1.0 1.0 0.0 0.0 0.0 1.0 1.0 3.0",
    "X 4.0 1.5 1.0 0.8 0.6 0.0 0.0 1.0 1.0 3.0",
    "X 1.0 4.0 2.0 0.6 0.0 0.8 0.0 1.0 1.0 3.0",
  ]

  /// A frame of three ellipsoids, perhaps with another header or other rows.
  static func frame(header: String = header, rows: [String] = rows, count: String? = nil) -> String
  {
    ([count ?? "\(rows.count)", header] + rows).joined(separator: "\n") + "\n"
  }

  /// Two good frames.
  static let good = frame() + frame()

  /// A good frame, then one whose second row has `value` in the column `column`.
  static func replacing(column: Int, by value: String) -> String {
    var fields = rows[1].split(separator: " ").map(String.init)
    fields[column] = value
    return frame() + frame(rows: [rows[0], fields.joined(separator: " "), rows[2]])
  }
}

extension Scratch {
  /// Runs the program, which must succeed.
  func mesogenMust(_ arguments: [String]) throws {
    let outcome = try mesogen(arguments)
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
  }
}
