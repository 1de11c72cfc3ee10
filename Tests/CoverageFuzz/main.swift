import CFuzzer
import Foundation
import FuzzReaders

// Reads inputs that libFuzzer makes, guided by the parts of the code that they reach:
//
//   MESOGEN_READER=xyz CoverageFuzz [OPTIONS OF libFuzzer] CORPUS...
//
// MESOGEN_READER is the ending of the files, as `Readers.read` knows it.

/// Where inputs stand: readers open files by their names.
enum Input {
  static let path: String = {
    let ending = ProcessInfo.processInfo.environment["MESOGEN_READER"] ?? "xyz"
    let folder = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
    return "\(folder)/mesogen-fuzz-\(getpid()).\(ending)"
  }()
}

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, size in
  let file = open(Input.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  guard file >= 0, write(file, bytes, size) == size, close(file) == 0 else { return -1 }
  Readers.read(Input.path)
  return 0
}
unlink(Input.path)
exit(status)
