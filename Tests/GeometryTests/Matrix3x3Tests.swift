import Geometry
import Mathematics
import Testing

@Suite("3 x 3 matrix and vector")
struct Matrix3x3Tests {
  static func random(_ stream: inout RandomStream) -> Matrix3x3 {
    Matrix3x3(rows: stream.direction() * 2, stream.direction(), stream.direction() * 3)
  }

  static func elements(_ m: Matrix3x3) -> [Double] { (0..<9).map { m[$0 / 3, $0 % 3] } }

  static func largest(_ m: Matrix3x3) -> Double { elements(m).map(abs).max() ?? 0 }

  @Test("rows, columns, diagonal and subscript agree")
  func layout() {
    let rows = Matrix3x3(rows: Vector3(1, 2, 3), Vector3(4, 5, 6), Vector3(7, 8, 9))
    #expect(Self.elements(rows) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let columns = Matrix3x3(columns: Vector3(1, 2, 3), Vector3(4, 5, 6), Vector3(7, 8, 9))
    #expect(rows.transpose == columns)
    #expect(columns.columns.1 == Vector3(4, 5, 6))
    #expect(rows.trace == 15)
    #expect(Self.elements(Matrix3x3(diagonal: Vector3(1, 2, 3))) == [1, 0, 0, 0, 2, 0, 0, 0, 3])
    #expect(rows * .identity == rows && .identity * rows == rows)
    var changed = rows
    for k in 0..<9 { changed[k / 3, k % 3] = Double(10 * k) }
    #expect(Self.elements(changed) == (0..<9).map { Double(10 * $0) })
    #expect(changed != rows)
  }

  @Test("products, sums and outer products are those of the definition")
  func algebra() {
    var stream = RandomStream(seed: 31)
    for _ in 0..<50 {
      let (a, b) = (Self.random(&stream), Self.random(&stream))
      let (u, v) = (stream.direction(), stream.direction())
      let (product, outer) = (a * b, Matrix3x3(outer: u, v))
      for i in 0..<3 {
        #expect(abs((a * v)[i] - (0..<3).map { a[i, $0] * v[$0] }.reduce(0, +)) < 1e-15)
        for j in 0..<3 {
          let sum = (0..<3).map { a[i, $0] * b[$0, j] }.reduce(0, +)
          #expect(abs(product[i, j] - sum) < 5e-15)
          #expect(outer[i, j] == u[i] * v[j])
          #expect((a + b)[i, j] == a[i, j] + b[i, j])
          #expect((a - b)[i, j] == a[i, j] - b[i, j])
          #expect((a * 3)[i, j] == 3 * a[i, j])
        }
      }
    }
  }

  @Test("inverse and determinant; a singular matrix has no finite inverse")
  func inverse() {
    var stream = RandomStream(seed: 32)
    for _ in 0..<100 {
      let a = Self.random(&stream)
      let b = Self.random(&stream)
      #expect(abs((a * b).determinant - a.determinant * b.determinant) < 2e-14)
      // The adjugate loses as many digits as the determinant lacks to the product of the edges, 6.
      let accuracy = 1e-14 * 6 / abs(a.determinant) * Self.largest(a.inverse)
      #expect(Self.largest(a * a.inverse - .identity) < accuracy)
      #expect(Self.largest(a.inverse * a - .identity) < accuracy)
    }
    let exact = Matrix3x3(rows: Vector3(2, 0, 0), Vector3(1, 4, 0), Vector3(0, 2, 8))
    #expect(exact.determinant == 64)
    #expect(exact * exact.inverse == .identity)
    let singular = Matrix3x3(rows: Vector3(1, 2, 3), Vector3(2, 4, 6), Vector3(0, 0, 1))
    #expect(singular.determinant == 0)
    #expect(Self.elements(singular.inverse).contains { !$0.isFinite })
  }

  @Test("R diag(d) R^T is symmetric exactly and equal to the product")
  func conjugation() {
    var stream = RandomStream(seed: 33)
    for _ in 0..<100 {
      let r = Self.random(&stream)
      let d = Vector3(stream.uniform(-2, 2), stream.uniform(0, 3), stream.uniform(1, 9))
      let result = r.conjugating(diagonal: d)
      #expect(result == result.transpose)
      #expect(Self.largest(result - r * Matrix3x3(diagonal: d) * r.transpose) < 5e-14)
    }
  }

  @Test("vector products")
  func vectors() {
    var stream = RandomStream(seed: 34)
    let (x, y, z) = (Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1))
    #expect(x.cross(y) == z && y.cross(z) == x && z.cross(x) == y)
    for _ in 0..<50 {
      let (a, b, c) = (stream.direction(), stream.direction() * 2, stream.direction())
      #expect(abs(a.cross(b).dot(a)) < 1e-15)
      #expect((a.cross(b) + b.cross(a)).length == 0)
      // Lagrange and the triple product.
      #expect(abs(a.cross(b).lengthSquared + a.dot(b) * a.dot(b) - 4) < 1e-14)
      #expect((a.cross(b.cross(c)) - (b * a.dot(c) - c * a.dot(b))).length < 2e-15)
      #expect(abs(b.length - 2) < 1e-15 && abs(b.normalized.length - 1) < 1e-15)
    }
    #expect(Vector3(1, 2, 3).isFinite)
    for k in 0..<3 {
      for bad in [Double.nan, .infinity] {
        var v = Vector3.zero
        v[k] = bad
        #expect(!v.isFinite)
      }
    }
    #expect(!Vector3.zero.normalized.isFinite)
  }
}
