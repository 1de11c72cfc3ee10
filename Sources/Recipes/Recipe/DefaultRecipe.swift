extension Recipe {
  /// The text of data/recipes/default.yaml, of which this is a copy (a test compares the two), so that
  /// the program needs no files beside it.
  public static let defaultText = """
    # What `mesogen run` makes when it is given no recipe: a nematic and a smectic set of prolate
    # ellipsoids, L/D = 3, whose order goes from 0 to 1, and a set of Gay-Berne dimers, all of them
    # labelled and turned into features. Keys are the long options of the commands of the same names.
    name: default
    seed: 1
    datasets:
      - name: nematic
        generate:
          phase: nematic
          count: 100
          particles: 128
          aspect-ratio: 3
          diameter: 1
          order: 0:1
          packing-fraction: 0.3
          director: random
        order: &order
          steinhardt: 0:6
          cutoff: 5
          weights: distance
        featurize: &features
          - correlation: 1
            basis: gto
            radial-width: 3
            max-angular: 6
            max-radial: 6
            cutoff: 5
          - correlation: 2
            basis: gto
            radial-width: 3
            max-angular: 6
            max-radial: 6
            cutoff: 5

      - name: smectic
        generate:
          phase: smectic
          count: 100
          particles: 128
          aspect-ratio: 3
          diameter: 1
          order: 0:1
          smectic-order: 0.85
          packing-fraction: 0.3
          director: random
        order: *order
        featurize: *features

      - name: dimers
        generate:
          phase: dimers
          count: 2500
          semi-axes: 1,1.5,2
          distance: 2:7
          max-energy: 0.1
        order: *order
        featurize: *features

    """
}
