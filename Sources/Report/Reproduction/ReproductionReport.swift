internal import FileFormats
internal import Foundation

/// Writes what was computed: for each figure `NAME.csv` (numbers beside the paper's), `NAME.json`
/// (these, settings and remarks), `NAME.svg` and further tables and pictures; and `report.html`, one page with all of
/// it that needs neither network nor script.
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
    var slim = result
    slim.pictures = []
    slim.tables = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(slim), as: UTF8.self) + "\n"
  }

  /// The page.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <title>Figures of the AniSOAP paper, computed anew</title>
    <style>
    body { font-family: sans-serif; max-width: 92em; margin: 2em auto; padding: 0 1em; }
    table { border-collapse: collapse; margin: 1em 0; }
    th, td { border-bottom: 1px solid #ddd; padding: 0.25em 1em 0.25em 0; text-align: left; }
    td.number { text-align: right; font-variant-numeric: tabular-nums; }
    figure { display: inline-block; margin: 0.5em 1em 0.5em 0; vertical-align: top; }
    figure svg { max-width: 100%; height: auto; }
    dt { float: left; clear: left; width: 9em; color: #555; } dd { margin-left: 9.5em; }
    </style>
    </head>
    <body>
    <h1>Figures of the AniSOAP paper, computed anew</h1>
    <p>Lin et al., J. Chem. Phys. 161, 074112 (2024), doi:10.1063/5.0210910. All data were made for \
    this page; no parameter was chosen to meet a printed number.</p>
    \(results.map(Self.section).joined())</body>
    </html>

    """
  }

  private static func section(_ result: FigureResult) -> String {
    let text = SVGText.escaped
    var page = "<section id=\"\(result.figure.rawValue)\">\n<h2>\(text(result.figure.title))</h2>\n"
    for picture in result.pictures {
      page +=
        "<figure>\n\(picture.svg)<figcaption>\(text(picture.caption))</figcaption>\n</figure>\n"
    }
    page += "<table>\n<tr><th>quantity</th><th>here</th><th>in the paper</th></tr>\n"
    for comparison in result.comparisons {
      page +=
        "<tr><td>\(text(comparison.quantity))</td><td class=\"number\">"
        + "\(text(comparison.text))</td><td>\(text(comparison.printed ?? "not printed"))</td></tr>\n"
    }
    page += "</table>\n" + result.remarks.map { "<p>\(text($0))</p>\n" }.joined() + "<dl>\n"
    for setting in result.settings {
      page += "<dt>\(text(setting.name))</dt><dd>\(text(setting.value))</dd>\n"
    }
    return page + "</dl>\n</section>\n"
  }
}
