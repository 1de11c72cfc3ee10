import Mathematics
import Testing

@Suite("Matrix and labelled block")
struct MatrixTests {
  let matrix = Matrix([[1, 2, 3], [4, 5, 6]])

  @Test("elements stand row by row")
  func layout() {
    #expect(matrix.rows == 2 && matrix.columns == 3)
    #expect(matrix.elements == [1, 2, 3, 4, 5, 6])
    #expect(matrix[1, 0] == 4 && matrix[0, 2] == 3)
    #expect(Array(matrix.row(1)) == [4, 5, 6] && matrix.column(2) == [3, 6])
    var changed = matrix
    changed[1, 1] = -5
    #expect(changed.elements == [1, 2, 3, 4, -5, 6] && changed != matrix)
    #expect(Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6]) == matrix)
    #expect(Matrix(rows: 2, columns: 2).elements == [0, 0, 0, 0])
    #expect(Matrix.identity(2).elements == [1, 0, 0, 1])
  }

  @Test("transposition and selection")
  func selection() {
    #expect(matrix.transpose == Matrix([[1, 4], [2, 5], [3, 6]]))
    #expect(matrix.transpose.transpose == matrix)
    #expect(matrix.selecting(rows: [1, 0, 1]) == Matrix([[4, 5, 6], [1, 2, 3], [4, 5, 6]]))
    #expect(matrix.selecting(columns: [2, 0]) == Matrix([[3, 1], [6, 4]]))
    #expect(matrix.selecting(rows: []) == Matrix(rows: 0, columns: 3))
    #expect(matrix.selecting(columns: []) == Matrix(rows: 2, columns: 0))
  }

  @Test("matrices without elements keep their shape")
  func empty() {
    #expect(Matrix([]).rows == 0 && Matrix([]).columns == 0)
    #expect(Matrix([[], []]).rows == 2 && Matrix([[], []]).columns == 0)
    #expect(Matrix(rows: 0, columns: 4).transpose.rows == 4)
    #expect(Matrix.identity(0).elements.isEmpty)
    #expect(Matrix(rows: 0, columns: 3) != Matrix(rows: 3, columns: 0))
  }

  @Test("a table of labels gives its columns by name")
  func labels() {
    let table = IndexTable(names: ["l", "n"], rows: [[0, 1], [2, 3], [4, 5]])
    #expect(table.count == 3)
    #expect(table.column("l") == [0, 2, 4] && table.column("n") == [1, 3, 5])
    #expect(table.column("m") == nil)
    let empty = IndexTable(names: ["l"])
    #expect(empty.count == 0 && empty.column("l") == [])
    #expect(table != IndexTable(names: ["l", "m"], rows: table.rows))
  }

  @Test("a block holds a row for every sample and a column for every property")
  func block() {
    let samples = IndexTable(names: ["frame"], rows: [[0], [1]])
    let properties = IndexTable(names: ["n"], rows: [[0], [1], [2]])
    let block = LabelledBlock(samples: samples, properties: properties, values: matrix)
    #expect(block.samples == samples && block.properties == properties && block.values == matrix)
    var changed = block
    changed.values[0, 0] = 9
    #expect(changed != block && block.values[0, 0] == 1)
    // No sample: the width stays.
    let none = LabelledBlock(
      samples: IndexTable(names: ["frame"]), properties: properties,
      values: Matrix(rows: 0, columns: 3))
    #expect(none.values.columns == 3)
  }
}
