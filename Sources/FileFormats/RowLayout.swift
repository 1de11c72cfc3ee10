/// Columns of one name in the rows of a text file.
struct RowField: Equatable {
  /// How a value is read.
  enum Kind: Equatable {
    case real, integer, logical, string, species
    /// Passed over.
    case unread
  }

  var name: String
  var kind: Kind
  var width: Int
  /// Where the first value stands among the values of its kind in a row.
  var offset = 0

  /// The places of all values among those of their kind in a row.
  var places: Range<Int> { offset..<offset + width }
}

/// All columns of the rows of a text file.
struct RowLayout {
  let fields: [RowField]
  /// The kind of every value of a row.
  let kinds: [RowField.Kind]
  /// Values of each kind in a row; truth values count as integers.
  private(set) var realWidth = 0
  private(set) var integerWidth = 0
  private(set) var stringWidth = 0

  /// Whether rows may go on behind the last value.
  var mayGoOn = false

  /// Counts the offsets.
  init(_ fields: [RowField]) {
    var placed = fields
    for k in placed.indices {
      switch placed[k].kind {
      case .real:
        placed[k].offset = realWidth
        realWidth += placed[k].width
      case .integer, .logical:
        placed[k].offset = integerWidth
        integerWidth += placed[k].width
      case .string:
        placed[k].offset = stringWidth
        stringWidth += placed[k].width
      case .species, .unread: break
      }
    }
    self.fields = placed
    kinds = placed.flatMap { Array(repeating: $0.kind, count: $0.width) }
  }

  /// Columns in a row.
  var width: Int { fields.reduce(0) { $0 + $1.width } }
}
