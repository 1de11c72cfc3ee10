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

    /// Whether the values are numbers that differ.
    var varies: Bool {
      switch values {
      case .numbers(let numbers):
        let finite = numbers.filter(\.isFinite)
        return finite.min() != finite.max()
      case .words(let words): return Set(words).count > 1
      }
    }

    var isNumeric: Bool { if case .numbers = values { true } else { false } }
  }

  /// What a reader is told about a frame.
  var labels: [String]
  /// The properties, each of one value a frame.
  var columns: [Column] = []

  /// The index of the first column of one of these names, in the order of the names.
  private func index(_ names: [String]) -> Int? {
    names.lazy.compactMap { name in columns.firstIndex { $0.name == name } }.first
  }

  /// For the page: the columns, and which of them are shown first.
  var json: PageJSON {
    let numeric = columns.indices.filter { columns[$0].isNumeric }
    let x = index(["PC 1", "order", "order_max", "h12"]) ?? numeric.first ?? 0
    let y = index(["PC 2", "q4", "energy"]) ?? numeric.first { $0 != x } ?? x
    let colour = index(["order_max", "order", "energy", "phase"]) ?? y
    return [
      "columns": .list(
        columns.map { column in
          let values: PageJSON =
            switch column.values {
            case .numbers(let numbers): .numbers(numbers)
            case .words(let words): .texts(words)
            }
          return ["name": .text(column.name), "values": values]
        }),
      "labels": .texts(labels),
      "defaults": [
        "x": .number(Double(x)), "y": .number(Double(y)), "colour": .number(Double(colour)),
      ],
      "names": .texts(PlotColor.palette.map(\.hexadecimal)),
    ]
  }
}
