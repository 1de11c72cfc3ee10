internal import Foundation
public import Geometry

/// Frames for a 3D view in a page: positions, orientations and shapes as 16-bit numbers, which is finer
/// than a screen shows. Where there are more particles than a page should carry, every second frame is
/// left out, again and again.
public struct FrameAlbum: Equatable, Sendable {
  /// More bytes than this in all frames together are not kept: 64,000 particles of one shape, or
  /// 5,000 dimers.
  private static let capacity = 1_300_000
  /// What a frame takes besides its particles.
  private static let overhead = 220
  /// Larger frames are not kept.
  static let largestFrame = 20_000

  private struct Entry: Equatable {
    let row: Int
    let caption: String
    let cell: [Double]?
    let count: Int
    let origin: Vector3
    let scale: Double
    let axes: [Double]?
    let data: String
  }

  private var entries: [Entry] = []
  private var bytes = 0
  /// Frames whose row is a multiple of it are kept.
  private(set) var stride = 1
  /// How many frames were too large.
  private(set) var tooLarge = 0

  /// No frames.
  public init() {}

  /// Whether there is nothing to show.
  var isEmpty: Bool { entries.isEmpty }
  /// How many frames are kept.
  var count: Int { entries.count }

  /// Adds the frame of that row of the plots that lead here. Rows come in order.
  public mutating func add(_ frame: Frame, row: Int, caption: String) {
    guard row % stride == 0, frame.count > 0 else { return }
    guard frame.count <= Self.largestFrame else {
      tooLarge += 1
      return
    }
    entries.append(Self.entry(frame, row, caption))
    bytes += Self.overhead + (entries.last?.data.utf8.count ?? 0)
    while bytes > Self.capacity, entries.count > 1 {
      stride *= 2
      entries.removeAll { $0.row % stride != 0 }
      bytes = entries.reduce(0) { $0 + Self.overhead + $1.data.utf8.count }
    }
  }

  private static func entry(_ frame: Frame, _ row: Int, _ caption: String) -> Entry {
    let positions = frame.positions.map { frame.cell?.wrap($0) ?? $0 }
    let semiAxes = positions.indices.map { i -> Vector3 in
      frame.semiAxes?[i].vector ?? Vector3(0.5, 0.5, 0.5)
    }
    let origin = positions.reduce(Vector3(0, 0, 0), +) * (1 / Double(positions.count))
    let largest = zip(positions, semiAxes).reduce(1e-300) { size, particle in
      let reach = particle.0 - origin
      return (0..<3).reduce(size) { max($0, abs(reach[$1]), particle.1[$1]) }
    }
    let isUniform = semiAxes.allSatisfy { $0 == semiAxes[0] }
    var numbers: [Int16] = []
    numbers.reserveCapacity(positions.count * 10)
    func add(_ share: Double) {
      numbers.append(Int16((32_767 * min(1, max(-1, share))).rounded()).littleEndian)
    }
    for i in positions.indices {
      let q = frame.orientations?[i] ?? .identity
      for k in 0..<3 { add((positions[i] - origin)[k] / largest) }
      for value in [q.w, q.x, q.y, q.z] { add(value) }
      if !isUniform { for k in 0..<3 { add(semiAxes[i][k] / largest) } }
    }
    return Entry(
      row: row, caption: caption,
      cell: frame.cell.map { cell in (0..<9).map { cell.lattice[$0 / 3, $0 % 3] } },
      count: positions.count, origin: origin, scale: largest,
      axes: isUniform ? (0..<3).map { semiAxes[0][$0] } : nil,
      data: numbers.withUnsafeBytes { Data($0) }.base64EncodedString())
  }

  /// For the page; without captions where the page has labels of all rows.
  func json(hasCaptions: Bool) -> PageJSON {
    .list(
      entries.map { entry in
        [
          "row": .number(Double(entry.row)),
          "caption": hasCaptions ? .text(entry.caption) : .null,
          "cell": entry.cell.map { .numbers($0) } ?? .null, "count": .number(Double(entry.count)),
          "origin": .numbers((0..<3).map { entry.origin[$0] }), "scale": .number(entry.scale),
          "axes": entry.axes.map { .numbers($0) } ?? .null, "data": .text(entry.data),
        ]
      })
  }

  /// What a reader should know about it; nil where every frame is there.
  func remark(of total: Int) -> String? {
    guard count < total else { return nil }
    return "The 3D view holds \(Figures.grouped(count)) of \(Figures.grouped(total)) frames, so "
      + "that the page stays small; a point whose frame is not there shows the nearest one."
  }
}
