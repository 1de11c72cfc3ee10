"""Learning: a function for each task of `mesogen learn`, `ridge`, `kernel`, `curve`, `gfre`, `pca`, `pcovr`,
`select`, `tune`, `predict`.

    model = mesogen.learn.ridge(features, energies)
    model.predict(new_features)

features: an array (samples x columns), `mesogen.Features` (then models can be applied to frames), or a path.
targets: an array (samples, or samples x targets), a dictionary of arrays by name, frames with labels, or a path.
Options are those of the command. What it does is the command itself, in a temporary folder.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
import zipfile
from typing import Any, Callable

import numpy as np

from . import _bridge, _calls, _jobs, _options
from ._features import _OUTPUTS, Features
from ._plain import unmasked

_ROWS = ("sample", "frame", "particle", "extrapolation")
_COVARIATE = re.compile("PCov[0-9]+")


class Model:
    """A learned model. As the `potential` of `mesogen.energy`, `simulate` and so on it is a force field, if it
    is one. It pickles, and `save` writes the file that the command line reads.
    """

    is_constant = True

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._folder: str | None = None

    def save(self, path: Any) -> None:
        """Writes the model (.npz)."""
        with open(path, "wb") as file:
            file.write(self._data)

    @classmethod
    def load(cls, path: Any) -> "Model":
        """Reads a model that this, or the command line, wrote."""
        with open(path, "rb") as file:
            return cls(file.read())

    def __fspath__(self) -> str:
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="mesogen-model-")
            weakref.finalize(self, _remove, self._folder, os.getpid())
            path = os.path.join(self._folder, "model.npz")
            self.save(path)
            _bridge.files[path] = "the model"
        return os.path.join(self._folder, "model.npz")

    def __getstate__(self) -> bytes:
        return self._data

    def __setstate__(self, data: bytes) -> None:
        self.__init__(data)  # type: ignore[misc]

    def predict(self, data: Any, *, threads: int | None = None, progress: Any = None) -> np.ndarray:
        """Predictions for features (an array, `Features`) or frames: one number a sample, or a column a target."""
        table = predict(self, data, threads=threads, progress=progress)
        named = {
            name: values
            for name, values in table.items()
            if name not in _ROWS and not name.startswith("spread_")
        }
        # Principal covariates stand beside what is predicted from them.
        columns = [values for name, values in named.items() if not _COVARIATE.fullmatch(name)]
        columns = columns or list(named.values())
        return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)


def _remove(folder: str, process: int) -> None:
    _bridge.files.pop(os.path.join(folder, "model.npz"), None)
    # A child that was forked leaves it to its parent.
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


class Learned(_calls.Results):
    """What a task gave: `report` (what the command prints), `model`, and the tables that it wrote."""

    def predict(self, data: Any, **options: Any) -> np.ndarray:
        """Predictions of the model; see `Model.predict`."""
        return self["model"].predict(data, **options)

    def __repr__(self) -> str:
        return f"Learned({', '.join(self)})"


def _features_file(folder: Any, features: Any, name: str) -> str:
    if isinstance(features, (str, os.PathLike)):
        return os.fspath(features)
    path = folder(name)
    if isinstance(features, Features):
        features.save(path)
    else:
        values = np.asarray(unmasked(features, "features"))
        if values.dtype.kind not in "fiub" or values.ndim != 2:
            raise ValueError(
                f"features are an array of shape {values.shape} and type {values.dtype}; expected samples x columns of numbers"
            )
        _save(path, {"features": values})
    return path


def _save(path: str, arrays: dict[str, Any]) -> None:
    """An archive of float64; `numpy.savez` has names of its own, as `file`, that arrays cannot have."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.ascontiguousarray(values, np.float64))


def _target_arrays(targets: Any) -> dict[str, np.ndarray] | None:
    """Targets as arrays by name; None for frames."""
    if hasattr(targets, "to_numpy"):  # pandas: a Series, or a DataFrame with a target a column.
        columns = getattr(targets, "columns", None)
        targets = (
            targets.to_numpy()
            if columns is None
            else {str(name): targets[name].to_numpy() for name in columns}
        )
    if isinstance(targets, dict):
        arrays = targets
    elif isinstance(targets, (np.ndarray, range)) or (
        isinstance(targets, (list, tuple))
        and (not targets or isinstance(targets[0], (bool, int, float, np.generic, np.ndarray, list, tuple)))
    ):
        arrays = {"target": targets}
    else:
        return None
    made = {}
    for name, values in arrays.items():
        if not isinstance(name, str) or not name or "," in name or "/" in name or min(name) < " ":
            raise ValueError(
                f"a target is called {name!r}; expected a text without comma, slash and control characters"
            )
        if name in _ROWS or name.startswith("spread_") or _COVARIATE.fullmatch(name):
            raise ValueError(
                f"a target is called {name}; tables of predictions have such a column of their own"
            )
        values = np.asarray(unmasked(values, f"target {name}"))
        if values.dtype.kind not in "fiub":
            raise ValueError(f"target {name} is of type {values.dtype}; expected numbers")
        if values.size == 0:
            raise ValueError(f"target {name} is empty; expected a number for each sample")
        made[name] = values
    return made


def _targets_file(folder: Any, targets: Any, target: Any) -> tuple[str, Any]:
    """The file with the targets, and which of them are meant."""
    if isinstance(targets, (str, os.PathLike)):
        return os.fspath(targets), target
    arrays = _target_arrays(targets)
    if arrays is not None:
        _save(folder("targets.npz"), arrays)
        return folder("targets.npz"), target if target is not None else list(arrays)
    return folder.frames(targets, "targets.xyz"), target


def _table(path: str) -> Any:
    if path.endswith(".csv"):
        return _jobs.table(path)
    with np.load(path) as archive:
        return _calls.Results({name: archive[name] for name in archive})


def _make(step: str) -> Callable[..., Learned]:
    name = step.replace("-", "_")
    declared = _options.declared(f"learn {step}")["options"]
    positional = [key for key, entry in declared.items() if entry["kind"] == "positional"]
    takes_targets = "targets" in declared
    outputs = [key for key in ("output", "predictions", "projections") if key in declared]
    if step == "tune":
        # Options of features that make files.
        left = [key for key in (*_OUTPUTS, "select_frames") if key in declared and key not in outputs]
    else:
        left = []

    def task(
        features: Any, *others: Any, threads: int | None = None, progress: Any = None, **options: Any
    ) -> Learned:
        for key in (*outputs, *left):
            if key in options:
                raise _options.unknown(name, key, f"learn {step}", ())
        most = ("others" in positional) + takes_targets
        if len(others) > most:
            raise TypeError(
                f"{name}() takes {1 + most} positional arguments but {1 + len(others)} were given"
            )
        with _jobs._Folder() as folder:
            files = []
            if step == "tune":
                files.append(folder.frames(features))
            else:
                given = [features] + ([others[0]] if "others" in positional and others else [])
                files += [_features_file(folder, part, f"features-{k}.npz") for k, part in enumerate(given)]
            if takes_targets:
                rest = others if "others" not in positional else others[1:]
                if rest and options.get("targets") is not None:
                    raise TypeError(f"{name}() got multiple values for argument 'targets'")
                if rest:
                    options.pop("targets", None)
                targets = rest[0] if rest else options.pop("targets", None)
                if targets is None and step == "tune":
                    targets = files[0]  # The frames have them.
                if targets is None:
                    raise TypeError(f"{name}() missing 1 required positional argument: 'targets'")
                path, target = _targets_file(folder, targets, options.pop("target", None))
                options = {"targets": path, "target": target, **options}
            if options.get("with_features") is not None:
                more = options["with_features"]
                more = more if isinstance(more, (list, tuple)) else [more]
                options["with_features"] = [
                    _features_file(folder, part, f"with-{k}.npz") for k, part in enumerate(more)
                ]
            suffix = ".csv" if step in ("select", "curve", "tune") else ".npz"
            paths = {key: folder(f"{key}{suffix if key == 'output' else '.csv'}") for key in outputs}
            words = _options.words(f"learn {step}", {**options, **paths}, name)
            # The options of features are passed through behind the file, where tune takes them.
            line = [*files, *words] if step == "tune" else [*words, "--", *files]
            report = _jobs.run(f"learn {step}", line, threads, progress)
            result = Learned(report=report)
            for key, path in paths.items():
                if not os.path.exists(path):
                    continue
                if key == "output" and suffix == ".npz":
                    result["model"] = Model.load(path)
                else:
                    result["table" if key == "output" else key] = _table(path)
            return result

    task.__name__ = task.__qualname__ = name
    task.__module__ = __name__
    task.__doc__ = (
        f"{_options.declared(f'learn {step}')['abstract']}\n\nReturns `Learned`; see `mesogen.learn`."
    )
    _options.describe(task, f"learn {step}", (*outputs, *left))
    return task


def predict(
    model: Any, data: Any, *, threads: int | None = None, progress: Any = None, **options: Any
) -> _calls.Results:
    """Applies a model to features or frames: a column for each target under its name, `spread_...` where the
    model has spreads, and what the rows are: `sample`, or `frame` and `particle`.
    """
    with _jobs._Folder() as folder:
        if hasattr(data, "to_numpy"):
            data = data.to_numpy()
        is_features = (
            isinstance(data, (np.ndarray, Features))
            or (
                isinstance(data, (str, os.PathLike))
                and os.fspath(data).endswith((".npz", ".h5", ".hdf5", ".mts"))
            )
            or (
                isinstance(data, (list, tuple))
                and len(data) > 0
                and isinstance(data[0], (list, tuple, np.ndarray))
            )
        )
        path = _features_file(folder, data, "features.npz") if is_features else folder.frames(data)
        words = _options.words("learn predict", options, "predict", ("output",))
        _jobs.run(
            "learn predict",
            [*words, f"--output={folder('out.csv')}", "--", os.fspath(model), path],
            threads,
            progress,
        )
        return _jobs.table(folder("out.csv"))


def __getattr__(name: str) -> Any:
    step = name.replace("_", "-")
    if not name.startswith("_") and step in _options.about()["groups"]["learn"]:
        function = _make(step)
        globals()[name] = function
        return function
    raise AttributeError(f"there is no task '{name}'; there are {', '.join(__dir__())}")


def __dir__() -> list[str]:
    return [name.replace("-", "_") for name in _options.about()["groups"]["learn"]] + ["Learned", "Model"]
