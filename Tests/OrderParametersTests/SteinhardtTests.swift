import Geometry
import Mathematics
import OrderParameters
import TestSupport
import Testing

@Suite struct SteinhardtTests {
  @Test func agreesWithTheAdditionTheoremOverBruteForceImages() throws {
    var stream = RandomStream(seed: 21)
    let shape = try SemiAxes(0.5, 0.5, 1)
    // The cutoff is beyond the box: a particle sees its own images.
    let frame = try RandomFrames.triclinic(5, edge: 2, semiAxes: shape, stream: &stream)
    for weights in [Steinhardt.Weights.uniform, .distance] {
      let settings = Steinhardt.Settings(degrees: 0...10, cutoff: 3.1, weights: weights)
      let values = try Steinhardt(frame, settings).values
      for i in 0..<frame.count {
        for l in 0...10 {
          let naive = try NaiveSteinhardt.value(l, of: i, frame, cutoff: 3.1) {
            weights == .uniform ? 1 : $0.length
          }
          // The oracle takes the square root of a sum that cancels: half of the digits.
          #expect(abs(values[i, l] - naive) < 1e-9)
        }
      }
    }
  }

  @Test func knowsTheCubicCrystals() throws {
    // Steinhardt, Nelson, Ronchetti, Fig. 2: q4, q6 of the 12 neighbours of face-centred and the 8
    // of body-centred cubic; from the bond directions: 0.190941, 0.574524; 0.509175, 0.628539.
    let face = Frame(
      positions: [
        Vector3(0, 0, 0), Vector3(1, 1, 0), Vector3(1, 0, 1), Vector3(0, 1, 1),
      ], cell: try Cell(cube: 2))
    let q = try Steinhardt(face, .init(degrees: [4, 6], cutoff: 1.5)).mean
    #expect(abs(q[0] - 0.190_940_653_956_493) < 1e-13)
    #expect(abs(q[1] - 0.574_524_259_714_070) < 1e-13)
    let body = Frame(positions: [.zero, Vector3(1, 1, 1)], cell: try Cell(cube: 2))
    let p = try Steinhardt(body, .init(degrees: [4, 6], cutoff: 1.8)).mean
    #expect(abs(p[0] - 0.509_175_077_217_316) < 1e-13)
    #expect(abs(p[1] - 0.628_539_361_054_709) < 1e-13)
  }

  @Test func isInvariantUnderRotationPermutationAndWrapping() throws {
    var stream = RandomStream(seed: 22)
    let shape = try SemiAxes(0.5, 0.5, 1)
    let frame = try RandomFrames.triclinic(30, edge: 4, semiAxes: shape, stream: &stream)
    let settings = Steinhardt.Settings(degrees: 0...12, cutoff: 2.2, weights: .distance)
    let before = try Steinhardt(frame, settings).values
    let turned = try RandomFrames.turned(frame, by: RandomFrames.rotation(&stream))
    let after = try Steinhardt(turned, settings).values
    // Rounding of l = 12 over some 30 neighbours.
    #expect(largestDifference(before.elements, after.elements) < 1e-12)
    var wrapped = frame
    try wrapped.set(positions: frame.positions.map { frame.cell?.wrap($0) ?? $0 })
    #expect(
      largestDifference(before.elements, try Steinhardt(wrapped, settings).values.elements)
        < 1e-12)
    var shuffled = frame
    let order = stream.permutation(30)
    try shuffled.set(positions: order.map { frame.positions[$0] })
    #expect(
      largestDifference(
        before.selecting(rows: order).elements,
        try Steinhardt(shuffled, settings).values.elements) < 1e-12)
  }

  /// What a lonely particle does not have is not a zero, and takes no part in the mean.
  @Test func aLonelyParticleHasNoneAndAPairOne() throws {
    let frame = Frame(positions: [.zero, Vector3(0.3, 0.4, 0.5), Vector3(50, 0, 0)])
    let result = try Steinhardt(frame, .init(degrees: 0...3, cutoff: 2))
    #expect(result.neighborCounts == [1, 1, 0])
    // One bond has q_l = 1 for every l.
    for l in 0...3 {
      #expect(abs(result.values[0, l] - 1) < 1e-14)
      #expect(result.values[2, l].isNaN && result.averaged.values[2, l].isNaN)
      #expect(try result.thirdOrder()[2, l].isNaN)
      #expect(abs(result.mean[l] - 1) < 1e-14)
    }
    #expect(result.isolated == 1)
    let empty = try Steinhardt(Frame(positions: []), .init(degrees: 2...4, cutoff: 2))
    #expect(empty.mean.allSatisfy { $0.isNaN } && empty.mean.count == 3)
  }

  @Test func refusesCoincidingParticlesAndBadSettings() throws {
    let frame = Frame(positions: [.zero, .zero])
    #expect(throws: InvalidInput.self) {
      try Steinhardt(frame, .init(degrees: 0...2, cutoff: 1))
    }
    #expect(throws: InvalidInput.self) {
      try Steinhardt(frame, .init(degrees: [-1], cutoff: 1))
    }
    #expect(throws: InvalidInput.self) {
      try Steinhardt(frame, .init(degrees: [2], cutoff: 0))
    }
  }

  @Test func agreesWithFreud() throws {
    for (known, freud) in zip(try OrderFrame.stored(), try FreudOrder.stored()) {
      let frame = try known.frame()
      for (weights, expected) in [
        (Steinhardt.Weights.uniform, freud.uniform), (.distance, freud.distance),
      ] {
        let result = try Steinhardt(
          frame, .init(degrees: freud.degrees, cutoff: known.cutoff, weights: weights))
        #expect(result.neighborCounts == freud.neighbor_counts)
        // freud works in float32.
        #expect(
          largestDifference(result.values.elements, expected.flatMap { $0 }) < 1e-6,
          "\(known.name), \(weights)")
      }
    }
  }

  @Test func aFrameReportsTheReferenceFeatures() throws {
    for (known, freud) in zip(try OrderFrame.stored(), try FreudOrder.stored()) {
      let frame = try known.frame()
      let settings = FrameOrder.Settings(
        smectic: SmecticSearch(),
        steinhardt: .init(degrees: 0...6, cutoff: known.cutoff, weights: .distance))
      let order = try FrameOrder(frame, settings)
      // float32; the stored positions are rounded to 6 decimals.
      #expect(largestDifference(order.steinhardt, freud.mean_distance_0_to_6) < 1e-6)
      if let means = known.steinhardt {
        #expect(largestDifference(order.steinhardt, means) < 1e-6)
        #expect(abs((order.orderMax ?? 0) - (known.oop ?? 1)) < 1e-6)
      }
      #expect(order.smectic != nil)
    }
  }
}
