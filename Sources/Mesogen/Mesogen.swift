/// All of Mesogen by one import: generators, energies, order, features, learning, files and jobs.
///
///     import Mesogen
///
///     let frames = try PhaseSettings(.nematic).generator().frames(of: 10, seed: 1)
///     let features = try FeatureSettings(cutoff: 5)
@_exported public import AniSOAP
@_exported public import FileFormats
@_exported public import GayBerne
@_exported public import Generators
@_exported public import Geometry
@_exported public import Jobs
@_exported public import Learning
@_exported public import Mathematics
@_exported public import OrderParameters
@_exported public import Recipes
@_exported public import Report
@_exported public import Simulation
