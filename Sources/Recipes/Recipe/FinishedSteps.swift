internal import FileFormats
internal import Foundation
internal import Jobs

/// Which steps of a recipe an earlier run has done, by the manifest in the folder of the outputs.
///
/// A step need not be done again when its digest is that of the manifest (the same version, arguments
/// and bytes of all files that it reads) and its files are as it left them. Where a later step has
/// changed a file in its place (labels are added to the frames of a dataset), that step must be finished
/// as well, and every step between that reads the file.
struct FinishedSteps {
  private let recipe: Recipe
  private let folder: String
  private let steps: [(dataset: String, step: Recipe.Step)]
  /// What the manifest says of each step.
  private var known: [Manifest.Step?]
  /// Those of this run.
  private var done: [Manifest.Step] = []
  /// Checksums of files after the steps so far; nil: there is no such file.
  private var sums = FileSums()

  /// Reads the manifest, if there is one that is of use.
  init(_ recipe: Recipe, folder: String, anew: Bool) {
    self.recipe = recipe
    self.folder = folder
    steps = recipe.datasets.flatMap { dataset in dataset.steps.map { (dataset.name, $0) } }
    known = Array(repeating: nil, count: steps.count)
    guard !anew, let old = try? Manifest(of: folder), old.version == Version.full else { return }
    var left = old.steps
    for (k, (dataset, step)) in steps.enumerated() {
      guard let place = left.firstIndex(where: { $0.dataset == dataset && $0.step == step.name })
      else { continue }
      known[k] = left.remove(at: place)
    }
  }

  /// What a finished step made; nil for a step that is to be done, also one whose files `isKept` does not
  /// know: `isKept(file, its checksum)`.
  mutating func report(
    of k: Int, where isKept: (String, String) -> Bool = { _, _ in true }
  ) -> JobReport? {
    guard let record = known[k], digest(k, &sums) == record.digest, stands(k),
      record.files.allSatisfy({ isKept(path($0.file), $0.sha256) })
    else { return nil }
    for file in record.files { sums[path(file.file)] = file.sha256 }
    done.append(record)
    return record.report.naming(path) { $0.replacing(Self.place, with: folder + "/") }
  }

  /// Does a step by `body` and stores the manifest of all that is done.
  mutating func perform(_ k: Int, _ body: () throws -> JobReport) throws -> JobReport {
    let digest = digest(k, &sums)
    known[k] = nil
    let report = try body()
    var files: [Manifest.Output] = []
    for part in report.all {
      guard let output = part.output, output != "-" else { continue }
      let (sum, size) = try SHA256.digest(ofFile: output)
      sums.replace(output, sum)
      files.append(
        Manifest.Output(
          file: relative(output), what: part.what, amount: part.amount, bytes: size, sha256: sum))
    }
    done.append(
      Manifest.Step(
        dataset: steps[k].dataset, step: steps[k].step.name, digest: digest, files: files,
        report: report.naming(relative) { $0.replacing(folder + "/", with: Self.place) }))
    try write(finished: false)
    return report
  }

  /// Stores the manifest: of the steps that are done, and of those of an earlier run that come later, so
  /// that an error in between loses none of them.
  func write(finished: Bool) throws {
    let later = finished ? [] : known.dropFirst(done.count).compactMap { $0 }
    try Manifest(recipe, steps: done + later, finished: finished).write(to: folder)
  }

  // MARK: Digests

  private func digest(_ k: Int, _ sums: inout FileSums) -> String {
    let (dataset, step) = steps[k]
    var lines = [Version.full, dataset, step.name]
    lines += step.arguments.map { $0.replacing(folder + "/", with: "./") }
    for argument in step.inputs {
      let value = argument.split(separator: "=", maxSplits: 1).last.map(String.init) ?? argument
      let candidates =
        [value, TableFormat.split(value).file] + value.split(separator: ",").map(String.init)
      for file in Set(candidates).sorted() where !file.isEmpty {
        if let sum = sums[file] { lines.append("\(relative(file)) \(sum)") }
      }
    }
    return SHA256.digest(of: lines.joined(separator: "\n"))
  }

  /// Whether the files of a finished step are on the disk as it, or finished steps after it, left them.
  private func stands(_ k: Int) -> Bool {
    guard let record = known[k] else { return false }
    var sums = sums
    func apply(_ record: Manifest.Step) {
      for file in record.files { sums[path(file.file)] = file.sha256 }
    }
    apply(record)
    var pending = Set(record.files.map { path($0.file) }).filter { sums.onDisk($0) != sums[$0] }
    for j in steps.indices.dropFirst(k + 1) where !pending.isEmpty {
      if let next = known[j], digest(j, &sums) == next.digest {
        apply(next)
        pending = pending.filter { sums.onDisk($0) != sums[$0] }
      } else if steps[j].step.arguments.contains(where: { word in
        pending.contains { word.hasSuffix($0) }
      }) {
        return false
      }
    }
    return pending.isEmpty
  }

  // MARK: Paths

  /// What stands for the folder in texts of the manifest, so that they are the same wherever it is.
  private static let place = "{output}/"

  private func relative(_ path: String) -> String {
    path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  private func path(_ relative: String) -> String {
    relative.hasPrefix("/") ? relative : "\(folder)/\(relative)"
  }
}

/// Checksums of files, each computed once: as they are on the disk, and as steps are known to leave them.
private struct FileSums {
  private final class Disk {
    var sums: [String: String?] = [:]
  }
  private let disk = Disk()
  private var changed: [String: String] = [:]

  /// As it is on the disk; nil when there is no such file.
  func onDisk(_ file: String) -> String? {
    if let known = disk.sums[file] { return known }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
    let sum = exists && !isFolder.boolValue ? try? SHA256.digest(ofFile: file).checksum : nil
    disk.sums[file] = .some(sum)
    return sum
  }

  /// As the steps so far leave it.
  subscript(file: String) -> String? {
    get { changed[file] ?? onDisk(file) }
    set { changed[file] = newValue }
  }

  /// The file was written just now.
  mutating func replace(_ file: String, _ sum: String) {
    disk.sums[file] = .some(sum)
    changed[file] = nil
  }
}
