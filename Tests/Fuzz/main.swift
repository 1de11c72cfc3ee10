import FileFormats
import Foundation
import FuzzReaders

// Reads damaged files with every reader, in workers that may crash, hang or take too much memory:
//
//   Fuzz INPUTS [SEED] [FOLDER FOR WHAT IS FOUND]
//   Fuzz --seeds FOLDER     writes the whole files that it begins with, for `CoverageFuzz`
//
// An input hangs after two seconds of processor time. What is found is written to the folder, to become a case of the tests.

/// Data of a process beyond this are too much: 256 MB above what it takes by itself.
let mostMemory = 320 << 20
let batch = 20_000

let arguments = CommandLine.arguments
let references = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../data/reference/formats").path
if arguments.count > 5, arguments[1] == "--worker", let first = Int(arguments[2]),
  let count = Int(arguments[3]), let seed = UInt64(arguments[4])
{
  try Worker(folder: arguments[5], seed: seed).run(first..<first + count)
} else if arguments.count == 3, arguments[1] == "--seeds" {
  for name in try Readers.seeds(in: arguments[2], references: references) { print(name) }
} else {
  let inputs = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 1_000_000
  let seed = arguments.count > 2 ? UInt64(arguments[2]) ?? 1 : 1
  let found = arguments.count > 3 ? arguments[3] : "fuzz-found"
  exit(try Supervisor(seed: seed, found: found).run(inputs) ? 0 : 1)
}

/// Reads inputs one after the other, and tells by a file which one.
struct Worker {
  let folder: String
  let seed: UInt64

  func input(_ index: Int, _ seeds: [(name: String, bytes: [UInt8])]) -> (
    name: String, bytes: [UInt8]
  ) {
    var mutator = Mutator(seed: seed, index: index)
    let (one, other) = (seeds[index % seeds.count], seeds[mutator.choose(seeds.count)])
    return (one.name, mutator.damaged(one.bytes, other: other.bytes))
  }

  func seeds() throws -> [(name: String, bytes: [UInt8])] {
    try Readers.seeds(in: folder, references: references).map {
      ($0, [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))))
    }
  }

  func run(_ range: Range<Int>) throws {
    var limit = rlimit(rlim_cur: rlim_t(mostMemory), rlim_max: rlim_t(mostMemory))
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit)
    let seeds = try seeds()
    let progress = open("\(folder)/progress", O_RDWR | O_CREAT, 0o600)
    for index in range {
      var number = index
      pwrite(progress, &number, 8, 0)
      let (name, bytes) = input(index, seeds)
      let path = "\(folder)/in-\(name)"
      let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      close(file)
      // SIGPROF, after two seconds of processor time, or SIGALRM ends the worker.
      Self.limit(seconds: 2)
      Readers.read(path)
      Self.limit(seconds: 0)
    }
  }
}

extension Worker {
  /// Processor time, since other work on the machine is no fault of a reader; ten times as long by the clock, for
  /// one that waits. 0: no limit.
  private static func limit(seconds: Int) {
    var time = itimerval()
    time.it_value.tv_sec = seconds
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &time, nil)
    alarm(UInt32(10 * seconds))
  }
}

/// Starts workers and writes down what they ended of.
struct Supervisor {
  let seed: UInt64
  let found: String

  /// Whether all inputs were read without a fault.
  func run(_ inputs: Int) throws -> Bool {
    var (next, crashes, hangs) = (0, 0, 0)
    let clock = ContinuousClock()
    let start = clock.now
    while next < inputs {
      let folder = try TemporaryFolder()
      let process = Process()
      process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = [
        "--worker", "\(next)", "\(min(batch, inputs - next))", "\(seed)", folder.path,
      ]
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "1"], uniquingKeysWith: { $1 })
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationReason == .uncaughtSignal || process.terminationStatus != 0 else {
        next += batch
        continue
      }
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder.path)/progress")))
      let index = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
      let hung = [SIGALRM, SIGPROF].contains(process.terminationStatus)
      if hung { hangs += 1 } else { crashes += 1 }
      let worker = Worker(folder: try TemporaryFolder().path, seed: seed)
      try FileManager.default.createDirectory(
        atPath: worker.folder, withIntermediateDirectories: true)
      let (name, content) = worker.input(index, try worker.seeds())
      try? FileManager.default.removeItem(atPath: worker.folder)
      try FileManager.default.createDirectory(atPath: found, withIntermediateDirectories: true)
      let file = "\(found)/\(hung ? "hang" : "crash")-\(seed)-\(index)-\(name)"
      try Data(content).write(to: URL(filePath: file))
      print("\(file): \(hung ? "hangs" : "signal \(process.terminationStatus)")")
      next = index + 1
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    print(
      "\(inputs) inputs, \(crashes) crashes, \(hangs) hangs, at most \(usage.ru_maxrss / 1024) MB, "
        + "\(start.duration(to: clock.now).components.seconds) s")
    return crashes + hangs == 0
  }
}
