import ArgumentParser
import FileFormats
import Jobs
import Recipes
import Report

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "What is in a file: frames, particles, species, shapes, keys, problems.",
    discussion: """
        mesogen info set.xyz
        mesogen info features.npz
        mesogen info features.mts
      """)

  @Argument(help: "The file; - is standard input (extended XYZ).")
  var input: String
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var global: GlobalOptions

  func run() throws {
    if [.npz, .mts, .h5].contains(TableFormat(path: input)) {
      try showArchive()
    } else {
      try showFrames()
    }
  }

  private func showArchive() throws {
    let found = try ArchiveInspection(of: input)
    var table = TextTable(["array", "type", "shape"])
    for array in found.arrays { table.add([array.name, array.type, array.shape]) }
    print(table, terminator: "")
    if let text = found.hyperparameters { print("\nhyperparameters: \(VisibleText.escaped(text))") }
  }

  private func showFrames() throws {
    let found = try Inspection(of: input, reading: reading.settings.options(), global.context)
    var table = TextTable(["what", "found"])
    table.add(["frames", Figures.grouped(found.frames)])
    var particles = Figures.grouped(found.particles)
    if let range = found.particlesPerFrame {
      particles +=
        range.lowerBound == range.upperBound
        ? ", \(range.lowerBound) in every frame"
        : ", \(range.lowerBound) to \(range.upperBound) in a frame"
    }
    table.add(["particles", particles])
    table.add(["species", found.species.map(Self.entry).joined(separator: ", ")])
    table.add(["shapes", shapes(found)])
    table.add(["orientations", "in \(Figures.grouped(found.withOrientations)) frames"])
    table.add(["cells", cells(found)])
    table.add(["labels", found.labels.map(\.name).joined(separator: ", ")])
    table.add(["columns", found.columns.map(\.name).joined(separator: ", ")])
    for (k, assumption) in found.assumptions.enumerated() {
      table.add([k == 0 ? "assumed" : "", assumption])
    }
    for (k, problem) in found.problems.enumerated() {
      table.add([k == 0 ? "problems" : "", problem])
    }
    if found.problems.isEmpty { table.add(["problems", "none"]) }
    print(table, terminator: "")
  }

  private static func entry(_ species: (name: String, count: Int)) -> String {
    "\(species.name) (\(Figures.grouped(species.count)))"
  }

  private func shapes(_ found: Inspection) -> String {
    guard let first = found.shapes.first else { return "none" }
    let axes = "semi-axes \(first.a), \(first.b), \(first.c)"
    switch found.shapes.count {
    case 1: return "all \(axes)"
    case 1000...: return "a thousand or more, first \(axes)"
    default: return "\(found.shapes.count) different ones, first \(axes)"
    }
  }

  private func cells(_ found: Inspection) -> String {
    let counts = [
      (found.cells.periodic, "periodic"), (found.cells.open, "not periodic"),
      (found.cells.missing, "without a cell"),
    ].filter { $0.0 > 0 }.map { "\(Figures.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
    let forms = found.cellForms
    guard !forms.isEmpty else { return counts }
    let names = forms.map { form in
      forms.count == 1 ? form.name : "\(Figures.grouped(form.count)) \(form.name)"
    }
    return "\(counts) (\(names.joined(separator: ", ")))"
  }
}
