"""Keyword arguments: the names of the command line with underscores, as the library declares them."""

from __future__ import annotations

import difflib
import inspect
import os
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import Any, Callable, Iterable

import numpy as np

from . import _bridge


@lru_cache(maxsize=None)
def about() -> dict[str, Any]:
    """Version, steps and formats of the library."""
    return _bridge.text("about")


@lru_cache(maxsize=None)
def declared(step: str) -> dict[str, Any]:
    """What the library says of a step: its help, and its options by their names here."""
    answer = _bridge.text(f"options {step}")
    answer["options"] = {entry["name"]: entry for entry in answer["options"]}
    return answer


def options(step: str) -> dict[str, dict[str, Any]]:
    """The options of a command, `"featurize"` or `"generate nematic"`: for each keyword argument its kind
    (`option` or `flag`), help, default (as text), and the values there are where they are few.
    """
    entries = declared(step)["options"]
    return {
        name: {key: entry[key] for key in ("kind", "repeating", "help", "default", "values") if key in entry}
        for name, entry in entries.items()
        if entry["kind"] != "positional"
    }


def word(value: Any) -> str:
    """A value as the command line has it: numbers with all digits, sequences with commas, slices with
    colons.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, slice):
        if value.step not in (None, 1):
            raise ValueError(f"a range is {value!r}; expected one without a step, slice(start, stop)")
        return ":".join("" if part is None else word(part) for part in (value.start, value.stop))
    if isinstance(value, np.ndarray) and value.ndim == 0 and not np.ma.is_masked(value):
        return word(value.item())
    if isinstance(value, np.ndarray) or isinstance(value, (list, tuple, range)):
        if np.ma.is_masked(value):
            raise ValueError(f"an option is {value!r}, masked in places; expected values everywhere")
        return ",".join(word(part) for part in value)
    raise TypeError(f"an option is {value!r}, a {type(value).__name__}; expected a number, text, or sequence")


def _several(value: Any) -> list[str]:
    """The values of an option that may come several times: a mapping is `NAME:value` for each, a list of
    texts or sequences each of its own; numbers alone make one value.
    """
    if isinstance(value, dict):
        return [f"{key}:{word(part)}" for key, part in value.items()]
    if isinstance(value, (list, tuple)) and any(
        isinstance(part, (str, list, tuple, np.ndarray)) for part in value
    ):
        return [word(part) for part in value]
    if isinstance(value, np.ndarray) and value.ndim > 1:
        return [word(part) for part in value]
    return [word(value)] if np.ndim(value) == 0 or len(value) else []


def unknown(function: str, name: str, step: str, known: Iterable[str]) -> TypeError:
    """The error for a keyword argument that does not exist."""
    other = declared(step)["other_names"].get(name.replace("_", "-"))
    if other is not None:
        return TypeError(
            f"{function}() got an unexpected keyword argument '{name}'; here it is {other.replace('-', '_')}"
        )
    near = difflib.get_close_matches(name, list(known), 1, 0.7)
    hint = f"; did you mean {near[0]}?" if near else ""
    return TypeError(f"{function}() got an unexpected keyword argument '{name}'{hint}")


def words(
    step: str, given: dict[str, Any], function: str | None = None, left: Iterable[str] = ()
) -> list[str]:
    """Keyword arguments as words `--key=value`; those that are None are left out. `left` are options that
    this function does not take.
    """
    function = function or step.split()[-1].replace("-", "_")
    entries = declared(step)["options"]
    result = []
    for name, value in given.items():
        entry = entries.get(name)
        if entry is None or entry["kind"] == "positional" or name in left:
            known = [
                key for key, other in entries.items() if other["kind"] != "positional" and key not in left
            ]
            raise unknown(function, name, step, known)
        if value is None:
            continue
        key = entry["word"]
        if entry["kind"] == "flag":
            if isinstance(value, str) or np.ndim(value) != 0:
                raise TypeError(f"{name} is {value!r}; expected True or False")
            if value:
                result.append(f"--{key}")
            elif default(entry):
                raise ValueError(
                    f"{name} is False; it holds unless an option that excludes it is given (mesogen.options has all)"
                )
        elif entry["repeating"]:
            result += [line(key, name, text, value) for text in _several(value)]
        else:
            result.append(line(key, name, word(value), value))
    return result


def line(key: str, name: str, text: str, value: Any) -> str:
    """An option of the command line.

    Raises: ValueError for an empty text.
    """
    # Behind "--key=" without a value the command line would take the next word for it.
    if not text.strip():
        raise ValueError(f"{name} is {value!r}; expected a value, or None to leave it out")
    return f"--{key}={text}"


def _is_file(value: Any) -> bool:
    return (
        isinstance(value, (str, os.PathLike))
        and not getattr(value, "is_constant", False)
        and os.path.exists(value)
    )


_prepared: OrderedDict[Any, _bridge.Handle] = OrderedDict()
_lock = threading.Lock()
_MOST_PREPARED = 128


def prepared(
    step: str,
    given: dict[str, Any],
    function: str | None = None,
    left: Iterable[str] = (),
    name: str | None = None,
) -> _bridge.Handle:
    """The step with these options, looked over once: the same arguments are not parsed twice."""
    values = tuple(given.values())
    key: Any = (name or step, function, tuple(given), values, tuple(map(type, values)))
    try:
        handle = _prepared.get(key)
    except TypeError:  # A list or an array.
        key, handle = None, None
    if handle is not None:
        return handle
    line = words(step, given, function, left)
    if key is None:
        key = (name or step, tuple(line))
        handle = _prepared.get(key)
        if handle is not None:
            return handle
    handle = _bridge.prepare(name or step, line)
    with _lock:
        # A model in a file may be another one next time; a `learn.Model` stays what it is.
        if not any(_is_file(value) for value in values):
            _prepared[key] = handle
            while len(_prepared) > _MOST_PREPARED:
                _prepared.popitem(last=False)
    return handle


_KINDS = {"option": "value", "flag": "bool"}


# Help in place of the command line's, where a value is not the same here.
_OTHER_HELP = {
    "pair_correlation": "True: the result has also r, g and g2, distances and pair correlations.",
    "select_frames": 'Which of the frames, half-open and counted from 0: "5:10" or slice(5, 10).',
}


def describe(function: Callable[..., Any], step: str, fixed: Iterable[str] = ()) -> None:
    """Gives a function the options of a step in its signature and docstring."""
    entries = {
        name: entry
        for name, entry in declared(step)["options"].items()
        if entry["kind"] != "positional" and name not in fixed
    }
    signature = inspect.signature(function)
    parameters = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    taken = {p.name for p in parameters}
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default(entry))
        for name, entry in entries.items()
        if name not in taken
    ]
    function.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    lines = [inspect.cleandoc(function.__doc__ or ""), "", f"Options (those of `mesogen {step}`):", ""]
    for name, entry in entries.items():
        extra = f" One of {', '.join(entry['values'])}." if entry.get("values") else ""
        known = f" Default {entry['default']}." if entry.get("default") else ""
        lines.append(f"    {name}: {_OTHER_HELP.get(name, entry['help'])}{extra}{known}")
    function.__doc__ = "\n".join(lines)


def default(entry: dict[str, Any]) -> Any:
    """The default of an option as a Python value; None where it has none, or it follows from others."""
    if entry["kind"] == "flag":
        return entry.get("default") is not None
    text = entry.get("default")
    if text is None or entry["repeating"]:
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
