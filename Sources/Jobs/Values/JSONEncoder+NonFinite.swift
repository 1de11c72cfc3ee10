package import Foundation

extension JSONEncoder.NonConformingFloatEncodingStrategy {
  /// Numbers that JSON does not have as the texts "inf", "-inf" and "nan".
  package static var asText: Self {
    .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  }
}
