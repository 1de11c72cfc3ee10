"""Mesogen: liquid-crystal datasets.

    import mesogen

    frames = mesogen.generate.nematic(count=20, order="0:1", seed=1)
    features = mesogen.power_spectrum(frames, max_angular=6, max_radial=6, radial_width=3, cutoff=5)
    energies = mesogen.gay_berne(frames, cutoff=5, forces=True)
    order = mesogen.order(frames, cutoff=5).order

Frames are `ase.Atoms` with the arrays `c_q` (w, x, y, z; body to space) and `c_diameter[1..3]` (full lengths),
or `mesogen.Frame`, or lists of them. Keyword arguments are the options of the command line with underscores:
`mesogen.options("featurize")`, `help(mesogen.power_spectrum)`. Results are NumPy arrays. Errors are ValueError,
OSError and so on, with the text of the command line; what it warns of is a `MesogenWarning`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from . import generate, learn
from ._bridge import MesogenWarning
from ._calls import Results, read, write
from ._features import _OUTPUTS, Features, bispectrum, expansion, featurize, power_spectrum
from ._frames import Frame
from ._jobs import coarse_grain, convert, isolate, label, simulate
from ._options import about as _about
from ._options import describe as _describe
from ._options import options
from ._physics import contact, energy, forces, gay_berne, order

__version__: str = _about()["version"]

__all__ = [
    "Features",
    "Frame",
    "MesogenWarning",
    "Results",
    "bispectrum",
    "coarse_grain",
    "contact",
    "convert",
    "energy",
    "expansion",
    "featurize",
    "forces",
    "gay_berne",
    "generate",
    "isolate",
    "label",
    "learn",
    "options",
    "order",
    "power_spectrum",
    "read",
    "simulate",
    "view",
    "write",
]

FUNCTIONS = {
    # Function: the step whose options it takes, and those that it does not take.
    featurize: ("featurize", tuple(_OUTPUTS)),
    power_spectrum: ("featurize", (*_OUTPUTS, "correlation")),
    expansion: ("featurize", (*_OUTPUTS, "correlation")),
    bispectrum: ("featurize", (*_OUTPUTS, "correlation")),
    energy: ("energy", ("output",)),
    gay_berne: ("energy", ("output",)),
    forces: ("energy", ("output", "forces", "potential")),
    order: ("order", ("output",)),
    contact: ("contact", ("output",)),
    simulate: ("simulate", ("output", "observables", "checkpoint", "resume")),
    coarse_grain: ("coarse-grain", ("output",)),
    isolate: ("isolate", ("output",)),
    label: ("label", ("output", "with", "resume")),
    convert: ("convert", ("output", "for")),
}

for _function, (_step, _fixed) in FUNCTIONS.items():
    _describe(_function, _step, _fixed)


_MODULES = ("anisoap", "ase", "sklearn", "viewers")


def __getattr__(name: str) -> Any:
    # Modules that need other packages are imported when they are asked for.
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES, "__version__"})


def view(frames: Any, properties: Any = None, **settings: Any) -> Any:
    """Shows frames with their ellipsoids: a chemiscope widget in a notebook, Matplotlib axes elsewhere.

    properties: values by name, one a frame or one a particle, that the widget plots.

    See `mesogen.viewers`, which also has `to_chemiscope`, `to_freud` and `to_ovito`.
    """
    from .viewers import view as show

    return show(frames, properties, **settings)
