import Dispatch
import FileFormats
import Foundation
import Jobs

/// What happens when somebody presses Ctrl-C: temporary outputs go, and the exit code says so.
enum Interruption {
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  /// To be called once, before anything is opened.
  static func prepare() {
    // Writing to a closed pipe or beyond a limit becomes an error that can be reported.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let queue = DispatchQueue(label: "mesogen.signals", qos: .userInteractive)
    for (number, code) in [(SIGINT, Int32(130)), (SIGTERM, 143), (SIGHUP, 129)] {
      // Whoever started us with the signal ignored (nohup) wants it ignored.
      guard !isIgnored(number) else { continue }
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        WorkerProcesses.endAll()
        TemporaryFiles.removeAll()
        Console.write("\nmesogen: interrupted; no unfinished output was left\n")
        _exit(code)
      }
      source.resume()
      sources.append(source)
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
