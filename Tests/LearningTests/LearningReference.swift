import FileFormats
import Learning
import Mathematics
import TestSupport

/// An archive of `data/reference/learning`.
struct LearningReference {
  let archive: NumPyArchive

  init(_ name: String) throws {
    archive = try NumPyArchive(contentsOf: ReferenceData.path("learning/\(name).npz"))
  }

  /// An array of at most two dimensions; one dimension is a column.
  func matrix(_ name: String) throws -> Matrix {
    let array = try archive[name]
    let values = array.doubles ?? []
    let columns = array.shape.count == 2 ? array.shape[1] : 1
    return Matrix(rows: values.count / columns, columns: columns, elements: values)
  }

  func numbers(_ name: String) throws -> [Double] { try matrix(name).elements }

  func indices(_ name: String) throws -> [Int] { try archive[name].integers ?? [] }

  /// The small regression problem: features, targets, and scikit-learn's split of them.
  struct Problem {
    let x: Matrix
    let y: Matrix
    let split: Split
    var trainX: Matrix { x.selecting(rows: split.training) }
    var trainY: Matrix { y.selecting(rows: split.training) }
    var testX: Matrix { x.selecting(rows: split.testing) }
    var testY: Matrix { y.selecting(rows: split.testing) }
  }

  func problem() throws -> Problem {
    Problem(
      x: try matrix("x"), y: try matrix("y"),
      split: Split(training: try indices("train"), testing: try indices("test")))
  }
}

/// The largest difference of two matrices over the largest element of the second.
func relativeDifference(_ a: Matrix, _ b: Matrix) -> Double {
  let scale = b.elements.reduce(0) { max($0, abs($1)) }
  return largestDifference(a.elements, b.elements) / scale
}
