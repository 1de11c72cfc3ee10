public import AniSOAP
internal import Geometry

extension RadialSize {
  /// From `auto`, one number for every l, or a list with one for each: `6`, `5,4,4,3`.
  ///
  /// Throws: `InvalidInput`.
  public init(parsing text: String) throws {
    if text == "auto" {
      self = .automatic
      return
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int(String($0)) }
    guard numbers.count == parts.count, !numbers.isEmpty else {
      throw InvalidInput(
        "max-radial", value: "'\(text)'",
        expected: "auto, a whole number, or a list with one for every l")
    }
    self = numbers.count == 1 ? .uniform(numbers[0]) : .perChannel(numbers)
  }
}
