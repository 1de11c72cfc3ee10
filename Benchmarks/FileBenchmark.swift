import FileFormats
import Foundation
import Generators
import Geometry
import Jobs

/// Files of frames: megabytes of extended XYZ read and written in a second of one core, and what a small
/// frame costs from end to end.
func benchmarkFiles() throws {
  print("Files, one thread (processor time, the shortest of three runs)")
  let folder = NSTemporaryDirectory() + "mesogen-bench-\(getpid())"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let dimers = "\(folder)/dimers.xyz"
  let context = JobContext(threads: 1)
  let count = 20_000
  var settings = DimerSettings()
  settings.count = count
  _ = try GenerateJob(output: dimers, settings: settings).run(context)
  try report("dimers of ellipsoids, labelled", dimers, folder)

  let liquid = "\(folder)/liquid.xyz"
  let writer = try FrameWriter.create(liquid)
  for _ in 0..<200 {
    try writer.write(try randomLiquid(count: 500, neighbors: 30, cutoff: 5))
  }
  try writer.commit()
  try report("500 ellipsoids a frame", liquid, folder)

  var energies = EnergySettings()
  energies.interaction.cutoff = 10
  let energy = try shortest(of: 3) {
    _ = try EnergyJob(input: dimers, output: "\(folder)/e.xyz", settings: energies).run(context)
  }
  print("  end to end, a small frame: energy \(time(1e-9 * energy / Double(count)))")
  var features = FeatureSettings(cutoff: 8)
  (features.maxAngular, features.maxRadial) = (3, "3")
  let featurize = try shortest(of: 3) {
    _ = try FeaturizeJob(input: dimers, output: "\(folder)/f.npz", settings: features).run(context)
  }
  print("  end to end, a small frame: features (3, 3) \(time(1e-9 * featurize / Double(count)))")
}

private func report(_ what: String, _ path: String, _ folder: String) throws {
  let size = Double(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
  var frames: [Frame] = []
  let input = try shortest(of: 3) {
    let reader = try FrameReader.open(path)
    while let frame = try reader.next() { if frames.count < 20_000 { frames.append(frame) } }
  }
  let alone = try shortest(of: 3) {
    let reader = try FrameReader.open(path)
    while try reader.nextSpecies() != nil {}
  }
  frames = []
  let reader = try FrameReader.open(path)
  while let frame = try reader.next() { frames.append(frame) }
  let output = try shortest(of: 3) {
    let writer = try FrameWriter.create("\(folder)/again.xyz")
    for frame in frames { try writer.write(frame) }
    try writer.commit()
  }
  func rate(_ nanoseconds: Double) -> String { decimal(size / nanoseconds * 1e3, 0) + " MB/s" }
  print(
    "  extended XYZ, \(what): in \(rate(input)), species alone \(rate(alone)), out \(rate(output))")
}
