internal import CPlotly
internal import Foundation

/// What the scripts of a page consist of.
enum PageLibrary {
  /// The plotting library (Sources/CPlotly), compressed and in base64.
  static var packed: String {
    guard let bytes = mesogen_plotly() else { return "" }
    return Data(bytes: bytes, count: mesogen_plotly_size()).base64EncodedString()
  }

  /// What draws plots and frames with it.
  static var script: String { String(decoding: PackageResources.report_js, as: UTF8.self) }

  /// How the page looks.
  static var style: String { String(decoding: PackageResources.report_css, as: UTF8.self) }
}
