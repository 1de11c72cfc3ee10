"""AniSOAP's `anisoap.representations`."""

from .ellipsoidal_density_projection import EllipsoidalDensityProjection
from .radial_basis import GTORadialBasis, MonomialBasis

__all__ = ["EllipsoidalDensityProjection", "GTORadialBasis", "MonomialBasis"]
