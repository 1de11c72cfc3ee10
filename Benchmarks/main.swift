// All sections, or those that are named: `Benchmarks neighbors anisoap gradients gay-berne md
// monte-carlo files`.
let wanted = CommandLine.arguments.dropFirst()
func isWanted(_ section: String) -> Bool { wanted.isEmpty || wanted.contains(section) }

warmUp()
if isWanted("neighbors") { try benchmarkNeighborSearch() }
if isWanted("anisoap") { try benchmarkAniSOAP() }
if isWanted("gradients") { try benchmarkGradients() }
if isWanted("gay-berne") { benchmarkGayBerne() }
if isWanted("files") { try benchmarkFiles() }
if isWanted("md") { benchmarkMolecularDynamics() }
if isWanted("monte-carlo") { benchmarkMonteCarlo() }
