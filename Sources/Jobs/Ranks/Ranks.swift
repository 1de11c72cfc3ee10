internal import CRanks
internal import FileFormats
public import Foundation
internal import Geometry

/// The processes that `mpirun` or `srun` started together, as one of them sees them.
///
/// Rank 0 does the job, reads and writes files; the others compute pieces that it hands out. MPI (any
/// library with `mpi.h`; tried with OpenMPI) is linked with `MESOGEN_MPI=1` at build time only.
public struct Ranks: RankMessages {
  /// Which one this is, from 0.
  public let index: Int
  /// How many there are.
  public let count: Int

  /// Whether this program was built with MPI.
  public static var isBuilt: Bool { mesogen_ranks_built() != 0 }

  /// The processes that this one was started with; nil where it is alone.
  ///
  /// Throws: `InvalidInput` where it was started by `mpirun` and MPI is not built in; `DataError` where MPI
  /// does not start.
  public static func ofThisProcess(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Ranks? {
    guard startedCount(environment) > 1 else { return nil }
    guard isBuilt else {
      throw InvalidInput(
        "processes", value: "\(startedCount(environment)), started together by MPI",
        expected: "one, whose threads the replicas share: this program was built without MPI "
          + "('make build MPI=1' builds it with)")
    }
    var (index, count) = (Int32(0), Int32(0))
    try check(mesogen_ranks_start(&index, &count), "starting MPI")
    return count > 1 ? Ranks(index: Int(index), count: Int(count)) : nil
  }

  /// How many processes the starter says that there are: OpenMPI, MPICH and their kin, Slurm with PMIx. A
  /// Slurm script that starts the program without `srun` has one.
  private static func startedCount(_ environment: [String: String]) -> Int {
    let names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"]
    if let size = names.lazy.compactMap({ environment[$0].flatMap { Int($0) } }).first {
      return size
    }
    return environment["PMIX_RANK"] == nil
      ? 1 : environment["SLURM_NTASKS"].flatMap { Int($0) } ?? 1
  }

  /// Sends bytes to another rank.
  ///
  /// Throws: `DataError` with what MPI says.
  public func send(_ data: Data, to rank: Int) throws {
    try data.withUnsafeBytes { bytes in
      try Self.check(
        mesogen_ranks_send(bytes.baseAddress, Int64(bytes.count), Int32(rank)),
        "sending \(bytes.count) bytes to rank \(rank)")
    }
  }

  /// Waits for bytes from another rank.
  ///
  /// Throws: `DataError` with what MPI says.
  public func receive(from rank: Int) throws -> Data {
    var size: Int64 = 0
    try Self.check(mesogen_ranks_wait(Int32(rank), &size), "waiting for rank \(rank)")
    var data = Data(count: Int(size))
    try data.withUnsafeMutableBytes { bytes in
      try Self.check(
        mesogen_ranks_receive(bytes.baseAddress, size, Int32(rank)), "hearing rank \(rank)")
    }
    return data
  }

  private static func check(_ code: Int32, _ what: String) throws {
    guard code != 0 else { return }
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      mesogen_ranks_describe(code, buffer.baseAddress, 512)
      return buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
    throw DataError(.inputOutput, file: "MPI", message: "\(what): \(text)")
  }
}

/// Processes that send each other messages.
public protocol RankMessages: Sendable {
  /// Which one this is, from 0.
  var index: Int { get }
  /// How many there are.
  var count: Int { get }
  /// Sends bytes to another rank.
  func send(_ data: Data, to rank: Int) throws
  /// Waits for bytes from another rank.
  func receive(from rank: Int) throws -> Data
}
