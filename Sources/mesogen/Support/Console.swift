import Foundation
import Recipes

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
  /// One line about what was done, unless nobody wants to know.
  static func report(_ report: JobReport, _ options: GlobalOptions) {
    guard !options.quiet else { return }
    for part in report.all {
      guard let output = part.output else { continue }
      write("\(output): \(part.what), \(part.amount)\n")
    }
  }
}
