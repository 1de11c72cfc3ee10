import FileFormats
import Foundation
import Geometry
import Mathematics
import OrderParameters
import Testing

/// `mesogen order` with all that it can compute of a frame.
@Suite struct OrderCommandTests {
  private static func frames(_ path: String) throws -> [Frame] {
    let reader = try FrameReader.open(path)
    var frames: [Frame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  /// Degrees are ranges, lists or both; the columns are those of a range.
  @Test func listsOfDegrees() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "nematic", "-o", "in.xyz", "--count", "2", "--particles", "20", "--quiet",
    ])
    func table(_ degrees: String) throws -> [[Substring]] {
      let out = try scratch.mesogen("order", "in.xyz", "--cutoff", "2", "--steinhardt", degrees)
      return out.output.split(separator: "\n").map { $0.split(separator: ",") }
    }
    let all = try table("0:6")
    for degrees in ["4,6", "0:2,4,6", "6"] {
      let some = try table(degrees)
      for (k, name) in some[0].enumerated() {
        let place = try #require(all[0].firstIndex(of: name))
        for row in some.indices { #expect(some[row][k] == all[row][place]) }
      }
      let names = some[0].filter { $0.first == "q" }.map(String.init)
      let expected =
        degrees == "4,6" ? ["q4", "q6"] : degrees == "6" ? ["q6"] : ["q0", "q1", "q2", "q4", "q6"]
      #expect(names == expected)
    }
    for (degrees, words) in [("4,4", "comes twice"), ("4,", "0:2,4,6"), ("65", "0 to 64")] {
      let refused = try scratch.mesogen("order", "in.xyz", "--cutoff", "2", "--steinhardt", degrees)
      #expect(refused.code == 64 && refused.errors.contains(words), "\(refused)")
    }
  }

  /// Whatever the library computes of one frame is what the command writes: means, every particle's
  /// values as columns and as rows, pair correlations.
  @Test func orderOfEveryParticle() throws {
    let scratch = try Scratch()
    try scratch.mesogenMust([
      "generate", "smectic-b", "-o", "in.xyz", "--count", "2", "--particles", "60",
      "--packing-fraction", "0.3",
    ])
    let options = [
      "--cutoff", "2.2", "--steinhardt", "4:6", "--averaged", "--third-order", "--hexatic",
      "--per-particle", "--pair-correlation", "g.csv", "--range", "2.5", "--bins", "20",
    ]
    try scratch.mesogenMust(["order", "in.xyz", "-o", "out.xyz"] + options)
    try scratch.mesogenMust(["order", "in.xyz", "-o", "out.csv"] + options)
    let given = try Self.frames(scratch.path("in.xyz"))
    let labelled = try Self.frames(scratch.path("out.xyz"))
    let rows = try scratch.read("out.csv").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows[0].prefix(4) == ["frame", "particle", "local_order", "neighbors"])
    #expect(rows.count == 1 + given.reduce(0) { $0 + $1.count })
    var g = [Double](repeating: 0, count: 20)
    for (k, frame) in given.enumerated() {
      let bonds = try Steinhardt(frame, .init(degrees: 4...6, cutoff: 2.2))
      let local = try LocalNematicOrder(frame, cutoff: 2.2)
      let layers = try #require(try SmecticSearch().find(frame))
      let hexatic = try LayerHexaticOrder(
        frame, normal: layers.normal, spacing: layers.spacing)
      expectClose(labelled[k], "local_order", local.values)
      let q6 = (0..<frame.count).map { bonds.averaged.values[$0, 2] }
      expectClose(labelled[k], "q6_averaged", q6)
      let w4 = try bonds.thirdOrder().columnMeans[0]
      #expect(abs((labelled[k].labels["w4"]?.real ?? .nan) - w4) < 1e-15)
      #expect(abs((labelled[k].labels["psi6"]?.real ?? .nan) - hexatic.meanMagnitude) < 1e-15)
      let row = rows[1 + k * given[0].count + 7]
      #expect(row[0] == "\(k)" && row[1] == "7")
      #expect(abs((Double(row[2]) ?? .nan) - local.values[7]) < 1e-14)
      let pairs = try PairCorrelation(frame, cutoff: 2.5, bins: 20)
      for bin in g.indices { g[bin] += pairs.radial[bin] / 2 }
    }
    let table = try scratch.read("g.csv").split(separator: "\n")
    #expect(table[0] == "r,g,g2" && table.count == 21)
    for (bin, line) in table.dropFirst().enumerated() {
      let values = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      #expect(abs((Double(values[0]) ?? .nan) - 0.125 * (Double(bin) + 0.5)) < 1e-12)
      #expect(abs((Double(values[1]) ?? .nan) - g[bin]) < 1e-12)
    }
  }

  /// The column of that name, to rounding.
  private func expectClose(_ frame: Frame, _ name: String, _ expected: [Double]) {
    guard case .reals(let values)? = frame.column(name)?.values, values.count == expected.count
    else {
      Issue.record("no column \(name)")
      return
    }
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-14 }, "\(name)")
  }

  /// What needs neighbours says so, and nothing is written.
  @Test(arguments: [
    ["--per-particle"], ["--averaged"], ["--third-order"],
    ["--pair-correlation", "g.csv"],
    ["--pair-correlation", "g.csv", "--range", "3", "--bins", "0"],
    ["--pair-correlation", "g.csv", "--range", "-3"],
  ])
  func orderNeedsNeighbors(_ options: [String]) throws {
    let scratch = try Scratch()
    try scratch.write(Sample.good, to: "in.xyz")
    let outcome = try scratch.mesogen(["order", "in.xyz", "-o", "out.csv"] + options)
    #expect(outcome.code != 0)
    #expect(outcome.errors.split(separator: "\n").count >= 1)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out.csv")))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("g.csv")))
  }
}
