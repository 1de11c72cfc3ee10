"""Writes the type stubs (`.pyi`) of functions whose options the library declares: `python -m mesogen._stubs FOLDER`."""

from __future__ import annotations

import inspect
import os
import sys
from typing import Any

import mesogen

from . import _options

_HEAD = '"""Written by mesogen._stubs from the options that the library declares; do not edit."""\n\n'


def _kind(entry: dict[str, Any]) -> str:
    if entry["kind"] == "flag":
        return "bool"
    if entry.get("values"):
        return "Literal[" + ", ".join(repr(value) for value in entry["values"]) + "] | str | None"
    default = _options.default(entry)
    if isinstance(default, int):
        return "int | str | None"
    if isinstance(default, float):
        return "float | str | None"
    return "Any"


def _function(
    name: str, function: Any, step: str, result: str, own: dict[str, str], needed: tuple[str, ...] = ()
) -> str:
    """The function; `own` are types of parameters, `needed` those that this overload does not give a default."""
    entries = _options.declared(step)["options"]
    parts, starred = [], False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            parts.append(f"*{parameter.name}: Any")
            starred = True
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        kind = own.get(parameter.name) or (
            _kind(entries[parameter.name]) if parameter.name in entries else "Any"
        )
        is_needed = parameter.default is parameter.empty or parameter.name in needed
        default = "" if is_needed else f" = {parameter.default!r}"
        parts.append(f"{parameter.name}: {kind}{default}")
    return f"def {name}({', '.join(parts)}) -> {result}: ...\n"


def _features(name: str, function: Any, step: str) -> str:
    """The overloads of a function that gives an array, `Features` or a `TensorMap`."""
    no, yes = "Literal[False]", "Literal[True]"
    return "".join(
        "@overload\n" + _function(name, function, step, result, {**_OWN, **own}, needed)
        for result, own, needed in (
            ("np.ndarray", {"labels": no, "metatensor": no, "gradients": "None"}, ()),
            ("Features", {"labels": yes, "metatensor": no}, ("labels",)),
            (
                "Features",
                {"metatensor": no, "gradients": "str | list[str] | tuple[str, ...]"},
                ("gradients",),
            ),
            ("Any", {}, ()),
        )
    )


_OWN = {
    "threads": "int | None",
    "command": "str",
    "labels": "bool",
    "metatensor": "bool",
    "kind": 'Literal["ase", "arrays"] | None',
}
_RESULTS = {
    "simulate": "Simulation",
    "coarse_grain": "list[Any]",
    "isolate": "list[Any]",
    "label": "list[Any]",
    "convert": "dict[str, Any]",
}


def texts() -> dict[str, str]:
    """The stubs by the names of their files."""
    common = "from typing import Any, Literal, overload\n\n"
    main = (
        _HEAD
        + common
        + (
            "import numpy as np\n\n"
            "from . import anisoap as anisoap, ase as ase, generate as generate, learn as learn\n"
            "from . import sklearn as sklearn, viewers as viewers\n"
            "from ._bridge import MesogenWarning as MesogenWarning\n"
            "from ._calls import Results as Results, read as read, write as write\n"
            "from ._features import Features as Features\nfrom ._frames import Frame as Frame\n"
            "from ._jobs import Simulation as Simulation\nfrom ._options import options as options\n\n__version__: str\nFUNCTIONS: dict[Any, Any]\n\n"
            "def view(frames: Any, properties: Any = None, **settings: Any) -> Any: ...\n"
        )
    )
    for function, (step, _) in mesogen.FUNCTIONS.items():
        name = function.__name__
        if step == "featurize":
            main += _features(name, function, step)
            continue
        main += _function(name, function, step, _RESULTS.get(name, "Results"), _OWN)
    phases = _HEAD + common
    for name in dir(mesogen.generate):
        step = f"generate {name.replace('_', '-')}"
        phases += _function(
            name,
            getattr(mesogen.generate, name),
            step,
            "Any" if "pair" in _options.declared(step)["options"] else "list[Any]",
            _OWN,
        )
    tasks = (
        _HEAD
        + common
        + (
            "import numpy as np\n\nfrom ._calls import Results\n\n"
            "class Model:\n    def __init__(self, data: bytes) -> None: ...\n    def save(self, path: Any) -> None: ...\n"
            "    @classmethod\n    def load(cls, path: Any) -> Model: ...\n    def __fspath__(self) -> str: ...\n"
            "    def predict(self, data: Any, *, threads: int | None = None, progress: Any = None) -> np.ndarray: ...\n\n"
            "class Learned(Results):\n    report: dict[str, Any]\n    model: Model\n"
            "    def predict(self, data: Any, **options: Any) -> np.ndarray: ...\n\n"
            "def predict(model: Any, data: Any, *, threads: int | None = None, progress: Any = None, **options: Any) -> Results: ...\n"
        )
    )
    for name in dir(mesogen.learn):
        if name not in ("Learned", "Model", "predict"):
            tasks += _function(
                name, getattr(mesogen.learn, name), f"learn {name}", "Learned", {**_OWN, "progress": "Any"}
            )
    return {"__init__.pyi": main, "generate.pyi": phases, "learn.pyi": tasks}


if __name__ == "__main__":
    for _name, _text in texts().items():
        with open(os.path.join(sys.argv[1], _name), "w", encoding="utf-8") as _file:
            _file.write(_text)
