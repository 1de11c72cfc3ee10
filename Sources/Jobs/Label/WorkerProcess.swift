internal import Foundation
internal import Synchronization

/// A program that runs beside this one: text goes to its standard input, and comes from its standard
/// output, neither of which ever blocks. It has a process group of its own, so that ending it ends what
/// it has started too.
final class WorkerProcess {
  /// The process, which is also its group.
  let identifier: pid_t
  private let input: Int32
  private let output: Int32
  private let errors: Int32
  /// What has not been taken in yet.
  private var pending: ArraySlice<UInt8> = []
  /// What it printed and nobody has taken.
  private var printed: [UInt8] = []
  /// The end of what it said on standard error.
  private var complaints: [UInt8] = []
  private(set) var hasClosedOutput = false
  private var status: Int32?

  private static let mostComplaints = 4096

  /// Starts `/bin/sh -c command`.
  ///
  /// Throws: `WorkerFailure` with the system's reason.
  init(command: String) throws {
    // A worker that is gone makes writing fail; the signal would end this program.
    signal(SIGPIPE, SIG_IGN)
    var ends = [Int32](repeating: -1, count: 6)
    for k in 0..<3 {
      guard ends.withUnsafeMutableBufferPointer({ pipe($0.baseAddress! + 2 * k) }) == 0
      else {
        let code = errno
        for end in ends where end >= 0 { close(end) }
        throw WorkerFailure.system(code)
      }
    }
    // Other workers must not inherit the ends.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[3], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, ends[5], STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setpgroup(&attributes, 0)
    var ordinary = sigset_t()
    sigemptyset(&ordinary)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&ordinary, number) }
    posix_spawnattr_setsigdefault(&attributes, &ordinary)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF))
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    var words: [UnsafeMutablePointer<CChar>?] = []
    for word in ["sh", "-c", command] { words.append(strdup(word)) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child = pid_t()
    let code = posix_spawn(&child, "/bin/sh", &actions, &attributes, &words, environ)
    for end in [ends[0], ends[3], ends[5]] { close(end) }
    (input, output, errors) = (ends[1], ends[2], ends[4])
    identifier = child
    guard code == 0 else {
      for end in [input, output, errors] { close(end) }
      status = 0
      throw WorkerFailure.system(code)
    }
    for end in [input, output, errors] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    WorkerProcesses.running.withLock { _ = $0.insert(child) }
  }

  deinit { end() }

  /// Ends it and all that it has started.
  func end() {
    guard status == nil else { return }
    kill(-identifier, SIGKILL)
    _ = wait()
  }

  /// Lets it end by itself: its standard input is at its end. What has not ended after `seconds` is ended.
  func finish(within seconds: Double) {
    guard status == nil else { return }
    close(input)
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline {
      var code: Int32 = 0
      if waitpid(identifier, &code, WNOHANG) == identifier {
        forget(code, inputIsOpen: false)
        return
      }
      usleep(2000)
    }
    kill(-identifier, SIGKILL)
    var code: Int32 = 0
    waitpid(identifier, &code, 0)
    forget(code, inputIsOpen: false)
  }

  /// How it ended, in words: `it ended with code 127 (sh: 1: nothing: not found)`.
  func wait() -> String {
    if status == nil {
      var code: Int32 = 0
      while waitpid(identifier, &code, 0) < 0, errno == EINTR {}
      read(errors, into: &complaints)
      forget(code, inputIsOpen: true)
    }
    let code = status ?? 0
    let how =
      code & 0x7F == 0
      ? "ended with code \((code >> 8) & 0xFF)" : "was ended by signal \(code & 0x7F)"
    let text = String(decoding: complaints, as: UTF8.self)
    let last = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
    return last.map { "\(how) (\($0.prefix(200)))" } ?? how
  }

  private func forget(_ code: Int32, inputIsOpen: Bool) {
    status = code
    // What it has started may go on without it.
    kill(-identifier, SIGKILL)
    WorkerProcesses.running.withLock { _ = $0.remove(identifier) }
    if inputIsOpen { close(input) }
    close(output)
    close(errors)
  }

  // MARK: Text

  /// Text that it is to get; `step` hands it over.
  func send(_ bytes: [UInt8]) { pending = bytes[...] }

  /// What to wait for: its output, its complaints, and whether it takes more.
  var polled: [pollfd] {
    [
      pollfd(fd: hasClosedOutput ? -1 : output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      pollfd(fd: pending.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
    ]
  }

  /// Writes and reads as much as there is without waiting.
  func step() {
    while !pending.isEmpty {
      let count = pending.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      // It will not read again: what it printed and how it ended will tell.
      if count < 0, errno != EAGAIN, errno != EINTR { pending = [] }
      if count < 0 { break }
      pending = pending.dropFirst(count)
    }
    if !hasClosedOutput { hasClosedOutput = !read(output, into: &printed) }
    read(errors, into: &complaints)
    if complaints.count > Self.mostComplaints {
      complaints.removeFirst(complaints.count - Self.mostComplaints)
    }
  }

  /// Returns: false at the end of the text.
  @discardableResult
  private func read(_ end: Int32, into bytes: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(end, &chunk, chunk.count)
      if count > 0 { bytes += chunk[..<count] }
      if count == 0 { return false }
      if count < 0, errno != EINTR { return errno == EAGAIN }
    }
  }

  /// The next whole frame that it printed; nil while it is not complete.
  ///
  /// Throws: `WorkerFailure` for text that begins no frame of `particles` particles.
  func frame(of particles: Int) throws -> [UInt8]? {
    // Blank lines between frames mean nothing.
    while let first = printed.first, first == 0x0A || first == 0x0D { printed.removeFirst() }
    var lines = 0
    for (k, byte) in printed.enumerated() where byte == 0x0A {
      if lines == 0 {
        let text = String(decoding: printed[..<k], as: UTF8.self)
        let count = Int(text.trimmingCharacters(in: .whitespaces))
        guard let count, count == particles else {
          throw WorkerFailure(
            "printed '\(text.prefix(60))'; expected a frame of \(particles) particles, whose first "
              + "line is \(particles)")
        }
      }
      lines += 1
      if lines == particles + 2 {
        let frame = Array(printed[...k])
        printed.removeFirst(k + 1)
        return frame
      }
    }
    if lines == 0, printed.count > 200 {
      throw WorkerFailure("printed '\(String(decoding: printed.prefix(60), as: UTF8.self))...'")
    }
    return nil
  }

  /// Whether it printed more than it was asked for.
  var hasMore: Bool { printed.contains { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 } }
}

/// What a worker did wrong.
struct WorkerFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }

  static func system(_ code: Int32) -> Self { .init(String(cString: strerror(code))) }
}

/// All workers under way, so that an interrupted program can end them.
public enum WorkerProcesses {
  static let running = Mutex<Set<pid_t>>([])

  /// Ends every worker and all that it has started.
  public static func endAll() {
    running.withLock {
      for process in $0 { kill(-process, SIGKILL) }
      $0.removeAll()
    }
  }
}
