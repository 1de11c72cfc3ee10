internal import FileFormats
internal import Foundation
internal import Generators
internal import Geometry
internal import Jobs
internal import Learning
internal import Mathematics
internal import Recipes

/// An error on its way to Python: its kind, which decides the exception, and its text.
final class BridgeError: Described {
  /// The kinds of exceptions.
  enum Code: Int {
    /// ValueError
    case value = 1
    /// OSError
    case system = 2
    /// FileNotFoundError
    case missing = 3
    /// KeyboardInterrupt
    case stopped = 4
    /// RuntimeError
    case other = 5
  }

  let code: Code
  private let text: CText

  init(_ error: any Error) {
    let message: String
    (code, message) = Self.told(error)
    text = CText(message)
  }

  func description() -> UnsafePointer<CChar> { text.pointer }

  private static func told(_ error: any Error) -> (Code, String) {
    switch error {
    case let error as FrameError:
      let (code, message) = told(error.error)
      return (code, "frame \(error.frame): \(message)")
    case let error as FrameInputError:
      return (.value, "frame \(error.frame): \(error.error.description)")
    case let error as DataError:
      let code: Code =
        switch error.kind {
        case .noInput: FileManager.default.fileExists(atPath: error.file) ? .system : .missing
        case .cannotCreate, .busy, .inputOutput: .system
        case .badData, .unknownFormat: .value
        }
      return (code, error.description)
    case is Stopped: return (.stopped, "interrupted")
    case let error as InvalidInput: return (.value, error.description)
    case let error as InvalidData: return (.value, error.description)
    case let error as NumericalError: return (.value, error.description)
    case let error as PackingFailure: return (.value, error.description)
    case let error as WordsError: return (.value, error.message)
    default: return (.other, "\(error)")
    }
  }
}

/// Words that a step does not understand.
struct WordsError: Error {
  let message: String
}
