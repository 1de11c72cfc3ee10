internal import Geometry

/// A vector of space over lanes.
struct LaneVector<L: ArithmeticLanes>: Sendable {
  var x: L
  var y: L
  var z: L

  @inline(__always) init(_ x: L, _ y: L, _ z: L) { (self.x, self.y, self.z) = (x, y, z) }

  @inline(__always) static var zero: LaneVector { LaneVector(.zero, .zero, .zero) }

  @inline(__always) func dot(_ o: LaneVector) -> L { L.fma(x, o.x, L.fma(y, o.y, z * o.z)) }

  @inline(__always) func cross(_ o: LaneVector) -> LaneVector {
    LaneVector(
      L.fma(y, o.z, -(z * o.y)), L.fma(z, o.x, -(x * o.z)), L.fma(x, o.y, -(y * o.x)))
  }

  @inline(__always) static func + (l: LaneVector, r: LaneVector) -> LaneVector {
    LaneVector(l.x + r.x, l.y + r.y, l.z + r.z)
  }

  @inline(__always) static func - (l: LaneVector, r: LaneVector) -> LaneVector {
    LaneVector(l.x - r.x, l.y - r.y, l.z - r.z)
  }

  @inline(__always) static prefix func - (v: LaneVector) -> LaneVector {
    LaneVector(-v.x, -v.y, -v.z)
  }

  @inline(__always) static func * (s: L, v: LaneVector) -> LaneVector {
    LaneVector(s * v.x, s * v.y, s * v.z)
  }

  /// s v + self.
  @inline(__always) func adding(_ s: L, _ v: LaneVector) -> LaneVector {
    LaneVector(L.fma(s, v.x, x), L.fma(s, v.y, y), L.fma(s, v.z, z))
  }

  @inline(__always) static func select(
    _ mask: L.Mask, _ a: LaneVector, _ b: LaneVector
  ) -> LaneVector {
    LaneVector(L.select(mask, a.x, b.x), L.select(mask, a.y, b.y), L.select(mask, a.z, b.z))
  }
}

/// A symmetric 3 x 3 matrix over lanes.
struct LaneMatrix<L: ArithmeticLanes>: Sendable {
  var xx: L
  var xy: L
  var xz: L
  var yy: L
  var yz: L
  var zz: L

  @inline(__always) init(_ xx: L, _ xy: L, _ xz: L, _ yy: L, _ yz: L, _ zz: L) {
    (self.xx, self.xy, self.xz) = (xx, xy, xz)
    (self.yy, self.yz, self.zz) = (yy, yz, zz)
  }

  @inline(__always) static func + (l: LaneMatrix, r: LaneMatrix) -> LaneMatrix {
    LaneMatrix(
      l.xx + r.xx, l.xy + r.xy, l.xz + r.xz, l.yy + r.yy, l.yz + r.yz, l.zz + r.zz)
  }

  /// s m.
  @inline(__always) static func * (s: L, m: LaneMatrix) -> LaneMatrix {
    LaneMatrix(s * m.xx, s * m.xy, s * m.xz, s * m.yy, s * m.yz, s * m.zz)
  }

  /// s m + self.
  @inline(__always) func adding(_ s: L, _ m: LaneMatrix) -> LaneMatrix {
    LaneMatrix(
      L.fma(s, m.xx, xx), L.fma(s, m.xy, xy), L.fma(s, m.xz, xz),
      L.fma(s, m.yy, yy), L.fma(s, m.yz, yz), L.fma(s, m.zz, zz))
  }

  @inline(__always) static func * (m: LaneMatrix, v: LaneVector<L>) -> LaneVector<L> {
    LaneVector(
      L.fma(m.xx, v.x, L.fma(m.xy, v.y, m.xz * v.z)),
      L.fma(m.xy, v.x, L.fma(m.yy, v.y, m.yz * v.z)),
      L.fma(m.xz, v.x, L.fma(m.yz, v.y, m.zz * v.z)))
  }

  /// The adjugate: the inverse is adjugate / determinant.
  @inline(__always) var adjugate: LaneMatrix {
    LaneMatrix(
      L.fma(yy, zz, -(yz * yz)), L.fma(xz, yz, -(xy * zz)), L.fma(xy, yz, -(xz * yy)),
      L.fma(xx, zz, -(xz * xz)), L.fma(xy, xz, -(xx * yz)), L.fma(xx, yy, -(xy * xy)))
  }

  /// The determinant, given the adjugate.
  @inline(__always) func determinant(adjugate a: LaneMatrix) -> L {
    L.fma(xx, a.xx, L.fma(xy, a.xy, xz * a.xz))
  }

  /// tr(self o) for symmetric o.
  @inline(__always) func traceOfProduct(_ o: LaneMatrix) -> L {
    let off = L.fma(xy, o.xy, L.fma(xz, o.xz, yz * o.yz))
    return L.fma(xx, o.xx, L.fma(yy, o.yy, L.fma(zz, o.zz, off + off)))
  }

  /// The axial vector p of the antisymmetric matrix [self, o] = self o - o self, that is
  /// [self, o] v = p x v. For a rotation of self by the small angle w,
  /// tr(o dself) = -2 w . p (from dself = [w]self - self[w]).
  @inline(__always) func axialCommutator(_ o: LaneMatrix) -> LaneVector<L> {
    // (self o)_32 - (self o)_23 and cyclic.
    let x = L.fma(
      xz, o.xy, L.fma(yz, o.yy - o.zz, L.fma(zz - yy, o.yz, -(xy * o.xz))))
    let y = L.fma(
      xy, o.yz, L.fma(xz, o.zz - o.xx, L.fma(xx - zz, o.xz, -(yz * o.xy))))
    let z = L.fma(
      yz, o.xz, L.fma(xy, o.xx - o.yy, L.fma(yy - xx, o.xy, -(xz * o.yz))))
    return LaneVector(x, y, z)
  }
}

extension LaneMatrix where L == Double {
  /// R diag(d) R^T.
  init(rotation: Matrix3x3, diagonal d: Vector3) {
    let m = rotation.conjugating(diagonal: d)
    self.init(m[0, 0], m[0, 1], m[0, 2], m[1, 1], m[1, 2], m[2, 2])
  }
}

extension LaneVector where L == Double {
  init(_ v: Vector3) { self.init(v.x, v.y, v.z) }

  var vector: Vector3 { Vector3(x, y, z) }
}
