"""Frames that come back from the library."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _bridge
from ._plain import Frame, has_ase


def kind_of(kind: str | None) -> str:
    """What frames come as: asked before the work, which would be lost otherwise.

    Raises: ValueError, ImportError.
    """
    if kind is None:
        return "ase" if has_ase else "arrays"
    if kind not in ("ase", "arrays"):
        raise ValueError(f"frames are wanted as {kind!r}; expected 'ase' or 'arrays'")
    if kind == "ase" and not has_ase:
        raise ImportError("frames are wanted as 'ase', which needs ASE: pip install ase")
    return kind


def frames_of(result: _bridge.Result, kind: str | None = None, prefix: str = "") -> list[Any]:
    """The frames of a result, as `"ase"` or `"arrays"`; None: ASE where it is installed."""
    kind = kind_of(kind)
    arrays, values = result.arrays(), result.values
    if prefix + "offsets" not in arrays:
        return []
    offsets = arrays[prefix + "offsets"]
    names = np.array(values[prefix + "names"], dtype=object)
    flags, types = arrays[prefix + "flags"], arrays[prefix + "types"]
    columns: list[dict[str, Any]] = [{} for _ in flags]
    for entry in values[prefix + "columns"]:
        data = np.array(entry["strings"], str) if entry["kind"] == 3 else arrays[entry["array"]]
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
            info=values[prefix + "labels"][index],
            arrays=columns[index],
        )
        for name, value in list(frame.info.items()):
            if isinstance(value, list):
                frame.info[name] = np.array(value)
        made.append(frame.to_ase() if kind == "ase" else frame)
    return made
