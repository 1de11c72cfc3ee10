"""What frames have besides particles and cells: values by name, of the frame and of its particles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Iterator, Sequence

import numpy as np

from ._plain import DIAMETERS, OTHER_DIAMETERS, QUATERNIONS, Frame

_LARGEST = 2**63
_RESULTS_OF_PARTICLES = (
    "forces",
    "torques",
    "energies",
    "stresses",
    "charges",
    "magmoms",
    "born_effective_charges",
    "spread_forces",
    "spread_torques",
)
_RESULTS_OF_FRAMES = (
    "energy",
    "free_energy",
    "stress",
    "virial",
    "dipole",
    "magmom",
    "polarization",
    "dielectric_tensor",
    "extrapolation",
    "spread_energy",
    "singular_pairs",
)


class Losses:
    """What does not come along, or not as it is: told once with the number of frames, not for every frame."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._large: list[tuple[str, int]] = []
        self._quoted: list[str] = []

    def add(self, what: str, why: str) -> None:
        """Once for each frame; `why` is what follows "of 3 frames: "."""
        self._counts[what, why] = self._counts.get((what, why), 0) + 1

    def see(self, what: str, values: np.ndarray) -> None:
        """Values of particles of which a format may not give back all."""
        if values.dtype.kind == "i" and values.size:
            self._large.append((what, max(int(values.max()), -1 - int(values.min()))))
        if values.dtype.kind == "U" and not all(map(_is_word, set(values.ravel().tolist()))):
            self._quoted.append(what)

    def of_format(self, path: str, program: str) -> None:
        """Adds what is lost on the way back from a file of that name."""
        path = path.lower()
        for_ase = program == "ase" and path.removesuffix(".gz").endswith((".xyz", ".extxyz"))
        for what, largest in self._large:
            if largest >= 2**31 and for_ase:
                self.add(what, "ASE cannot read integers of more than 32 bits in a column of extended XYZ")
            if largest > 2**53 and path.endswith((".dump", ".lammpstrj")):
                self.add(what, "integers of more than 53 bits are rounded when a dump is read")
        for what in self._quoted if for_ase else ():
            self.add(
                what, "ASE leaves quotation marks around texts that are empty, have blanks or such marks"
            )

    def __bool__(self) -> bool:
        return bool(self._counts)

    def __str__(self) -> str:
        return "; ".join(
            f"{what} of {count} frame{'' if count == 1 else 's'}: {why}"
            for (what, why), count in self._counts.items()
        )


class _NotKept(Exception):
    """A value that files have no place for; the text says of what kind it is."""


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_word(text: str) -> bool:
    """Whether a text stands in a row of extended XYZ as it is."""
    return bool(text) and '"' not in text and not any(c.isspace() or c < " " for c in text)


def _kinds(values: Iterable[Any]) -> Iterator[str]:
    """The kinds of the entries of lists in lists: NumPy makes them all one kind without a word."""
    for value in values:
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if isinstance(value, (list, tuple)):
            yield from _kinds(value)
        elif isinstance(value, str):
            yield "texts"
        elif isinstance(value, (bool, np.bool_)):
            yield "logicals"
        elif isinstance(value, (int, np.integer)):
            # A real number that stands beside it would round it.
            yield "integers" if abs(int(value)) <= 2**53 else "large integers"
        elif isinstance(value, (float, np.floating)):
            yield "reals"
        else:
            yield f"{type(value).__name__}"


def _array(value: Any) -> np.ndarray:
    """As one of the kinds that files have: float64, int64, bool, or texts.

    Raises: _NotKept.
    """
    if np.ma.is_masked(value):
        raise _NotKept("masked in places")
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):
        raise _NotKept("rows of different lengths") from None
    is_list = isinstance(value, (list, tuple))
    if is_list or (array.dtype.kind == "O" and array.ndim):
        kinds = set(_kinds(value if is_list else array.tolist()))
        if len(kinds - {"integers", "reals"}) > 1 or (kinds & {"texts", "logicals"} and len(kinds) > 1):
            raise _NotKept(f"{' and '.join(sorted(kinds))} in one list")
        if kinds == {"large integers", "reals"} or kinds == {"large integers", "integers", "reals"}:
            raise _NotKept("integers too large to stand beside real numbers")
        if kinds <= {"integers", "large integers"} and kinds and array.dtype.kind not in "iu":
            raise _NotKept("integers of more than 64 bits")
        if array.dtype.kind == "O" and kinds and kinds <= {"texts", "logicals", "integers", "reals"}:
            try:
                array = np.array(array.tolist())
            except ValueError:
                raise _NotKept("rows of different lengths") from None
    kind = array.dtype.kind
    if kind == "f":
        return array.astype(np.float64, copy=False)
    if kind in "iu":
        if kind == "u" and array.size and int(array.max()) >= _LARGEST:
            raise _NotKept("integers of more than 64 bits")
        return array.astype(np.int64, copy=False)
    if kind == "U":
        if array.size and not all(map(_is_text, array.ravel().tolist())):
            raise _NotKept("text that is no Unicode")
        return array
    if kind == "b":
        return array
    if kind == "c":
        raise _NotKept("a complex number" if array.ndim == 0 else "complex numbers")
    if kind == "O" and array.ndim == 0:
        value = array[()]
        if isinstance(value, int):
            raise _NotKept("an integer of more than 64 bits")
        raise _NotKept("None" if value is None else f"a value of type {type(value).__name__}")
    raise _NotKept(f"values of type {array.dtype}")


def _rounding(value: Any, array: np.ndarray) -> str | None:
    """What to tell of numbers with more digits than float64 has."""
    dtype = getattr(value, "dtype", None)
    if dtype is None or dtype.kind != "f" or dtype.itemsize <= 8:
        return None
    return None if np.array_equal(value, array, equal_nan=True) else "is rounded to float64"


# Values of frames.

_LABELS = {"f": "real", "i": "integer", "b": "logical", "U": "string"}


def _digits(values: Any) -> Any:
    """Real numbers as texts: JSON has none that are not finite, and its readers round others."""
    return [_digits(value) for value in values] if isinstance(values, list) else repr(values)


def _label(value: Any) -> tuple[str, Any, str | None]:
    """Kind and value of a label, and what is to be told of it.

    Raises: _NotKept.
    """
    if isinstance(value, str):
        # NumPy would cut NUL at the end.
        if not _is_text(value):
            raise _NotKept("text that is no Unicode")
        return "string", str(value), None
    array = _array(value)
    kind, told = _LABELS[array.dtype.kind], _rounding(value, array)
    if array.ndim > 2 or (array.ndim == 2 and kind in ("logical", "string")):
        raise _NotKept(f"{kind} values in {array.ndim} dimensions")
    if array.ndim == 2:
        if not array.size:
            raise _NotKept(f"an array of shape {array.shape}")
        if kind == "integer":
            reals = array.astype(np.float64)
            # The largest of all, 2**63 - 1, becomes 2**63, which is no int64.
            if (reals >= _LARGEST).any() or not np.array_equal(reals.astype(np.int64), array):
                raise _NotKept("integers in two dimensions, too large for real numbers")
            told, array = "integers in two dimensions come back as real numbers", reals
        return "matrix", _digits(array.tolist()), told
    values = array.tolist()
    if kind == "real":
        values = _digits(values)
    return kind + ("s" if array.ndim else ""), values, told


def labels_of(frame: Any, results: dict[str, Any], losses: Losses) -> list[list[Any]]:
    """Name, kind and value of each label of a frame."""
    given = {("info", name): value for name, value in frame.info.items()}
    for name, value in results.items():
        if name not in _RESULTS_OF_FRAMES:
            continue
        if name == "stress":
            value = _stress(value)
        if name not in frame.info:
            given["result", name] = value
        elif not _agree(frame.info[name], value):
            losses.add(f"result '{name}'", f"info '{name}' is written in its place")
    labels = []
    for (origin, name), value in given.items():
        if not isinstance(name, str) or not _is_text(name):
            losses.add(f"{origin} {name!r}", "not written: its name is no text")
            continue
        try:
            kind, kept, told = _label(value)
        except _NotKept as reason:
            losses.add(f"{origin} '{name}'", f"not written: {reason}")
            continue
        if told is not None:
            losses.add(f"{origin} '{name}'", told)
        labels.append([str(name), kind, kept])
    return labels


def _agree(first: Any, second: Any) -> bool:
    try:
        first, second = np.asarray(first), np.asarray(second)
        return first.shape == second.shape and bool(((first == second) | (first != first)).all())
    except (ValueError, TypeError):
        return False


def _stress(value: Any) -> Any:
    """ASE's six numbers xx, yy, zz, yz, xz, xy as a matrix: what its files have."""
    try:
        array = np.asarray(value, np.float64)
    except (ValueError, TypeError):
        return value
    return array[[[0, 5, 4], [5, 1, 3], [4, 3, 2]]] if array.shape == (6,) else value


def results_of(frame: Any, losses: Losses) -> dict[str, Any]:
    """What a calculator has found for this very frame; `losses` gets what is left out."""
    calculator = getattr(frame, "calc", None)
    results = getattr(calculator, "results", None)
    if not isinstance(results, dict):
        return {}
    results = {name: value for name, value in results.items() if value is not None}
    if results and _is_stale(calculator, frame):
        losses.add(
            "results of the calculator",
            f"not written: {', '.join(map(str, results))} (the atoms were changed since)",
        )
        return {}
    for name in results:
        if name not in (*_RESULTS_OF_FRAMES, *_RESULTS_OF_PARTICLES):
            losses.add(f"result '{name}'", "not written")
    return results


def _is_stale(calculator: Any, frame: Any) -> bool:
    """Whether the results are of other positions, cells or species than the frame has now."""
    check = getattr(calculator, "check_state", None)
    # Without atoms nothing is known of what the results are of: somebody gave them.
    if check is None or getattr(calculator, "atoms", None) is None:
        return False
    try:
        return bool(check(frame))
    except (TypeError, ValueError):
        # ASE compares numbers; where others stand in their place, they are not those of the calculation.
        return True


def attributes_of(frame: Any, losses: Losses) -> None:
    """Tells what `ase.Atoms` have besides values by name."""
    constraints = getattr(frame, "constraints", None)
    if constraints:
        names = sorted({type(constraint).__name__ for constraint in constraints})
        losses.add("constraints", f"not written: {', '.join(names)}")
    displacement = getattr(frame, "_celldisp", None)
    if displacement is not None and np.any(displacement):
        losses.add("celldisp", "not written")


# Values of particles.

_COLUMNS = {"f": "real", "i": "integer", "b": "logical", "U": "string"}
_TYPES = {"real": np.float64, "integer": np.int64, "logical": np.uint8, "string": np.int32}


@dataclass
class Column:
    """Values of one kind under one name, of all frames that have them, after each other."""

    name: str
    width: int
    kind: str
    frames: list[int] = field(default_factory=list)
    parts: list[np.ndarray] = field(default_factory=list)

    def packed(self) -> tuple[np.ndarray, list[str]]:
        """One array as the library takes it; of texts the numbers of the names that come with it."""
        if self.kind != "string":
            values = np.concatenate([np.ravel(part) for part in self.parts])
            texts: list[str] = []
        else:
            known: dict[str, int] = {}
            values = np.array(
                [known.setdefault(text, len(known)) for part in self.parts for text in part.ravel().tolist()],
                np.int32,
            )
            texts = list(known)
        values = np.ascontiguousarray(values, _TYPES[self.kind])
        # An array without values has no place in memory.
        return values if values.size else np.zeros(1, values.dtype), texts


def _taken(arrays: dict[str, Any]) -> set[str]:
    """Names of arrays that are particles themselves: what `_frames` makes of them comes along anyway."""
    taken = {"numbers", "positions", "species_name"}
    taken.update([name for name in QUATERNIONS if name in arrays][:1])
    if "c_diameter" in arrays and not all(name in arrays for name in DIAMETERS):
        taken.add("c_diameter")
        return taken
    for names in (DIAMETERS, *OTHER_DIAMETERS):
        if all(name in arrays for name in names):
            taken.update(names)
            break
    return taken


def _columns_of(frame: Any, results: dict[str, Any]) -> dict[Any, tuple[str, Any]]:
    """Where each further array of a frame comes from, and its values."""
    if isinstance(frame, Frame):
        return {name: ("array", values) for name, values in frame.arrays.items()}
    taken = _taken(frame.arrays)
    columns = {name: ("array", values) for name, values in frame.arrays.items() if name not in taken}
    for name, values in results.items():
        if name in _RESULTS_OF_PARTICLES:
            columns.setdefault(name, ("result", values))
    return columns


def _column(values: Any) -> tuple[str, np.ndarray, int, str | None]:
    """Kind, values and width of a column, and what is to be told of it.

    Raises: _NotKept.
    """
    told = None
    if getattr(values, "dtype", None) is not None and values.dtype.kind == "S":
        try:
            values, told = np.char.decode(values, "utf-8"), "bytes come back as texts"
        except UnicodeDecodeError:
            raise _NotKept("bytes that are no text") from None
    array = _array(values)
    told = told or _rounding(values, array)
    shape = array.shape[1:]
    width = int(np.prod(shape))
    if width == 0:
        raise _NotKept(f"an array of shape {array.shape}")
    if array.ndim > 2 or (array.ndim == 2 and width == 1):
        told = f"shape {shape} of a particle comes back as {width} value{'' if width == 1 else 's'}"
    return _COLUMNS[array.dtype.kind], array, width, told


def _rows(values: Any) -> tuple[int, ...]:
    """The number of rows, or nothing for what has none."""
    if hasattr(values, "shape"):
        return np.shape(values)[:1]
    return (len(values),) if isinstance(values, (list, tuple)) else np.shape(np.asarray(values))[:1]


def columns_of_all(
    frames: Sequence[Any], results: Sequence[dict[str, Any]], counts: Sequence[int], losses: Losses
) -> list[Column]:
    """The columns of all frames; a frame need not have what others have.

    Raises: ValueError for an array that is not one row a particle.
    """
    columns: dict[tuple[str, int, str], Column] = {}
    for index, (frame, found, count) in enumerate(zip(frames, results, counts)):
        for name, (origin, values) in _columns_of(frame, found).items():
            if not isinstance(name, str) or not _is_text(name):
                losses.add(f"{origin} {name!r}", "not written: its name is no text")
                continue
            rows = _rows(values)
            if rows != (count,):
                if origin == "result":
                    losses.add(f"result '{name}'", "not written: not one row for each particle")
                    continue
                raise ValueError(
                    f"frame {index}: the array {name} has {rows[0] if rows else 'no'} rows; expected {count}"
                )
            try:
                kind, array, width, told = _column(values)
            except _NotKept as reason:
                losses.add(f"{origin} '{name}'", f"not written: {reason}")
                continue
            if told is not None:
                losses.add(f"{origin} '{name}'", told)
            losses.see(f"{origin} '{name}'", array)
            column = columns.setdefault((name, width, kind), Column(str(name), width, kind))
            column.frames.append(index)
            column.parts.append(array)
    return list(columns.values())
