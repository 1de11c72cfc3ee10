/// The densities that separate along the body axes of a particle, each of unit mass, with the
/// semi-axes s_x, s_y, s_z as measure.
///
/// Mind the resolution of the radial basis: functions that are wider than a particle cannot tell a
/// box from a Gaussian with the same second moments (see the paper's remark below Eq. A50).
public enum ParticleDensity: String, CaseIterable, Codable, Sendable {
  /// prod_k exp(-x_k^2 / 2 s_k^2) / (sqrt(2 pi) s_k): the density of AniSOAP, `DensityExpansion`'s.
  case gaussian
  /// 1 / (8 s_x s_y s_z) where |x_k| < s_k for all k: a uniform box of edges 2 s_k.
  case box
  /// prod_k exp(-|x_k| / s_k) / (2 s_k): the paper's Eq. A50.
  case exponential
}
