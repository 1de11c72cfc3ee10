"""Moments of Gaussians that are not normalised: integrals of x^a y^b z^c exp(-(r - r0)^T A (r - r0) / 2).

The engine makes its own, in compiled code; these are for those who look at them. Moments follow by integration by
parts: <x_i p> = r0_i <p> + sum_j C_ij <dp/dx_j> with C = A^(-1) (Isserlis' theorem, a monomial at a time).
"""

from __future__ import annotations

import numpy as np


def _check_degree(maxdeg: int) -> None:
    if maxdeg < 1:
        raise AssertionError(f"maxdeg is {maxdeg}; expected at least 1")


def compute_moments_single_variable(A: float, a: float, maxdeg: int) -> np.ndarray:
    """The integrals of x^n exp(-A (x - a)^2 / 2) for n = 0 ... maxdeg."""
    _check_degree(maxdeg)
    moments = np.empty(maxdeg + 1)
    moments[:2] = np.sqrt(2 * np.pi / A) * np.array([1, a])
    for n in range(2, maxdeg + 1):
        moments[n] = a * moments[n - 1] + (n - 1) * moments[n - 2] / A
    return moments


def _within(maxdeg: int) -> np.ndarray:
    """Where a + b + c is at most maxdeg."""
    n = np.arange(maxdeg + 1)
    return n[:, None, None] + n[:, None] + n <= maxdeg


def compute_moments_diagonal_inefficient_implementation(
    principal_components: np.ndarray, a: np.ndarray, maxdeg: int
) -> np.ndarray:
    """Moments of a Gaussian along the axes, A = diag(principal_components): (maxdeg + 1)^3, at [a, b, c]; 0 where
    the degree is more than maxdeg.
    """
    if np.shape(principal_components) != (3,) or np.shape(a) != (3,):
        raise AssertionError("principal components and centre are not three numbers each")
    x, y, z = (compute_moments_single_variable(A, c, maxdeg) for A, c in zip(principal_components, a))
    return np.where(_within(maxdeg), x[:, None, None] * y[:, None] * z, 0.0)


def compute_moments_inefficient_implementation(A: np.ndarray, a: np.ndarray, maxdeg: int) -> np.ndarray:
    """Moments of a Gaussian with any A (3 x 3, symmetric): (maxdeg + 1)^3, at [a, b, c]; 0 where the degree is more
    than maxdeg.
    """
    if np.shape(A) != (3, 3) or np.shape(a) != (3,):
        raise AssertionError("A is not 3 x 3, or the centre not three numbers")
    _check_degree(maxdeg)
    covariance = np.linalg.inv(A)
    # One more in each direction, which stays zero: an exponent of -1 finds it.
    moments = np.zeros((maxdeg + 2,) * 3)
    moments[0, 0, 0] = (2 * np.pi) ** 1.5 / np.sqrt(np.linalg.det(A))
    for exponents in sorted(np.argwhere(_within(maxdeg)).tolist(), key=sum)[1:]:
        axis = next(k for k in range(3) if exponents[k])
        lower = list(exponents)
        lower[axis] -= 1
        value = a[axis] * moments[tuple(lower)]
        for k in range(3):
            other = list(lower)
            other[k] -= 1
            value += covariance[axis, k] * lower[k] * moments[tuple(other)]
        moments[tuple(exponents)] = value
    return moments[:-1, :-1, :-1]
