"""Frames on their way to the library and back: `ase.Atoms`, or plain arrays (`Frame`)."""

from __future__ import annotations

import ctypes
import json
import threading
from dataclasses import dataclass, field
from typing import Any, Iterable, Sequence

import numpy as np

from . import _bridge

try:
    from ase import Atoms as _Atoms
    from ase.data import atomic_numbers as _atomic_numbers
    from ase.data import chemical_symbols as _chemical_symbols
except ImportError:  # ASE is not needed for plain arrays.
    _Atoms, _atomic_numbers, _chemical_symbols = None, None, None

_QUATERNIONS = ("c_q", "quaternions", "quaternion")
_DIAMETERS = tuple(f"c_diameter[{k}]" for k in (1, 2, 3))


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
        """The same as `ase.Atoms`, with the arrays `c_q` and `c_diameter[1..3]`."""
        if _Atoms is None:
            raise ImportError("this needs ASE: pip install ase")
        names = self._names()
        numbers = [_atomic_numbers.get(name, 0) for name in names]
        atoms = _Atoms(numbers=numbers, positions=_matrix(self.positions, 3, "positions"))
        if self.cell is not None:
            atoms.set_cell(self.cell)
            atoms.set_pbc(True if self.pbc is None else self.pbc)
        if any(_chemical_symbols[number] != name for number, name in zip(numbers, names)):
            atoms.arrays["species_name"] = np.array(names)
        if self.quaternions is not None:
            atoms.arrays["c_q"] = _matrix(self.quaternions, 4, "quaternions")
        if self.semi_axes is not None:
            axes = _matrix(self.semi_axes, 3, "semi-axes")
            for k, name in enumerate(_DIAMETERS):
                atoms.arrays[name] = 2 * axes[:, k]
        atoms.info.update(self.info)
        for name, values in self.arrays.items():
            atoms.set_array(name, np.asarray(values))
        return atoms

    def _names(self) -> list[str]:
        count = len(self)
        if self.species is None:
            return ["X"] * count
        if isinstance(self.species, str):
            return [self.species] * count
        names = list(self.species)
        if len(names) != count:
            raise ValueError(f"species is {len(names)} entries; expected one for each of {count} particles")
        return [_name(entry) for entry in names]


def _name(entry: Any) -> str:
    if isinstance(entry, (int, np.integer)):
        symbols = _symbols()
        if not 0 <= entry < len(symbols):
            raise ValueError(f"atomic number is {entry}; expected 0 to {len(symbols) - 1}")
        return symbols[int(entry)]
    return str(entry)


def _symbols() -> Sequence[str]:
    if _chemical_symbols is None:
        raise ImportError("atomic numbers need ASE; give species by name")
    return _chemical_symbols


def _matrix(values: Any, width: int, what: str) -> np.ndarray:
    """Float64, C order, one row of `width` a particle."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{what} is of type {array.dtype}; expected real numbers")
    array = np.ascontiguousarray(array, np.float64)
    if array.size == 0 and array.ndim < 2:
        return array.reshape(0, width)
    if array.ndim != 2 or array.shape[1] != width:
        raise ValueError(f"{what} is an array of shape {array.shape}; expected N x {width}")
    return array


class _Diameters:
    """How the full lengths of particles are called in a frame: AniSOAP's and LAMMPS' names, with and without
    brackets, and one array of three columns.
    """

    @staticmethod
    def of(arrays: dict[str, np.ndarray]) -> np.ndarray | None:
        try:  # The usual names first: this is done for every frame.
            first, second, third = (arrays[name] for name in _DIAMETERS)
        except KeyError:
            if "c_diameter" in arrays:
                return _matrix(arrays["c_diameter"], 3, "c_diameter")
            for pattern in ("c_diameter{}", "c_diameter\\[{}\\]", "diameter{}"):
                names = [pattern.format(k) for k in (1, 2, 3)]
                if all(name in arrays for name in names):
                    return np.stack([np.asarray(arrays[name], np.float64) for name in names], axis=1)
            some = [name for name in arrays if name.startswith("c_diameter")]
            if some:
                raise ValueError(
                    f"diameters are {', '.join(sorted(some))}; expected c_diameter[1], c_diameter[2] and "
                    "c_diameter[3]"
                ) from None
            return None
        result = np.empty((len(first), 3))
        try:
            result[:, 0], result[:, 1], result[:, 2] = first, second, third
        except (ValueError, TypeError):
            raise ValueError(
                f"diameters are arrays of shapes {first.shape}, {second.shape}, {third.shape}; expected one "
                "number for each particle"
            ) from None
        return result


def _of_atoms(atoms: Any) -> tuple[Any, ...]:
    """Positions, quaternions, semi-axes, numbers, names, cell, pbc of an `ase.Atoms`."""
    arrays = atoms.arrays
    quaternions = arrays.get("c_q")
    if quaternions is None:
        for name in _QUATERNIONS[1:]:
            if name in arrays:
                quaternions = arrays[name]
                break
    if quaternions is not None:
        quaternions = _matrix(quaternions, 4, "quaternions (w, x, y, z)")
    diameters = _Diameters.of(arrays)
    if diameters is not None:
        diameters *= 0.5
    positions, names = _matrix(arrays["positions"], 3, "positions"), arrays.get("species_name")
    count = len(positions)
    for values, what in ((quaternions, "quaternions"), (diameters, "diameters"), (names, "species_name")):
        if values is not None and len(values) != count:
            raise ValueError(f"{what} is {len(values)} rows; expected one for each of {count} particles")
    if names is not None and np.ndim(names) != 1:
        raise ValueError(f"species_name is an array of shape {np.shape(names)}; expected one name for each particle")
    return positions, quaternions, diameters, _numbers(arrays["numbers"], count), names, np.asarray(atoms.cell.array), atoms.pbc


def _numbers(values: Any, count: int) -> np.ndarray:
    """Atomic numbers, one a particle, as the library takes them."""
    array = np.asarray(values)
    if array.shape != (count,) or array.dtype.kind not in "iub":
        raise ValueError(
            f"atomic numbers are an array of shape {array.shape} and type {array.dtype}; expected {count} integers"
        )
    if count and array.dtype.itemsize > 4 and not (0 <= array.min() and array.max() < 2**31):
        raise ValueError(f"atomic numbers are {array.min()} to {array.max()}; expected those of elements, or 0")
    return np.ascontiguousarray(array, np.int32)


def _of_plain(frame: Frame) -> tuple[Any, ...]:
    """The same of plain arrays."""
    positions = _matrix(frame.positions, 3, "positions")
    count = len(positions)
    parts = []
    for values, width, what in ((frame.quaternions, 4, "quaternions (w, x, y, z)"), (frame.semi_axes, 3, "semi-axes")):
        if values is not None:
            values = _matrix(values, width, what)
            if len(values) != count:
                raise ValueError(f"{what} is {len(values)} rows; expected one for each of {count} particles")
        parts.append(values)
    cell = None if frame.cell is None else np.ascontiguousarray(frame.cell, np.float64)
    if cell is not None and cell.shape == (3,):
        cell = np.diag(cell)
    if cell is not None and cell.shape != (3, 3):
        raise ValueError(f"cell is an array of shape {cell.shape}; expected 3 x 3, lattice vectors as rows")
    pbc = np.broadcast_to(np.asarray(cell is not None if frame.pbc is None else frame.pbc, bool), 3)
    names = np.array(frame._names(), dtype=object)
    return positions, parts[0], parts[1], None, names, cell if cell is not None else np.zeros((3, 3)), pbc


def listed(frames: Any) -> tuple[list[Any], bool]:
    """Frames as a list, and whether it was a single one."""
    if (_Atoms is not None and isinstance(frames, _Atoms)) or isinstance(frames, Frame):
        return [frames], True
    if isinstance(frames, dict):
        return [Frame(**frames)], True
    if isinstance(frames, (str, bytes)) or not isinstance(frames, Iterable):
        raise TypeError(f"frames is {frames!r}; expected ase.Atoms, mesogen.Frame, or a list of them")
    return [Frame(**frame) if isinstance(frame, dict) else frame for frame in frames], False


_REAL = frozenset("dfgbBhHiIlLqQ?e")


class _Scratch:
    """Arrays of a thread for single small frames, at places that never change: to ask NumPy for the address of
    an array takes longer than to copy a hundred particles.
    """

    MOST = 256

    def __init__(self) -> None:
        self.positions, self.quaternions, self.axes = (np.empty((self.MOST, width)) for width in (3, 4, 3))
        self.types = np.empty(self.MOST, np.int32)
        self.cell, self.pbc = np.empty((3, 3)), np.empty(3, np.uint8)
        self.offsets, self.flags = np.zeros(2, np.int64), np.full(1, 15, np.uint8)
        self.input = _bridge.Input()
        self.input[0] = 1
        for place, array in (
            (1, self.offsets), (2, self.positions), (3, self.quaternions), (4, self.axes), (5, self.types),
            (8, self.cell), (9, self.pbc), (12, self.flags),
        ):
            self.input[place] = array.__array_interface__["data"][0]
        self.quaternions_at, self.axes_at = self.input[3], self.input[4]

    def take(self, atoms: Any) -> int:
        """Takes in an `ase.Atoms` of the usual kind and returns how many particles it has; -1 for another."""
        arrays = atoms.arrays
        positions, quaternions = arrays["positions"], arrays.get("c_q")
        count = len(positions)
        if count > self.MOST or positions.shape != (count, 3) or "species_name" in arrays or positions.dtype.char not in _REAL:
            return -1
        if quaternions is None or quaternions.shape != (count, 4) or quaternions.dtype.char not in _REAL:
            return -1
        numbers = arrays["numbers"]
        if numbers.shape != (count,) or numbers.dtype.char not in "lqi":
            return -1
        axes = [arrays.get(name) for name in _DIAMETERS]
        for k, values in enumerate(axes):
            if values is None or values.shape != (count,) or values.dtype.char not in _REAL:
                return -1
            self.axes[:count, k] = values
        self.offsets[1] = count
        self.positions[:count] = positions
        self.quaternions[:count] = quaternions
        # Numbers beyond 32 bits would come out as others.
        self.types[:count] = numbers
        if numbers.dtype.char != "i" and (self.types[:count] != numbers).any():
            return -1
        self.cell[:] = atoms.cell.array
        self.pbc[:] = atoms.pbc
        return count


_local = threading.local()


class FrameArrays:
    """All particles of some frames after each other, as the library takes them; `input` says where.

    It holds the arrays as long as it lives; those of a single small frame are the thread's own and hold until
    the next frames come.
    """

    __slots__ = ("input", "counts", "offsets", "kept", "positions")

    def __init__(self, frames: Sequence[Any], labels: bool = False) -> None:
        if len(frames) == 1 and _Atoms is not None and isinstance(frames[0], _Atoms) and not labels:
            try:
                scratch = _local.scratch
            except AttributeError:
                scratch = _local.scratch = _Scratch()
            count = scratch.take(frames[0])
            if count >= 0:
                self.input, self.counts = scratch.input, [count]
                return
        parts = []
        for index, frame in enumerate(frames):
            try:
                if _Atoms is not None and isinstance(frame, _Atoms):
                    parts.append(_of_atoms(frame))
                elif isinstance(frame, Frame):
                    parts.append(_of_plain(frame))
                else:
                    raise TypeError(f"{type(frame).__name__} is no frame; expected ase.Atoms or mesogen.Frame")
            except (ValueError, TypeError) as error:
                raise type(error)(f"frame {index}: {error}") from None
        count = len(parts)
        self.input = _bridge.Input()
        self.kept: list[Any] = []
        if count == 1:
            self._single(parts[0])
        else:
            self._several(parts)
        self.input[0] = count
        if labels:
            self._labels(frames)

    def _put(self, place: int, array: np.ndarray) -> None:
        self.kept.append(array)
        self.input[place] = array.__array_interface__["data"][0]

    def _single(self, part: tuple[Any, ...]) -> None:
        positions, quaternions, axes, numbers, names, cell, pbc = part
        self.counts = [len(positions)]
        self.offsets = np.array([0, len(positions)], np.int64)
        self.positions = positions
        self._put(1, self.offsets)
        self._put(2, positions)
        if quaternions is not None:
            self._put(3, quaternions)
        if axes is not None:
            self._put(4, axes)
        if names is None:
            self._put(5, numbers)
        else:
            self._named([names], [numbers])
        self._put(8, np.ascontiguousarray(cell, np.float64))
        self._put(9, np.ascontiguousarray(pbc, np.uint8))

    def _several(self, parts: list[tuple[Any, ...]]) -> None:
        self.counts = [len(part[0]) for part in parts]
        self.offsets = np.zeros(len(parts) + 1, np.int64)
        np.cumsum(self.counts, out=self.offsets[1:])
        self._put(1, self.offsets)
        if not parts:
            return
        columns = list(zip(*parts))
        self.positions = np.concatenate(columns[0])
        self._put(2, self.positions)
        flags = np.full(len(parts), 4, np.uint8)
        for place, bit, width, column in ((3, 1, 4, columns[1]), (4, 2, 3, columns[2])):
            missing = [values is None for values in column]
            if all(missing):
                continue
            if any(missing):
                column = [np.zeros((size, width)) if values is None else values for values, size in zip(column, self.counts)]
            flags |= np.where(missing, 0, bit).astype(np.uint8)
            self._put(place, np.concatenate(column))
        self._put(12, flags)
        if all(names is None for names in columns[4]):
            self._put(5, np.concatenate(columns[3]))
        else:
            self._named(columns[4], columns[3])
        self._put(8, np.concatenate(columns[5]).astype(np.float64, copy=False))
        self._put(9, np.concatenate(columns[6]).astype(np.uint8))

    def _named(self, names: Sequence[Any], numbers: Sequence[Any]) -> None:
        """Species by name: where a frame of ASE has none, those of its atomic numbers."""
        known: dict[str, int] = {}
        types = []
        for own, atomic in zip(names, numbers):
            entries = [_name(number) for number in atomic] if own is None else [str(name) for name in own]
            if own is not None and atomic is not None:
                # An element keeps its own symbol where no name was given.
                entries = [name or _name(number) for name, number in zip(entries, atomic)]
            types += [known.setdefault(name, len(known)) for name in entries]
        text = b"".join(name.encode() + b"\0" for name in known)
        buffer = ctypes.create_string_buffer(text, len(text) + 1)
        self.kept.append(buffer)
        self._put(5, np.array(types, np.int32))
        self.input[6] = ctypes.addressof(buffer)
        self.input[7] = len(text)

    def _bytes(self, place: int, text: str) -> None:
        buffer = ctypes.create_string_buffer(text.encode())
        self.kept.append(buffer)
        self.input[place] = ctypes.addressof(buffer)
        self.input[place + 1] = len(buffer) - 1

    def _labels(self, frames: Sequence[Any]) -> None:
        """Values of frames, and columns of reals that all frames have; others are named in an error."""
        self._bytes(10, json.dumps([_labels_of(frame) for frame in frames]))
        arrays = [_columns_of(frame) for frame in frames]
        names = list(dict.fromkeys(name for one in arrays for name in one))
        entries = []
        for name in names:
            columns = [one.get(name) for one in arrays]
            if any(column is None for column in columns):
                raise ValueError(f"the array {name} is missing in some frames; all frames of a file have the same")
            columns = [np.asarray(column) for column in columns]
            for index, (column, size) in enumerate(zip(columns, self.counts)):
                if column.dtype.kind not in "fiub":
                    raise ValueError(f"frame {index}: the array {name} is of type {column.dtype}; expected numbers")
                if len(column) != size:
                    raise ValueError(f"frame {index}: the array {name} has {len(column)} rows; expected {size}")
            widths = {int(np.prod(column.shape[1:])) for column in columns}
            if len(widths) != 1:
                raise ValueError(f"the array {name} is not equally wide in all frames")
            values = np.concatenate([np.asarray(c, np.float64).reshape(-1) for c in columns])
            values = np.ascontiguousarray(values) if values.size else np.zeros(1)
            self.kept.append(values)
            entries.append({"name": name, "width": widths.pop(), "pointer": values.__array_interface__["data"][0]})
        self._bytes(13, json.dumps(entries))


def _columns_of(frame: Any) -> dict[str, Any]:
    if isinstance(frame, Frame):
        return frame.arrays
    known = {"numbers", "positions", "species_name", *_QUATERNIONS}
    columns = {
        name: values for name, values in frame.arrays.items()
        if name not in known and not name.startswith("c_diameter")
    }
    for name in ("forces", "torques"):
        if frame.calc is not None and name in getattr(frame.calc, "results", {}):
            columns.setdefault(name, frame.calc.results[name])
    return columns


def _finite(value: Any) -> Any:
    value = float(value)
    return value if np.isfinite(value) else repr(value)


def _label(name: str, value: Any) -> list[Any] | None:
    """Name, kind and value of a label; None where a file has no place for it."""
    array = np.asarray(value)
    if isinstance(value, str):
        return [name, "string", value]
    kinds = {"f": ("real", _finite), "i": ("integer", int), "u": ("integer", int), "b": ("logical", bool), "U": ("string", str)}
    if array.dtype.kind not in kinds or array.ndim > 2 or (array.ndim == 2 and array.dtype.kind not in "fiu"):
        return None
    kind, make = kinds[array.dtype.kind]
    if array.ndim == 0:
        return [name, kind, make(array[()])]
    if array.ndim == 1:
        return [name, kind + "s", [make(entry) for entry in array]]
    return [name, "matrix", [[_finite(entry) for entry in row] for row in array]]


def _labels_of(frame: Any) -> list[list[Any]]:
    given = dict(frame.info)
    calculator = getattr(frame, "calc", None)
    if calculator is not None and "energy" in getattr(calculator, "results", {}):
        given.setdefault("energy", calculator.results["energy"])
    return [label for label in (_label(name, value) for name, value in given.items()) if label is not None]


def frames_of(result: _bridge.Result, kind: str | None = None, prefix: str = "") -> list[Any]:
    """The frames of a result, as `"ase"` or `"arrays"`; None: ASE where it is installed."""
    if kind is None:
        kind = "arrays" if _Atoms is None else "ase"
    if kind not in ("ase", "arrays"):
        raise ValueError(f"frames are wanted as {kind!r}; expected 'ase' or 'arrays'")
    arrays, values = result.arrays(), result.values
    if prefix + "offsets" not in arrays:
        return []
    offsets = arrays[prefix + "offsets"]
    names = np.array(values[prefix + "names"], dtype=object)
    flags, types = arrays[prefix + "flags"], arrays[prefix + "types"]
    columns: list[dict[str, Any]] = [{} for _ in flags]
    for entry in values[prefix + "columns"]:
        data = np.array(entry["strings"]) if entry["kind"] == 3 else arrays[entry["array"]]
        if entry["kind"] == 2:
            data = data.astype(bool)
        if entry["kind"] == 3 and entry["width"] > 1:
            data = data.reshape(-1, entry["width"])
        start = 0
        for index in entry["frames"]:
            end = start + int(offsets[index + 1] - offsets[index])
            columns[index][entry["name"]] = data[start:end]
            start = end
    made = []
    for index, flag in enumerate(flags):
        part = slice(int(offsets[index]), int(offsets[index + 1]))
        frame = Frame(
            positions=arrays[prefix + "positions"][part],
            quaternions=arrays[prefix + "quaternions"][part] if flag & 1 else None,
            semi_axes=arrays[prefix + "semi_axes"][part] if flag & 2 else None,
            species=names[types[part]] if len(names) else [],
            cell=arrays[prefix + "cells"][index] if flag & 4 else None,
            pbc=arrays[prefix + "periodic"][index].astype(bool) if flag & 4 else None,
            info=values[prefix + "labels"][index], arrays=columns[index],
        )
        for name, value in list(frame.info.items()):
            if isinstance(value, list):
                frame.info[name] = np.array(value)
        made.append(frame.to_ase() if kind == "ase" else frame)
    return made
