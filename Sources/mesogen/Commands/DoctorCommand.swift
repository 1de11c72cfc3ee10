import ArgumentParser
import CProcessor
import Foundation
import Jobs
import Mathematics
import Recipes
import Report

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "What the program found on this machine, and whether it computes as it should.",
    discussion: """
      Tells the build, the processor and its vector units, the libraries as they were found, threads and \
      memory, and computes a dozen figures that are known from other programs, in about a second. The exit \
      code is 70 when one of them is wrong: then nothing that is computed here can be trusted.

        mesogen doctor
      """)

  @OptionGroup var global: GlobalOptions

  func run() throws {
    let context = global.context
    let test = SelfTest(threads: context.threads)
    if !global.quiet {
      print(machine(context.threads))
      print(libraries)
      print(Self.table(test), terminator: "")
    }
    guard test.isGood else {
      throw SelfTestFailure(failed: test.checks.filter { !$0.isGood }.map(\.name))
    }
    if !global.quiet { print("\nall \(test.checks.count) figures are as they should be") }
  }

  private func machine(_ threads: Int) -> TextTable {
    var table = TextTable(["what", "found"])
    table.add(["version", Version.current])
    table.add(["commit", Version.commit ?? "not known: the program was not built by make"])
    table.add(["Swift of the build", Version.swift])
    table.add(["built for", String(cString: mesogen_instruction_set())])
    table.add(["processor", Self.field("model name", of: "/proc/cpuinfo") ?? "not known"])
    let units = ["sse4.2", "avx", "fma", "avx2", "avx512f", "neon"].filter { (name: String) in
      mesogen_has_unit(name) != 0
    }
    table.add(["vector units", units.isEmpty ? "none that is known" : units.joined(separator: " ")])
    if String(cString: mesogen_instruction_set()) == "x86-64", units.contains("avx2") {
      table.add(["", "the program does not use avx2 and fma; build it with make MARCH=x86-64-v3"])
    }
    table.add(["cores", "\(Parallel.availableThreads)"])
    table.add(["threads", "\(threads) (\(threadSource))"])
    table.add(["MPI", Ranks.isBuilt ? "built in" : "not built in (make build MPI=1)"])
    table.add(["memory", memory])
    table.add(["free on this disk", Self.freeDisk ?? "not known"])
    return table
  }

  private var threadSource: String {
    if global.threads != nil { return "--threads" }
    let told = (try? GlobalOptions.threadsOfEnvironment()).flatMap { $0 }
    return told == nil ? "all cores" : GlobalOptions.variable
  }

  private var memory: String {
    let kilobytes = ["MemTotal", "MemAvailable"].map { name in
      Self.field(name, of: "/proc/meminfo").flatMap { Int($0.split(separator: " ").first ?? "") }
    }
    var parts: [String] = []
    if let all = kilobytes[0] { parts.append(Figures.bytes(1024 * all)) }
    if let left = kilobytes[1] { parts.append("\(Figures.bytes(1024 * left)) available") }
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < 1 << 50 {
      parts.append("\(Figures.bytes(Int(limit.rlim_cur))) by 'ulimit -v'")
    }
    return parts.isEmpty ? "not known" : parts.joined(separator: ", ")
  }

  private static var freeDisk: String? {
    var status = statvfs()
    guard statvfs(".", &status) == 0 else { return nil }
    return Figures.bytes(Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize)))
  }

  /// The first value of that name in a file of lines `name : value`.
  private static func field(_ name: String, of path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name {
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return nil
  }

  private var libraries: TextTable {
    var table = TextTable(["library", "version", "for"])
    for library in FoundLibraries.all {
      table.add([library.name, library.version, library.purpose])
    }
    return table
  }

  private static func table(_ test: SelfTest) -> TextTable {
    var table = TextTable(["computed", "compared with", "off by", "allowed", "state"])
    for check in test.checks {
      table.add([
        check.name, check.reference,
        check.failure == nil ? Figures.significant(check.departure) : "",
        Figures.significant(check.allowed), check.failure ?? (check.isGood ? "good" : "WRONG"),
      ])
    }
    return table
  }
}

/// Figures that are not as they should be: the program or a library computes wrongly.
struct SelfTestFailure: Error, CustomStringConvertible {
  let failed: [String]
  var description: String {
    "wrong on this machine: \(failed.joined(separator: ", ")); please report it with what is above"
  }
}
