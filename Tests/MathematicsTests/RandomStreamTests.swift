import Mathematics
import Testing

@Suite("Random stream")
struct RandomStreamTests {
  /// Six words of `numpy.random.Philox(key=[seed, stream], counter=c).random_raw(6)` (NumPy 2), with
  /// c one below [0, 0, frame, 0], because NumPy counts up before the first block. The first line
  /// agrees with the known answer of Random123 for key 0 and counter 0.
  static let words: [(seed: UInt64, stream: UInt64, frame: UInt64, words: [UInt64])] = [
    (
      0, 0, 0,
      [
        0x1655_4d9e_ca36_314c, 0xdb20_fe9d_672d_0fdc, 0xd7e7_72ce_e186_176b,
        0x7e68_b68a_ec7b_a23b, 0x02f4_ba64_08e4_d89b, 0x3dd6_2b0b_9ca8_c5b2,
      ]
    ),
    (
      1, 0, 0,
      [
        0xcb7e_a744_cf19_bb4c, 0xa34e_acbe_1377_d650, 0xe8db_ce5e_b7b8_301f,
        0x3447_9024_8cac_fe2f, 0x4db6_a27b_7562_82df, 0xd944_fa03_babe_0e2f,
      ]
    ),
    (
      0, 1, 0,
      [
        0x9c6b_2709_05f0_b111, 0xdee7_4de5_c22f_ba4e, 0x0fbe_587a_fae0_91f8,
        0xd5ad_8fe3_bd27_2f76, 0xd037_f8c3_f9a1_d176, 0xc057_419b_4c21_0765,
      ]
    ),
    (
      0, 0, 1,
      [
        0x19bf_6be6_7257_df0b, 0xece3_65a9_064c_1231, 0x236f_1850_79e2_a282,
        0xd633_8e39_fdfe_a88a, 0xa4c5_607f_b120_6f77, 0x1043_5ec5_8bdf_f201,
      ]
    ),
    (
      2024, 3, 1_000_000,
      [
        0x54d9_c508_2a07_100e, 0x3ea6_4d4b_28d9_61ef, 0xc6fb_1959_d5a5_c94c,
        0xf50f_7fc5_da44_f767, 0x9458_ebf7_4012_2855, 0x1c28_6461_02bc_34bf,
      ]
    ),
    (
      .max, .max, .max,
      [
        0x5a4a_5eaf_0e84_c0ff, 0xa4dc_4e0f_0eaa_0691, 0xc0cc_3cf3_debc_00c0,
        0xc63a_a662_0993_f3af, 0xadb1_7747_bb4b_6ede, 0x72c7_1d8b_8dc2_cf5f,
      ]
    ),
  ]

  @Test("the words are those of NumPy's Philox")
  func numpy() {
    for entry in Self.words {
      var stream = RandomStream(seed: entry.seed, stream: entry.stream, frame: entry.frame)
      #expect((0..<6).map { _ in stream.bits() } == entry.words, "seed \(entry.seed)")
    }
  }

  @Test("uniform numbers are those of NumPy's Generator.random")
  func uniformOfNumPy() {
    var first = RandomStream(seed: 0)
    #expect(first.uniform() == 0.08723912359911234 && first.uniform() == 0.8559722074780219)
    var later = RandomStream(seed: 2024, stream: 3, frame: 1_000_000)
    #expect(later.uniform() == 0.33144790124245227 && later.uniform() == 0.24472506604147304)
  }

  @Test("every kind of number is the same for the same triple, whatever was drawn elsewhere")
  func repeatable() {
    func draw(_ stream: inout RandomStream) -> [Double] {
      let (d, q) = (stream.direction(), stream.rotation())
      return [
        stream.uniform(), stream.uniformPositive(), stream.uniform(-3, 5), stream.gaussian(),
        stream.gaussian(sigma: 2), Double(stream.index(below: 1000)), d.x, d.y, d.z, q.x, q.y,
        q.z, q.w,
      ] + stream.permutation(5).map(Double.init)
    }
    var forward: [[Double]] = []
    for frame in 0..<20 as Range<UInt64> {
      var stream = RandomStream(seed: 5, stream: 2, frame: frame)
      forward.append(draw(&stream))
    }
    for frame in (0..<20).reversed() {
      var other = RandomStream(seed: 5, stream: 3, frame: UInt64(frame))
      _ = draw(&other)
      var stream = RandomStream(seed: 5, stream: 2, frame: UInt64(frame))
      #expect(draw(&stream) == forward[frame])
    }
    #expect(Set(forward.map { $0[0] }).count == 20)
  }

  @Test("seeds, streams and frames do not share numbers, nor do swapped ones")
  func distinct() {
    var seen = Set<UInt64>()
    var count = 0
    for seed in 0..<4 as Range<UInt64> {
      for stream in 0..<4 as Range<UInt64> {
        for frame in 0..<4 as Range<UInt64> {
          var generator = RandomStream(seed: seed, stream: stream, frame: frame)
          for _ in 0..<100 { seen.insert(generator.bits()) }
          count += 100
        }
      }
    }
    #expect(seen.count == count)
  }

  @Test("intervals are half open even where their sum rounds up")
  func intervals() {
    var stream = RandomStream(seed: 6)
    for _ in 0..<2000 {
      let wide = stream.uniform(-2, 3)
      #expect(wide >= -2 && wide < 3)
      // Two doubles fit into the interval: half of the sums would be rounded up to its end.
      let narrow = stream.uniform(1e16, 1e16 + 4)
      #expect(narrow >= 1e16 && narrow < 1e16 + 4)
      let unit = stream.uniformPositive()
      #expect(unit > 0 && unit < 1)
    }
    #expect(stream.uniform(2, 2) == 2)
  }

  @Test("permutations of few")
  func smallPermutations() {
    var stream = RandomStream(seed: 7)
    #expect(stream.permutation(0) == [])
    #expect(stream.permutation(1) == [0])
    #expect(stream.permutation(100).sorted() == Array(0..<100))
    #expect(stream.index(below: 1) == 0)
  }
}
