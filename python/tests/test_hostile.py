"""Random nonsense: every call ends in a result or an exception, never in the end of the interpreter."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sys, warnings
sys.path.insert(0, sys.argv[1])
import numpy as np
import mesogen
from conftest import make_atoms
warnings.simplefilter("ignore")
random = np.random.default_rng(int(sys.argv[2]))
numbers = [0, 1, -1, 1e-300, 1e300, np.nan, np.inf, -np.inf, 2**63, 5e-324, 0.5, 3]
def value(depth=0):
    kind = random.integers(0, 11)
    if kind < 3:
        return numbers[random.integers(len(numbers))]
    if kind == 3:
        return ["", "x", "0:1", "1,2", "auto", "none", "--help", "-1", "a:1,2,3", "\\u00e9", "1e999", "frame", "voronoi"][random.integers(13)]
    if kind == 4:
        return bool(random.integers(2))
    if kind == 5 and depth < 2:
        return [value(depth + 1) for _ in range(random.integers(0, 5))]
    if kind == 6:
        return random.normal(size=tuple(random.integers(0, 4, random.integers(0, 3))))
    if kind == 7:
        return {"A": value(depth + 1)} if depth < 2 else None
    if kind == 8:
        return None
    if kind == 9:
        return slice(0, int(random.integers(10)))
    return int(random.integers(-5, 12))
def frame():
    count = int(random.integers(0, 6))
    atoms = make_atoms(count, int(random.integers(100))) if count else make_atoms(1, 1)[:0]
    for _ in range(random.integers(0, 3)):
        name = ["positions", "c_q", "c_diameter[1]", "c_diameter[3]", "numbers", "species_name"][random.integers(6)]
        shape = tuple(random.integers(0, 6, random.integers(0, 4)))
        kind = [float, int, np.float32, complex, object, "U3", bool, ">f8"][random.integers(8)]
        try:
            array = np.asarray(random.choice([0.0, 1, -1, np.nan, np.inf, 1e200, 1e-200, 3], shape)).astype(kind)
        except (ValueError, OverflowError, RuntimeWarning):
            continue
        if random.integers(3) and name in atoms.arrays:
            old = atoms.arrays[name]
            array = (old * random.choice([0, np.nan, 1e300, -1, 1])).astype(old.dtype) if old.dtype.kind == "f" else old + int(random.integers(-5, 300))
        atoms.arrays[name] = array
    if random.integers(4) == 0:
        atoms.set_cell(random.choice([0, 1, np.nan, 1e-9, 1e9, 5], (3, 3)))
    atoms.pbc = random.integers(0, 2, 3).astype(bool)
    return atoms
functions = [mesogen.power_spectrum, mesogen.expansion, mesogen.gay_berne, mesogen.order, mesogen.contact, mesogen.forces]
steps = {mesogen.power_spectrum: "featurize", mesogen.expansion: "featurize", mesogen.gay_berne: "energy", mesogen.order: "order", mesogen.contact: "contact", mesogen.forces: "energy"}
done = 0
for _ in range(int(sys.argv[3])):
    function = functions[random.integers(len(functions))]
    options = {"cutoff": 2.0, "max_angular": 2, "max_radial": 1} if "spectrum" in function.__name__ or "expansion" in function.__name__ else {"cutoff": 2.0}
    names = [name for name in mesogen.options(steps[function]) if name not in ("steinhardt", "bins", "max_angular", "max_radial")]
    for _ in range(random.integers(0, 3)):
        options[names[random.integers(len(names))]] = value()
    try:
        function([frame() for _ in range(random.integers(0, 4))], threads=1, **options)
        done += 1
    except (ValueError, TypeError, OSError, KeyError, AttributeError, RuntimeError, IndexError) as error:
        assert "Traceback" not in str(error)
print(done)
"""


def test_nonsense():
    for seed in range(4):
        done = subprocess.run([sys.executable, "-c", PROGRAM, os.path.dirname(os.path.abspath(__file__)), str(seed), "400"], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"seed {seed}: {done.returncode}: {done.stderr[-2000:]}"
        # Not everything is nonsense.
        assert int(done.stdout) > 20
