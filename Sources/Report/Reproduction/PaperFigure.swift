/// The figures of the AniSOAP paper (Lin et al., J. Chem. Phys. 161, 074112 (2024),
/// doi:10.1063/5.0210910) that are computed anew from data made here.
public enum PaperFigure: String, CaseIterable, Codable, Sendable {
  /// Fig. 1: the map of liquid-crystal configurations.
  case fig1
  /// Fig. 2: the errors of reconstructing one description from another.
  case fig2
  /// Fig. 3: Gay-Berne energies and how well they are learned.
  case fig3
  /// Fig. 4: the T-shaped dimer of benzene, three ways.
  case fig4
  /// Fig. 5: the shape of the ellipsoids of benzene by the reconstruction error of SOAP.
  case fig5
  /// Fig. 6: energies of benzene crystals by SOAP, centres and AniSOAP.
  case fig6
  /// Fig. 7: what is left after AniSOAP, by SOAP; a map of it.
  case fig7
  /// Fig. S1: the cost against the size of the system.
  case figS1
  /// Fig. S2: the map with two shapes of particles.
  case figS2
  /// Fig. S3: the reconstruction errors with two shapes of particles.
  case figS3
  /// Fig. S4: the error against the number of dimers learned from.
  case figS4
  /// Fig. S5: the error against the number of benzene crystals.
  case figS5
  /// Fig. S6: as Fig. 5 for several radial widths.
  case figS6

  /// No figure of the paper: equations of state and order by simulation.
  case phases
  /// No figure of the paper: a learned potential, and simulations with it.
  case learnedGayBerne = "learned-gay-berne"

  /// What it shows, in a line.
  public var title: String {
    switch self {
    case .fig1: "Fig. 1: map of nematic and smectic configurations, L/D = 3"
    case .fig2: "Fig. 2: reconstruction errors between descriptions, L/D = 3"
    case .fig3: "Fig. 3: Gay-Berne energies of dimers, and learning h12 and U"
    case .fig4: "Fig. 4: the T-shaped dimer of benzene as atoms and as ellipsoids"
    case .fig5: "Fig. 5: shapes of benzene by the reconstruction error of SOAP"
    case .fig6: "Fig. 6: energies of benzene crystals by SOAP, centres and AniSOAP"
    case .fig7: "Fig. 7: SOAP on what AniSOAP leaves, and a map of it"
    case .figS5: "Fig. S5: learning curve of benzene crystals"
    case .figS6: "Fig. S6: shapes of benzene for several radial widths"
    case .figS1: "Fig. S1: cost against the size of the system"
    case .figS2: "Fig. S2: map with L/D = 2 and 3"
    case .figS3: "Fig. S3: reconstruction errors with L/D = 2 and 3"
    case .figS4: "Fig. S4: learning curve of h12 and U"
    case .learnedGayBerne: "A potential learned from GB(3,5,2,1), and simulations with it"
    case .phases: "Phases: equations of state and order of hard particles by simulation"
    }
  }
}
