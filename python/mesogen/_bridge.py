"""The library behind the package: loaded once, called through ctypes, which releases the GIL meanwhile."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import sys
import threading
import warnings
from typing import Any, Callable

import numpy as np

VERSION = 2
"""The version of the C interface that this package speaks (`Sources/PythonBridge/Interface.swift`)."""

_ERRORS = {2: OSError, 3: FileNotFoundError, 4: KeyboardInterrupt, 5: RuntimeError}


class MesogenWarning(UserWarning):
    """What the library has to tell although it goes on, in the words of the command line."""


def _check_processor(build: dict[str, str], path: str = "/proc/cpuinfo") -> None:
    """Raises ImportError where the library would end in an illegal instruction."""
    if build.get("march") != "x86-64-v3":
        return
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            flags = next((line for line in file if line.startswith("flags")), "").split()
    except OSError:
        return
    missing = [name for name in ("avx2", "fma", "bmi2") if name not in flags]
    if flags and missing:
        raise ImportError(
            "this wheel of mesogen is for processors with AVX2 and FMA (x86-64-v3); this one lacks "
            f"{', '.join(missing)}. Build a wheel here with: make python MARCH=x86-64"
        )


def _load() -> ctypes.CDLL:
    folder = os.path.dirname(os.path.abspath(__file__))
    try:
        with open(os.path.join(folder, "build.json"), encoding="utf-8") as file:
            build = json.load(file)
    except OSError as error:
        raise ImportError(
            "mesogen was not installed from a wheel: its library is missing; make one with `make python`"
        ) from error
    if build["machine"] != platform.machine():
        raise ImportError(
            f"this wheel of mesogen is for {build['machine']}, this machine is {platform.machine()}"
        )
    _check_processor(build)
    # Our own threads use the cores; the OpenBLAS that comes with the library must start none of its own.
    key = "OPENBLAS_NUM_THREADS"
    before = os.environ.get(key)
    os.environ[key] = "1"
    try:
        library = ctypes.CDLL(os.path.join(folder, "libmesogen_python.so"))
    except OSError as error:
        raise ImportError(f"the library of mesogen cannot be loaded: {error}") from error
    finally:
        if before is None:
            del os.environ[key]
        else:
            os.environ[key] = before
    pointer, number = ctypes.c_void_p, ctypes.c_ssize_t
    for name, result, arguments in (
        ("begin", ctypes.c_int32, []),
        ("release", None, [pointer]),
        ("text", pointer, [ctypes.c_char_p, pointer]),
        ("prepare", pointer, [ctypes.c_char_p, ctypes.c_char_p, number, pointer]),
        ("call", pointer, [pointer, pointer, number, ctypes.c_int32, pointer, pointer]),
        ("describe", ctypes.c_char_p, [pointer]),
        ("arrays", ctypes.c_char_p, [pointer, pointer, number]),
    ):
        function = getattr(library, f"mesogen_python_{name}")
        function.restype, function.argtypes = result, arguments
    if library.mesogen_python_begin() != VERSION:
        raise ImportError("library and package of mesogen are of different versions; install again")
    return library


_library = _load()
_call = _library.mesogen_python_call
_release = _library.mesogen_python_release
_arrays = _library.mesogen_python_arrays
_describe = _library.mesogen_python_describe
_HEAR = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_char_p, ctypes.c_ssize_t, ctypes.c_ssize_t)
_Out = ctypes.c_ssize_t * 8
Input = ctypes.c_ssize_t * 15
"""What `FrameInput.swift` reads."""

_main_thread = threading.main_thread().ident
_local = threading.local()
_forked = False
try:
    _cores = len(os.sched_getaffinity(0))
except AttributeError:
    _cores = os.cpu_count() or 1


def _after_fork() -> None:
    # The threads of the library did not come along into this process: it works on the calling thread.
    global _forked, _main_thread
    _forked = True
    _main_thread = threading.main_thread().ident


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _out() -> Any:
    try:
        return _local.out
    except AttributeError:
        _local.out = _Out()
        _local.address = ctypes.addressof(_local.out)
        return _local.out


def folders() -> list[str]:
    """Temporary folders of the calls that this thread is in."""
    try:
        return _local.folders
    except AttributeError:
        _local.folders = []
        return _local.folders


def plain(text: str) -> str:
    """The text without names of temporary folders."""
    for folder in folders():
        text = text.replace(folder + os.sep, "")
    for path, name in list(files.items()):
        text = text.replace(path, name)
    return text


files: dict[str, str] = {}
"""Temporary files that live longer than a call, and what they are called in messages."""


class Handle:
    """An object of the library; it ends with this one."""

    __slots__ = ("pointer",)

    def __init__(self, pointer: int) -> None:
        self.pointer = pointer

    def __del__(self, _release: Any = _release) -> None:
        _release(self.pointer)

    def describe(self) -> str:
        return _describe(self.pointer).decode("utf-8")


class _Memory:
    """Memory of a handle as NumPy wants to see it; arrays of it keep the handle alive."""

    __slots__ = ("__array_interface__", "handle")

    def __init__(self, handle: Handle, address: int, shape: tuple[int, ...], kind: str) -> None:
        self.handle = handle
        self.__array_interface__ = {"data": (address, False), "shape": shape, "typestr": kind, "version": 3}


def _raise(code: int, pointer: int) -> None:
    text = Handle(pointer).describe()
    if code == 4:
        raise KeyboardInterrupt
    raise _ERRORS.get(code, ValueError)(plain(text))


def text(question: str) -> Any:
    """The JSON that the library answers."""
    out = _out()
    pointer = _library.mesogen_python_text(question.encode(), _local.address)
    if out[0]:
        _raise(out[0], pointer)
    return json.loads(Handle(pointer).describe())


def prepare(step: str, words: list[str]) -> Handle:
    """Looks over the words of a step.

    Raises: ValueError with the text of the command line.
    """
    for word in words:
        if "\0" in word:
            raise ValueError(f"{word!r} has a character NUL")
    joined = "".join(word + "\0" for word in words).encode("utf-8", "surrogateescape")
    out = _out()
    pointer = _library.mesogen_python_prepare(step.encode(), joined, len(joined), _local.address)
    if out[0]:
        _raise(out[0], pointer)
    return Handle(pointer)


class Result:
    """What a call gave back: its main matrix, and further arrays and values by name."""

    __slots__ = ("handle", "_main", "has_more", "_described")

    def __init__(self, handle: Handle, main: tuple[int, int, int], more: int) -> None:
        self.handle, self._main, self.has_more = handle, main, more & 1
        self._described: dict[str, Any] | None = None

    def matrix(self) -> np.ndarray:
        """The main matrix, without a copy."""
        address, rows, columns = self._main
        return np.asarray(_Memory(self.handle, address, (rows, columns), "<f8"))

    @property
    def values(self) -> dict[str, Any]:
        """All JSON values by name."""
        if self._described is None:
            self._described = json.loads(self.handle.describe())
        return self._described

    def arrays(self) -> dict[str, np.ndarray]:
        """All arrays by name, without copies; columns that stand together in memory are views of one array."""
        capacity = 32
        while True:
            numbers = (ctypes.c_ssize_t * (6 * capacity))()
            layout = _layout(_arrays(self.handle.pointer, numbers, capacity))
            if len(layout) <= capacity:
                break
            capacity = len(layout)
        result: dict[str, np.ndarray] = {}
        numbers = numbers[: 6 * len(layout)]
        place = 0
        for name, kind in layout:
            shape = tuple(numbers[place + 2 : place + 2 + numbers[place + 1]])
            values = np.asarray(_Memory(self.handle, numbers[place], shape, kind))
            if type(name) is str:
                result[name] = values
            else:
                result.update(zip(name, values))
            place += 6
        return result


def _layout(text: bytes) -> list[tuple[Any, str]]:
    """Names and types of arrays; a tuple of names for columns that stand together."""
    layout = _layouts.get(text)
    if layout is None:
        layout = []
        for line in text.decode("utf-8").split("\n") if text else []:
            name, kind = line.rsplit(" ", 1)
            layout.append((tuple(name.split("\x1f")[:-1]) if name.endswith("\x1f") else name, kind))
        _layouts[text] = layout
    return layout


_layouts: dict[bytes, list[tuple[Any, str]]] = {}


class _Ear:
    """Progress on its way to a callable, and what that raised."""

    def __init__(self, hear: Callable[[str, int, int | None], Any]) -> None:
        self.hear = hear
        self.error: BaseException | None = None
        self.function = _HEAR(self)
        self.address = ctypes.cast(self.function, ctypes.c_void_p).value

    def __call__(self, task: bytes, done: int, total: int) -> int:
        try:
            self.hear(plain(task.decode("utf-8", "replace")), done, None if total < 0 else total)
        except BaseException as error:  # Whatever it is, it is raised again by `call`.
            self.error = error
            return 1
        return 0


def thread_count(threads: Any) -> int | None:
    """The number of threads, None where nobody says.

    Raises: TypeError, ValueError.
    """
    if threads is None:
        return None
    if isinstance(threads, (bool, np.bool_)) or not isinstance(threads, (int, np.integer)):
        raise TypeError(f"threads is {threads!r}; expected a whole number from 1 to 4096")
    if not 1 <= threads <= 4096:
        raise ValueError(f"threads is {threads}; expected a whole number from 1 to 4096")
    return int(threads)


def _level() -> int:
    """How far up the first caller outside of this package is."""
    level, frame = 1, sys._getframe(1)
    folder = os.path.dirname(__file__)
    while frame is not None and frame.f_code.co_filename.startswith(folder):
        level, frame = level + 1, frame.f_back
    return level


def call(
    prepared: Handle,
    frames: Any,
    threads: int | None = None,
    hear: Callable[[str, int, int | None], Any] | None = None,
) -> Result:
    """Does what was prepared.

    `frames` has `input`, an `Input` array, and keeps alive what that points to; None: no frames. An
    interrupt on the main thread ends the work within a fraction of a second and raises KeyboardInterrupt.
    """
    out = _out()
    count = thread_count(threads) or _cores
    if _forked:
        count = 1
    ear = None if hear is None else _Ear(hear)
    pointer = _call(
        prepared.pointer,
        None if frames is None else frames.input,
        count,
        threading.get_ident() == _main_thread,
        None if ear is None else ear.address,
        _local.address,
    )
    code, address, rows, columns, more = out[:5]
    if ear is not None and ear.error is not None:
        _release(pointer)
        raise ear.error
    if code:
        _raise(code, pointer)
    result = Result(Handle(pointer), (address, rows, columns), more)
    if more > 1:
        for line in result.values["warnings"]:
            warnings.warn(plain(line), MesogenWarning, stacklevel=_level())
    return result
