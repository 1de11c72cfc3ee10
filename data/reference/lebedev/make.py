"""Writes Sources/Mathematics/LebedevOrbits.swift: one point and the weight of every orbit of Lebedev's
rules, as scipy.integrate.lebedev_rule has them (values of Lebedev and Laikov, Doklady Mathematics 59,
477 (1999)). Rules with negative weights (degrees 13, 25, 27) are left out.

    python3 make.py > ../../../Sources/Mathematics/LebedevOrbits.swift      (scipy 1.17.1)
"""

import numpy as np
from scipy.integrate import lebedev_rule

DEGREES = [3, 5, 7, 9, 11, 15, 17, 19, 21, 23, 29, 31, 35, 41, 47, 53, 59, 65, 71, 77, 83]


def canonical(point):
    """Ascending |coordinates|; zeros and equal ones to the bit."""
    c = np.sort(np.abs(point))
    c[c < 1e-12] = 0.0
    for i in (0, 1):
        if abs(c[i] - c[i + 1]) < 1e-12:
            c[i + 1] = c[i]
    if c[0] == c[1] == c[2]:
        c[:] = 1 / np.sqrt(3.0)
    if c[0] == 0 and c[1] == c[2]:
        c[1:] = 1 / np.sqrt(2.0)
    return tuple(float(v) for v in c)


print("""// Made by data/reference/lebedev/make.py; do not edit.

/// One point (0 <= x <= y <= z) and the weight, of 1 in all, of every orbit of Lebedev's rules for the
/// sphere; the other points of an orbit are its permutations and reflections. V. I. Lebedev and
/// D. N. Laikov, Doklady Mathematics 59, 477 (1999).
enum LebedevOrbits {
  /// The degree of each rule and how many orbits it has.
  static let rules: [(degree: Int, orbits: Int)] = [""")
tables = []
for degree in DEGREES:
    x, w = lebedev_rule(degree)
    orbits = {}
    for point, weight in zip(x.T, w / (4 * np.pi)):
        key = tuple(np.round(canonical(point), 10))
        orbits.setdefault(key, []).append((canonical(point), weight))
    rows = [(members[0][0], float(np.mean([m[1] for m in members]))) for members in orbits.values()]
    tables.append((degree, rows))
for degree, rows in tables:
    print(f"    ({degree}, {len(rows)}),")
print("  ]\n\n  /// x, y, z and weight of each orbit, rule by rule.\n  static let values: [Double] = [")
for degree, rows in tables:
    print(f"    // Degree {degree}.")
    for (x, y, z), weight in rows:
        print(f"    {x!r}, {y!r}, {z!r},\n    {weight!r},")
print("  ]\n}")
