"""Solid harmonics as polynomials of x, y, z."""

from __future__ import annotations

from math import comb, factorial
from typing import Sequence

import numpy as np

_Polynomial = dict[tuple[int, int, int], float]


def _times(first: _Polynomial, second: _Polynomial, factor: float = 1) -> _Polynomial:
    product: _Polynomial = {}
    for (a, b, c), value in first.items():
        for (d, e, f), other in second.items():
            key = (a + d, b + e, c + f)
            product[key] = product.get(key, 0.0) + factor * value * other
    return product


def _plus(first: _Polynomial, second: _Polynomial) -> _Polynomial:
    return {key: first.get(key, 0.0) + second.get(key, 0.0) for key in {*first, *second}}


_Z: _Polynomial = {(0, 0, 1): 1.0}
_SQUARE: _Polynomial = {(2, 0, 0): 1.0, (0, 2, 0): 1.0, (0, 0, 2): 1.0}


def _along_z(l: int, m: int) -> _Polynomial:
    """r^(l - m) d^m P_l(z / r) / dz^m, by (l - m) Q_l = (2l - 1) z Q_(l-1) - (l + m - 1) r^2 Q_(l-2)."""
    before: _Polynomial = {}
    here: _Polynomial = {(0, 0, 0): float(np.prod(np.arange(1, 2 * m, 2)))}
    for k in range(m + 1, l + 1):
        further = _plus(
            _times(_Z, here, (2 * k - 1) / (k - m)), _times(_SQUARE, before, -(k + m - 1) / (k - m))
        )
        before, here = here, further
    return here


def _around_z(m: int) -> tuple[_Polynomial, _Polynomial]:
    """Real and imaginary part of (x + iy)^m."""
    parts: tuple[_Polynomial, _Polynomial] = ({}, {})
    for k in range(m + 1):
        parts[k % 2][(m - k, k, 0)] = float(comb(m, k) * (-1) ** (k // 2))
    return parts


def spherical_to_cartesian(lmax: int, num_ns: Sequence[int]) -> list[np.ndarray]:
    """The coefficients of r^(2n) R_lm, R_lm = sqrt(4 pi / (2l + 1)) r^l Y_lm (real): for each l an array
    (2l + 1, num_ns[l], d, d, d), d = l + 2 num_ns[l] - 1; at [l + m, n, a, b, c] that of x^a y^b z^c.
    """
    if len(num_ns) != lmax + 1:
        raise AssertionError(f"num_ns has {len(num_ns)} entries; expected {lmax + 1}")
    result = []
    for l, count in enumerate(num_ns):
        size = l + 2 * count - 1
        values = np.zeros((2 * l + 1, count, size, size, size))
        for m in range(-l, l + 1):
            k = abs(m)
            norm = np.sqrt((2 if k else 1) * factorial(l - k) / factorial(l + k))
            polynomial = _times(_along_z(l, k), _around_z(k)[1 if m < 0 else 0], norm)
            for n in range(count):
                for exponents, value in polynomial.items():
                    values[(l + m, n, *exponents)] = value
                polynomial = _times(polynomial, _SQUARE)
        result.append(values)
    return result
