// swift-tools-version: 6.3
import PackageDescription

// The manifest enforces the arrows between the rooms: a target sees only what it lists here.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A room of the library: a target below `Sources/` (or `path`) with the strict settings.
func room(
  _ name: String, path: String? = nil, _ dependencies: [Target.Dependency],
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, resources: resources, swiftSettings: strict)
}

/// For tests that leave the work to others: compiled without optimization, which takes a small part of the time.
let unoptimized = strict + [.unsafeFlags(["-Onone"])]

/// The tests of a room: they may use `TestSupport` and whatever the room may use.
func tests(
  _ room: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = strict
) -> Target {
  .testTarget(
    name: room + "Tests",
    dependencies: [.byName(name: room), "TestSupport"] + dependencies,
    resources: [],
    swiftSettings: settings)
}

/// The recipes that the program has with it: links in `Sources/Recipes/Embedded` to `data/recipes`.
let recipes = [
  "default", "paper-dimers", "paper-liquid-crystals", "paper-liquid-crystals-2",
]

/// The rooms that `import Mesogen` gives.
let rooms: [Target.Dependency] = [
  "Geometry", "Mathematics", "AniSOAP", "GayBerne", "OrderParameters", "Generators", "Simulation",
  "Learning", "FileFormats", "Jobs", "Recipes", "Report",
]

/// The commit that is built, as the Makefile tells it. (`Context.gitInformation` would be that of the time
/// when SwiftPM last read this file.)
let commit = Context.environment["MESOGEN_COMMIT"] ?? ""

/// The toolchain, likewise.
let swift = Context.environment["MESOGEN_SWIFT"] ?? ""

/// Replica exchange over the processes of `mpirun`: the package libopenmpi-dev with MESOGEN_MPI=1, nothing without.
let hasMPI = Context.environment["MESOGEN_MPI"] == "1"

/// The readers under libFuzzer, which needs instrumented code: `make fuzz-coverage` sets MESOGEN_FUZZER=1.
let hasLibFuzzer = Context.environment["MESOGEN_FUZZER"] == "1"
let coverageFuzz: [Target] = [
  .target(name: "CFuzzer", path: "Tests/CFuzzer"),
  .executableTarget(
    name: "CoverageFuzz", dependencies: ["CFuzzer", "FuzzReaders"], path: "Tests/CoverageFuzz",
    swiftSettings: strict),
]

let package = Package(
  name: "Mesogen",
  products: [
    .executable(name: "mesogen", targets: ["mesogen"]),
    .library(
      name: "Mesogen", targets: ["Mesogen"]),
    // The C interface behind the Python package; `python/build.py` links it for the wheel.
    .library(name: "MesogenPython", type: .dynamic, targets: ["PythonBridge"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    // C at the edge: a module map for each system library, and small shims.
    .systemLibrary(name: "CGSL"),
    .systemLibrary(name: "COpenBLAS"),
    .systemLibrary(name: "CSpglib"),
    .systemLibrary(name: "CZip"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CCrypto"),
    .target(name: "CRandom"),
    .target(name: "CProcessor"),
    .target(name: "CStartup"),
    .target(name: "CInterrupt"),
    .target(name: "CThread"),
    .target(
      name: "CVersion",
      cSettings: [
        .define("MESOGEN_COMMIT", to: "\"\(commit)\""),
        .define("MESOGEN_SWIFT", to: "\"\(swift)\""),
      ]),
    .target(name: "CLanes"),
    .target(
      name: "CRanks", dependencies: hasMPI ? ["CMPI"] : [],
      cSettings: hasMPI ? [.define("MESOGEN_MPI")] : []),
    .target(name: "CBenzene"),
    .target(name: "CHDF5", linkerSettings: [.linkedLibrary("hdf5_serial")]),
    .target(name: "CPlotly", exclude: ["LICENSE", "README.md", "plotly.min.js.gz"]),
    .target(name: "CVoronoi", linkerSettings: [.linkedLibrary("voro++")]),

    room("Geometry", []),
    room("Mathematics", ["CGSL", "COpenBLAS", "CRandom", "CThread"]),
    room("AniSOAP", ["Geometry", "Mathematics"]),
    room("AniSOAPReference", ["AniSOAP", "Geometry", "Mathematics"]),
    room("GayBerne", ["CLanes", "Geometry", "Mathematics"]),
    room("OrderParameters", ["Geometry", "Mathematics", "CVoronoi"]),
    room(
      "Generators", path: "generators",
      ["Geometry", "Mathematics", "GayBerne", "OrderParameters", "CSpglib"]),
    room("Simulation", ["CLanes", "Geometry", "Mathematics", "GayBerne", "OrderParameters"]),
    room("Learning", ["Mathematics"]),
    room("FileFormats", ["Geometry", "Mathematics", "CHDF5", "CZip", "CZlib"]),
    room(
      "Jobs",
      [
        "CCrypto", "CRanks", "CVersion", "Geometry", "Mathematics", "AniSOAP", "GayBerne",
        "OrderParameters", "Generators", "Simulation", "Learning", "FileFormats",
      ]),
    room(
      "Recipes",
      [
        "Geometry", "Mathematics", "AniSOAP", "GayBerne", "OrderParameters",
        "Generators", "Simulation", "Learning", "FileFormats", "Jobs",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Yams", package: "Yams"),
      ], resources: recipes.map { .embedInCode("Embedded/\($0).yaml") }),
    room(
      "Report",
      [
        "CBenzene", "CPlotly", "Geometry", "Mathematics", "AniSOAP", "GayBerne", "OrderParameters",
        "Generators", "Simulation", "Learning", "FileFormats", "Jobs", "Recipes",
      ],
      resources: [.embedInCode("Page/report.js"), .embedInCode("Page/report.css")]),
    room("Mesogen", rooms),
    room(
      "PythonBridge",
      [
        "CInterrupt", "Geometry", "Mathematics", "AniSOAP", "GayBerne", "OrderParameters",
        "Generators", "Learning", "FileFormats", "Jobs", "Recipes",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "mesogen",
      dependencies: [
        "CProcessor", "CStartup", "Geometry", "Mathematics", "AniSOAP", "GayBerne",
        "OrderParameters", "Generators", "Learning", "FileFormats", "Jobs", "Recipes", "Report",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CProcessor", "Geometry", "Mathematics", "AniSOAP", "GayBerne", "OrderParameters",
        "Generators", "Simulation", "Learning", "FileFormats", "Jobs",
      ],
      path: "Benchmarks",
      swiftSettings: strict),
    room(
      "FuzzReaders", path: "Tests/FuzzReaders", ["Geometry", "FileFormats", "Jobs", "Recipes"]),
    .executableTarget(
      name: "Fuzz",
      dependencies: ["FuzzReaders", "Mathematics", "FileFormats"],
      path: "Tests/Fuzz",
      swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: ["Geometry", "Mathematics", "FileFormats"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("Geometry", []),
    tests("Mathematics", []),
    tests("AniSOAP", ["AniSOAPReference", "Geometry", "Mathematics", "FileFormats"]),
    tests("GayBerne", ["Geometry", "Mathematics", "FileFormats"]),
    tests("OrderParameters", ["Geometry", "Mathematics", "FileFormats"]),
    tests("Generators", ["Geometry", "Mathematics", "GayBerne", "OrderParameters"]),
    tests(
      "Simulation",
      ["Geometry", "Mathematics", "GayBerne", "OrderParameters", "Generators", "FileFormats"]),
    tests("Learning", ["Mathematics", "FileFormats"]),
    tests("FileFormats", ["Geometry", "Mathematics"]),
    tests(
      "Jobs", ["Geometry", "Mathematics", "GayBerne", "Simulation", "FileFormats"],
      settings: unoptimized),
    tests("Recipes", ["Geometry", "FileFormats", "Jobs"], settings: unoptimized),
    tests("Report", ["Geometry", "FileFormats"], settings: unoptimized),
    tests("Mesogen", [], settings: unoptimized),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "mesogen", "CProcessor", "TestSupport", "Geometry", "FileFormats", "Mathematics",
        "OrderParameters",
      ],
      swiftSettings: unoptimized),
  ] + (hasMPI ? [.systemLibrary(name: "CMPI", pkgConfig: "ompi-c")] : [])
    + (hasLibFuzzer ? coverageFuzz : []),
  cxxLanguageStandard: .cxx17
)
