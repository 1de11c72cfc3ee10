public import Foundation
public import Geometry

/// A simulation that can be carried on, looked at, stored and restored: Monte Carlo or molecular
/// dynamics.
///
/// An engine is a value. It is made from settings and a starting frame, which it validates; from
/// then on
///
/// 1. `advance` is called until the sample is equilibrated, then `endEquilibration`, then `advance`
///    again, with `measure` and `frame` in between whenever somebody wants to look;
/// 2. `checkpoint` may be taken after any `advance`. A new engine made from the **same settings and
///    the same starting frame** that then calls `restore` continues exactly where the first one was:
///    every later frame and measurement has the same bits as in an undisturbed run.
///
/// Nothing depends on the number of threads. Looking (`measure`, `frame`, `checkpoint`) never
/// changes what comes later.
public protocol SimulationEngine: Sendable {
  /// The sweeps (Monte Carlo) or time steps (molecular dynamics) done since the start.
  var step: Int { get }

  /// Whether step sizes are still being tuned.
  var isEquilibrating: Bool { get }

  /// Goes on by `count` sweeps or time steps.
  ///
  /// Throws: `InvalidInput` when the simulation cannot go on (an energy that explodes, a cell that
  /// shrinks to nothing); it says at which step and, where it is known, which pair. The engine is
  /// then no longer usable: go back to the last checkpoint.
  mutating func advance(_ count: Int, threads: Int) throws

  /// Freezes the step sizes, so that everything from here on samples the stationary distribution.
  /// Harmless when called twice.
  mutating func endEquilibration()

  /// What can be said of the present state.
  ///
  /// Throws: `InvalidInput` when an observable cannot be computed.
  func measure(threads: Int) throws -> Measurement

  /// The present state as a frame, in the order of the particles of the starting frame: positions
  /// wrapped into the cell, orientations, semi-axes, species, and the columns of the starting
  /// frame. Labels of the starting frame that the simulation makes untrue (energy, order, forces,
  /// ...) are gone; the others are kept.
  var frame: Frame { get }

  /// The whole state, bit for bit, as an opaque block of bytes: particles, cell, step sizes,
  /// counters, velocities, and where the random streams stand.
  ///
  /// Throws: an encoding error, which no valid state causes.
  func checkpoint() throws -> Data

  /// Takes over a state that `checkpoint` wrote, of an engine with the same settings and starting
  /// frame.
  ///
  /// Throws: `InvalidInput` when the bytes are no checkpoint or belong to another system.
  mutating func restore(_ checkpoint: Data) throws
}
