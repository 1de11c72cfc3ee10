"""AniSOAP features."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _bridge, _calls, _frames, _options
from ._plain import needed

_OUTPUTS = {"output", "concatenate", "append", "resume"}


class Features:
    """Features with what their rows and columns are.

    values: rows x columns, float64.
    samples: names and integers of the rows: `frame`, and with average="none" `particle`, `types_center`.
    properties: names and integers of the columns: `l`, `n_1`, `types_neighbor_1`, ...
    species: the names of the species in the order of the columns, with the integers that label them.
    gradients: derivatives by name (`positions`, `orientations`, `cell`) where they were asked for: rows x 3 x
    columns, for `cell` rows x 3 x 3 x columns; `gradient_sample` is the row of `values`, `gradient_particle`
    the particle of each.
    description: JSON that says how they were made, enough to repeat the calculation.
    """

    def __init__(
        self,
        values: np.ndarray,
        samples: dict[str, np.ndarray],
        properties: dict[str, np.ndarray],
        species: dict[str, int],
        gradients: dict[str, np.ndarray],
        gradient_sample: np.ndarray | None,
        gradient_particle: np.ndarray | None,
        description: str,
    ) -> None:
        self.values, self.samples, self.properties, self.species = values, samples, properties, species
        self.gradients, self.description = gradients, description
        self.gradient_sample, self.gradient_particle = gradient_sample, gradient_particle

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape

    def names(self) -> list[str]:
        """A name for every column: `l=0 n_1=0 types_neighbor_1=0 ...`."""
        columns = list(self.properties.items())
        return [
            " ".join(f"{name}={values[k]}" for name, values in columns) for k in range(self.values.shape[1])
        ]

    def __repr__(self) -> str:
        return f"Features({self.values.shape[0]} x {self.values.shape[1]}, gradients: {list(self.gradients)})"

    def save(self, path: Any) -> None:
        """Writes the archive (.npz) that `mesogen featurize` writes."""
        arrays = {"features": self.values, **self.samples, **self.properties}
        shifts = [arrays.pop(name) for name in ("shift_a", "shift_b", "shift_c") if name in arrays]
        if shifts:
            arrays["shift"] = np.stack(shifts, axis=1)
        if self.gradients:
            arrays.update({f"gradient_{name}": values for name, values in self.gradients.items()})
            arrays.update(gradient_sample=self.gradient_sample, gradient_particle=self.gradient_particle)
        with open(path, "wb") as file:
            np.savez(file, **arrays, hyperparameters=np.array(self.description))

    def to_metatensor(self) -> Any:
        """The same as a `metatensor.TensorMap` of one block, as `mesogen featurize -o FILE.mts` writes it."""
        metatensor = needed("metatensor", "metatensor-core")
        Labels, TensorBlock, TensorMap = metatensor.Labels, metatensor.TensorBlock, metatensor.TensorMap
        other = {"frame": "system", "particle": "atom", "types_center": "center_type"}

        def labels(columns: dict[str, np.ndarray], count: int) -> Any:
            values = (
                np.stack([np.asarray(v, np.int32) for v in columns.values()], axis=1)
                if columns
                else np.zeros((count, 0), np.int32)
            )
            return Labels([other.get(name, name) for name in columns], values.astype(np.int32))

        properties = labels({n: v for n, v in self.properties.items()}, self.values.shape[1])
        properties = Labels(list(self.properties), np.asarray(properties.values))
        block = TensorBlock(self.values, labels(self.samples, len(self.values)), [], properties)
        xyz = Labels.range("xyz", 3)
        for name, values in self.gradients.items():
            if name == "cell":
                samples = Labels(["sample"], np.arange(len(self.values), dtype=np.int32).reshape(-1, 1))
                components = [Labels.range("xyz_1", 3), Labels.range("xyz_2", 3)]
                block.add_gradient("strain", TensorBlock(values, samples, components, properties))
                continue
            system = self.samples["frame"][self.gradient_sample]
            rows = np.stack([self.gradient_sample, system, self.gradient_particle], axis=1).astype(np.int32)
            block.add_gradient(
                name, TensorBlock(values, Labels(["sample", "system", "atom"], rows), [xyz], properties)
            )
        return TensorMap(Labels(["_"], np.zeros((1, 1), np.int32)), [block])


# Options of files, and those that want more than a matrix.
_LONG_WAY = frozenset((*_calls._READING, "gradients"))


def _featurize(
    function: str,
    frames: Any,
    given: dict[str, Any],
    threads: Any,
    progress: Any,
    labels: bool,
    metatensor: bool,
) -> Any:
    # The way of most calls, kept short.
    if not (labels or metatensor) and _LONG_WAY.isdisjoint(given):
        if isinstance(frames, (list, _frames.Frame)) or (
            _frames._Atoms is not None and isinstance(frames, _frames._Atoms)
        ):
            handle = _options.prepared("featurize", given, function, _OUTPUTS)
            arrays = _frames.FrameArrays(frames if isinstance(frames, list) else (frames,))
            if progress is None:
                return _bridge.call(handle, arrays, threads).matrix()
            return _calls.call(handle, arrays, threads, progress).matrix()
    given = dict(given)
    arrays, _ = _calls.arrays(frames, given)
    handle = _options.prepared("featurize", given, function, _OUTPUTS)
    result = _calls.call(handle, arrays, threads, progress)
    if labels or metatensor or given.get("gradients") is not None:
        return _labelled(function, given, arrays, result, metatensor)
    return result.matrix()


def _labelled(
    function: str, given: dict[str, Any], arrays: Any, result: _bridge.Result, metatensor: bool
) -> Any:
    handle = _options.prepared("featurize", given, function, _OUTPUTS, name="labels")
    answer = _bridge.call(handle, arrays)
    table = answer.arrays()
    properties = {name: table["values"][:, k] for k, name in enumerate(answer.values["properties"])}
    species = dict(zip(answer.values["species"], (int(n) for n in table["numbers"])))
    values = result.matrix()
    others = result.arrays() if result.has_more else {}
    samples = {"frame": others.get("frame", np.arange(len(values)))}
    for name in ("particle", "types_center", "first", "second", "shift_a", "shift_b", "shift_c"):
        if name in others:
            samples[name] = others[name]
    gradients = {
        name: others[f"gradient_{name}"]
        for name in ("positions", "orientations", "cell")
        if f"gradient_{name}" in others
    }
    features = Features(
        values,
        samples,
        properties,
        species,
        gradients,
        others.get("gradient_sample"),
        others.get("gradient_particle"),
        answer.values["description"],
    )
    return features.to_metatensor() if metatensor else features


def featurize(
    frames: Any,
    *,
    threads: int | None = None,
    progress: Any = None,
    labels: bool = False,
    metatensor: bool = False,
    **options: Any,
) -> Any:
    """AniSOAP features of frames: float64, one row a frame (average="none": a particle, pairs=True: a pair).

    frames: `ase.Atoms` with arrays `c_q` (w, x, y, z; body to space) and `c_diameter[1..3]` (full lengths),
    `mesogen.Frame`, a list of them, or a path. Lengths are in the frames' own unit.
    threads: how many to use (all cores). progress: True for a bar, or a callable (task, done, total).
    labels: return `Features`, which say what rows and columns are; metatensor: return a `TensorMap`.
    With `gradients` the result is `Features` in any case.

    Raises: ValueError that names the frame, the value and what was expected.
    """
    return _featurize("featurize", frames, options, threads, progress, labels, metatensor)


def power_spectrum(
    frames: Any,
    *,
    threads: int | None = None,
    progress: Any = None,
    labels: bool = False,
    metatensor: bool = False,
    **options: Any,
) -> Any:
    """The power spectrum (nu = 2) of frames: rotational invariants, float64, frames x (l, n_1, species_1, n_2,
    species_2); average="none" gives a row a particle, pairs=True a row a pair.

    frames: `ase.Atoms` with arrays `c_q` (w, x, y, z; body to space) and `c_diameter[1..3]` (full lengths),
    `mesogen.Frame`, a list of them, or a path. Cutoff, radial width and shapes are lengths in the frames' own
    unit; features have no unit. threads, progress, labels, metatensor: see `featurize`.

    Raises: ValueError that names the frame, the value and what was expected.
    """
    if "correlation" in options:
        raise _options.unknown("power_spectrum", "correlation", "featurize", ())
    return _featurize("power_spectrum", frames, options, threads, progress, labels, metatensor)


def expansion(
    frames: Any,
    *,
    threads: int | None = None,
    progress: Any = None,
    labels: bool = False,
    metatensor: bool = False,
    **options: Any,
) -> Any:
    """The coefficients <nlm|rho> (nu = 1) of frames: frames x (l, m, n, species), the species fastest.

    average="none" gives those of every particle. See `featurize`.
    """
    return featurize(
        frames,
        threads=threads,
        progress=progress,
        labels=labels,
        metatensor=metatensor,
        correlation=1,
        **options,
    )


def bispectrum(
    frames: Any,
    *,
    threads: int | None = None,
    progress: Any = None,
    labels: bool = False,
    metatensor: bool = False,
    **options: Any,
) -> Any:
    """The bispectrum (nu = 3) of frames. See `featurize`."""
    return featurize(
        frames,
        threads=threads,
        progress=progress,
        labels=labels,
        metatensor=metatensor,
        correlation=3,
        **options,
    )
