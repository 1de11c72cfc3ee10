import FileFormats
import Geometry
import Jobs
import TestSupport
import Testing

/// Jobs on frames in memory give what they write to files.
@Suite struct MemoryTests {
  private func frames(_ scratch: ScratchFolder) throws -> (list: [Frame], path: String) {
    var settings = PhaseSettings(.nematic)
    (settings.count, settings.particles) = (3, 24)
    let path = scratch.file("set.xyz")
    let job = try GenerateJob(output: path, settings: settings)
    _ = try job.run(JobContext(threads: 2))
    return (try job.frames(JobContext(threads: 2)).frames, path)
  }

  @Test func features() throws {
    let scratch = try ScratchFolder()
    let (list, path) = try frames(scratch)
    var settings = FeatureSettings(cutoff: 4)
    (settings.maxAngular, settings.maxRadial) = (2, "1")
    for (nu, average) in [(1, FeatureSettings.Average.none), (2, .none), (2, .frame), (3, .frame)] {
      (settings.correlation, settings.average) = (nu, average)
      let output = scratch.file("set.npz")
      _ = try FeaturizeJob(input: path, output: output, settings: settings)
        .run(JobContext(threads: 2))
      let stored = try NumPyArchive(contentsOf: output)["features"]
      let found = try FeatureCalculator(settings).features(of: list, JobContext(threads: 2))
      #expect(stored.shape == [found.rowCount, found.columnCount])
      #expect(stored.doubles == found.values.values)
    }
  }

  @Test func anErrorNamesTheFrame() throws {
    let scratch = try ScratchFolder()
    var (list, _) = try frames(scratch)
    try list[1].set(orientations: nil)
    let calculator = try FeatureCalculator(FeatureSettings(cutoff: 4))
    let error = #expect(throws: FrameError.self) {
      try calculator.features(of: list, JobContext(threads: 2))
    }
    #expect(error?.frame == 1)
  }
}
