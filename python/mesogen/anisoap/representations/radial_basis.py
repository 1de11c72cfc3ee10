"""The radial bases of AniSOAP: phi_nl(r) = r^(l + 2n), with exp(-r^2 / 2 sigma^2) in the GTO basis.

The engine makes its own, with more digits; these are for those who look at the basis.
"""

from __future__ import annotations

from math import lgamma
from typing import Any

import numpy as np


def inverse_matrix_sqrt(matrix: np.ndarray, rcond: float = 1e-8, tol: float = 1e-3) -> np.ndarray:
    """S^(-1/2); eigenvalues at or below rcond are dropped.

    Raises: ValueError for a matrix that is not symmetric, or one that differs from what the square of the
    result stands for by more than tol (Frobenius norm).
    """
    if not np.allclose(matrix, matrix.conjugate().T):
        raise ValueError("Matrix is not hermitian")
    values, vectors = np.linalg.eigh(matrix)
    kept = values > rcond
    result = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
    difference = np.linalg.norm(matrix - np.linalg.pinv(result @ result))
    if difference > tol:
        raise ValueError(f"Incurred Numerical Imprecision {difference:.8f}")
    return result


def gto_square_norm(n: Any, sigma: Any) -> Any:
    """The integral of r^(2n + 2) exp(-r^2 / sigma^2) over r: sigma^(2n + 3) Gamma(n + 3/2) / 2."""
    gamma = np.vectorize(lambda x: np.exp(lgamma(x + 1.5)), otypes=[float])
    return 0.5 * np.asarray(sigma, float) ** (2 * np.asarray(n) + 3) * gamma(n)


def gto_prefactor(n: Any, sigma: Any) -> Any:
    """What makes the square norm 1."""
    return np.sqrt(1 / gto_square_norm(n, sigma))


def gto_overlap(n: Any, m: Any, sigma_n: Any, sigma_m: Any) -> Any:
    """The overlap of two normalised orbitals."""
    width = np.sqrt(2 * sigma_n**2 * sigma_m**2 / (sigma_n**2 + sigma_m**2))
    return gto_prefactor(n, sigma_n) * gto_prefactor(m, sigma_m) * gto_square_norm((n + m) / 2, width)


def monomial_square_norm(n: Any, r_cut: float) -> Any:
    """The integral of r^(2n + 2) from 0 to the cutoff."""
    return r_cut ** (2 * n + 3) / (2 * n + 3)


def monomial_prefactor(n: Any, r_cut: float) -> Any:
    """What makes the square norm 1."""
    return np.sqrt(1 / monomial_square_norm(n, r_cut))


def monomial_overlap(n: Any, m: Any, r_cut: float) -> Any:
    """The overlap of two normalised monomials."""
    return (
        monomial_prefactor(n, r_cut) * monomial_prefactor(m, r_cut) * monomial_square_norm((n + m) / 2, r_cut)
    )


class _RadialBasis:
    """What both bases have: the numbers of functions of each l, overlaps, values on a mesh."""

    _is_ready = False

    def __setattr__(self, name: str, value: Any) -> None:
        # The engine has a basis of its own: one that was changed here would be another.
        if self._is_ready:
            raise AttributeError(
                f"{name} of a calculator's basis cannot be changed: make a new EllipsoidalDensityProjection"
            )
        super().__setattr__(name, value)

    def __init__(
        self,
        radial_basis: str,
        max_angular: int,
        cutoff_radius: float,
        max_radial: Any,
        rcond: float,
        tol: float,
    ) -> None:
        self.radial_basis, self.max_angular, self.cutoff_radius = radial_basis, max_angular, cutoff_radius
        self.rcond, self.tol = rcond, tol
        whole = (int, np.integer)
        if max_radial is None:
            counts = [(max_angular - l) // 2 + 1 for l in range(max_angular + 1)]
        elif isinstance(max_radial, (list, tuple)):
            if len(max_radial) < max_angular + 1:
                raise ValueError(
                    "If you specify a list of number of radial components, this list must be of length "
                    f"{max_angular + 1}. Received {len(max_radial)}."
                )
            if not all(isinstance(n, whole) for n in max_radial):
                raise ValueError("`max_radial` must be None, int, or list of int")
            counts = [int(n) + 1 for n in max_radial[: max_angular + 1]]
        elif isinstance(max_radial, whole) and not isinstance(max_radial, bool):
            counts = [int(max_radial) + 1] * (max_angular + 1)
        else:
            raise ValueError("`max_radial` must be None, int, or list of int")
        self.num_radial_functions = counts

    def get_num_radial_functions(self) -> list[int]:
        """The number of radial functions of each l."""
        return self.num_radial_functions

    def prefactor(self, order: np.ndarray) -> np.ndarray:
        """What normalises r^order."""
        raise NotImplementedError

    def calc_overlap_matrix(self) -> np.ndarray:
        """The overlaps of all orders that occur."""
        raise NotImplementedError

    def _orders(self, l: int) -> np.ndarray:
        return l + 2 * np.arange(self.num_radial_functions[l])

    def _highest(self) -> int:
        return int(np.max(np.arange(self.max_angular + 1) + 2 * np.array(self.num_radial_functions)))

    def orthonormalization_matrix(self, l: int) -> np.ndarray:
        """Löwdin's S^(-1/2) for the functions of l."""
        orders = self._orders(l)
        return inverse_matrix_sqrt(self.overlap_matrix[np.ix_(orders, orders)], self.rcond, self.tol)

    def orthonormalize_basis(self, features: Any) -> Any:
        """Normalises and orthonormalises raw coefficients, in place, block by block; returns them."""
        for key, block in features.items():
            l = int(key["angular_channel"])
            name = next(
                (n for n in block.properties.names if n in ("types_neighbor", "neighbor_types")), None
            )
            types = block.properties[name] if name else np.zeros(len(block.properties), int)
            for kind in np.unique(types):
                mask = types == kind
                scaled = block.values[:, :, mask] * self.prefactor(self._orders(l))
                block.values[:, :, mask] = scaled @ self.orthonormalization_matrix(l)
        return features

    def get_basis(self, rs: np.ndarray) -> np.ndarray:
        """The orthonormal functions on a mesh: len(rs) x (all n of l = 0, then of l = 1, ...)."""
        parts = []
        for l in range(self.max_angular + 1):
            orders = self._orders(l)
            values = (
                np.asarray(rs, float)[:, np.newaxis] ** orders * self._envelope(rs) * self.prefactor(orders)
            )
            parts.append(values @ self.orthonormalization_matrix(l))
        return np.hstack(parts)

    def _envelope(self, rs: np.ndarray) -> Any:
        return 1.0

    def plot_basis(self, n_r: int = 100) -> None:
        """Plots the functions up to the cutoff."""
        from matplotlib import pyplot

        mesh = np.linspace(0, self.cutoff_radius, n_r)
        pyplot.plot(mesh, self.get_basis(mesh))


class MonomialBasis(_RadialBasis):
    """r^(l + 2n), orthonormal over [0, cutoff_radius]."""

    def __init__(
        self,
        max_angular: int,
        cutoff_radius: float,
        max_radial: Any = None,
        rcond: float = 1e-8,
        tol: float = 1e-3,
    ) -> None:
        super().__init__("monomial", max_angular, cutoff_radius, max_radial, rcond, tol)
        self.overlap_matrix = self.calc_overlap_matrix()

    def prefactor(self, order: np.ndarray) -> np.ndarray:
        return monomial_prefactor(order, self.cutoff_radius)

    def calc_overlap_matrix(self) -> np.ndarray:
        n = np.arange(self._highest())
        return monomial_overlap(n[:, np.newaxis], n[np.newaxis, :], self.cutoff_radius)

    def compute_gaussian_parameters(
        self, r_ij: np.ndarray, lengths: np.ndarray, rotation_matrix: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Precision, centre and constant of the Gaussian of a neighbour."""
        return rotation_matrix @ np.diag(1 / np.asarray(lengths) ** 2) @ rotation_matrix.T, r_ij, 0.0


class GTORadialBasis(_RadialBasis):
    """r^(l + 2n) exp(-r^2 / 2 sigma^2), orthonormal over all space."""

    def __init__(
        self,
        max_angular: int,
        cutoff_radius: float,
        *,
        radial_gaussian_width: float,
        max_radial: Any = None,
        rcond: float = 1e-8,
        tol: float = 1e-3,
    ) -> None:
        super().__init__("gto", max_angular, cutoff_radius, max_radial, rcond, tol)
        self.radial_gaussian_width = float(radial_gaussian_width)
        self.overlap_matrix = self.calc_overlap_matrix()

    def prefactor(self, order: np.ndarray) -> np.ndarray:
        return gto_prefactor(order, self.radial_gaussian_width)

    def _envelope(self, rs: np.ndarray) -> Any:
        return np.exp(-0.5 * (np.asarray(rs, float) / self.radial_gaussian_width) ** 2)[:, np.newaxis]

    def calc_overlap_matrix(self) -> np.ndarray:
        n = np.arange(self._highest())
        sigma = np.full(len(n), self.radial_gaussian_width)
        return gto_overlap(n[:, np.newaxis], n[np.newaxis, :], sigma[:, np.newaxis], sigma[np.newaxis, :])

    def compute_gaussian_parameters(
        self, r_ij: np.ndarray, lengths: np.ndarray, rotation_matrix: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Precision, centre and constant of the Gaussian of a neighbour times that of the basis."""
        precision = rotation_matrix @ np.diag(1 / np.asarray(lengths) ** 2) @ rotation_matrix.T
        sigma = self.radial_gaussian_width
        joint = precision + np.eye(3) / sigma**2
        center = r_ij - np.linalg.solve(joint, r_ij) / sigma**2
        return joint, center, float(r_ij @ np.linalg.solve(joint, precision @ r_ij)) / sigma**2
