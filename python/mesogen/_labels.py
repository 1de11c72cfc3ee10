"""What frames have besides particles and cells: values by name, of the frame and of its particles."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._plain import QUATERNIONS, Frame


def columns_of(frame: Any) -> dict[str, Any]:
    if isinstance(frame, Frame):
        return frame.arrays
    known = {"numbers", "positions", "species_name", *QUATERNIONS}
    columns = {
        name: values
        for name, values in frame.arrays.items()
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
    kinds = {
        "f": ("real", _finite),
        "i": ("integer", int),
        "u": ("integer", int),
        "b": ("logical", bool),
        "U": ("string", str),
    }
    if array.dtype.kind not in kinds or array.ndim > 2 or (array.ndim == 2 and array.dtype.kind not in "fiu"):
        return None
    kind, make = kinds[array.dtype.kind]
    if array.ndim == 0:
        return [name, kind, make(array[()])]
    if array.ndim == 1:
        return [name, kind + "s", [make(entry) for entry in array]]
    return [name, "matrix", [[_finite(entry) for entry in row] for row in array]]


def labels_of(frame: Any) -> list[list[Any]]:
    given = dict(frame.info)
    calculator = getattr(frame, "calc", None)
    if calculator is not None and "energy" in getattr(calculator, "results", {}):
        given.setdefault("energy", calculator.results["energy"])
    return [label for label in (_label(name, value) for name, value in given.items()) if label is not None]
