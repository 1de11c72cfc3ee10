"""Coefficients of single pairs with 100 digits (mpmath), rounded to double at the end.

usage: python3 make.py          writes exact.npz beside this file (about five minutes)

The route shares nothing with the program's: all moments of r^(2n) x^p y^q z^s of the product Gaussian
from the Cartesian recurrence, real solid harmonics from their recurrence in l and m, Löwdin by an
eigendecomposition of the overlap matrix with 100 digits.
"""
import os
import numpy as np
from mpmath import mp, mpf, matrix, eigsy, sqrt, exp, gamma, factorial, pi, diag

mp.dps = 100


def rotation(q):
    w, x, y, z = [mpf(float(v)) for v in q]
    n = sqrt(w * w + x * x + y * y + z * z)
    w, x, y, z = w / n, x / n, y / n, z / n
    return matrix([[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
                   [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
                   [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]])


def moments(a, C, degree):
    """<x^p y^q z^s> for p + q + s <= degree."""
    M = {(0, 0, 0): mpf(1)}
    for d in range(1, degree + 1):
        for p in range(d + 1):
            for q in range(d - p + 1):
                k = [p, q, d - p - q]
                i = max(range(3), key=lambda t: k[t])
                k[i] -= 1
                v = a[i] * M[tuple(k)]
                for j in range(3):
                    if k[j] > 0:
                        k[j] -= 1
                        v += C[i, j] * (k[j] + 1) * M[tuple(k)]
                        k[j] += 1
                k[i] += 1
                M[tuple(k)] = v
    return M


def multiply(poly, p, q, s, c=1):
    return {(k[0] + p, k[1] + q, k[2] + s): v * c for k, v in poly.items()}


def add(*polys):
    out = {}
    for poly in polys:
        for k, v in poly.items():
            out[k] = out.get(k, 0) + v
    return {k: v for k, v in out.items() if v != 0}


def solid(lmax):
    """Real solid harmonics without Condon-Shortley phase, as polynomials in x, y, z."""
    A = [{(0, 0, 0): 1}]
    B = [{}]
    for m in range(1, lmax + 1):
        A.append(add(multiply(A[-1], 1, 0, 0), multiply(B[-1], 0, 1, 0, -1)))
        B.append(add(multiply(B[-1], 1, 0, 0), multiply(A[m - 1], 0, 1, 0)))
    R = {}
    for m in range(lmax + 1):
        # Pi_l^m by upward recurrence in l: integer polynomials times factorials, kept as mpf.
        before, now = {}, {(0, 0, 0): mpf(1)}
        for k in range(1, m + 1):
            now = {key: v * (2 * k - 1) for key, v in now.items()}
        for l in range(m, lmax + 1):
            norm = sqrt((2 * l + 1) / (4 * pi) * factorial(l - m) / factorial(l + m)
                        * (1 if m == 0 else 2))
            for sign, part in ((1, A[m]), (-1, B[m])):
                if m == 0 and sign < 0:
                    continue
                poly = {}
                for k1, v1 in now.items():
                    for k2, v2 in part.items():
                        k = (k1[0] + k2[0], k1[1] + k2[1], k1[2] + k2[2])
                        poly[k] = poly.get(k, 0) + v1 * v2 * norm
                R[l, sign * m] = poly
            r2 = add(multiply(before, 2, 0, 0), multiply(before, 0, 2, 0),
                     multiply(before, 0, 0, 2))
            up = add({k: v * mpf(2 * l + 1) / (l - m + 1)
                      for k, v in multiply(now, 0, 0, 1).items()},
                     {k: -v * mpf(l + m) / (l - m + 1) for k, v in r2.items()})
            before, now = now, up
    return R


def coefficients(r, q, axes, lmax, nmax, width, R):
    Rm = rotation(q)
    s = [mpf(float(v)) for v in axes]
    sigma = mpf(float(width))
    A = Rm * diag([1 / v**2 for v in s]) * Rm.T
    rij = matrix([mpf(float(v)) for v in r])
    Ap = A + mp.eye(3) / sigma**2
    C = Ap**-1
    a = C * A * rij
    c = (rij.T * C * A * rij)[0] / sigma**2
    weight = sqrt(mp.det(A) / mp.det(Ap)) * exp(-c / 2)
    M = [moments(a, C, lmax + 2 * nmax)]
    for n in range(nmax):
        last = M[-1]
        top = lmax + 2 * (nmax - n - 1)
        M.append({k: last[k[0] + 2, k[1], k[2]] + last[k[0], k[1] + 2, k[2]]
                  + last[k[0], k[1], k[2] + 2] for k in last if sum(k) <= top})
    blocks = []
    for l in range(lmax + 1):
        ks = [l + 2 * n for n in range(nmax + 1)]
        norm = [1 / sqrt(sigma**(2 * k + 3) * gamma(k + mpf(3) / 2) / 2) for k in ks]
        S = matrix(nmax + 1, nmax + 1)
        for i in range(nmax + 1):
            for j in range(nmax + 1):
                S[i, j] = gamma(l + i + j + mpf(3) / 2) / sqrt(
                    gamma(l + 2 * i + mpf(3) / 2) * gamma(l + 2 * j + mpf(3) / 2))
        E, Q = eigsy(S)
        X = Q * diag([1 / sqrt(e) for e in E]) * Q.T
        for m in range(-l, l + 1):
            raw = matrix(1, nmax + 1)
            for n in range(nmax + 1):
                raw[n] = weight * norm[n] * mp.fsum(v * M[n][k] for k, v in R[l, m].items())
            blocks += [float(v) for v in raw * X]
    return np.array(blocks)


def main():
    rng = np.random.default_rng(20241123)
    cases = []
    for lmax, nmax, count, width in ((6, 6, 4, 3.0), (12, 12, 2, 2.0), (20, 10, 2, 2.0)):
        for _ in range(count):
            q = rng.normal(size=4)
            u = rng.normal(size=3)
            r = u / np.linalg.norm(u) * rng.uniform(1.0, 4.5)
            cases.append((lmax, nmax, width, r, q, rng.uniform(0.3, 2.0, size=3)))
    q = rng.normal(size=4)
    r = np.array([0.7, -1.1, 0.4])
    for name_axes in ([0.5, 0.5, 0.5 * (1 + 1e-9)], [0.02, 0.02, 2.0], [1e-5, 1e-5, 1e-5],
                      [300.0, 300.0, 300.0], [1e-5, 1.0, 300.0]):
        cases.append((6, 6, 1.5, r, q, np.array(name_axes)))
    cases.append((6, 6, 1.5, np.zeros(3), q, np.array([0.4, 0.8, 1.6])))
    cases.append((6, 6, 0.5, np.array([20.0, 5.0, -9.0]), q, np.array([0.4, 0.8, 1.6])))
    R = solid(20)
    out = {}
    for i, (lmax, nmax, width, r, q, axes) in enumerate(cases):
        out[f"case{i}_input"] = np.concatenate([[lmax, nmax, width], r, q, axes])
        out[f"case{i}"] = coefficients(r, q, axes, lmax, nmax, width, R)
        print(i, lmax, nmax, np.abs(out[f"case{i}"]).max(), flush=True)
    here = os.path.dirname(os.path.abspath(__file__))
    np.savez_compressed(os.path.join(here, "exact.npz"), **out)


if __name__ == "__main__":
    main()
