/// A colour by its shares of red, green and blue, 0 to 1.
public struct PlotColor: Equatable, Sendable {
  /// The share of red.
  public var red: Double
  /// The share of green.
  public var green: Double
  /// The share of blue.
  public var blue: Double

  /// A colour.
  public init(_ red: Double, _ green: Double, _ blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// White.
  public static let white = PlotColor(1, 1, 1)
  /// Colours that are told apart also by readers who do not see all (Okabe and Ito): blue,
  /// vermillion, green, purple, orange, sky.
  public static let palette = [
    PlotColor(0, 0.447, 0.698), PlotColor(0.835, 0.369, 0), PlotColor(0, 0.62, 0.451),
    PlotColor(0.8, 0.475, 0.655), PlotColor(0.902, 0.624, 0), PlotColor(0.337, 0.706, 0.914),
  ]

  /// The colour of that index; they repeat.
  public static func of(_ index: Int) -> PlotColor { palette[index % palette.count] }

  /// This colour with `share` (0 to 1) of the other in place of its own.
  public func mixed(with other: PlotColor, _ share: Double) -> PlotColor {
    let t = min(1, max(0, share))
    return PlotColor(
      red + t * (other.red - red), green + t * (other.green - green),
      blue + t * (other.blue - blue))
  }

  /// As SVG and HTML want it: `#0072b2`.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef")
    return "#"
      + [red, green, blue].map { share in
        let byte = Int((255 * min(1, max(0, share))).rounded())
        return "\(digits[byte / 16])\(digits[byte % 16])"
      }.joined()
  }
}
