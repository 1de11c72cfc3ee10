internal import Foundation
internal import Geometry
internal import Simulation

/// Replicas on the ranks that MPI started: replica k advances on rank k modulo their number, its own state
/// with it there and back in every round. Rank 0 exchanges configurations, so that nothing depends on the
/// number of ranks.
struct RankedReplicas: ReplicaHost {
  let ranks: any RankMessages
  /// Which starting frame the replicas belong to.
  let start: Int

  /// What rank 0 asks for.
  private struct Order: Codable {
    var start: Int
    var sweeps: Int
    var replicas: [Int]
    var states: [Data]
  }

  /// What comes back.
  private struct Answer: Codable {
    var states: [Data] = []
    var failure: String?
  }

  /// A rank that could not do what it was asked for.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  func advance(_ replicas: [MonteCarlo], sweeps: Int, threads: Int) throws -> [MonteCarlo] {
    let shares = (0..<ranks.count).map {
      Array(stride(from: $0, to: replicas.count, by: ranks.count))
    }
    let others = (1..<ranks.count).filter { !shares[$0].isEmpty }
    for rank in others {
      let order = Order(
        start: start, sweeps: sweeps, replicas: shares[rank],
        states: try shares[rank].map { try replicas[$0].checkpoint() })
      try ranks.send(StateCoding.encode(order), to: rank)
    }
    let own = Result {
      try ReplicaExchange.advance(
        shares[0].map { replicas[$0] }, sweeps: sweeps, threads: threads)
    }
    // All answers are heard even after a failure: a rank whose answer nobody takes would never end.
    let answers = try others.map {
      try StateCoding.decode(Answer.self, from: ranks.receive(from: $0))
    }
    var result = replicas
    for (k, replica) in zip(shares[0], try own.get()) { result[k] = replica }
    for (rank, answer) in zip(others, answers) {
      guard answer.failure == nil, answer.states.count == shares[rank].count else {
        throw Failure(description: "rank \(rank): \(answer.failure ?? "no answer")")
      }
      for (k, state) in zip(shares[rank], answer.states) { try result[k].restore(state) }
    }
    return result
  }

  /// Lets the other ranks go.
  static func end(_ ranks: any RankMessages) {
    for rank in 1..<ranks.count { try? ranks.send(Data(), to: rank) }
  }

  /// What the other ranks do: they advance replicas until rank 0 lets them go.
  ///
  /// Throws: what sending and receiving throws; a replica that cannot be had or advanced is told to rank 0.
  static func serve(
    _ ranks: any RankMessages, threads: Int, replicas: (_ start: Int) throws -> [MonteCarlo]
  ) throws {
    var made: (start: Int, replicas: [MonteCarlo])?
    while true {
      let message = try ranks.receive(from: 0)
      guard !message.isEmpty else { return }
      var answer = Answer()
      do {
        let order = try StateCoding.decode(Order.self, from: message)
        if made?.start != order.start { made = (order.start, try replicas(order.start)) }
        let advanced = try ReplicaExchange.advance(
          zip(order.replicas, order.states).map { k, state in
            guard var replica = made?.replicas[k] else { throw Failure(description: "no replica") }
            try replica.restore(state)
            return replica
          }, sweeps: order.sweeps, threads: threads)
        answer.states = try advanced.map { try $0.checkpoint() }
      } catch {
        answer.failure = "\(error)"
      }
      try ranks.send(StateCoding.encode(answer), to: 0)
    }
  }
}
