"""Bad input is an exception with the text of the command line; nothing ends the interpreter."""

from __future__ import annotations

import inspect
import subprocess
import sys

import numpy as np
import pytest
from conftest import make_atoms

import mesogen

OPTIONS = {"max_angular": 2, "max_radial": 1, "cutoff": 3.0}


def changed(**arrays):
    atoms = make_atoms(4, 1)
    for name, values in arrays.items():
        name = {"d1": "c_diameter[1]"}.get(name, name)
        if values is None:
            del atoms.arrays[name]
        else:
            atoms.arrays[name] = values
    return atoms


NAN = np.full((4, 3), np.nan)
BAD = {
    "positions that are no numbers": changed(positions=NAN),
    "infinite positions": changed(positions=np.full((4, 3), np.inf)),
    "huge positions": changed(positions=np.full((4, 3), 1e300)),
    "a quaternion of length zero": changed(c_q=np.zeros((4, 4))),
    "quaternions that are no numbers": changed(c_q=np.full((4, 4), np.nan)),
    "no quaternions": changed(c_q=None),
    "quaternions of three": changed(c_q=np.ones((4, 3))),
    "a quaternion for all": changed(c_q=np.ones(4)),
    "quaternions as texts": changed(c_q=np.full((4, 4), "x")),
    "complex quaternions": changed(c_q=np.ones((4, 4), complex)),
    "quaternions as objects": changed(c_q=np.full((4, 4), None)),
    "no first diameter": changed(d1=None),
    "a diameter of zero": changed(d1=np.zeros(4)),
    "a negative diameter": changed(d1=-np.ones(4)),
    "diameters that are no numbers": changed(d1=np.full(4, np.nan)),
    "diameters for others": changed(d1=np.ones(3)),
    "quaternions for others": changed(c_q=np.ones((2, 4))),
    "atomic numbers for others": changed(numbers=np.zeros(2, int)),
    "atomic numbers as texts": changed(numbers=np.full(4, "C")),
    "atomic numbers beyond 32 bits": changed(numbers=np.full(4, 2**32 + 6)),
    "atomic numbers of nothing": changed(numbers=np.full(4, 500)),
    "negative atomic numbers": changed(numbers=np.full(4, -1)),
    "names for others": changed(species_name=np.array(["a"])),
    "diameters as texts": changed(d1=np.full(4, "x")),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_frames(name):
    """Alone, which goes the way of small frames, and in a list after a good one."""
    with pytest.raises((ValueError, TypeError), match="frame 0"):
        mesogen.power_spectrum(BAD[name], **OPTIONS)
    with pytest.raises((ValueError, TypeError), match="frame 1"):
        mesogen.power_spectrum([make_atoms(4, 2), BAD[name]], **OPTIONS)
    for function in (mesogen.gay_berne, mesogen.contact):
        with pytest.raises((ValueError, TypeError)):
            function([make_atoms(4, 2), BAD[name]], cutoff=3)


def test_cells_without_volume():
    atoms = make_atoms(4, 1)
    atoms.set_cell([[1, 0, 0], [2, 0, 0], [0, 0, 1]])
    with pytest.raises(ValueError, match="frame 0: lattice is .*singular"):
        mesogen.power_spectrum(atoms, **OPTIONS)
    atoms.cell[:] = np.nan
    with pytest.raises(ValueError, match="frame 0: lattice"):
        mesogen.power_spectrum(atoms, **OPTIONS)


def test_plain_frames_that_do_not_fit():
    for wrong in (
        {"quaternions": np.ones((2, 4))},
        {"semi_axes": np.ones((4, 4))},
        {"species": ["A"]},
        {"cell": np.ones((2, 2))},
        {"positions": np.ones((4, 2))},
        {"positions": [["a", "b", "c"]] * 4},
        {"pbc": [True, False]},
    ):
        entries = {
            "positions": np.zeros((4, 3)),
            "quaternions": np.ones((4, 4)),
            "semi_axes": np.ones((4, 3)),
            **wrong,
        }
        with pytest.raises(ValueError):
            mesogen.power_spectrum(mesogen.Frame(**entries), **OPTIONS)


def test_no_frames_and_no_particles():
    with pytest.raises(ValueError, match="species"):
        mesogen.power_spectrum([], **OPTIONS)
    assert mesogen.power_spectrum([], **OPTIONS, species="X").shape == (0, 3 * 4)
    empty = make_atoms(4, 1)[:0]
    found = mesogen.power_spectrum([empty, make_atoms(4, 1)], **OPTIONS)
    assert found.shape == (2, 12) and not found[0].any()
    assert mesogen.gay_berne([], cutoff=3).energy.shape == (0,)
    assert mesogen.gay_berne(empty, cutoff=3, forces=True).energy.tolist() == [0]
    assert len(mesogen.contact([], cutoff=3).first) == 0
    assert len(mesogen.order([]).order) == 0


def test_things_that_are_no_frames():
    for thing in (None, 3, "no such file.xyz", object(), [object()], [None], np.zeros((3, 3)), {"a": 1}):
        with pytest.raises((TypeError, ValueError, OSError)):
            mesogen.power_spectrum(thing, **OPTIONS)


def test_options_that_make_no_sense():
    atoms = make_atoms(4, 1)
    for wrong, text in (
        ({"cutoff": -1}, "cutoff radius is -1.0; expected a positive number"),
        ({"cutoff": float("nan")}, "cutoff radius"),
        ({"max_angular": 10**15}, "expected whole numbers up to"),
        ({"max_angular": 99}, "max-angular is 99; expected 0 to 30"),
        ({"max_angular": "x"}, "x"),
        ({"basis": "other"}, "other"),
        ({"max_radial": [1, 2]}, "a list of 2 numbers"),
        ({"correlation": 7}, "correlation is 7"),
        ({"species": ""}, "species"),
        ({"gradients": "positions"}, "smooth cutoff"),
        ({"max_angular": 30, "max_radial": 30, "correlation": 3, "species": "X,Y,Z"}, "size of the features"),
        ({"rcond": "a\0b"}, "NUL"),
    ):
        with pytest.raises(ValueError, match=None) as caught:
            mesogen.featurize(atoms, **{**OPTIONS, **wrong})
        assert text in str(caught.value)
    with pytest.raises(TypeError, match="unexpected keyword argument 'lmax'; here it is max_angular"):
        mesogen.power_spectrum(atoms, lmax=3, cutoff=3)
    with pytest.raises(TypeError, match="did you mean cutoff"):
        mesogen.power_spectrum(atoms, cutof=3)
    for wrong in ({"output": "x.npz"}, {"correlation": 1}, {"input": "x"}):
        with pytest.raises(TypeError, match="unexpected keyword"):
            mesogen.power_spectrum(atoms, **OPTIONS, **wrong)
    with pytest.raises(TypeError):
        mesogen.featurize(atoms, **OPTIONS, species=object())
    with pytest.raises(ValueError, match="threads is 0"):
        mesogen.power_spectrum(atoms, **OPTIONS, threads=0)


def test_the_same_text_as_the_command_line(tmp_path):
    from mesogen import _command

    mesogen.write(tmp_path / "set.xyz", [make_atoms(4, 1)])
    for options in (
        {"cutoff": -1},
        {"cutoff": 3, "max_radial": "1,2"},
        {"cutoff": 3, "basis": "monomial", "radial_width": 2},
    ):
        words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        done = subprocess.run(
            [_command.path(), "featurize", str(tmp_path / "set.xyz"), "-o", str(tmp_path / "x.npz"), *words],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 64
        with pytest.raises(ValueError) as caught:
            mesogen.featurize(make_atoms(4, 1), **options)
        assert done.stderr.strip() == f"mesogen: {caught.value}"


def test_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.xyz"):
        mesogen.read(tmp_path / "none.xyz")
    with pytest.raises(OSError):
        mesogen.write(tmp_path / "none" / "x.xyz", [make_atoms(2, 1)])
    (tmp_path / "folder.xyz").mkdir()
    with pytest.raises(OSError):
        mesogen.read(tmp_path / "folder.xyz")
    with pytest.raises(ValueError, match="ending"):
        mesogen.write(tmp_path / "x.unknown", [make_atoms(2, 1)])
    (tmp_path / "bad.xyz").write_text("2\n\nX 0 0 0\nX 1 a 2\n")
    with pytest.raises(ValueError, match="frame 0, line 4"):
        mesogen.read(tmp_path / "bad.xyz")


def test_memory_that_no_machine_has():
    """A result of petabytes is refused before it is begun."""
    with pytest.raises(ValueError, match="size of the features"):
        mesogen.power_spectrum(
            [make_atoms(1, 1)[:0]] * 100_000,
            cutoff=3,
            max_angular=20,
            max_radial=20,
            species="A,B,C,D,E,F,G,H,I,J",
        )


def test_after_fork():
    """A process that was forked off works, on one thread."""
    program = """
import os, sys
sys.path.insert(0, sys.argv[1])
from conftest import make_atoms
import mesogen
frames = [make_atoms(5, k) for k in range(50)]
expected = mesogen.power_spectrum(frames, cutoff=3)
child = os.fork()
if child == 0:
    os._exit(0 if (mesogen.power_spectrum(frames, cutoff=3) == expected).all() else 1)
sys.exit(os.waitpid(child, 0)[1])
"""
    import os

    done = subprocess.run([sys.executable, "-c", program, os.path.dirname(__file__)], timeout=60)
    assert done.returncode == 0


def test_a_nul_in_a_name_is_refused():
    atoms = changed(species_name=np.array(["A\0B", "C", "C", "A\0B"]))
    with pytest.raises(ValueError, match="frame 0.*NUL|NUL"):
        mesogen.power_spectrum(atoms, **OPTIONS)


def test_lists_are_taken_as_arrays_are():
    atoms, expected = make_atoms(4, 1), mesogen.power_spectrum(make_atoms(4, 1), **OPTIONS)
    for name in ("c_q", "c_diameter[1]"):
        atoms.arrays[name] = atoms.arrays[name].tolist()
    np.testing.assert_array_equal(mesogen.power_spectrum(atoms, **OPTIONS), expected)
    for value in (3.0, np.array(["1"] * 4), [1.0, 2.0]):
        with pytest.raises(ValueError, match="frame 0: diameters are arrays of shapes"):
            mesogen.power_spectrum(changed(d1=value), **OPTIONS)


def test_orientations_under_another_name_are_told():
    atoms = changed(c_q=None, orientations=make_atoms(4, 1).arrays["c_q"])
    with pytest.warns(
        mesogen.MesogenWarning, match="orientations of 2 frames .* c_q, quaternions, quaternion"
    ):
        mesogen.order([atoms] * 2)


def test_shapes_of_species_that_are_not_there_are_told():
    frames = [make_atoms(3, k) for k in range(2)]
    for function, options in (
        (mesogen.power_spectrum, OPTIONS),
        (mesogen.gay_berne, {"cutoff": 3}),
        (mesogen.order, {}),
        (mesogen.contact, {"cutoff": 2}),
    ):
        with pytest.warns(mesogen.MesogenWarning, match="species 'Y', which no frame has"):
            function(frames, **options, semi_axes={"X": (1, 1, 2), "Y": (1, 1, 1)})


def test_lengths_beyond_powers_are_refused():
    for factor in (1e100, 1e155, 1e-40):
        with pytest.raises(ValueError, match=r"semi-axis of particle 0 is .*1e-20 to 1e\+20"):
            mesogen.power_spectrum(changed(d1=np.full(4, factor)), **OPTIONS)


@pytest.mark.parametrize("value", ["", " ", []])
def test_an_empty_value_takes_no_other_word(value):
    with pytest.raises(ValueError, match="max_radial is .*; expected a value"):
        mesogen.power_spectrum(make_atoms(4, 1), **{**OPTIONS, "max_radial": value})


def test_ranges_are_halfopen_and_without_a_step():
    frames = [make_atoms(3, k) for k in range(4)]
    assert len(mesogen.power_spectrum(frames, **OPTIONS, select_frames=slice(1, 3))) == 2
    for value, words in ((slice(0, 4, 2), "without a step"), (1, "expected a range")):
        with pytest.raises(ValueError, match=words):
            mesogen.power_spectrum(frames, **OPTIONS, select_frames=value)


def test_what_would_do_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="exact is False"):
        mesogen.generate.nematic(count=1, particles=8, exact=False)
    assert inspect.signature(mesogen.generate.nematic).parameters["exact"].default is True
    for name in ("append", "resume"):
        with pytest.raises(TypeError, match=name):
            mesogen.power_spectrum(make_atoms(3, 1), **OPTIONS, **{name: True})
    for threads in ("2", 2.7, True):
        with pytest.raises(TypeError, match="threads is"):
            mesogen.power_spectrum(make_atoms(3, 1), **OPTIONS, threads=threads)


def test_names_of_other_programs_are_told():
    for name, here in (("upsilon", "nu"), ("interaction_cutoff", "cutoff"), ("interaction", "potential")):
        with pytest.raises(TypeError, match=f"here it is {here}$"):
            mesogen.energy(make_atoms(3, 1), **{name: 1})
    with pytest.raises(TypeError) as error:
        mesogen.energy(make_atoms(3, 1), label="x")
    assert "did you mean" not in str(error.value)


def masked(values):
    return np.ma.array(values, mask=np.arange(np.size(values)).reshape(np.shape(values)) == 0)


def test_masked_values_are_refused():
    atoms = make_atoms(4, 1)
    for name in ("c_q", "positions", "c_diameter[1]"):
        with pytest.raises(ValueError, match="masked in places"):
            mesogen.power_spectrum(changed(**{name: masked(atoms.arrays[name])}), **OPTIONS)
    plain = {"positions": atoms.positions, "quaternions": atoms.arrays["c_q"], "semi_axes": np.ones((4, 3))}
    for name, values in {**plain, "cell": np.eye(3) * 9, "pbc": [True] * 3, "species": ["A"] * 4}.items():
        frame = mesogen.Frame(**{**plain, "cell": np.eye(3) * 9, name: masked(values)})
        with pytest.raises(ValueError, match="masked in places"):
            mesogen.power_spectrum(frame, **OPTIONS)
    with pytest.raises(ValueError, match="features is masked"):
        mesogen.learn.ridge(masked(np.eye(6)), np.arange(6.0))
    with pytest.raises(ValueError, match="target target is masked"):
        mesogen.learn.ridge(np.eye(6), masked(np.arange(6.0)))


def test_fields_of_a_frame():
    plain = {"positions": np.zeros((2, 3)), "quaternions": [[1, 0, 0, 0]] * 2, "semi_axes": [[1, 1, 2]] * 2}
    for name, value in (
        ("pbc", "FFF"),
        ("pbc", ["F"] * 3),
        ("pbc", [True, False]),
        ("pbc", [0.5, 2, -1]),
        ("species", [54.0, 54.0]),
        ("species", [None, None]),
        ("species", [b"Xe", b"Xe"]),
        ("species", True),
        ("species", 6.0),
        ("cell", "10 10 10"),
        ("cell", np.eye(3) * 1j),
    ):
        frame = mesogen.Frame(**{**plain, "cell": np.eye(3) * 9, name: value})
        with pytest.raises(ValueError, match=name):
            mesogen.order(frame)
    turns = np.array(plain["quaternions"], float)
    frame = mesogen.Frame(**{**plain, "quaternions": turns}, arrays={"c_q": turns * 2, "charge": [1.0, 2.0]})
    with pytest.warns(mesogen.MesogenWarning, match="array c_q of 1 frames is not read"):
        mesogen.order(frame)
    with pytest.warns(UserWarning, match="array c_q is left out"):
        atoms = frame.to_ase()
    np.testing.assert_array_equal(atoms.arrays["c_q"], turns)
    np.testing.assert_array_equal(atoms.arrays["charge"], [1, 2])
    atoms.arrays["c_q"][0] = 9
    assert turns[0, 0] == 1
    with pytest.raises(ValueError, match="c_q"):
        mesogen.Frame(**{**plain, "quaternions": turns[:1]}).to_ase()


def test_kinds_of_frames_are_looked_at_before_the_work(tmp_path):
    called = tmp_path / "called"
    atoms = make_atoms(3, 1)
    for work in (
        lambda: mesogen.label([atoms], f"touch {called}", kind="numpy"),
        lambda: mesogen.generate.nematic(count=10**9, kind="numpy"),
        lambda: mesogen.simulate(atoms, potential="hard", steps=10**9, kind="numpy"),
        lambda: mesogen.read(called, kind="numpy"),
    ):
        with pytest.raises(ValueError, match="frames are wanted as 'numpy'"):
            work()
    assert not called.exists()


@pytest.mark.parametrize(
    "name", ["sigma", "gamma", "nu", "mu", "truncation", "strength", "mixing", "contact"]
)
def test_hard_bodies_have_no_energies(name):
    value = {
        "truncation": "shifted",
        "strength": "X:9,9",
        "mixing": "geometric",
        "contact": "perram-wertheim",
    }.get(name, 2)
    frame = mesogen.generate.isotropic(count=1, particles=8, seed=1)[0]
    with pytest.raises(ValueError, match=f"{name} is .*hard"):
        mesogen.simulate(frame, potential="hard", steps=1, **{name: value})


def test_options_that_would_change_nothing_are_told():
    frame = mesogen.generate.isotropic(count=1, particles=8, seed=1)[0]
    for function, options, name in (
        (mesogen.order, {"layer_spacing": "1:3"}, "layer-spacing"),
        (mesogen.order, {"layer_direction": "any"}, "layer-direction"),
        (mesogen.order, {"range": 2}, "range"),
    ):
        with pytest.raises(ValueError, match=f"{name} is .*; expected none"):
            function(frame, **options)
    for name, value in (("rotate", "together"), ("translate", 1)):
        with pytest.raises(ValueError, match=f"{name} is .*single variant"):
            mesogen.generate.molecular_crystal(count=1, **{name: value})
    for strength in ("Q:9,9", "Q-X:1,1"):
        with pytest.warns(mesogen.MesogenWarning, match="species 'Q', which no frame has"):
            mesogen.energy(frame, cutoff=3, strength=strength)
        with pytest.warns(mesogen.MesogenWarning, match="species 'Q', which no frame has"):
            mesogen.simulate(frame, cutoff=3, temperature=1, steps=1, strength=strength)
