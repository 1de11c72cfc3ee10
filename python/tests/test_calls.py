"""Signals, threads, options and their one declaration, stubs, the command."""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import make_atoms

import mesogen
from mesogen import _options


def test_handlers_of_signals_stay_as_they_were():
    before = signal.getsignal(signal.SIGINT)
    caught = []
    signal.signal(signal.SIGINT, lambda *_: caught.append(1))
    try:
        mesogen.power_spectrum(make_atoms(4, 1), cutoff=3)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        assert caught == [1]
        mesogen.power_spectrum(make_atoms(4, 1), cutoff=3)
    finally:
        signal.signal(signal.SIGINT, before)


def test_threads_run_side_by_side():
    """Other Python code goes on while the library works, and two calls share the cores."""
    frames = [make_atoms(60, k) for k in range(60)]
    options = {"cutoff": 5, "max_angular": 6, "max_radial": 6, "threads": 1}
    expected = mesogen.power_spectrum(frames, **options)
    results, counted, stop = [None, None], [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1

    def work(k):
        results[k] = mesogen.power_spectrum(frames, **options)

    counter = threading.Thread(target=count)
    workers = [threading.Thread(target=work, args=(k,)) for k in range(2)]
    counter.start()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    stop.set()
    counter.join()
    for result in results:
        np.testing.assert_array_equal(result, expected)
    assert counted[0] > 1000


def test_words_of_values():
    words = _options.words
    assert words(
        "featurize",
        {
            "max_radial": [3, 2],
            "cutoff": np.float64(0.1),
            "exclude_self": True,
            "compact": False,
            "basis": None,
        },
    ) == ["--max-radial=3,2", "--cutoff=0.1", "--exclude-self"]
    assert words("featurize", {"semi_axes": (1, 1.5, 2)}) == ["--semi-axes=1,1.5,2"]
    assert words("featurize", {"semi_axes": {"A": (1, 1, 2), "B": "1,1,1"}}) == [
        "--semi-axes=A:1,1,2",
        "--semi-axes=B:1,1,1",
    ]
    assert words("featurize", {"semi_axes": ["A:1,1,2", np.array([1, 2, 3])]}) == [
        "--semi-axes=A:1,1,2",
        "--semi-axes=1,2,3",
    ]
    assert words("order", {"steinhardt": slice(0, 6)}) == ["--steinhardt=0:6"]
    with pytest.raises(TypeError, match="expected True or False"):
        words("featurize", {"compact": "yes"})


def test_arguments_are_not_parsed_twice(monkeypatch):
    atoms = make_atoms(3, 1)
    mesogen.power_spectrum(atoms, cutoff=3.25, max_angular=3)

    def refuse(*_):
        raise AssertionError("parsed again")

    monkeypatch.setattr(_options._bridge, "prepare", refuse)
    mesogen.power_spectrum(atoms, cutoff=3.25, max_angular=3)


def test_signatures_are_the_declared_options():
    for function, (step, left) in mesogen.FUNCTIONS.items():
        known = {
            name
            for name, entry in _options.declared(step)["options"].items()
            if entry["kind"] != "positional"
        }
        named = {p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}
        assert known - set(left) <= named
        for name in known - set(left):
            assert f"{name}: " in function.__doc__
    assert inspect.signature(mesogen.generate.nematic).parameters["particles"].default == 128
    assert mesogen.options("order")["weights"]["values"] == ["uniform", "distance", "voronoi"]


def test_stubs_are_those_of_the_library():
    folder = os.path.dirname(mesogen.__file__)
    stubs = importlib.import_module("mesogen._stubs").texts()
    assert set(stubs) == {"__init__.pyi", "generate.pyi", "learn.pyi"}
    for name, text in stubs.items():
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            assert file.read() == text, f"{name} is not up to date: make python-stubs"
    assert os.path.exists(os.path.join(folder, "py.typed"))


def test_older_processors_are_told(tmp_path):
    from mesogen._bridge import _check_processor

    path = tmp_path / "cpuinfo"
    path.write_text("flags\t\t: fpu sse2 avx avx2 bmi2 fma\n")
    _check_processor({"march": "x86-64-v3"}, str(path))
    path.write_text("flags\t\t: fpu sse2 avx\n")
    _check_processor({"march": "x86-64"}, str(path))
    with pytest.raises(ImportError, match="AVX2 and FMA .*lacks avx2, fma, bmi2"):
        _check_processor({"march": "x86-64-v3"}, str(path))


def test_the_command_comes_along(tmp_path):
    script = os.path.join(os.path.dirname(sys.executable), "mesogen")
    done = subprocess.run([script, "--version"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith(mesogen.__version__)
    done = subprocess.run([script, "info", str(tmp_path / "none.xyz")], capture_output=True, text=True)
    assert done.returncode == 66


def test_overhead_of_a_call():
    """A call with two particles, which includes its little work; the aim is 20 us on a quiet machine, the limit here
    allows for a busy one.
    """
    atoms = make_atoms(2, 1, edge=20)
    options = {"cutoff": 0.5, "max_angular": 0, "max_radial": 0, "radial_width": 1}
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(100):
            mesogen.power_spectrum(atoms, **options)
        best = min(best, (time.perf_counter() - start) / 100)
    assert best < 200e-6
