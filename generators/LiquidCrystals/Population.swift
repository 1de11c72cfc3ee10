internal import Foundation
public import Geometry
internal import Mathematics
public import OrderParameters

/// Which particles a frame is made of: their species and shapes, and how many of each.
public struct Population: Equatable, Sendable {
  /// One species of particles.
  public struct Component: Equatable, Sendable {
    /// What the frame calls it.
    public var species: String
    /// The (mean) shape.
    public var semiAxes: SemiAxes
    /// The share of the particles; the shares of all components are scaled to a sum of 1.
    public var fraction: Double
    /// The relative standard deviation of the size: every particle's axes are multiplied by
    /// exp(g - v/2) with g normal of variance v = ln(1 + p^2), which has mean 1 and standard
    /// deviation p.
    public var polydispersity: Double
    /// The body axis that the order is about. Spheres among other particles have none and are left
    /// out of it; where all particles are spheres, `automatic` is body z.
    public var axis: SymmetryAxis

    /// A component; by default the only one, of equal particles.
    public init(
      species: String = "X", semiAxes: SemiAxes, fraction: Double = 1, polydispersity: Double = 0,
      axis: SymmetryAxis = .automatic
    ) {
      self.species = species
      self.semiAxes = semiAxes
      self.fraction = fraction
      self.polydispersity = polydispersity
      self.axis = axis
    }
  }

  /// The species, in the order in which they were given.
  public var components: [Component]

  /// A mixture.
  public init(_ components: [Component]) { self.components = components }

  /// Equal particles of revolution about body z.
  ///
  /// Throws: `InvalidInput` unless both are positive and finite.
  public init(species: String = "X", aspectRatio: Double, diameter: Double = 1) throws {
    self.init([
      Component(
        species: species, semiAxes: try SemiAxes(aspectRatio: aspectRatio, diameter: diameter))
    ])
  }

  /// The particles of a frame.
  struct Members {
    var species: [String]
    var semiAxes: [SemiAxes]
    /// The body axis, 0 to 2, that the order is about; nil for a sphere among other particles.
    var axes: [Int?]
    /// The largest diameter along that axis, of the mean shapes of the species.
    var height: Double

    /// The particles that the order is about.
    var oriented: [Int] { axes.indices.filter { axes[$0] != nil } }
    /// The others: spheres among them.
    var spheres: [Int] { axes.indices.filter { axes[$0] == nil } }
    /// Those of `oriented` whose second axes can be told apart; all of them where none can.
    var biaxial: [Int] {
      let triaxial = oriented.filter { i in
        guard let k = axes[i] else { return false }
        let v = semiAxes[i].vector
        let (e, f) = (v[(k + 1) % 3], v[(k + 2) % 3])
        return abs(e - f) > 1e-6 * max(e, f)
      }
      return triaxial.isEmpty ? oriented : triaxial
    }
    /// The volume of all of them.
    var volume: Double { semiAxes.reduce(0) { $0 + $1.volume } }
  }

  /// Bytes of a particle while it is placed: neighbours, contacts and their forces.
  private static let bytesPerParticle: UInt64 = 1000
  /// As many particles as fit into the memory of the machine.
  private static var mostParticles: Int {
    Int(clamping: ProcessInfo.processInfo.physicalMemory / bytesPerParticle)
  }

  /// `count` particles. The numbers of each species are the fractions rounded (the largest
  /// remainders up), never drawn; which particle is of which species is drawn.
  ///
  /// Throws: `InvalidInput` for a count, fraction or polydispersity that cannot be.
  func members(count: Int, _ stream: inout RandomStream) throws -> Members {
    let most = Self.mostParticles
    guard 1...most ~= count else {
      throw InvalidInput(
        "number of particles", value: "\(count)",
        expected: "1 to \(most), for which this machine has the memory")
    }
    let numbers = try self.numbers(of: count)
    var kinds = zip(components.indices, numbers).flatMap { Array(repeating: $0, count: $1) }
    if components.count > 1 {
      let order = stream.permutation(count)
      kinds = order.map { kinds[$0] }
    }
    let axes = try bodyAxes(numbers)
    let heights = components.indices.compactMap { c in
      numbers[c] > 0 ? axes[c].map { 2 * components[c].semiAxes.vector[$0] } : nil
    }
    var shapes = [SemiAxes]()
    for kind in kinds {
      let component = components[kind]
      let p = component.polydispersity
      guard p > 0 else {
        shapes.append(component.semiAxes)
        continue
      }
      let variance = logarithm(1 + p * p)
      let g = stream.gaussian(sigma: variance.squareRoot())
      shapes.append(try component.semiAxes.scaled(by: exponential(g - variance / 2)))
    }
    return Members(
      species: kinds.map { components[$0].species }, semiAxes: shapes, axes: kinds.map { axes[$0] },
      height: heights.max() ?? 0)
  }

  /// The body axis of every component.
  private func bodyAxes(_ numbers: [Int]) throws -> [Int?] {
    let isSphere = components.map { SymmetryAxis.isSphere($0.semiAxes) }
    let onlySpheres = components.indices.allSatisfy { numbers[$0] == 0 || isSphere[$0] }
    return try components.indices.map { c in
      guard isSphere[c] else { return try components[c].axis.index(of: components[c].semiAxes) }
      guard onlySpheres else { return nil }
      return components[c].axis == .automatic
        ? 2 : try components[c].axis.index(of: components[c].semiAxes)
    }
  }

  private func numbers(of count: Int) throws -> [Int] {
    var total = 0.0
    for component in components {
      guard component.fraction >= 0, component.fraction.isFinite else {
        throw InvalidInput(
          "fraction of species \(component.species)", value: component.fraction,
          expected: "0 or more")
      }
      guard component.polydispersity >= 0, component.polydispersity <= 1 else {
        throw InvalidInput(
          "polydispersity of species \(component.species)", value: component.polydispersity,
          expected: "a number between 0 and 1")
      }
      total += component.fraction
    }
    guard total > 0 else {
      throw InvalidInput(
        "sum of the fractions of species", value: total, expected: "a positive number")
    }
    let shares = components.map { $0.fraction / total * Double(count) }
    var numbers = shares.map { Int($0.rounded(.down)) }
    let byRemainder = shares.indices.sorted {
      let (l, r) = (shares[$0] - Double(numbers[$0]), shares[$1] - Double(numbers[$1]))
      return l == r ? $0 < $1 : l > r
    }
    for k in byRemainder.prefix(count - numbers.reduce(0, +)) { numbers[k] += 1 }
    return numbers
  }
}
