"""Calculators of ASE.

    from mesogen.ase import GayBerne, LearnedPotential
    atoms.calc = GayBerne(cutoff=5)
    atoms.get_potential_energy(), atoms.get_forces(), atoms.calc.results["torques"]

Orientations and shapes are the arrays `c_q` and `c_diameter[1..3]` of the Atoms.

Configurations whose particles overlap deeply have an infinite energy, and `results["singular_pairs"]`; FIRE finds
its way out of steep places where BFGS makes steps that are too long.
"""

from __future__ import annotations

import copy
import os
from types import MappingProxyType
from typing import Any

import numpy as np

from . import _bridge, _options, _physics
from ._plain import SHAPE_NAMES, needed

needed("ase", "ase")

from ase.calculators.calculator import Calculator, all_changes, equal  # noqa: E402

_NOT_HERE = ("forces", "max_energy", "above", "select_frames")


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
        self.threads: int | None = None
        self._options: dict[str, Any] = {}
        self._change({"threads": threads, **options})

    def _change(self, given: dict[str, Any]) -> None:
        for name in _NOT_HERE:
            if name in given:
                raise _options.unknown(type(self).__name__, name, "energy", ())
        before = self.threads, self._options
        # What a caller changes in a list or dictionary of his own afterwards is not meant.
        given = copy.deepcopy(given)
        self.threads = _bridge.thread_count(given.pop("threads", self.threads))
        self._options = {**self._options, **given}
        self._check_potential()
        try:
            self._prepare()
        except Exception:
            self.threads, self._options = before
            raise
        # What ASE writes beside results: values that a file can have.
        plain = (bool, int, float, str, list, tuple)
        self.parameters.clear()
        self.parameters.update({k: v for k, v in self._options.items() if isinstance(v, plain)})

    def _check_potential(self) -> None:
        """What a subclass is not."""

    @property
    def options(self) -> MappingProxyType[str, Any]:
        """The options as they are; `set` changes them."""
        return MappingProxyType(self._options)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _options.declared("energy")["options"]:
            raise AttributeError(f"{name} is changed by set({name}=...)")
        super().__setattr__(name, value)

    def set(self, **options: Any) -> dict[str, Any]:
        """Changes options (`cutoff=5`, `threads=1`); returns those that are others now. The next call computes anew.

        Raises: TypeError for an option that does not exist, ValueError for a value that makes no sense; the
        calculator stays what it was.
        """
        if not options:
            return {}
        before = {"threads": self.threads, **self._options}
        self._change(options)
        self.reset()
        return {k: v for k, v in options.items() if k not in before or not equal(before[k], v)}

    def _prepare(self) -> None:
        """Looks over the options, and reads a model, once."""
        options = {**self._options, "forces": True}
        self._handle = _options.prepared("energy", options, type(self).__name__, ("output",))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_handle"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()

    def check_state(self, atoms: Any, tol: float = 1e-15) -> list[str]:
        """What changed since the last calculation, orientations and shapes too."""
        changes = super().check_state(atoms, tol)
        if self.atoms is not None and "positions" not in changes:
            for name in SHAPE_NAMES:
                old, new = self.atoms.arrays.get(name), atoms.arrays.get(name)
                if (old is None) != (new is None) or (old is not None and not np.array_equal(old, new)):
                    return [*changes, "positions"]
        return changes

    def calculate(
        self, atoms: Any = None, properties: Any = ("energy",), system_changes: Any = all_changes
    ) -> None:
        """Computes everything at once."""
        super().calculate(atoms, properties, system_changes)
        found = _physics._energy(
            type(self).__name__,
            [self.atoms],
            {**self._options, "forces": True},
            self.threads,
            None,
            self._handle,
        )
        energy, virial = float(found["energy"][0]), found["virial"][0]
        self.results = {
            "energy": energy,
            "free_energy": energy,
            "forces": np.array(found["forces"][0]),
            "torques": np.array(found["torques"][0]),
            "virial": np.array(virial),
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

    def _check_potential(self) -> None:
        if self._options.get("potential", "gay-berne") != "gay-berne":
            raise ValueError(f"potential is {self._options['potential']}; expected gay-berne, or `Potential`")


class LearnedPotential(Potential):
    """A force field that `mesogen.learn` or the command line has learned; see `Potential`."""

    def __init__(self, model: Any, *, threads: int | None = None, **options: Any) -> None:
        if model is None:
            raise TypeError("model is None; expected a `mesogen.learn.Model`, or the path of one (.npz)")
        if isinstance(model, str) and not os.path.exists(model) and not model.endswith(".npz"):
            raise ValueError(
                f"model is {model!r}; expected a `mesogen.learn.Model`, or the path of one (.npz)"
            )
        super().__init__(potential=model, threads=threads, **options)


for _class in (Potential, LearnedPotential):
    _options.describe(_class.__init__, "energy", ("output", *_NOT_HERE))
