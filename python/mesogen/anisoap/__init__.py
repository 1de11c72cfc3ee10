"""AniSOAP's interface on Mesogen's engine: change `anisoap` to `mesogen.anisoap` in the imports.

    from mesogen.anisoap import EllipsoidalDensityProjection
    from mesogen.anisoap.utils import ClebschGordanReal, cg_combine, standardize_keys

Signatures, keys, samples, components and names of properties are AniSOAP's. Where AniSOAP is wrong this is not:
labels of columns with several species, centres without neighbours (they have rows of zeros), results of a single
frame (they keep two dimensions), frames without rotations (an error). `EllipsoidalDensityProjection(...,
as_anisoap=True)` has AniSOAP's own labels, rows, columns and dimensions.
"""

from __future__ import annotations

from .. import __version__
from . import representations, utils
from .representations import EllipsoidalDensityProjection, GTORadialBasis, MonomialBasis
from .utils import ClebschGordanReal, cg_combine, standardize_keys

__all__ = [
    "ClebschGordanReal",
    "EllipsoidalDensityProjection",
    "GTORadialBasis",
    "MonomialBasis",
    "__version__",
    "cg_combine",
    "representations",
    "standardize_keys",
    "utils",
]
