"""Configurations of liquid-crystal phases, dimers and crystals: a function for each phase of
`mesogen generate`, `nematic`, `smectic`, `isotropic`, `cholesteric`, `biaxial`, `smectic_b`, `columnar`, `crystal`,
`molecular_crystal`, `dimers`.

    frames = mesogen.generate.nematic(count=100, order="0:1", seed=1)

Frame k of a set follows from (seed, k) alone. Every function takes the options of its command, and

    kind: `"ase"` for `ase.Atoms`, `"arrays"` for `mesogen.Frame`; None: ASE where it is installed;
    threads, progress: as all functions.

The frames have the labels of the command line in `info`: `order`, `phase`, `seed`, of dimers `energy`, ...
"""

from __future__ import annotations

from typing import Any, Callable

from . import _calls, _made, _options

_LEFT = ("output", "resume")
_PAIR = "pair"


def _make(step: str) -> Callable[..., list[Any]]:
    name = step.replace("-", "_")

    def phase(
        *, kind: str | None = None, threads: int | None = None, progress: Any = None, **options: Any
    ) -> Any:
        kind = _made.kind_of(kind)
        wants_pair = options.get(_PAIR)
        if wants_pair is not None:
            if not isinstance(wants_pair, bool):
                raise TypeError(
                    f"pair is {wants_pair!r}; expected True or False: the second set is returned too"
                )
            options[_PAIR] = "pair.xyz" if wants_pair else None
        handle = _options.prepared(f"generate {step}", {"output": "frames.xyz", **options}, name, ())
        result = _calls.call(handle, None, threads, progress)
        frames = _made.frames_of(result, kind)
        return (frames, _made.frames_of(result, kind, "pair_")) if wants_pair else frames

    phase.__name__ = phase.__qualname__ = name
    phase.__module__ = __name__
    phase.__doc__ = f"{_options.declared(f'generate {step}')['abstract']}\n\nReturns a list of frames; see `mesogen.generate`."
    _options.describe(phase, f"generate {step}", _LEFT)
    return phase


def __getattr__(name: str) -> Any:
    step = name.replace("_", "-")
    if step in _options.about()["groups"]["generate"]:
        function = _make(step)
        globals()[name] = function
        return function
    raise AttributeError(f"there is no phase '{name}'; there are {', '.join(__dir__())}")


def __dir__() -> list[str]:
    return [name.replace("-", "_") for name in _options.about()["groups"]["generate"]]
