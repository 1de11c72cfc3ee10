import FileFormats
import Foundation
import Geometry
import Jobs
import TestSupport
import Testing

/// Ranks of one process: messages go from thread to thread.
private struct Threads: RankMessages {
  final class Post: @unchecked Sendable {
    private let condition = NSCondition()
    private var waiting: [[Int]: [Data]] = [:]

    func put(_ data: Data, _ way: [Int]) {
      condition.lock()
      waiting[way, default: []].append(data)
      condition.broadcast()
      condition.unlock()
    }

    func take(_ way: [Int]) -> Data {
      condition.lock()
      defer { condition.unlock() }
      while waiting[way, default: []].isEmpty { condition.wait() }
      return waiting[way, default: []].removeFirst()
    }
  }

  let index: Int
  let count: Int
  let post: Post

  func send(_ data: Data, to rank: Int) { post.put(data, [index, rank]) }
  func receive(from rank: Int) -> Data { post.take([rank, index]) }

  /// The job on rank 0, `serve` on the others, each with the job that it is given; ends when all have.
  static func run(_ jobs: [SimulateJob]) throws -> JobReport {
    let post = Post()
    let group = DispatchGroup()
    for rank in 1..<jobs.count {
      DispatchQueue.global().async(group: group) {
        try? jobs[rank].serve(Threads(index: rank, count: jobs.count, post: post), threads: 1)
      }
    }
    defer { group.wait() }
    let first = Threads(index: 0, count: jobs.count, post: post)
    return try jobs[0].run(JobContext(threads: 1, ranks: first))
  }
}

/// Replica exchange over ranks.
@Suite(.timeLimit(.minutes(2))) struct RankTests {
  private func prepared(_ scratch: ScratchFolder, count: Int = 2) throws -> String {
    var phase = PhaseSettings(.nematic)
    (phase.count, phase.particles) = (count, 30)
    let path = scratch.file("start.xyz")
    _ = try GenerateJob(output: path, settings: phase).run(JobContext(threads: 1))
    return path
  }

  private func settings() -> SimulateSettings {
    var settings = SimulateSettings()
    settings.interaction.potential = .hard
    settings.ensemble = .npt
    settings.pressure = 1
    settings.exchange = "pressure:1,1.2,1.4,1.6,1.8"
    (settings.steps, settings.equilibrate, settings.every) = (60, 40, 20)
    return settings
  }

  /// Every number of ranks gives the bytes of one process, with several starts too.
  @Test(arguments: [2, 3, 7]) func bytesOfOneProcess(_ count: Int) throws {
    let scratch = try ScratchFolder()
    let start = try prepared(scratch)
    let one = scratch.file("one.xyz")
    let several = scratch.file("several.xyz")
    let report = try SimulateJob(input: start, output: one, settings: settings())
      .run(JobContext(threads: 2))
    let job = try SimulateJob(input: start, output: several, settings: settings())
    let shared = try Threads.run(Array(repeating: job, count: count))
    for ending in ["", ".observables.csv", ".observables.json"] {
      let files = try [one, several].map { try Data(contentsOf: URL(filePath: $0 + ending)) }
      #expect(files[0] == files[1], "\(ending)")
    }
    #expect(shared.summary == report.summary)
  }

  /// What another rank cannot do ends the job in words, and all ranks with it.
  @Test func failureOfAnotherRank() throws {
    let scratch = try ScratchFolder()
    let start = try prepared(scratch)
    let job = try SimulateJob(
      input: start, output: scratch.file("a.xyz"), settings: settings())
    let blind = try SimulateJob(
      input: scratch.file("gone.xyz"), output: scratch.file("a.xyz"), settings: settings())
    let error = #expect(throws: DataError.self) { try Threads.run([job, blind]) }
    #expect(error?.message.contains("rank 1: ") == true, "\(String(describing: error))")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("a.xyz")))
  }

  /// Where rank 0 cannot begin, the others are let go.
  @Test func failureOfTheFirst() throws {
    let scratch = try ScratchFolder()
    let start = try prepared(scratch)
    let job = try SimulateJob(
      input: scratch.file("gone.xyz"), output: scratch.file("a.xyz"), settings: settings())
    let other = try SimulateJob(
      input: start, output: scratch.file("a.xyz"), settings: settings())
    #expect(throws: DataError.self) { try Threads.run([job, other]) }
  }

  /// A program without MPI says so where it was started by mpirun, and is alone anywhere else.
  @Test func startedTogether() throws {
    #expect(try Ranks.ofThisProcess(environment: [:]) == nil)
    #expect(try Ranks.ofThisProcess(environment: ["SLURM_NTASKS": "4"]) == nil)
    #expect(try Ranks.ofThisProcess(environment: ["OMPI_COMM_WORLD_SIZE": "1"]) == nil)
    guard !Ranks.isBuilt else { return }
    for environment in [["OMPI_COMM_WORLD_SIZE": "4"], ["PMIX_RANK": "0", "SLURM_NTASKS": "4"]] {
      let error = #expect(throws: InvalidInput.self) {
        try Ranks.ofThisProcess(environment: environment)
      }
      #expect("\(String(describing: error))".contains("MPI=1"))
    }
  }
}
