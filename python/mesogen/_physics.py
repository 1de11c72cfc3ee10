"""Energies, order parameters, contact distances."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from . import _calls, _options


def _views(values: np.ndarray, counts: list[int]) -> list[np.ndarray]:
    """The rows of each frame, without copies."""
    if len(counts) == 1:
        return [values]
    ends = list(accumulate(counts, initial=0))
    return [values[start:end] for start, end in zip(ends, ends[1:])]


def energy(
    frames: Any, *, threads: int | None = None, progress: Any = None, **options: Any
) -> _calls.Results:
    """Energies of frames by a pair potential or a learned one (`potential="model.npz"`).

    The result has `energy`, one a frame, in units of epsilon; of dimers `h12`, `eta`, `chi`, `U_r`. With
    forces=True also `forces` and `torques` (space frame), a list of N x 3 arrays, one a frame, and `virial`,
    frames x 3 x 3. NaN stands for what a frame does not have.

    Raises: ValueError that names the frame.
    """
    return _energy("energy", frames, options, threads, progress)


def _energy(
    function: str, frames: Any, options: dict[str, Any], threads: Any, progress: Any, handle: Any = None
) -> _calls.Results:
    options = dict(options)
    arrays, _ = _calls.arrays(frames, options)
    if handle is None:
        handle = _options.prepared("energy", options, function, {"output"})
    found = _calls.call(handle, arrays, threads, progress)
    if not found.has_more:
        return _calls.Results(energy=found.matrix()[:, 0])
    result = found.arrays()
    counts = arrays.counts
    if "frame" in result:
        counts = [counts[index] for index in result["frame"]]
    for name in ("forces", "torques", "spread_forces", "spread_torques"):
        if name in result:
            result[name] = _views(result[name], counts)
        elif options.get("forces") and name in ("forces", "torques"):
            result[name] = [np.zeros((0, 3)) for _ in counts]
    return _calls.Results(result)


def gay_berne(
    frames: Any, *, threads: int | None = None, progress: Any = None, **options: Any
) -> _calls.Results:
    """Gay-Berne energies of frames; see `energy`."""
    if options.get("potential", "gay-berne") != "gay-berne":
        raise ValueError(f"potential is {options['potential']}; expected gay-berne, or the function energy")
    return _energy("gay_berne", frames, options, threads, progress)


def forces(
    frames: Any,
    potential: Any = "gay-berne",
    *,
    threads: int | None = None,
    progress: Any = None,
    **options: Any,
) -> _calls.Results:
    """Energy, forces, torques and virial of frames; see `energy`."""
    return _energy("forces", frames, {"potential": potential, **options, "forces": True}, threads, progress)


def order(frames: Any, *, threads: int | None = None, progress: Any = None, **options: Any) -> _calls.Results:
    """Order parameters of frames: `order` (the signed S), `order_max`, `director` (frames x 3), `biaxiality`,
    `p4`, with a cutoff `q0`, `q1`, ... (Steinhardt), with smectic=True `smectic_order` and so on; one a frame.

    per_particle=True adds `particles`, a dictionary with a list of arrays, one a frame, for each quantity;
    pair_correlation=True adds `r`, `g` and `g2`. NaN stands for what a frame does not have.
    """
    options = dict(options)
    wanted = options.pop("pair_correlation", None)
    if wanted is not None and not isinstance(wanted, (bool, np.bool_)):
        raise TypeError(f"pair_correlation is {wanted!r}; expected True or False: the result has r, g and g2")
    if wanted:
        options["pair_correlation"] = "g.csv"
    arrays, _ = _calls.arrays(frames, options)
    handle = _options.prepared("order", options, "order", {"output"})
    found = _calls.call(handle, arrays, threads, progress).arrays()
    if not (wanted or options.get("per_particle")):
        return _calls.Results(found)
    result = _calls.Results()
    for name, values in found.items():
        if name.startswith("particle_"):
            result.setdefault("particles", {})[name.removeprefix("particle_")] = _views(values, arrays.counts)
        elif name.startswith("correlation_"):
            result[name.removeprefix("correlation_")] = values
        else:
            result[name] = values
    return result


def contact(
    frames: Any, *, threads: int | None = None, progress: Any = None, **options: Any
) -> _calls.Results:
    """How far apart ellipsoids are, a row a pair: `frame`, `first`, `second`, `distance` of the centres, contact
    distances `sigma_gaussian` and `sigma_perram_wertheim`, `f_perram_wertheim` (below 1: overlap),
    `surface_distance` and its ends `x_1` ... `z_2` (NaN where two overlap).
    """
    options = dict(options)
    arrays, _ = _calls.arrays(frames, options)
    handle = _options.prepared("contact", options, "contact", {"output"})
    return _calls.Results(_calls.call(handle, arrays, threads, progress).arrays())
