"""Measures calls from Python: `make python-bench`.

The overhead of a call, 6,826 benzene crystals from a list of Atoms beside the command line with the same file,
two Python threads, and AniSOAP on the same particles where it is installed. Every figure is the best of several.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import numpy as np

import mesogen
from mesogen import _command

HERE = Path(__file__).resolve().parent
CRYSTALS = HERE.parents[1] / "data" / "reference" / "benzene"
COUNT = 6826
BENZENE = {
    "max_angular": 9,
    "max_radial": 6,
    "cutoff": 7,
    "radial_width": 1.5,
    "semi_axes": "2,2,0.25",
    "exclude_self": True,
}


def best(function, repeats=5, clock=time.perf_counter):
    """The shortest time in seconds, and the last result."""
    times, result = [], None
    for _ in range(repeats):
        start = clock()
        result = function()
        times.append(clock() - start)
    return min(times), result


def row(name, value, unit):
    print(f"{name:<74} {value:>10.4g} {unit}", flush=True)


def overhead():
    """What a call costs beside its compiled function, which makes the frame and computes."""
    from mesogen import _bridge, _frames, _options

    random = np.random.default_rng(0)
    plain = mesogen.Frame(
        random.uniform(0, 20, (2, 3)), random.normal(size=(2, 4)), np.ones((2, 3)), cell=np.eye(3) * 20
    )
    pair, dimer = plain.to_ase(), mesogen.generate.dimers(count=1, seed=1)[0]
    small = {"cutoff": 0.5, "max_angular": 0, "max_radial": 0, "radial_width": 1}
    _bridge._out()
    address = _bridge._local.address
    for name, step, frame, options in (
        ("power_spectrum", "featurize", pair, small),
        ("gay_berne", "energy", dimer, {}),
        ("order", "order", dimer, {}),
        ("contact", "contact", dimer, {}),
    ):
        function = getattr(mesogen, name)

        def calls(count=1000):
            for _ in range(count):
                function(frame, **options)

        handle = _options.prepared(step, options, name, {"output", "concatenate"})
        arrays = _frames.FrameArrays([frame])

        def bare(count=1000):
            for _ in range(count):
                _bridge._release(_bridge._call(handle.pointer, arrays.input, 1, 0, None, address))

        # Time of this thread: what others do on the machine counts less.
        whole, inside = (best(f, 20, time.thread_time)[0] * 1e3 for f in (calls, bare))
        row(f"{name} of 2 particles, all in", whole, "us")
        row("  of which the compiled function", inside, "us")
        row("  overhead in Python (at most 20 wanted)", whole - inside, "us")


def crystals():
    """The kept crystals, repeated."""
    path = next(path for path in sorted(CRYSTALS.iterdir()) if path.name.endswith((".xyz", ".xyz.gz")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = mesogen.read(path)
        beads = mesogen.coarse_grain(atoms, semi_axes="2,2,0.25") if "c_q" not in atoms[0].arrays else atoms
    for frame in beads:
        frame.info.clear()
        for name in list(frame.arrays):
            if name not in ("numbers", "positions", "c_q") and not name.startswith("c_diameter"):
                del frame.arrays[name]
    return (beads * (COUNT // len(beads) + 1))[:COUNT]


def benzene():
    frames = crystals()
    particles = sum(map(len, frames))
    print(f"\n{COUNT} benzene crystals, {particles} ellipsoids, lmax 9, nmax 6, cutoff 7:")
    seconds, features = best(lambda: mesogen.power_spectrum(frames, **BENZENE))
    row("from a list of Atoms", seconds, "s")
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "set.xyz"), os.path.join(folder, "set.npz")
        mesogen.write(source, frames)
        words = [
            f"--{name.replace('_', '-')}={value}" for name, value in BENZENE.items() if value is not True
        ]
        line = [_command.path(), "featurize", source, "-o", target, "--exclude-self", *words]
        command, _ = best(lambda: subprocess.run(line, check=True, capture_output=True))
        same = np.array_equal(np.load(target)["features"], features)
    row("the command line, from a file to a file", command, "s")
    row("ratio (at most 1.5 wanted)", seconds / command, "")
    print(f"the same numbers: {same}")
    return frames, seconds


def threads(frames):
    part = frames[:2000]

    def one():
        mesogen.power_spectrum(part, **BENZENE, threads=1)

    def two():
        workers = [threading.Thread(target=one) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    alone, together = best(one, 3)[0], best(two, 3)[0]
    print()
    row("two Python threads, one core each, over one alone (1 is ideal)", together / alone, "")


def anisoap(frames, seconds):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from anisoap.representations import EllipsoidalDensityProjection
            from mesogen.anisoap import EllipsoidalDensityProjection as Ours
    except ImportError as error:
        print(f"\nAniSOAP is not installed ({error}): no ratio to it")
        return
    part = frames[:20]
    options = dict(
        max_angular=9,
        max_radial=6,
        radial_basis_name="gto",
        subtract_center_contribution=True,
        rotation_key="c_q",
        cutoff_radius=7.0,
        radial_gaussian_width=1.5,
        basis_rcond=1e-8,
        basis_tol=1e-3,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, ours = EllipsoidalDensityProjection(**options), Ours(**options)
        try:
            # The first call makes tables of Clebsch-Gordan coefficients.
            theirs.power_spectrum(part[:1])
        except AttributeError as error:
            print(f"\nAniSOAP does not run with the installed metatensor ({error}): no ratio to it")
            return
        slow, expected = best(lambda: theirs.power_spectrum(part), 2)
        ours.power_spectrum(part)
        fast, found = best(lambda: ours.power_spectrum(part), 20)
    print("\nAniSOAP, tables made before, power spectra of lmax 9, nmax 6:")
    row(f"AniSOAP, {len(part)} crystals, {sum(map(len, part))} ellipsoids", slow, "s")
    row("here, by its own interface", fast, "s")
    row("ratio", slow / fast, "")
    print(
        f"largest difference over the largest value: {np.abs(found - expected).max() / np.abs(expected).max():.1e}"
    )


if __name__ == "__main__":
    print(f"mesogen {mesogen.__version__}, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    overhead()
    many, took = benzene()
    threads(many)
    anisoap(many, took)
