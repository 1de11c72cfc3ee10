"""Frames as plain arrays."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Sequence

import numpy as np

try:
    from ase import Atoms
    from ase.data import atomic_numbers as _atomic_numbers
    from ase.data import chemical_symbols as _chemical_symbols
except ImportError:  # ASE is not needed for plain arrays.
    Atoms, _atomic_numbers, _chemical_symbols = None, None, None

has_ase = Atoms is not None


def needed(module: str, package: str) -> Any:
    """A module of another package.

    Raises: ImportError that says how to get it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ImportError(f"this needs {module.split('.')[0]}: pip install {package} ({error})") from None


QUATERNIONS = ("c_q", "quaternions", "quaternion")
DIAMETERS = tuple(f"c_diameter[{k}]" for k in (1, 2, 3))
OTHER_DIAMETERS = tuple(
    tuple(pattern.format(k) for k in (1, 2, 3))
    for pattern in ("c_diameter{}", "c_diameter\\[{}\\]", "diameter{}")
)
"""Further names of the full lengths, as LAMMPS and AniSOAP files have them."""

SHAPE_NAMES = (
    *QUATERNIONS,
    *DIAMETERS,
    "c_diameter",
    *(name for names in OTHER_DIAMETERS for name in names),
    "species_name",
)
"""All arrays of an `ase.Atoms` that say what its particles are, beside positions and numbers."""


@dataclass(eq=False)
class Frame:
    """One configuration as plain arrays.

    positions: N x 3, in the user's unit of length.
    quaternions: N x 4, (w, x, y, z), each turns body into space; None: the particles have no orientation.
    semi_axes: N x 3, half of the full lengths along the body axes; None: they have no shape.
    species: N names, one name for all, or N atomic numbers; None: all are `X`.
    cell: 3 x 3, lattice vectors as rows; None: there is none.
    pbc: whether the cell repeats, for each lattice vector or for all.
    info: values of the frame by name; arrays: values of its particles by name.
    """

    positions: Any
    quaternions: Any = None
    semi_axes: Any = None
    species: Any = None
    cell: Any = None
    pbc: Any = None
    info: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.positions)

    def to_ase(self) -> Any:
        """The same as `ase.Atoms`, with the arrays `c_q` and `c_diameter[1..3]`; nothing is shared with this frame.

        Entries of `arrays` whose names mean something else there are left out with a warning.
        """
        if Atoms is None:
            raise ImportError("this needs ASE: pip install ase")
        names = self._names()
        numbers = [_atomic_numbers.get(name, 0) for name in names]
        atoms = Atoms(numbers=numbers, positions=matrix(self.positions, 3, "positions"))
        if self.cell is not None:
            atoms.set_cell(self.cell)
        atoms.set_pbc(flags(self.pbc, self.cell is not None))
        if any(_chemical_symbols[number] != name for number, name in zip(numbers, names)):
            atoms.arrays["species_name"] = np.array(names)
        if self.quaternions is not None:
            atoms.set_array("c_q", matrix(self.quaternions, 4, "quaternions"))
        if self.semi_axes is not None:
            axes = matrix(self.semi_axes, 3, "semi-axes")
            for k, name in enumerate(DIAMETERS):
                atoms.set_array(name, 2 * axes[:, k])
        atoms.info.update(self.info)
        for name, values in self.arrays.items():
            if name in atoms.arrays:
                warnings.warn(f"the array {name} is left out: the frame says it otherwise", stacklevel=2)
                continue
            atoms.set_array(name, np.asarray(values))
        return atoms

    def _names(self) -> list[str]:
        count = len(self)
        if self.species is None:
            return ["X"] * count
        if np.ndim(self.species) == 0:
            return [name_of(np.asarray(self.species, object)[()])] * count
        names = list(unmasked(self.species, "species"))
        if len(names) != count:
            raise ValueError(f"species is {len(names)} entries; expected one for each of {count} particles")
        return [name_of(entry) for entry in names]


def name_of(entry: Any) -> str:
    if isinstance(entry, (int, np.integer)) and not isinstance(entry, bool):
        symbols = _symbols()
        if not 0 <= entry < len(symbols):
            raise ValueError(f"atomic number is {entry}; expected 0 to {len(symbols) - 1}")
        return symbols[int(entry)]
    if not isinstance(entry, str):
        raise ValueError(f"species has the entry {entry!r}; expected names or atomic numbers")
    return str(entry)


def flags(pbc: Any, default: bool) -> np.ndarray:
    """Whether the cell repeats along each of its three directions.

    Raises: ValueError for anything but logical values, 0 and 1.
    """
    if pbc is None:
        return np.full(3, default)
    values = np.asarray(unmasked(pbc, "pbc"))
    if values.shape not in ((), (3,)) or not (
        values.dtype.kind == "b" or (values.dtype.kind in "iu" and np.isin(values, (0, 1)).all())
    ):
        raise ValueError(f"pbc is {pbc!r}; expected True or False, or three of them")
    return np.array(np.broadcast_to(values.astype(bool), 3))


def unmasked(values: Any, what: str) -> Any:
    """The values, once it is certain that no mask hides any.

    Raises: ValueError.
    """
    if np.ma.is_masked(values):
        raise ValueError(f"{what} is masked in places; expected values everywhere")
    return values


def _symbols() -> Sequence[str]:
    if _chemical_symbols is None:
        raise ImportError("atomic numbers need ASE; give species by name")
    return _chemical_symbols


def matrix(values: Any, width: int, what: str) -> np.ndarray:
    """Float64, C order, one row of `width` a particle."""
    array = np.asarray(unmasked(values, what))
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{what} is of type {array.dtype}; expected real numbers")
    array = np.ascontiguousarray(array, np.float64)
    if array.size == 0 and array.ndim < 2:
        return array.reshape(0, width)
    if array.ndim != 2 or array.shape[1] != width:
        raise ValueError(f"{what} is an array of shape {array.shape}; expected N x {width}")
    return array
