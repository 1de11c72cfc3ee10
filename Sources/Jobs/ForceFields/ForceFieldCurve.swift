internal import Geometry
internal import Learning
internal import Mathematics

/// The errors of a force field on a fixed test part against the number of frames that it learned from.
///
/// Draws of different sizes are nested, so that the rows of a frame are made once for every draw: what a
/// larger size adds goes into the same normal equations. Errors follow from the normal equations of the test
/// part.
struct ForceFieldCurve {
  let features: String
  let settings: CurveSettings
  let alphas: [Double]

  private typealias Kind = ForceFieldRows.Kind
  private typealias Errors = [Kind: (rmse: Double, relative: Double)]

  /// A row for every size: RMSE, its standard deviation over the draws, and R2, of every kind of row.
  ///
  /// Throws: as `ForceFieldJob`; `InvalidData` for a size that the training part does not have.
  func table(_ context: JobContext) throws -> ResultTable {
    let data = try ForceFieldData(
      FeatureTable(contentsOf: features), settings.data, settings.field)
    let split = try settings.split.make(data.table, hashes: nil)
    let training = split.training
    let sizes = try settings.trainingSizes(training.count)
    for size in sizes where size < settings.split.folds || size > training.count {
      throw InvalidData(
        "\(size) frames to learn from; \(settings.split.folds) to \(training.count) are possible")
    }
    guard settings.repeats >= 1 else {
      throw InvalidData("\(settings.repeats) draws of every size")
    }
    let scan = try data.scan(Set(training), context)
    let bases = try bases(data, training, context)
    // The errors of every size, of the kernel that cross-validates best.
    var draws = [[Errors]](repeating: [], count: sizes.count)
    let tests = try bases.map { basis in
      try data.equations(
        basis, scan, groups: Dictionary(uniqueKeysWithValues: split.testing.map { ($0, 0) }),
        count: 1, context)[0]
    }
    for draw in 0..<settings.repeats {
      // The stream of `LearningCurve`.
      var stream = RandomStream(
        seed: settings.split.seed, stream: 0x63_7572_7665, frame: UInt64(draw))
      let order = stream.permutation(training.count).map { training[$0] }
      var best = [(score: Double, errors: Errors)](
        repeating: (.infinity, [:]), count: sizes.count)
      for (basis, test) in zip(bases, tests) {
        for (k, one) in try fits(data, basis, scan, order, sizes, context).enumerated() {
          let score = one.errors.values.reduce(0, +)
          if score < best[k].score { best[k] = (score, one.error(on: test)) }
        }
      }
      for k in sizes.indices { draws[k].append(best[k].errors) }
    }
    return table(sizes, draws, data.labels.kinds)
  }

  /// The functions of the energy; one set for each kernel to try.
  private func bases(
    _ data: ForceFieldData, _ training: [Int], _ context: JobContext
  ) throws -> [ForceFieldBasis] {
    let basis = try data.basis(settings.field, baseline: settings.data.baseline)
    guard settings.model == .kernel else { return [basis] }
    let kernels = try settings.choice.kernels(
      default: SparseKernelSettings.defaultGammas(settings.choice.kernel))
    let survey = try ForceFieldSurvey(
      data, basis, Set(training), inducing: settings.sparse.inducing,
      seed: settings.split.seed, context)
    guard let first = kernels.first else { return [] }
    let points = try survey.points(settings.sparse, first)
    return try kernels.map { try ForceFieldBasis(basis, kernels: survey.kernels($0, points)) }
  }

  /// What is learned from more and more frames of an order.
  private func fits(
    _ data: ForceFieldData, _ basis: ForceFieldBasis, _ scan: ForceFieldData.Scan,
    _ order: [Int], _ sizes: [Int], _ context: JobContext
  ) throws -> [ForceFieldFit] {
    let folds = settings.split.folds
    var fits: [Int: ForceFieldFit] = [:]
    var (sums, done) = ([[Kind: NormalEquations]](), 0)
    for size in Set(sizes).sorted() {
      let groups = Dictionary(uniqueKeysWithValues: (done..<size).map { (order[$0], $0 % folds) })
      let added = try data.equations(basis, scan, groups: groups, count: folds, context)
      if sums.isEmpty {
        sums = added
      } else {
        for (k, part) in added.enumerated() {
          for (kind, own) in part { sums[k][kind]?.add(own) }
        }
      }
      done = size
      fits[size] = try ForceFieldFit(
        sums, basis, scan, weights: settings.field.rowWeights(), alphas: alphas,
        scale: settings.data.scale)
    }
    return sizes.compactMap { fits[$0] }
  }

  private func table(
    _ sizes: [Int], _ draws: [[Errors]], _ kinds: [Kind]
  ) -> ResultTable {
    let rows = draws.map { draws in
      kinds.flatMap { kind -> [Double] in
        let errors = draws.compactMap { $0[kind] }
        let n = Double(errors.count)
        let mean = errors.reduce(0) { $0 + $1.rmse } / n
        let squares = errors.reduce(0) { $0 + ($1.rmse - mean) * ($1.rmse - mean) }
        return [
          mean, n > 1 ? (squares / (n - 1)).squareRoot() : 0,
          errors.reduce(0) { $0 + 1 - $1.relative } / n,
        ]
      }
    }
    return ResultTable(
      labels: [("samples", sizes)],
      names: kinds.flatMap { kind in ["rmse", "deviation", "r2"].map { "\(kind.name)_\($0)" } },
      values: Matrix(rows))
  }
}
