"""AniSOAP features as a transformer of scikit-learn.

from mesogen.sklearn import AniSOAPFeatures
pipeline = make_pipeline(AniSOAPFeatures(cutoff=5, max_angular=4), StandardScaler(), RidgeCV())
pipeline.fit(frames, energies)
"""

from __future__ import annotations

import inspect
import os
from typing import Any

import numpy as np
from . import _calls, _features, _frames, _options
from ._plain import needed

needed("sklearn", "scikit-learn")

from sklearn.base import BaseEstimator, TransformerMixin  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402

# Not of a transformer whose rows are frames: files, and rows of particles or pairs.
_LEFT = {*_features._OUTPUTS, "average", "pairs", "gradients", "allow_hard_cutoff"}


def _declared() -> dict[str, Any]:
    """The parameters and their defaults, as the library declares them."""
    known = {
        name: _options.default(entry)
        for name, entry in _options.declared("featurize")["options"].items()
        if entry["kind"] != "positional"
        and name not in _LEFT
        and name not in ("select_frames", "columns", "types", "atom_style", "point_diameter")
    }
    return {**known, "threads": None}


class AniSOAPFeatures(TransformerMixin, BaseEstimator):
    """From frames to averaged AniSOAP features, a row a frame.

    X is a list of `ase.Atoms` or `mesogen.Frame`. The parameters are the options of `mesogen featurize` with
    underscores (`mesogen.options("featurize")`), and `threads`. `fit` notes the species of its frames unless
    `species` says them: columns never depend on what is transformed later, and a frame with another species is an
    error. Fitted attributes: `species_`, `n_features_out_`, `n_frames_seen_`.
    """

    def __init__(self, **parameters: Any) -> None:
        known = _declared()
        for name in parameters:
            if name not in known:
                raise _options.unknown("AniSOAPFeatures", name, "featurize", known)
        for name, value in known.items():
            setattr(self, name, parameters.get(name, value))

    def _options(self) -> dict[str, Any]:
        defaults = _declared()
        return {
            name: getattr(self, name)
            for name, default in defaults.items()
            if name != "threads" and not _same(getattr(self, name), default)
        }

    def fit(self, X: Any, y: Any = None) -> "AniSOAPFeatures":
        """Notes the species, and how many columns there are."""
        frames = self._frames(X, reset=True)
        if not frames:
            raise ValueError(
                "Found array with 0 sample(s) while a minimum of 1 is required: X is an empty list of frames."
            )
        options = self._options()
        # `transform` goes by these: columns stay those that were fitted whatever is set afterwards.
        self._fitted = options
        features = _features._featurize(
            "AniSOAPFeatures",
            frames[:1] if "species" in options else _one_of_each(frames),
            options,
            self.threads,
            None,
            True,
            False,
        )
        self.species_ = list(features.species)
        self.n_features_out_ = features.values.shape[1]
        self.n_frames_seen_ = len(frames)
        self._names = features.names()
        return self

    def transform(self, X: Any) -> np.ndarray:
        """The features: frames x columns, float64."""
        if not hasattr(self, "species_"):
            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet. Call 'fit' first.")
        options = {**self._fitted, "species": ",".join(self.species_)}
        return _features._featurize(
            "AniSOAPFeatures", self._frames(X, reset=False), options, self.threads, None, False, False
        )

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """A name for every column, as `l=0 n_1=0 types_neighbor_1=0 n_2=0 types_neighbor_2=0`."""
        if not hasattr(self, "species_"):
            raise NotFittedError(f"This {type(self).__name__} instance is not fitted yet. Call 'fit' first.")
        return np.asarray(self._names, dtype=object)

    def _frames(self, X: Any, reset: bool) -> list[Any]:
        if isinstance(X, np.ndarray) and X.dtype != object:
            raise ValueError(
                f"X is an array of {X.dtype}; expected a list of frames (ase.Atoms or mesogen.Frame)"
            )
        if isinstance(X, (str, os.PathLike)):
            return _calls.read(X)
        if not hasattr(X, "__len__"):
            raise TypeError(
                f"X is a {type(X).__name__}; expected a list of frames: fit and transform both read it"
            )
        return _frames.listed(list(X) if isinstance(X, np.ndarray) else X)[0]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.no_validation = True
        tags.input_tags.two_d_array = False
        return tags


def _same(value: Any, default: Any) -> bool:
    return value is default or (
        type(value) is type(default) and not isinstance(value, np.ndarray) and value == default
    )


def _one_of_each(frames: list[Any]) -> list[Any]:
    """Frames that have all species among them, as few as are easily found."""
    chosen: list[Any] = []
    seen: set[Any] = set()
    for frame in frames:
        if isinstance(frame, _frames.Frame):
            own = set(frame._names())
        elif "species_name" in frame.arrays:
            own = set(frame.arrays["species_name"].tolist())
        else:
            own = set(frame.get_atomic_numbers().tolist())
        if not own <= seen:
            chosen.append(frame)
            seen |= own
    return chosen or frames[:1]


AniSOAPFeatures.__init__.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    + [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value)
        for name, value in _declared().items()
    ]
)
