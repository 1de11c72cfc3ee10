"""AniSOAP's `anisoap.utils`."""

from .metatensor_utils import ClebschGordanReal, cg_combine, standardize_keys
from .moment_generator import (
    compute_moments_diagonal_inefficient_implementation,
    compute_moments_inefficient_implementation,
    compute_moments_single_variable,
)
from .monomial_iterator import TrivariateMonomialIndices
from .spherical_to_cartesian import spherical_to_cartesian

__all__ = [
    "ClebschGordanReal",
    "TrivariateMonomialIndices",
    "cg_combine",
    "compute_moments_diagonal_inefficient_implementation",
    "compute_moments_inefficient_implementation",
    "compute_moments_single_variable",
    "spherical_to_cartesian",
    "standardize_keys",
]
