"""Calculators of ASE.

    from mesogen.ase import GayBerne, LearnedPotential
    atoms.calc = GayBerne(cutoff=5)
    atoms.get_potential_energy(), atoms.get_forces(), atoms.calc.results["torques"]

Orientations and shapes are the arrays `c_q` and `c_diameter[1..3]` of the Atoms.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from ase.calculators.calculator import Calculator, all_changes

from . import _options, _physics

_SHAPES = ("c_q", "c_diameter[1]", "c_diameter[2]", "c_diameter[3]", "species_name")


class Potential(Calculator):
    """A pair potential or a learned one: energy, forces, torques (space frame), stress.

    Keyword arguments are the options of `mesogen energy`, and `threads`. Energies are in units of epsilon, lengths
    in those of the frames. Stress is the derivative of the energy by a symmetric strain of cell and centres, over
    the volume, in ASE's order xx, yy, zz, yz, xz, xy; orientations and shapes do not follow the strain. `results`
    also has `virial` (3 x 3) and, of learned potentials, `extrapolation` and spreads.
    """

    implemented_properties = ["energy", "free_energy", "forces", "torques", "stress"]

    def __init__(self, *, threads: int | None = None, **options: Any) -> None:
        super().__init__()
        for name in ("forces", "max_energy", "above", "select_frames"):
            if name in options:
                raise _options.unknown(type(self).__name__, name, "energy", ())
        self.threads, self.options = threads, options
        _options.prepared("energy", {**options, "forces": True}, type(self).__name__, ("output",))

    def check_state(self, atoms: Any, tol: float = 1e-15) -> list[str]:
        """What changed since the last calculation, orientations and shapes too."""
        changes = super().check_state(atoms, tol)
        if self.atoms is not None and "positions" not in changes:
            for name in _SHAPES:
                old, new = self.atoms.arrays.get(name), atoms.arrays.get(name)
                if (old is None) != (new is None) or (old is not None and not np.array_equal(old, new)):
                    return [*changes, "positions"]
        return changes

    def calculate(self, atoms: Any = None, properties: Any = ("energy",), system_changes: Any = all_changes) -> None:
        """Computes everything at once."""
        super().calculate(atoms, properties, system_changes)
        found = _physics._energy(type(self).__name__, [self.atoms], {**self.options, "forces": True}, self.threads, None)
        energy, virial = float(found["energy"][0]), found["virial"][0]
        self.results = {
            "energy": energy, "free_energy": energy, "forces": np.array(found["forces"][0]),
            "torques": np.array(found["torques"][0]), "virial": np.array(virial),
        }
        for name in ("extrapolation", "spread_energy", "singular_pairs"):
            if name in found:
                self.results[name] = float(found[name][0])
        for name in ("spread_forces", "spread_torques"):
            if name in found:
                self.results[name] = np.array(found[name][0])
        if self.atoms.cell.rank == 3:
            stress = -(virial + virial.T) / 2 / self.atoms.get_volume()
            self.results["stress"] = stress.flat[[0, 4, 8, 5, 2, 1]]

    def get_torques(self, atoms: Any = None) -> np.ndarray:
        """Torques about the centres, N x 3, in the frame of space."""
        return self.get_property("torques", atoms)


class GayBerne(Potential):
    """The Gay-Berne potential; see `Potential`. A periodic frame needs a cutoff."""


class LearnedPotential(Potential):
    """A force field that `mesogen.learn` or the command line has learned; see `Potential`."""

    def __init__(self, model: Any, *, threads: int | None = None, **options: Any) -> None:
        super().__init__(potential=model, threads=threads, **options)
