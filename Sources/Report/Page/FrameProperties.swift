/// What is known about frames, one row each: numbers and words with names.
struct FrameProperties {
  /// A property.
  struct Column {
    enum Values {
      case numbers([Double])
      case words([String])
    }

    let name: String
    let values: Values

    /// Whether the values differ, numbers by more than roundings.
    var varies: Bool {
      switch values {
      case .numbers(let numbers):
        let finite = numbers.filter(\.isFinite)
        guard let least = finite.min(), let largest = finite.max() else { return false }
        return largest - least > 1e-9 * max(1, abs(least), abs(largest))
      case .words(let words): return Set(words).count > 1
      }
    }

    var isNumeric: Bool { if case .numbers = values { true } else { false } }
  }

  /// What a reader is told about a frame.
  var labels: [String]
  /// The properties, each of one value a frame.
  var columns: [Column] = []

  /// For the page: the columns that vary, and which of them are shown first.
  var json: PageJSON {
    let columns = columns.filter(\.varies)
    /// The last column whose name begins like the first of these that there is.
    func index(_ names: [String]) -> Int? {
      names.lazy.compactMap { name in columns.lastIndex { $0.name.hasPrefix(name) } }.first
    }
    let numeric = columns.indices.filter { columns[$0].isNumeric }
    let x = index(["PC 1", "h12", "order"]) ?? numeric.first ?? 0
    let y = index(["PC 2", "energy", "q6"]) ?? numeric.first { $0 != x } ?? x
    let colour = index(["energy", "order_max", "order", "phase"]) ?? y
    return [
      "columns": .list(
        columns.map { column in
          let values: PageJSON =
            switch column.values {
            case .numbers(let numbers): .numbers(numbers)
            case .words(let words): .texts(words)
            }
          return [
            "name": .text(column.name), "numeric": .logical(column.isNumeric), "values": values,
          ]
        }),
      "defaults": [
        "x": .number(Double(x)), "y": .number(Double(y)), "colour": .number(Double(colour)),
      ],
      "names": .texts(PlotColor.palette.map(\.hexadecimal)),
    ]
  }

  /// Whether there are two numbers to draw against each other.
  var canBeDrawn: Bool { columns.count { $0.varies && $0.isNumeric } >= 2 }
}
