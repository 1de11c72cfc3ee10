internal import Foundation

/// A page of text, tables, plots and 3D views in one HTML file that needs no network: the plotting
/// library, its data and the frames are all in it.
struct ReportPage {
  /// What stands above it.
  let title: String
  private var body = ""
  private var data = ""
  private var links = ""
  private var elements = 0

  /// A page without contents.
  init(_ title: String) { self.title = title }

  private static func escaped(_ text: String) -> String { SVGText.escaped(text) }

  /// A name that no other element of the page has.
  private mutating func identifier(_ kind: String) -> String {
    elements += 1
    return "\(kind)-\(elements)"
  }

  /// Data for the scripts; returns the name under which they find it.
  private mutating func store(_ json: PageJSON) -> String {
    let name = identifier("data")
    data += "<script type=\"application/json\" id=\"\(name)\">\(json.text)</script>\n"
    return name
  }

  // MARK: Text

  /// Begins a part of the page that the list at its top leads to.
  mutating func section(_ title: String, id: String, short: String) {
    body += "<h2 id=\"\(Self.escaped(id))\">\(Self.escaped(title))</h2>\n"
    links += "<a href=\"#\(Self.escaped(id))\">\(Self.escaped(short))</a>\n"
  }

  /// A path as the address of a link.
  private static func path(_ file: String) -> String {
    let plain = file.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? file
    // A colon before the first slash would begin a scheme.
    return escaped(file.hasPrefix("/") ? plain : "./" + plain)
  }

  mutating func heading(_ title: String) { body += "<h3>\(Self.escaped(title))</h3>\n" }

  mutating func paragraph(_ text: String) { body += "<p>\(Self.escaped(text))</p>\n" }

  mutating func preformatted(_ text: String) { body += "<pre>\(Self.escaped(text))</pre>\n" }

  mutating func definitions(_ entries: [(name: String, value: String)]) {
    guard !entries.isEmpty else { return }
    body += "<dl>\n"
    for entry in entries {
      body += "<dt>\(Self.escaped(entry.name))</dt><dd>\(Self.escaped(entry.value))</dd>\n"
    }
    body += "</dl>\n"
  }

  /// A table; the columns of these indices hold numbers, or names of files beside the page, which become
  /// links.
  mutating func table(
    _ heads: [String], _ rows: [[String]], numbers: Set<Int> = [], files: Set<Int> = []
  ) {
    body += "<div class=\"table\"><table>\n<tr>"
    body += heads.map { "<th>\(Self.escaped($0))</th>" }.joined() + "</tr>\n"
    for row in rows {
      body += "<tr>"
      for (k, entry) in row.enumerated() {
        let kind = numbers.contains(k) ? " class=\"number\"" : ""
        let text = Self.escaped(entry)
        let isLink = files.contains(k) && !entry.isEmpty
        body += "<td\(kind)>\(isLink ? "<a href=\"\(Self.path(entry))\">\(text)</a>" : text)</td>"
      }
      body += "</tr>\n"
    }
    body += "</table></div>\n"
  }

  // MARK: Pictures

  /// Whatever `contents` adds stands side by side, where the window is wide enough.
  mutating func row(_ contents: (inout ReportPage) throws -> Void) rethrows {
    body += "<div class=\"row\">\n"
    try contents(&self)
    body += "</div>\n"
  }

  /// Whatever `contents` adds, with a caption below.
  mutating func figure(
    caption: String, _ contents: (inout ReportPage) throws -> Void
  ) rethrows {
    body += "<figure>\n"
    try contents(&self)
    body += "<figcaption>\(Self.escaped(caption))</figcaption>\n</figure>\n"
  }

  /// What readers are told about rows, for all plots and views of these rows.
  struct Rows {
    fileprivate let viewer: String?
    fileprivate let labels: String?

    fileprivate var attributes: String {
      [("viewer", viewer), ("labels", labels)].map { name, value in
        value.map { " data-\(name)=\"\($0)\"" } ?? ""
      }.joined()
    }
  }

  /// Rows that a 3D view shows, which may come later in the page, and perhaps what each is.
  mutating func rows(hasViewer: Bool, labels: [String]? = nil) -> Rows {
    Rows(
      viewer: hasViewer ? identifier("viewer") : nil, labels: labels.map { store(.texts($0)) })
  }

  /// Plots of data that the reader can zoom into; their points show frames of these rows.
  mutating func plots(_ plots: [Plot], of rows: Rows) {
    for plot in plots {
      let points = plot.series.filter { !$0.labels.isEmpty }
      let isShared = rows.labels != nil && points.allSatisfy { !$0.rows.isEmpty }
      figure(plot.plotly(hasLabels: !isShared), rows.attributes)
    }
  }

  mutating func plot(_ table: HeatTable) { figure(table.plotly, "") }

  private mutating func figure(_ json: PageJSON, _ link: String) {
    let (source, name) = (store(json), identifier("figure"))
    body += "<div class=\"plot\" id=\"\(name)\" data-figure=\"\(source)\"\(link)></div>\n"
  }

  /// Fixed drawings below each other.
  mutating func drawings(_ drawings: [Drawing]) {
    guard !drawings.isEmpty else { return }
    body += "<div class=\"drawings\">\n"
    for drawing in drawings {
      body += "<div>\(drawing.svg)<span>\(Self.escaped(drawing.caption))</span></div>\n"
    }
    body += "</div>\n"
  }

  /// Places the 3D view of these rows: frames that can be turned.
  mutating func viewer(_ album: FrameAlbum, of rows: Rows) {
    guard let name = rows.viewer else { return }
    let source = store(album.json(hasCaptions: rows.labels == nil))
    body +=
      "<div class=\"viewer\" id=\"\(name)\" data-frames=\"\(source)\"\(rows.attributes)></div>\n"
  }

  /// Any column of a table of frames against any other.
  mutating func explorer(_ table: FrameProperties, of rows: Rows) {
    let (source, name) = (store(table.json), identifier("explorer"))
    body += "<div id=\"\(name)\" data-explorer=\"\(source)\"\(rows.attributes)></div>\n"
  }

  // MARK: The whole

  /// The text of the page.
  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <link rel="icon" href="data:,"/>
    <title>\(Self.escaped(title))</title>
    <style>
    \(PageLibrary.style)</style>
    </head>
    <body>
    <h1>\(Self.escaped(title))</h1>
    \(links.isEmpty ? "" : "<nav>\n\(links)</nav>\n")\
    <noscript><p class="trouble">Plots and 3D views need JavaScript; the pictures are also beside this \
    page as SVG files.</p></noscript>
    \(body)\(data)\
    <script type="application/gzip" id="library">\(PageLibrary.packed)</script>
    <script>
    \(PageLibrary.script)</script>
    </body>
    </html>

    """
  }
}
