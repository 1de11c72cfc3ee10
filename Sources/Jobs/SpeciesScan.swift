internal import FileFormats
internal import Geometry

/// What has to be known of a file before its frames can be worked on one by one.
struct SpeciesScan {
  /// The species of all frames that are wanted.
  let species: SpeciesTable
  /// How many frames are wanted.
  let count: Int

  /// Reads the file once.
  ///
  /// Throws: `DataError`; also when there is no particle and hence no species.
  init(
    _ input: String, frames: Range<Int>?, reading: ReadOptions, _ context: JobContext
  ) throws {
    guard input != "-" else {
      throw InvalidInput(
        "species", value: "missing",
        expected: "--species when reading from -, which cannot be read twice")
    }
    let reader = try FrameReader.open(input, options: reading)
    let wanted = frames ?? 0..<Int.max
    var (names, seen) = ([String](), Set<String>())
    var (index, count) = (0, 0)
    var last = ""
    func next() throws -> [String]? {
      do { return try reader.nextSpecies() } catch {
        // Who reads all of the frames can say better what is wrong.
        let whole = try FrameReader.open(input, options: reading)
        while try whole.next() != nil {}
        throw error
      }
    }
    while index < wanted.upperBound, let species = try next() {
      if wanted.contains(index) {
        count += 1
        for name in species where name != last {
          if seen.insert(name).inserted { names.append(name) }
          last = name
        }
      }
      index += 1
      if index % 1000 == 0 {
        context.progress(JobProgress(task: "scan \(input)", done: index, total: nil))
      }
    }
    guard !names.isEmpty else {
      throw DataError(
        .badData, file: input,
        message: count == 0 ? "no frames" : "no particles, and hence no species; give --species")
    }
    species = try SpeciesTable(found: names)
    self.count = count
  }
}
