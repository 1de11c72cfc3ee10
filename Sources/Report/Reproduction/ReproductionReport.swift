internal import FileFormats
internal import Foundation

/// Writes what was computed: for each figure `NAME.csv` (numbers beside the paper's), `NAME.json`
/// (these, settings and remarks), `NAME.svg` and further tables and pictures; and `report.html`, one page with all of
/// it, its plots to zoom into and frames to turn, that needs no network.
public struct ReproductionReport: Sendable {
  /// What was computed.
  public let results: [FigureResult]

  /// A report of these results.
  public init(_ results: [FigureResult]) { self.results = results }

  /// Writes all files into the folder, which is made if it is not there, and returns their paths.
  ///
  /// Throws: `DataError` with the system's reason.
  public func write(to folder: String) throws -> [String] {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DataError(
        .cannotCreate, file: folder, message: "the folder cannot be created")
    }
    var paths = [String]()
    func write(_ text: String, _ name: String) throws {
      let file = try OutputFile("\(folder)/\(name)")
      try file.write(text)
      try file.commit()
      paths.append("\(folder)/\(name)")
    }
    for result in results {
      let name = result.figure.rawValue
      try write(Self.csv(result), "\(name).csv")
      try write(Self.json(result), "\(name).json")
      for table in result.tables { try write(Self.csv(table), "\(name)-\(table.name).csv") }
      for picture in result.pictures {
        try write(picture.svg, name + (picture.name.isEmpty ? "" : "-\(picture.name)") + ".svg")
        for drawing in picture.drawings { try write(drawing.svg, "\(name)-\(drawing.name).svg") }
      }
      if let explorable = result.explorable {
        let path = "\(folder)/\(name)-map.json.gz"
        let writer = try ChemiscopeWriter(path, name: result.figure.title)
        for frame in explorable.frames { try writer.write(frame) }
        for property in explorable.properties {
          writer.add(property: property.name, values: property.values)
        }
        try writer.commit()
        paths.append(path)
      }
    }
    try write(html, "report.html")
    return paths
  }

  /// The numbers beside the paper's, as a table of text.
  public static func table(_ result: FigureResult) -> TextTable {
    var table = TextTable(["quantity", "here", "in the paper"])
    for comparison in result.comparisons {
      table.add([comparison.quantity, comparison.text, comparison.printed ?? "not printed"])
    }
    return table
  }

  static func csv(_ result: FigureResult) -> String {
    "quantity,value,unit,paper\n"
      + result.comparisons.map { comparison in
        [
          field(comparison.quantity), "\(comparison.value)", comparison.unit,
          field(comparison.printed ?? ""),
        ].joined(separator: ",") + "\n"
      }.joined()
  }

  static func csv(_ table: FigureResult.Table) -> String {
    ([table.heads.map(field)]
      + table.rows.map { row in
        row.map { cell in
          switch cell {
          case .number(let value): "\(value)"
          case .text(let text): field(text)
          }
        }
      }).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// Numbers, settings and remarks; all but pictures and tables, which have files of their own.
  static func json(_ result: FigureResult) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .asText
    return String(decoding: try encoder.encode(result), as: UTF8.self) + "\n"
  }

  /// The page.
  public var html: String {
    var page = ReportPage("Figures of the AniSOAP paper, computed anew")
    page.paragraph(
      "Lin et al., J. Chem. Phys. 161, 074112 (2024), doi:10.1063/5.0210910. All data were made for "
        + "this page; no parameter was chosen to meet a printed number.")
    for result in results { Self.add(result, to: &page) }
    return page.html
  }

  private static func add(_ result: FigureResult, to page: inout ReportPage) {
    let name = result.figure.rawValue
    let short = result.figure.title.prefix { $0 != ":" }
    page.section(result.figure.title, id: name, short: String(short))
    let rows = page.rows(hasViewer: !result.frames.isEmpty)
    for picture in result.pictures {
      page.figure(caption: picture.caption) { page in
        page.row { page in
          switch picture.content {
          case .plots(let plots, let left, let right):
            page.drawings(left)
            page.plots(plots, of: rows)
            page.drawings(right)
          case .table(let table): page.plot(table)
          case .drawings(let drawings): for drawing in drawings { page.drawings([drawing]) }
          }
        }
      }
    }
    page.row { page in
      if !result.frames.isEmpty {
        page.figure(
          caption: "Colours tell the direction of the long axis: x red, y green, z blue. Drag to "
            + "turn, scroll to come nearer; click a point of a map to see its frame."
        ) { $0.viewer(result.frames, of: rows) }
      }
      page.table(
        ["quantity", "here", "in the paper"],
        result.comparisons.map { [$0.quantity, $0.text, $0.printed ?? "not printed"] },
        numbers: [1])
    }
    for remark in result.remarks { page.paragraph(remark) }
    page.definitions(result.settings.map { ($0.name, $0.value) })
  }
}
