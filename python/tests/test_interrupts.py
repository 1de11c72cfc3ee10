"""Ctrl-C: KeyboardInterrupt within a second, whatever is being done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# What is made ready, and seconds of work, if nobody ends it.
LONG = {
    "power_spectrum": (
        "[make_atoms(200, k) for k in range(400)]",
        "mesogen.power_spectrum(x, cutoff=6, max_angular=9, max_radial=6)",
    ),
    "one frame": (
        "[make_atoms(20000, 1, edge=28)]",
        "mesogen.power_spectrum(x, cutoff=6, max_angular=9, max_radial=6)",
    ),
    "energies": (
        "[make_atoms(3000, k, edge=15) for k in range(10)] * 80",
        "mesogen.gay_berne(x, cutoff=6, forces=True)",
    ),
    "generate": ("None", "mesogen.generate.nematic(count=100000, particles=128)"),
    "simulate": (
        "mesogen.generate.isotropic(count=1)",
        "mesogen.simulate(x, potential='hard', steps=10**7, every=10**6)",
    ),
    "md": (
        "mesogen.generate.isotropic(count=1)",
        "mesogen.simulate(x, method='md', cutoff=4, temperature=1, steps=10**7, every=10**6)",
    ),
    "learn": ("normal(2500, 60)", "mesogen.learn.kernel(x, x[:, 0])"),
    # Work that is one long step: a selection, a decomposition, the positions of one frame.
    "select": ("normal(10000, 500)", "mesogen.learn.select(x, count=5000, axis='samples')"),
    "cur": ("normal(900, 900)", "mesogen.learn.select(x, method='cur', count=800)"),
    "pca": ("normal(2500, 2000)", "mesogen.learn.pca(x)"),
    "dense frame": ("None", "mesogen.generate.nematic(particles=3000, packing_fraction=0.55)"),
}

PROGRAM = """
import sys, threading, time, os, signal
sys.path.insert(0, sys.argv[1])
import numpy as np
from conftest import make_atoms
import mesogen
# Processes of a shell's background begin with Ctrl-C ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
def normal(*shape):
    return np.random.default_rng(0).normal(size=shape)
x = {ready}
def press():
    time.sleep(0.8)
    global pressed
    pressed = time.perf_counter()
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=press, daemon=True).start()
try:
    {work}
    print("done")
except KeyboardInterrupt:
    print(time.perf_counter() - pressed)
# What goes on behind does no harm to what comes next, nor to the end of the program.
print(mesogen.gay_berne(make_atoms(3, 1), cutoff=3).energy.shape == (1,))
"""


@pytest.mark.parametrize("name", LONG)
def test_interrupt_within_a_second(name):
    """The best of three: on a machine that is full of other work the interpreter itself may have to wait."""
    ready, work = LONG[name]
    program, times = PROGRAM.replace("{ready}", ready).replace("{work}", work), []
    while not times or (min(times) >= 1 and len(times) < 3):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program, os.path.dirname(__file__)],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        first, second = done.stdout.split()
        assert first != "done", "the work ended before it was interrupted: make it longer"
        assert second == "True"
        times.append(float(first))
    assert min(times) < 1
