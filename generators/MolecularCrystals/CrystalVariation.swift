internal import Geometry
internal import Mathematics

extension MolecularCrystal {
  /// How several crystals are made of one: variant 0 is the crystal itself, the others have the same cell
  /// and, unless molecules are shifted, the same centres.
  public struct Variation: Equatable, Sendable {
    /// How molecules are turned in a variant.
    public enum Turn: Equatable, Sendable {
      /// Not at all: variants share all orientations.
      case none
      /// Each to an orientation of its own, all orientations being equally probable.
      case random
      /// All by one rotation, of all rotations with equal probability.
      case together
      /// Each about an axis at random by an angle with this standard deviation in degrees.
      case spread(Double)
    }

    /// The number of crystals of every base, that itself among them.
    public var count: Int
    /// How molecules are turned.
    public var turn: Turn
    /// The standard deviation of the shift of every molecule along x, y and z, in ångströms.
    public var shift: Double

    /// Variants; `validate` says whether they can be made.
    public init(count: Int, turn: Turn = .random, shift: Double = 0) {
      self.count = count
      self.turn = turn
      self.shift = shift
    }

    /// Throws: `InvalidInput` for fewer than one, and for variants that would all be the same.
    func validate() throws {
      guard count >= 1 else {
        throw InvalidInput("variants of every crystal", value: "\(count)", expected: "1 or more")
      }
      guard shift >= 0, shift.isFinite else {
        throw InvalidInput("shift of molecules in variants", value: shift, expected: "0 or more")
      }
      if case .spread(let degrees) = turn, !(degrees > 0 && degrees.isFinite) {
        throw InvalidInput(
          "turn of molecules in variants", value: degrees, expected: "a positive number of degrees")
      }
      if count > 1, turn == .none, shift == 0 {
        throw InvalidInput(
          "variants of every crystal", value: "\(count) without turns and shifts",
          expected: "molecules that are turned or shifted; variants are all the same else")
      }
    }
  }

  /// The molecules of a variant are drawn anew this often, one after the other, before it is given up.
  private static let mostSweeps = 40
  /// From one volume to the next, where not all variants were found.
  private static let volumeStep = 1.04

  /// All variants of a crystal, in the smallest volume, from its own in steps of 4 %, at which they are
  /// found. Cell and centres of all are those of that volume, in the proportions of the crystal.
  ///
  /// Molecules that come too close to others are drawn anew, and keep what lessens their overlap, until
  /// all contacts are kept: orientations are therefore not independent of the neighbours. nil where no
  /// volume of the window will do.
  func variants(
    of base: Placed, _ variation: Variation, _ stream: inout RandomStream
  ) throws -> [Placed]? {
    let contacts = try contacts()
    let molecules = Double(base.packing.centers.count)
    var packing = base.packing
    while packing.cell.volume / molecules <= volumePerMolecule.upperBound {
      var found = [base.with(packing)]
      while found.count < variation.count,
        let variant = try variant(of: packing, variation, contacts, &stream)
      {
        found.append(base.with(variant))
      }
      if found.count == variation.count { return found }
      packing = try packing.scaled(volume: Self.volumeStep)
    }
    return nil
  }

  /// One variant; nil where none was found.
  private func variant(
    of packing: Packing, _ variation: Variation, _ contacts: MolecularContacts,
    _ stream: inout RandomStream
  ) throws -> Packing? {
    var variant = packing
    if variation.turn == .together, variation.shift == 0 {
      for _ in 0..<Self.mostSweeps {
        try StopRequest.check()
        let turn = try stream.rotationMatrix()
        for k in packing.maps.indices { variant.maps[k] = turn * packing.maps[k] }
        if try contacts.closest(variant, ofFirstOnly: false, below: closestContact)
          >= closestContact
        {
          return variant
        }
      }
      return nil
    }
    let common = variation.turn == .together ? try stream.rotationMatrix() : .identity
    func draw(_ k: Int, _ stream: inout RandomStream) throws -> (Vector3, Matrix3x3) {
      let shift =
        variation.shift > 0
        ? Vector3(stream.gaussian(), stream.gaussian(), stream.gaussian()) * variation.shift : .zero
      let turn: Matrix3x3
      switch variation.turn {
      case .none: turn = .identity
      case .together: turn = common
      case .random: turn = try stream.rotationMatrix()
      case .spread(let degrees):
        let half = stream.gaussian(sigma: degrees * Double.pi / 180) / 2
        turn =
          UnitQuaternion(
            axis: stream.direction(), halfAngleCosine: cosine(half), sine: sine(half)
          ).rotationMatrix
      }
      return (packing.cell.wrap(packing.centers[k] + shift), turn * packing.maps[k])
    }
    for k in packing.maps.indices {
      (variant.centers[k], variant.maps[k]) = try draw(k, &stream)
    }
    for _ in 0..<Self.mostSweeps {
      var isFree = true
      for k in packing.maps.indices {
        try StopRequest.check()
        let overlap = try contacts.overlap(of: k, variant, below: closestContact)
        if overlap == 0 { continue }
        isFree = false
        let kept = (variant.centers[k], variant.maps[k])
        (variant.centers[k], variant.maps[k]) = try draw(k, &stream)
        if try contacts.overlap(of: k, variant, below: closestContact) > overlap {
          (variant.centers[k], variant.maps[k]) = kept
        }
      }
      if isFree { return variant }
    }
    return nil
  }
}

extension MolecularCrystal.Placed {
  /// The same crystal with its molecules elsewhere.
  fileprivate func with(_ packing: MolecularCrystal.Packing) -> Self {
    var placed = self
    placed.packing = packing
    return placed
  }
}

extension MolecularCrystal.Packing {
  /// The same, in a cell of so many times the volume: centres move along, molecules keep their size.
  fileprivate func scaled(volume factor: Double) throws -> Self {
    let m = cell.lattice * cubeRoot(factor)
    let cell = try Cell(
      Vector3(m[0, 0], m[0, 1], m[0, 2]), Vector3(m[1, 0], m[1, 1], m[1, 2]),
      Vector3(m[2, 0], m[2, 1], m[2, 2]))
    var scaled = self
    scaled.cell = cell
    scaled.centers = centers.map { cell.position(fractional: self.cell.fractional($0)) }
    return scaled
  }
}

extension RandomStream {
  /// All rotations with equal probability.
  fileprivate mutating func rotationMatrix() throws -> Matrix3x3 {
    let q = rotation()
    return try UnitQuaternion(w: q.x, x: q.y, y: q.z, z: q.w).rotationMatrix
  }
}
