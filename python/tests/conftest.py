"""Frames and reference figures that several tests use."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

REFERENCE = Path(os.environ.get("MESOGEN_REFERENCE", Path(__file__).resolve().parents[2] / "data" / "reference"))


def make_atoms(count: int, seed: int, symbols: str | None = None, axes=(0.6, 0.8, 1.4), edge: float = 6.0, periodic: bool = True):
    """Ellipsoids at random places with random orientations."""
    from ase import Atoms

    random = np.random.default_rng(seed)
    atoms = Atoms(symbols or f"X{count}", positions=random.uniform(0, edge, (count, 3)))
    if periodic:
        atoms.set_cell([edge] * 3)
        atoms.set_pbc(True)
    turns = random.normal(size=(count, 4))
    atoms.arrays["c_q"] = turns / np.linalg.norm(turns, axis=1, keepdims=True)
    for k in range(3):
        atoms.arrays[f"c_diameter[{k + 1}]"] = np.full(count, 2.0 * axes[k])
    return atoms


@pytest.fixture
def atoms():
    """One frame of eight particles."""
    return make_atoms(8, 1)


@pytest.fixture
def frames():
    """Three frames of different sizes."""
    return [make_atoms(count, count) for count in (5, 8, 6)]


def anisoap_cases() -> dict:
    """The cases that AniSOAP's own figures are kept of."""
    path = REFERENCE / "anisoap" / "cases.json"
    return json.loads(path.read_text())["cases"] if path.exists() else {}


def case_frames(archive) -> list:
    """The frames of a case."""
    from ase import Atoms

    frames = []
    while f"frame{len(frames)}_positions" in archive:
        def part(name, k=len(frames)):
            return archive[f"frame{k}_{name}"]

        atoms = Atoms(numbers=part("numbers"), positions=part("positions"), cell=part("cell"), pbc=part("pbc"))
        atoms.arrays["c_q"] = part("c_q")
        for k in range(3):
            atoms.arrays[f"c_diameter[{k + 1}]"] = part("c_diameter")[:, k].copy()
        frames.append(atoms)
    return frames
