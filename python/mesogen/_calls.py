"""What every function does: options looked over once, frames to arrays, one call of the library."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import numpy as np

from . import _bridge, _frames, _made, _options

Progress = Any
"""True: a bar (tqdm where it is installed); a callable: it gets (task, done, total or None); None: nothing."""


class Results(dict):
    """Arrays by name, also as attributes: `result["energy"]` is `result.energy`."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"there is no '{name}'; there are {', '.join(self)}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]

    def __repr__(self) -> str:
        def shape(value: Any) -> str:
            return str(value.shape) if isinstance(value, np.ndarray) else f"{len(value)} arrays"

        return "Results(" + ", ".join(f"{name}: {shape(value)}" for name, value in self.items()) + ")"


class _Bar:
    """Progress as a bar of tqdm, in notebooks too, or as lines on standard error."""

    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            tqdm = None
        self.tqdm, self.bar, self.task = tqdm, None, None

    def __call__(self, task: str, done: int, total: int | None) -> None:
        if self.tqdm is None:
            print(f"\r{task}: {done}" + (f" of {total}" if total else ""), end="", file=sys.stderr)
            return
        if self.bar is None or task != self.task:
            self.close()
            self.task = task
            self.bar = self.tqdm(desc=task, total=total)
        if total is not None and self.bar.total != total:
            self.bar.total = total
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None


def call(handle: _bridge.Handle, frames: Any, threads: int | None, progress: Progress) -> _bridge.Result:
    """Does what was prepared, with progress as the caller wants it."""
    if progress is None or not (callable(progress) or progress):
        return _bridge.call(handle, frames, threads)
    if callable(progress):
        return _bridge.call(handle, frames, threads, progress)
    bar = _Bar()
    try:
        return _bridge.call(handle, frames, threads, bar)
    finally:
        bar.close()


def arrays(frames: Any, given: dict[str, Any]) -> tuple[_frames.FrameArrays, bool]:
    """Frames in memory, or those of a file, as arrays, and whether it was a single frame.

    Options about reading are taken out of `given`: they say something of files alone.
    """
    if _READING_SET.isdisjoint(given):
        if _frames._Atoms is not None and isinstance(frames, _frames._Atoms):
            return _frames.FrameArrays((frames,)), True
        if isinstance(frames, list):
            return (
                _frames.FrameArrays([_frames.Frame(**f) if isinstance(f, dict) else f for f in frames]),
                False,
            )
    reading = {name: given.pop(name) for name in _READING if given.get(name) is not None}
    if isinstance(frames, (str, os.PathLike)):
        return _frames.FrameArrays(read(frames, kind="arrays", **reading)), False
    if set(reading) - {"select_frames"}:
        raise ValueError(f"{', '.join(reading)} say something of a file; frames in memory are as they are")
    listed, single = _frames.listed(frames)
    if "select_frames" in reading:
        listed, single = listed[_selection(reading["select_frames"], len(listed))], False
    return _frames.FrameArrays(listed), single


_READING = ("columns", "types", "atom_style", "point_diameter", "select_frames")


_READING_SET = frozenset(_READING)


def _selection(value: Any, count: int) -> slice:
    text = _options.word(value)
    try:
        first, colon, last = text.partition(":")
        if not colon:
            raise ValueError
        start, stop = int(first or 0), int(last) if last else count
    except ValueError:
        raise ValueError(f"select_frames is {value!r}; expected a range as '0:100'") from None
    if not 0 <= start <= stop <= count:
        raise ValueError(f"frames {text} were asked for; there are {count}")
    return slice(start, stop)


def read(
    path: Any,
    *,
    kind: str | None = None,
    select_frames: Any = None,
    columns: str | None = None,
    types: str | None = None,
    atom_style: str | None = None,
    point_diameter: float | None = None,
    progress: Progress = None,
) -> list[Any]:
    """The frames of a file of any format that the command line reads: extended XYZ (also .gz), LAMMPS data and
    dump, GSD.

    kind: `"ase"` for `ase.Atoms`, `"arrays"` for `mesogen.Frame`; None: ASE where it is installed.
    select_frames: a half-open range counted from 0, `"0:100"`. The others say what a file does not say itself,
    as the options of the command line do.

    Raises: FileNotFoundError, OSError; ValueError with frame and line for what cannot be used.
    """
    given = {
        "select-frames": select_frames,
        "columns": columns,
        "types": types,
        "atom-style": atom_style,
        "point-diameter": point_diameter,
    }
    kind = _made.kind_of(kind)
    words = [
        _options.line(name, name.replace("-", "_"), _options.word(value), value)
        for name, value in given.items()
        if value is not None
    ]
    handle = _bridge.prepare("read", [*words, "--", os.fsdecode(path)])
    return _made.frames_of(call(handle, None, None, progress), kind)


def write(path: Any, frames: Any, *, program: str = "ase") -> None:
    """Writes frames to a file; the format follows from its ending. The file appears whole or not at all.

    Values of the frames (`info`), arrays (`arrays`) of reals, integers, logicals and texts, and what a calculator
    has found for these very positions (energy, forces, stress, ...) are written too; numbers have all their
    digits. What is not written is named in a `MesogenWarning`. `program`: `"ase"`, or `"ovito"` for OVITO's names
    of columns.

    Raises: OSError; ValueError for an unknown ending, or an array that is not one row a particle.
    """
    store(path, frames, program=program, name=os.fsdecode(path))


def store(path: Any, frames: Any, *, program: str = "ase", name: str | None = None) -> None:
    """As `write`; what is left out is told of `name`, or not at all where nobody would look for it."""
    handle = _bridge.prepare("write", [os.fsdecode(path), program])
    listed, _ = _frames.listed(frames)
    given = _frames.FrameArrays(listed, labels=True)
    _bridge.call(handle, given, None)
    if name is None:
        return
    given.lost.of_format(name, program)
    if given.lost:
        told = _bridge.plain(f"{name}: {given.lost}")
        warnings.warn(told, _bridge.MesogenWarning, stacklevel=_bridge._level())


def left_out(step: str) -> set[str]:
    """Options of a step that name files, which functions of frames in memory do not take."""
    entry = _options.declared(step)
    return set(name.replace("-", "_") for name in entry["outputs"]) - {"pair_correlation"}
