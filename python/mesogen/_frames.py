"""Frames on their way to the library and back: `ase.Atoms`, or plain arrays (`Frame`)."""

from __future__ import annotations

import ctypes
import json
import threading
import warnings
from collections import Counter
from typing import Any, Iterable, Sequence

import numpy as np

from . import _bridge
from ._labels import Losses, attributes_of, columns_of_all, labels_of, results_of
from ._plain import (
    DIAMETERS,
    OTHER_DIAMETERS,
    QUATERNIONS,
    SHAPE_NAMES,
    Atoms as _Atoms,
    Frame,
    flags,
    matrix,
    name_of,
    unmasked,
)


class _Diameters:
    """How the full lengths of particles are called in a frame: AniSOAP's and LAMMPS' names, with and without
    brackets, and one array of three columns.
    """

    @staticmethod
    def of(arrays: dict[str, np.ndarray]) -> np.ndarray | None:
        try:  # The usual names first: this is done for every frame.
            first, second, third = (arrays[name] for name in DIAMETERS)
        except KeyError:
            if "c_diameter" in arrays:
                return matrix(arrays["c_diameter"], 3, "c_diameter")
            for names in OTHER_DIAMETERS:
                if all(name in arrays for name in names):
                    return _Diameters.columns([arrays[name] for name in names])
            some = [name for name in arrays if name.startswith("c_diameter")]
            if some:
                raise ValueError(
                    f"diameters are {', '.join(sorted(some))}; expected c_diameter[1], c_diameter[2] and "
                    "c_diameter[3]"
                ) from None
            return None
        return _Diameters.columns((first, second, third))

    @staticmethod
    def columns(parts: Sequence[Any]) -> np.ndarray:
        parts = [np.asarray(unmasked(part, "a diameter")) for part in parts]
        kinds, shapes = {part.dtype.kind for part in parts}, {part.shape for part in parts}
        if not kinds <= set("fiub") or len(shapes) != 1 or parts[0].ndim != 1:
            told = ", ".join(f"{part.shape} of {part.dtype}" for part in parts)
            raise ValueError(f"diameters are arrays of shapes {told}; expected one number for each particle")
        return np.stack(parts, axis=1).astype(np.float64)


def _of_atoms(atoms: Any) -> tuple[Any, ...]:
    """Positions, quaternions, semi-axes, numbers, names, cell, pbc of an `ase.Atoms`."""
    arrays = atoms.arrays
    quaternions = arrays.get("c_q")
    if quaternions is None:
        for name in QUATERNIONS[1:]:
            if name in arrays:
                quaternions = arrays[name]
                break
    if quaternions is not None:
        quaternions = matrix(quaternions, 4, "quaternions (w, x, y, z)")
    diameters = _Diameters.of(arrays)
    if diameters is not None:
        diameters *= 0.5
    positions, names = matrix(arrays["positions"], 3, "positions"), arrays.get("species_name")
    count = len(positions)
    for values, what in ((quaternions, "quaternions"), (diameters, "diameters"), (names, "species_name")):
        if values is not None and len(values) != count:
            raise ValueError(f"{what} is {len(values)} rows; expected one for each of {count} particles")
    if names is not None and np.ndim(names) != 1:
        raise ValueError(
            f"species_name is an array of shape {np.shape(names)}; expected one name for each particle"
        )
    return (
        positions,
        quaternions,
        diameters,
        _numbers(arrays["numbers"], count),
        names,
        np.asarray(atoms.cell.array),
        atoms.pbc,
    )


def _like_quaternions(atoms: Any) -> list[str]:
    """Arrays that may well be orientations under another name."""
    return [
        name
        for name, values in atoms.arrays.items()
        if np.shape(values) == (len(atoms), 4) and np.asarray(values).dtype.kind == "f"
    ]


def _numbers(values: Any, count: int) -> np.ndarray:
    """Atomic numbers, one a particle, as the library takes them."""
    array = np.asarray(values)
    if array.shape != (count,) or array.dtype.kind not in "iub":
        raise ValueError(
            f"atomic numbers are an array of shape {array.shape} and type {array.dtype}; expected {count} integers"
        )
    if count and array.dtype.itemsize > 4 and not (0 <= array.min() and array.max() < 2**31):
        raise ValueError(
            f"atomic numbers are {array.min()} to {array.max()}; expected those of elements, or 0"
        )
    return np.ascontiguousarray(array, np.int32)


def _of_plain(frame: Frame) -> tuple[Any, ...]:
    """The same of plain arrays."""
    positions = matrix(frame.positions, 3, "positions")
    count = len(positions)
    parts = []
    for values, width, what in (
        (frame.quaternions, 4, "quaternions (w, x, y, z)"),
        (frame.semi_axes, 3, "semi-axes"),
    ):
        if values is not None:
            values = matrix(values, width, what)
            if len(values) != count:
                raise ValueError(f"{what} is {len(values)} rows; expected one for each of {count} particles")
        parts.append(values)
    cell = None if frame.cell is None else np.asarray(unmasked(frame.cell, "cell"))
    if cell is not None:
        if cell.dtype.kind not in "fiub":
            raise ValueError(f"cell is of type {cell.dtype}; expected real numbers")
        cell = np.ascontiguousarray(cell, np.float64)
    if cell is not None and cell.shape == (3,):
        cell = np.diag(cell)
    if cell is not None and cell.shape != (3, 3):
        raise ValueError(f"cell is an array of shape {cell.shape}; expected 3 x 3, lattice vectors as rows")
    pbc = flags(frame.pbc, cell is not None)
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
_INT64 = np.dtype(np.int64)
_FIRST, _SECOND, _THIRD = DIAMETERS
# Arrays of a `Frame` that would be particles' own in Atoms.
_UNREAD = frozenset(("positions", *SHAPE_NAMES)) - {"species_name"}


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
            (1, self.offsets),
            (2, self.positions),
            (3, self.quaternions),
            (4, self.axes),
            (5, self.types),
            (8, self.cell),
            (9, self.pbc),
            (12, self.flags),
        ):
            self.input[place] = array.__array_interface__["data"][0]
        self.views: dict[int, tuple[np.ndarray, ...]] = {}
        self.last_numbers: bytes | None = None

    def take(self, atoms: Any) -> int:
        """Takes in an `ase.Atoms` of the usual kind and returns how many particles it has; -1 for another."""
        arrays = atoms.arrays
        try:
            positions, quaternions, numbers = arrays["positions"], arrays["c_q"], arrays["numbers"]
            first, second, third = arrays[_FIRST], arrays[_SECOND], arrays[_THIRD]
        except KeyError:
            return -1
        # Not a masked array, nor another kind that means something else.
        if not (
            type(positions) is type(quaternions) is type(first) is type(second) is type(third) is np.ndarray
        ):
            return -1
        count = len(positions)
        flat = (count,)
        if (
            count > self.MOST
            or positions.shape != (count, 3)
            or quaternions.shape != (count, 4)
            or not numbers.shape == first.shape == second.shape == third.shape == flat
            or "species_name" in arrays
            or numbers.dtype.char not in "lqi"
            or not _REAL.issuperset(
                (
                    positions.dtype.char,
                    quaternions.dtype.char,
                    first.dtype.char,
                    second.dtype.char,
                    third.dtype.char,
                )
            )
        ):
            return -1
        views = self.views.get(count)
        if views is None:
            views = self.views[count] = (
                self.positions[:count],
                self.quaternions[:count],
                *self.axes[:count].T,
                self.types[:count],
            )
        to_positions, to_quaternions, to_first, to_second, to_third, types = views
        to_positions[...] = positions
        to_quaternions[...] = quaternions
        to_first[...] = first
        to_second[...] = second
        to_third[...] = third
        # To look over the same numbers again takes longer than to compare them.
        written = numbers.tobytes() if numbers.dtype == _INT64 else None
        if written is None or written != self.last_numbers:
            types[...] = numbers
            # Numbers beyond 32 bits would come out as others.
            if (types != numbers).any():
                self.last_numbers = None
                return -1
            self.last_numbers = written
        self.offsets[1] = count
        self.cell[...] = atoms.cell.array
        self.pbc[...] = atoms.pbc
        return count


_local = threading.local()


class FrameArrays:
    """All particles of some frames after each other, as the library takes them; `input` says where.

    It holds the arrays as long as it lives; those of a single small frame are the thread's own and hold until
    the next frames come.
    """

    __slots__ = ("input", "counts", "offsets", "kept", "positions", "lost")

    def __init__(self, frames: Sequence[Any], labels: bool = False) -> None:
        if len(frames) == 1 and _Atoms is not None and isinstance(frames[0], _Atoms) and not labels:
            try:
                scratch = _local.scratch
            except AttributeError:
                scratch = _local.scratch = _Scratch()
            try:
                count = scratch.take(frames[0])
            except AttributeError:  # A list in place of an array.
                count = -1
            if count >= 0:
                self.input, self.counts = scratch.input, [count]
                return
        parts = []
        unread: Counter[str] = Counter()
        for index, frame in enumerate(frames):
            try:
                if _Atoms is not None and isinstance(frame, _Atoms):
                    part = _of_atoms(frame)
                    parts.append(part)
                    if part[1] is None:
                        unread.update(_like_quaternions(frame))
                elif isinstance(frame, Frame):
                    parts.append(_of_plain(frame))
                    unread.update(name for name in frame.arrays if name in _UNREAD)
                else:
                    raise TypeError(
                        f"{type(frame).__name__} is no frame; expected ase.Atoms or mesogen.Frame"
                    )
            except (ValueError, TypeError) as error:
                raise type(error)(f"frame {index}: {error}") from None
        for name, number in unread.items():
            warnings.warn(
                f"the array {name} of {number} frames is not read: orientations are called "
                f"{', '.join(QUATERNIONS)} in ase.Atoms; mesogen.Frame has quaternions and semi_axes",
                _bridge.MesogenWarning,
                stacklevel=_bridge._level(),
            )
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
                column = [
                    np.zeros((size, width)) if values is None else values
                    for values, size in zip(column, self.counts)
                ]
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
            entries = [name_of(number) for number in atomic] if own is None else [str(name) for name in own]
            if own is not None and atomic is not None:
                # An element keeps its own symbol where no name was given.
                entries = [name or name_of(number) for name, number in zip(entries, atomic)]
            types += [known.setdefault(name, len(known)) for name in entries]
        for name in known:
            if "\0" in name:
                raise ValueError(f"the name of a species is {name!r}; expected one without the character NUL")
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
        """Values of frames and of their particles; `lost` says what does not come along."""
        self.lost = Losses()
        results = [results_of(frame, self.lost) for frame in frames]
        self._bytes(10, json.dumps([labels_of(*pair, self.lost) for pair in zip(frames, results)]))
        entries = []
        for column in columns_of_all(frames, results, self.counts, self.lost):
            values, texts = column.packed()
            self.kept.append(values)
            entries.append(
                {
                    "name": column.name,
                    "width": column.width,
                    "kind": column.kind,
                    "frames": column.frames,
                    "pointer": values.__array_interface__["data"][0],
                    "texts": texts,
                }
            )
        self._bytes(13, json.dumps(entries))
        for frame in frames:
            attributes_of(frame, self.lost)
