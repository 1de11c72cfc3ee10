import AniSOAP
import Foundation
import Geometry
import Mathematics

/// Forces of a linear model on the power spectrum beside the features alone, and Jacobians beside those of
/// featomic for isotropic SOAP, where Python (MESOGEN_PYTHON, or python3) has it.
func benchmarkGradients() throws {
  print(
    "AniSOAP gradients, one thread, 40 neighbours within the cutoff, GTO, smooth cutoff, nu = 2")
  print("  (processor time, the shortest of seven runs; forces: energy, forces, torques, virial)")
  print("  (lmax, nmax)    features      forces   ratio   a centre's Jacobian   a number   summed")
  for (l, n) in [(4, 3), (6, 6), (8, 8)] {
    let frame = try randomLiquid(count: 512, neighbors: 40, cutoff: 5)
    let expansion = try DensityExpansion(
      Hyperparameters(
        basis: .gto(width: 2), maxAngular: l, maxRadial: .uniform(n), cutoff: 5,
        cutoffShape: .smooth(width: 0.5)), species: ["X"])
    let gradients = try FeatureGradients(of: expansion)
    let count = expansion.featureCount(.two)
    let model = try LinearCenterEnergy(
      correlations: [.two],
      weights: Matrix(
        rows: 1, columns: count, elements: (0..<count).map { 1 / Double($0 + 1) }))
    let pairs = Double(try ownPairCount(frame))
    let features = try shortest {
      _ = try expansion.averagedFeatures(of: frame, correlation: .two, threads: 1)
    }
    let evaluator = try FeatureForceEvaluator(gradients, energy: model, frame: frame)
    var result = FeatureForces()
    let forces = try shortest {
      try evaluator.evaluate(
        positions: frame.positions, orientations: frame.orientations, cell: frame.cell,
        threads: 1, into: &result)
    }
    let centers = try shortest(of: 3) {
      for start in stride(from: 0, to: 64, by: 4) {
        _ = try gradients.jacobians(
          of: frame, centers: start..<(start + 4), correlations: [.two], threads: 1)
      }
    }
    let numbers = pairs * Double(6 * count)
    let single = centers * Double(frame.count) / 64
    let summed = try shortest(of: 3) {
      _ = try gradients.summed(of: frame, correlations: [.two], threads: 1)
    }
    print(
      padded("(\(l), \(n))", 14), padded(time(1e-9 * features / pairs), 11),
      padded(time(1e-9 * forces / pairs), 11), padded(decimal(forces / features, 2), 7),
      padded(time(1e-9 * single / pairs), 21), padded(time(1e-9 * single / numbers), 10),
      padded(time(1e-9 * summed / pairs), 8))
  }
  compareWithFeatomic()
}

/// Ordered pairs, each particle with itself among them.
private func ownPairCount(_ frame: Frame) throws -> Int {
  let finder = try NeighborFinder(positions: frame.positions, cell: frame.cell, cutoff: 5)
  var buffer = NeighborFinder.Buffer()
  var count = 0
  for i in 0..<frame.count {
    finder.neighbors(of: i, into: &buffer)
    count += buffer.count + 1
  }
  return count
}

private func compareWithFeatomic() {
  let script = """
    import time, numpy as np, ase, featomic
    rng = np.random.default_rng(1)
    N, rc = 512, 5.0
    edge = (N * 4 / 3 * np.pi * rc**3 / 40) ** (1 / 3)
    atoms = ase.Atoms('C' * N, positions=rng.uniform(0, edge, (N, 3)), cell=[edge] * 3, pbc=True)
    pairs = 41 * N
    def shortest(f):
        best = 1e9
        for _ in range(3):
            t = time.process_time()
            out = f()
            best = min(best, time.process_time() - t)
        return best, out
    for l, n in [(4, 3), (6, 6), (8, 8)]:
        c = featomic.SoapPowerSpectrum(
            cutoff={'radius': rc, 'smoothing': {'type': 'ShiftedCosine', 'width': 0.5}},
            density={'type': 'Gaussian', 'width': 0.5},
            basis={'type': 'TensorProduct', 'max_angular': l,
                   'radial': {'type': 'Gto', 'max_radial': n}})
        plain, _ = shortest(lambda: c.compute(atoms))
        both, out = shortest(lambda: c.compute(atoms, gradients=['positions']))
        numbers = sum(b.gradient('positions').values.size for b in out.blocks())
        print(f'  ({l}, {n}): features {plain / pairs * 1e9:.0f} ns a pair, positions'
              f' {(both - plain) / pairs * 1e6:.2f} us a pair, {(both - plain) / numbers * 1e9:.1f}'
              f' ns a number')
    """
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  let python = ProcessInfo.processInfo.environment["MESOGEN_PYTHON"] ?? "python3"
  process.arguments = ["RAYON_NUM_THREADS=1", python, "-c", script]
  process.standardError = FileHandle.nullDevice
  let output = Pipe()
  process.standardOutput = output
  guard (try? process.run()) != nil else { return }
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    print("  featomic and ASE are not installed: no comparison")
    return
  }
  print("  featomic, one thread: isotropic SOAP, derivatives by positions alone")
  print(String(decoding: data, as: UTF8.self), terminator: "")
}
