import FileFormats
import Foundation
import Jobs
import Report

/// Standard error, for everything that is not a result.
enum Console {
  /// Writes the text as it is; a closed standard error is nobody's trouble.
  static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes {
        Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      guard written > 0 else { return }
      bytes = bytes.dropFirst(written)
    }
  }

  /// Whether somebody watches.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

extension Console {
  /// Whether a table of results is printed: with --quiet not to a terminal, where somebody would have to look
  /// at it, but to a file or another program, which asked for it.
  static func printsResults(_ options: GlobalOptions) -> Bool {
    !options.quiet || isatty(STDOUT_FILENO) != 1
  }

  /// Prints the results of a job, and on standard error a line for every file, unless nobody wants to
  /// know.
  static func report(_ report: JobReport, _ options: GlobalOptions) {
    if let summary = report.summary, printsResults(options) {
      print(TextTable(summary), terminator: "")
      if !summary.note.isEmpty { print("\n" + VisibleText.escaped(TextTable.line(summary.note))) }
      for command in summary.commands { print(VisibleText.escaped(command)) }
    }
    guard !options.quiet else { return }
    for part in report.all {
      guard let output = part.output else { continue }
      write(VisibleText.escaped("\(output): \(part.what), \(part.amount)") + "\n")
    }
  }
}
