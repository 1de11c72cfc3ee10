"""Derivatives of the coefficients of single pairs with 40 digits (mpmath), rounded to double at the end.

usage: python3 make.py          writes exact.npz beside this file (about a minute)

Central differences with a step of 1e-22 of what ../anisoap-exact/make.py computes, in 70 digits: their
truncation is about 1e-44, their rounding 1e-48. Directions: the position of the neighbour (3), small
rotations of it about the axes of space (3), its semi-axes (3).
"""
import importlib.util
import os
import numpy as np
from mpmath import mp, mpf, matrix, eigsy, sqrt, exp, gamma, diag, cos, sin

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location(
    "pairs", os.path.join(here, "..", "anisoap-exact", "make.py"))
pairs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(pairs)
mp.dps = 70


def transformations(lmax, nmax, sigma):
    """For each l: norms of the orbitals times S^(-1/2)."""
    out = []
    for l in range(lmax + 1):
        ks = [l + 2 * n for n in range(nmax + 1)]
        norm = [1 / sqrt(sigma**(2 * k + 3) * gamma(k + mpf(3) / 2) / 2) for k in ks]
        S = matrix(nmax + 1, nmax + 1)
        for i in range(nmax + 1):
            for j in range(nmax + 1):
                S[i, j] = gamma(l + i + j + mpf(3) / 2) / sqrt(
                    gamma(l + 2 * i + mpf(3) / 2) * gamma(l + 2 * j + mpf(3) / 2))
        E, Q = eigsy(S)
        out.append(diag(norm) * Q * diag([1 / sqrt(e) for e in E]) * Q.T)
    return out


def coefficients(r, R, s, lmax, nmax, sigma, harmonics, X):
    A = R * diag([1 / v**2 for v in s]) * R.T
    Ap = A + mp.eye(3) / sigma**2
    C = Ap**-1
    a = C * A * r
    c = (r.T * C * A * r)[0] / sigma**2
    weight = sqrt(mp.det(A) / mp.det(Ap)) * exp(-c / 2)
    M = [pairs.moments(a, C, lmax + 2 * nmax)]
    for n in range(nmax):
        last = M[-1]
        top = lmax + 2 * (nmax - n - 1)
        M.append({k: last[k[0] + 2, k[1], k[2]] + last[k[0], k[1] + 2, k[2]]
                  + last[k[0], k[1], k[2] + 2] for k in last if sum(k) <= top})
    values = []
    for l in range(lmax + 1):
        for m in range(-l, l + 1):
            raw = matrix(1, nmax + 1)
            for n in range(nmax + 1):
                raw[n] = weight * mp.fsum(v * M[n][k] for k, v in harmonics[l, m].items())
            values += list(raw * X[l])
    return values


def turn(axis, angle):
    R = mp.eye(3)
    b, c = (axis + 1) % 3, (axis + 2) % 3
    R[b, b] = R[c, c] = cos(angle)
    R[c, b], R[b, c] = sin(angle), -sin(angle)
    return R


def derivatives(r, q, axes, lmax, nmax, width, harmonics):
    r = matrix([mpf(float(v)) for v in r])
    R = pairs.rotation(q)
    s = [mpf(float(v)) for v in axes]
    sigma = mpf(float(width))
    X = transformations(lmax, nmax, sigma)
    h = mpf(10)**-22
    rows = []
    for direction in range(9):
        sides = []
        for sign in (1, -1):
            rr, RR, ss = r.copy(), R.copy(), list(s)
            k = direction % 3
            if direction < 3:
                rr[k] += sign * h
            elif direction < 6:
                RR = turn(k, sign * h) * R
            else:
                ss[k] += sign * h
            sides.append(coefficients(rr, RR, ss, lmax, nmax, sigma, harmonics, X))
        rows.append([float((a - b) / (2 * h)) for a, b in zip(*sides)])
    return np.array(rows)


def main():
    rng = np.random.default_rng(20261126)
    q = rng.normal(size=4)
    cases = [
        (4, 3, 1.5, np.array([0.9, -1.3, 1.1]), q, np.array([0.4, 0.8, 1.6])),
        (3, 2, 1.2, np.array([-0.7, 0.2, 1.9]), rng.normal(size=4), np.array([0.5, 0.5, 1.5])),
        (3, 2, 1.2, np.array([-0.7, 0.2, 1.9]), q, np.array([0.7, 0.7, 0.7])),
        (3, 2, 1.0, np.zeros(3), q, np.array([0.4, 0.8, 1.6])),
        (3, 2, 1.5, np.array([1.5, 0.5, -0.9]), q, np.array([0.02, 0.02, 2.0])),
        (2, 1, 1.5, np.array([1.5, 0.5, -0.9]), q, np.array([1.48, 1.5, 1.52])),
    ]
    harmonics = pairs.solid(4)
    out = {}
    for i, (lmax, nmax, width, r, q, axes) in enumerate(cases):
        out[f"case{i}_input"] = np.concatenate([[lmax, nmax, width], r, q, axes])
        out[f"case{i}"] = derivatives(r, q, axes, lmax, nmax, width, harmonics)
        print(i, lmax, nmax, np.abs(out[f"case{i}"]).max(axis=1), flush=True)
    np.savez_compressed(os.path.join(here, "exact.npz"), **out)


if __name__ == "__main__":
    main()
