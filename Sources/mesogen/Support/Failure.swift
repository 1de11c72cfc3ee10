import ArgumentParser
import FileFormats
import Foundation
import Generators
import Geometry
import Learning
import Mathematics
import Jobs
import Recipes

/// From an error to one line on standard error and an exit code of sysexits.h.
enum Failure {
  /// Ends the program.
  static func exit(with error: any Error) -> Never {
    // Help, versions and completion scripts come as errors that are none.
    if MesogenCommand.exitCode(for: error) == .success {
      print(MesogenCommand.fullMessage(for: error))
      Foundation.exit(0)
    }
    let (code, message) = describe(error)
    Console.write("mesogen: \(VisibleText.message(oneLine(message)))\n")
    Foundation.exit(code)
  }

  /// The exit code and what is to be said.
  static func describe(_ error: any Error) -> (code: Int32, message: String) {
    switch error {
    case let error as DataError: (error.exitCode, error.description)
    case let error as RecipeError: (65, error.description)
    // Values of files are wrapped with their place: what arrives bare was given on the command line.
    case let error as InvalidInput: (64, error.description)
    case let error as InvalidData: (65, error.description)
    case let error as NumericalError: (65, error.description)
    case let error as PackingFailure: (65, error.description)
    case let error as UsageError: (64, error.description)
    case let error as SelfTestFailure: (70, error.description)
    case let error as SystemLimit: (71, error.description)
    default: (MesogenCommand.exitCode(for: error).rawValue, MesogenCommand.message(for: error))
    }
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
  }
}

/// Options that do not go together.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
