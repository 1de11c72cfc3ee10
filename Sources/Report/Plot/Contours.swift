internal import Foundation

/// Lines of equal value on a rectangular grid, by marching squares.
enum Contours {
  /// A point on a line.
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  /// The lines on which the values, linear between neighbours of the grid, have the level; `values[i][j]`
  /// belongs to `x[i]` and `y[j]`.
  static func lines(
    _ values: [[Double]], x: [Double], y: [Double], level: Double
  ) -> [[Point]] {
    guard x.count > 1, y.count > 1 else { return [] }
    // An edge of the grid is its lower corner and whether it goes along x.
    struct Edge: Hashable {
      var i: Int
      var j: Int
      var alongX: Bool
    }
    func crosses(_ e: Edge) -> Bool {
      let (a, b) = (
        values[e.i][e.j], values[e.i + (e.alongX ? 1 : 0)][e.j + (e.alongX ? 0 : 1)]
      )
      return (a < level) != (b < level)
    }
    func point(_ e: Edge) -> Point {
      let (i, j) = (e.i + (e.alongX ? 1 : 0), e.j + (e.alongX ? 0 : 1))
      let t = (level - values[e.i][e.j]) / (values[i][j] - values[e.i][e.j])
      return Point(x: x[e.i] + t * (x[i] - x[e.i]), y: y[e.j] + t * (y[j] - y[e.j]))
    }
    var next: [Edge: [Edge]] = [:]
    for i in 0..<(x.count - 1) {
      for j in 0..<(y.count - 1) {
        // Around the cell; two crossings make a piece, four make two.
        let around = [
          Edge(i: i, j: j, alongX: true), Edge(i: i + 1, j: j, alongX: false),
          Edge(i: i, j: j + 1, alongX: true), Edge(i: i, j: j, alongX: false),
        ].filter(crosses)
        for k in stride(from: 0, to: around.count - 1, by: 2) {
          next[around[k], default: []].append(around[k + 1])
          next[around[k + 1], default: []].append(around[k])
        }
      }
    }
    var lines: [[Point]] = []
    func order(_ a: Edge, _ b: Edge) -> Bool {
      (a.i, a.j, a.alongX ? 0 : 1) < (b.i, b.j, b.alongX ? 0 : 1)
    }
    // Lines that end at the border first, then those that close.
    let starts = next.keys.sorted {
      let (a, b) = (next[$0]?.count ?? 0, next[$1]?.count ?? 0)
      return a == b ? order($0, $1) : a < b
    }
    for start in starts {
      var (line, here) = ([Edge](), start)
      while let there = next[here]?.sorted(by: order).first {
        if line.isEmpty { line.append(here) }
        next[here]?.removeAll { $0 == there }
        next[there]?.removeAll { $0 == here }
        line.append(there)
        here = there
      }
      if !line.isEmpty { lines.append(line.map(point)) }
    }
    return lines
  }

  /// log10, for grids on logarithmic axes.
  static func logarithms(_ values: [Double]) -> [Double] { values.map { log10($0) } }

  /// Back from `logarithms`.
  static func power(_ value: Double) -> Double { pow(10, value) }
}
