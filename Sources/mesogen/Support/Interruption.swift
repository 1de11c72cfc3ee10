import CStartup
import FileFormats
import Foundation
import Jobs

/// What happens when somebody presses Ctrl-C: temporary outputs go, and the exit code says so.
///
/// The first handlers of signals are set before the libraries are initialised (`CStartup`); nothing is
/// open then. What happens here takes over once there may be temporary files.
enum Interruption {
  /// An input, an output, and what the system's library needs to start threads.
  private static let fewestFiles: Int32 = 4

  /// To be called once, before anything is opened.
  ///
  /// Throws: `SystemLimit` where not even a thread for signals can be started, or fewer files opened than
  /// any command needs: the library behind our threads would trap.
  static func prepare() throws {
    let files = mesogen_try_descriptors(fewestFiles)
    guard files == 0 else { throw SystemLimit("files cannot be opened", errno: files) }
    let status = mesogen_catch_signals { number in
      WorkerProcesses.endAll()
      TemporaryFiles.removeAll()
      Console.write("\nmesogen: interrupted; no unfinished output was left\n")
      _exit(128 + number)
    }
    guard status == 0 else { throw SystemLimit("no thread can be started", errno: status) }
  }
}

/// Something that the system does not let us have.
struct SystemLimit: Error, CustomStringConvertible {
  let description: String
  init(_ what: String, errno code: Int32) {
    description = "\(what): \(String(cString: strerror(code))) (see 'ulimit -a')"
  }
}
