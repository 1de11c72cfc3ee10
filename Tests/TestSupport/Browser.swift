import Foundation

/// Opens pages in a headless browser: `MESOGEN_BROWSER`, or Debian's chromium.
public enum Browser {
  /// What a page looked like when its scripts were done.
  public struct Visit {
    /// The document, without its scripts.
    public let document: String
    /// What it printed as errors, threw, or could not load.
    public let troubles: [String]
    /// What the steps of the visitor returned, as text.
    public let results: [String]

    /// How often `piece` occurs in the document.
    public func count(_ piece: String) -> Int { document.components(separatedBy: piece).count - 1 }
  }

  static let command = ProcessInfo.processInfo.environment["MESOGEN_BROWSER"] ?? "chromium"

  /// Whether there is one.
  public static let isInstalled: Bool =
    (try? run([command, "--headless", "--no-sandbox", "--version"]))?.contains("Chrom") ?? false

  /// Opens the page without any network, waits until it says that all is drawn, and then evaluates the
  /// steps in it.
  ///
  /// Throws: when the browser cannot be started.
  public static func visit(_ html: String, steps: [String] = []) throws -> Visit {
    let folder = try ScratchFolder()
    let recorder = """
      <script>
      window.troubles = [];
      const complain = text => window.troubles.push(String(text));
      console.error = (...words) => complain(words.join(' '));
      addEventListener('error', e => complain(e.message ?? `not loaded: ${e.target.src ?? e.target.href}`), true);
      addEventListener('unhandledrejection', e => complain(e.reason));
      const pause = () => new Promise(done => setTimeout(done, 20));
      addEventListener('load', async () => {
        for (let k = 0; k < 50000 && !document.body.dataset.drawn && !troubles.length; k++) await pause();
        const results = [];
        for (const step of [\(steps.map { "async () => \($0)" }.joined(separator: ", "))]) {
          try { results.push(String(await step())); } catch (error) { complain(error); }
        }
        for (const script of document.querySelectorAll('script')) script.remove();
        const report = (id, lines) => {
          const list = document.createElement('ul');
          list.id = id;
          for (const line of lines) list.append(Object.assign(document.createElement('li'), { textContent: encodeURIComponent(line) }));
          document.body.append(list);
        };
        report('the-results', results);
        report('the-troubles', troubles);
      });
      </script>
      """
    let page = try folder.file(
      "page.html",
      containing: html.replacingOccurrences(of: "<head>", with: "<head>\n" + recorder))
    let text = try run([
      "timeout", "120", command, "--headless", "--no-sandbox", "--use-angle=swiftshader",
      "--enable-unsafe-swiftshader", "--user-data-dir=\(folder.file("profile"))",
      "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1400,1200",
      "--virtual-time-budget=2000000", "--dump-dom", "file://\(page)",
    ])
    return Visit(
      document: text, troubles: try list("the-troubles", in: text),
      results: try list("the-results", in: text))
  }

  private struct NoDocument: Error {}

  private static func list(_ id: String, in text: String) throws -> [String] {
    guard let start = text.range(of: "<ul id=\"\(id)\">"),
      let end = text[start.upperBound...].range(of: "</ul>")
    else { throw NoDocument() }
    return text[start.upperBound..<end.lowerBound].components(separatedBy: "<li>").dropFirst()
      .compactMap { $0.components(separatedBy: "</li>").first?.removingPercentEncoding }
  }

  private static func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
