"""AniSOAP's `anisoap.utils`."""

from .metatensor_utils import ClebschGordanReal, cg_combine, standardize_keys

__all__ = ["ClebschGordanReal", "cg_combine", "standardize_keys"]
