"""Functions that go by files: frames are written to a temporary folder, a step of the command line does its
work there, and what it wrote comes back.
"""

from __future__ import annotations

import csv
import os
import tempfile
from typing import Any

import numpy as np

from . import _bridge, _calls, _frames, _made, _options


class _Folder:
    """A temporary folder for one call."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="mesogen-")

    def __enter__(self) -> "_Folder":
        # What is told calls files by what they hold, without a folder that is gone by then.
        _bridge.folders().append(self.folder.name)
        return self

    def __exit__(self, *_: Any) -> None:
        _bridge.folders().remove(self.folder.name)
        self.folder.cleanup()

    def __call__(self, name: str) -> str:
        return os.path.join(self.folder.name, name)

    def frames(self, frames: Any, name: str = "frames.xyz", kept: bool = False) -> str:
        """A file with these frames; a path stays what it is. kept: what comes out has what the frames have, so
        that what is left out must be told.
        """
        if isinstance(frames, (str, os.PathLike)):
            return os.fspath(frames)
        listed, _ = _frames.listed(frames)
        _calls.store(self(name), listed, name="frames" if kept else None)
        return self(name)


def run(step: str, words: list[str], threads: Any, progress: Any) -> dict[str, Any]:
    """Does a step with its files. What it did: `what`, `amount`, `remarks`, and as `summary` the table that the
    command line prints: `rows`, a dictionary by the heads each, and `note`.
    """
    handle = _bridge.prepare(f"job {step}", words)
    report = _without_folders(_calls.call(handle, None, threads, progress).values["report"])
    # Files of the temporary folder are gone by then.
    for part in (report, *report["others"]):
        part.pop("output", None)
    summary = report.get("summary")
    if summary is not None:
        rows = [dict(zip(summary["heads"], map(_cell, row))) for row in summary["rows"]]
        report["summary"] = {"rows": rows, "note": [_cell(cell) for cell in summary["note"]]}
    return report


def _without_folders(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_folders(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without_folders(part) for part in value]
    return _bridge.plain(value) if isinstance(value, str) else value


def _cell(cell: dict[str, dict[str, Any]]) -> Any:
    """The value of an entry: `{"fixed": {"_0": 0.5, "_1": 3}}` is a number that is printed with 3 decimals."""
    ((kind, content),) = cell.items()
    value = content["_0"]
    # JSON has no infinite numbers: they come as texts.
    return float(value) if kind in ("number", "fixed") else value


def table(path: str) -> _calls.Results:
    """A file of comma-separated values: an array for each column, numbers where all are."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    result = _calls.Results()
    for k, name in enumerate(rows[0] if rows else []):
        texts = [row[k] for row in rows[1:]]
        try:
            result[name] = np.array([float(text) if text else np.nan for text in texts])
        except ValueError:
            result[name] = np.array(texts)
    return result


def _frames_to_frames(
    step: str,
    function: str,
    frames: Any,
    given: dict[str, Any],
    kind: Any,
    threads: Any,
    progress: Any,
    left: tuple[str, ...] = (),
) -> list[Any]:
    kind = _made.kind_of(kind)
    words = _options.words(step, given, function, ("output", *left))
    with _Folder() as folder:
        path = folder.frames(frames, kept=True)
        run(step, [*words, f"--output={folder('out.xyz')}", "--", path], threads, progress)
        return _calls.read(folder("out.xyz"), kind=kind)


def coarse_grain(
    frames: Any, *, kind: str | None = None, threads: int | None = None, progress: Any = None, **options: Any
) -> list[Any]:
    """Frames with an ellipsoid in place of every molecule."""
    return _frames_to_frames("coarse-grain", "coarse_grain", frames, options, kind, threads, progress)


def isolate(
    frames: Any, *, kind: str | None = None, threads: int | None = None, progress: Any = None, **options: Any
) -> list[Any]:
    """The molecules of frames, each in a frame of its own."""
    return _frames_to_frames("isolate", "isolate", frames, options, kind, threads, progress)


def label(
    frames: Any,
    command: str,
    *,
    kind: str | None = None,
    threads: int | None = None,
    progress: Any = None,
    **options: Any,
) -> list[Any]:
    """Frames labelled by another program, as with energies of electronic structure.

    command: what starts a worker, as a shell takes it; it reads frames of extended XYZ and writes them with
    `energy`, perhaps `forces` and `stress` (`mesogen label --help`; workers for ASE's calculators and Quantum
    ESPRESSO are in data/labels). A frame that could not be labelled comes back with `label_error` in `info`.
    """
    options["with"] = command
    return _frames_to_frames("label", "label", frames, options, kind, threads, progress, ("resume",))


def convert(
    input: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    program: str | None = None,
    threads: int | None = None,
    progress: Any = None,
    **options: Any,
) -> dict[str, Any]:
    """A file of frames or features in another format, which the ending of `output` names.

    Frame by frame, so that files may be larger than the memory. program: who will read extended XYZ, `"ase"` or
    `"ovito"`. Returns what was done: `what`, `amount`,
    `remarks`. What the format cannot keep is told as a `MesogenWarning`.
    """
    words = _options.words("convert", {**options, "for": program}, "convert", ("output",))
    return run("convert", [*words, "--", os.fspath(input), os.fspath(output)], threads, progress)


class Simulation:
    """What a simulation gave: `frames`, and `observables`, a table with an array for each column."""

    def __init__(
        self, frames: list[Any], observables: _calls.Results, means: dict[str, Any], report: dict[str, Any]
    ) -> None:
        self.frames, self.observables, self.means, self.report = frames, observables, means, report

    def __repr__(self) -> str:
        return f"Simulation({len(self.frames)} frames, observables: {', '.join(self.observables)})"


def simulate(
    frames: Any, *, kind: str | None = None, threads: int | None = None, progress: Any = None, **options: Any
) -> Simulation:
    """Takes frames to equilibrium by Monte Carlo or molecular dynamics, as `mesogen simulate` does.

    The result has `frames`, `observables` (step, energy, pressure, order, ...: an array each, a row every so
    many steps), `means` (mean, standard_error, correlation_time, ... of each). Ctrl-C ends it; nothing is left.
    """
    import json

    kind = _made.kind_of(kind)
    left = ("output", "observables", "checkpoint", "resume")
    words = _options.words("simulate", options, "simulate", left)
    with _Folder() as folder:
        path = folder.frames(frames, kept=True)
        report = run(
            "simulate",
            [
                *words,
                f"--output={folder('out.xyz')}",
                f"--observables={folder('observables.csv')}",
                "--",
                path,
            ],
            threads,
            progress,
        )
        with open(folder("observables.json"), encoding="utf-8") as file:
            means = json.load(file)
        return Simulation(
            _calls.read(folder("out.xyz"), kind=kind), table(folder("observables.csv")), means, report
        )
