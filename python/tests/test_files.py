"""Frames into files and back: nothing is lost or changed without a word."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from conftest import make_atoms

import mesogen

io = pytest.importorskip("ase.io")

from ase.calculators.singlepoint import SinglePointCalculator  # noqa: E402
from ase.constraints import FixAtoms  # noqa: E402

LARGE = 2**60 + 1
"""More digits than a real number has."""


def told(action) -> list[str]:
    """What is warned of meanwhile."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
    return [str(entry.message) for entry in caught if entry.category is mesogen.MesogenWarning]


def written(path, frames, kind=None) -> list:
    """What comes back of frames that are written without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mesogen.write(path, frames)
        return mesogen.read(path, kind=kind)


def same(found, expected) -> None:
    """The same values of the same kind."""
    found, expected = np.asarray(found), np.asarray(expected)
    if found.dtype == object:
        # Which ASE makes of a column of texts.
        assert all(type(entry) is str for entry in found.ravel())
        found = found.astype(str)
    assert found.dtype.kind == expected.dtype.kind
    np.testing.assert_array_equal(found, expected)


COLUMNS = {
    "tags": np.array([2**31 - 1, -(2**31), 0, 7]),
    "flags": np.array([True, False, True, True]),
    "reals": np.array([0.1, -0.0, 5e-324, 1.7976931348623157e308]),
    "names": np.array(["ALA", "007", "a:b", "\u00e9"]),
    "pairs": np.array([["a", "b"], ["c", "T"], ["e", "f"], ["1", "2"]]),
    "triples": np.arange(12).reshape(4, 3),
    "masks": np.array([[True, False]] * 4),
}
LABELS = {
    "count": LARGE,
    "largest": 2**63 - 1,
    "smallest": -(2**63),
    "flag": True,
    "no": False,
    # The reader of JSON that the library has makes -1.7557960155442889 of it.
    "digits": -1.7557960155442887,
    "name": "a b",
    "empty": "",
    "like_a_number": "007",
    "integers": np.array([1, 2, LARGE]),
    "reals": np.array([1.0, 2.5]),
    "whole_reals": np.array([1.0, 2.0]),
    "flags": np.array([True, False]),
    "texts": np.array(["a", "b c"]),
    "matrix": np.array([[1.0, 2.0], [3.0, 4.5]]),
    "not_finite": np.array([np.nan, np.inf, 1.0]),
}


def full(seed=1):
    atoms = make_atoms(4, seed)
    atoms.info.update(LABELS)
    for name, values in COLUMNS.items():
        atoms.arrays[name] = values.copy()
    return atoms


@pytest.mark.parametrize("ending", ["xyz", "xyz.gz"])
def test_extended_xyz_keeps_kinds(tmp_path, ending):
    path = tmp_path / f"set.{ending}"
    frames = [full(1), full(2)]
    for found in written(path, frames)[1], io.read(path, "1", format="extxyz"):
        for name, values in COLUMNS.items():
            same(found.arrays[name], values)
        np.testing.assert_array_equal(np.signbit(found.arrays["reals"]), np.signbit(COLUMNS["reals"]))
        np.testing.assert_array_equal(found.positions, frames[1].positions)
    mine, theirs = mesogen.read(path)[1], io.read(path, "1", format="extxyz")
    for name, value in LABELS.items():
        same(mine.info[name], value)
        assert type(mine.info[name]) is type(value)
        # ASE gives a list of texts as a list.
        same(theirs.info[name], value)
    # Once more, it is the same file.
    again = tmp_path / "again.xyz"
    mesogen.write(again, mesogen.read(path))
    first = tmp_path / "first.xyz"
    mesogen.write(first, frames)
    assert again.read_bytes() == first.read_bytes()


def test_large_integers(tmp_path):
    values = np.array([LARGE, -LARGE, 2**63 - 1, -(2**63)])
    frames = [make_atoms(4, 1), make_atoms(4, 2)]
    frames[1].arrays["id_of"] = values
    (line,) = told(lambda: mesogen.write(tmp_path / "x.xyz", frames))
    assert "array 'id_of' of 1 frame: ASE cannot read" in line
    same(mesogen.read(tmp_path / "x.xyz")[1].arrays["id_of"], values)
    # It is so; where this fails, the warning is not needed any more.
    with pytest.raises(Exception, match="int32"):
        io.read(tmp_path / "x.xyz", "1")
    same(written(tmp_path / "x.gsd", frames)[1].arrays["id_of"], values)
    (line,) = told(lambda: mesogen.write(tmp_path / "x.dump", frames))
    assert "array 'id_of' of 1 frame: integers of more than 53 bits are rounded" in line
    frames[1].arrays["id_of"] = np.array([2**31 - 1, -(2**31), 0, 1])
    same(written(tmp_path / "x.xyz", frames)[1].arrays["id_of"], frames[1].arrays["id_of"])


def test_texts_that_ase_does_not_read(tmp_path):
    values = np.array(["A b", 'q"', "", "a\tb", "BEN "])
    frames = [make_atoms(5, 1), make_atoms(5, 2)]
    frames[1].arrays["names"] = values
    (line,) = told(lambda: mesogen.write(tmp_path / "x.xyz.gz", frames))
    assert "array 'names' of 1 frame: ASE leaves quotation marks" in line
    same(mesogen.read(tmp_path / "x.xyz.gz")[1].arrays["names"], values)
    assert '"A\\u0020b"' in list(io.read(tmp_path / "x.xyz.gz", "1", format="extxyz").arrays["names"])


def test_plain_arrays(tmp_path):
    frame = mesogen.Frame(
        positions=np.zeros((2, 3)),
        species=["rod", "disc"],
        info={"n": LARGE, "list": [1, 2]},
        arrays={"id": [LARGE, 2], "resname": np.array(["A", "B"], object), "wide": np.float32([1, 2])},
    )
    with pytest.warns(mesogen.MesogenWarning, match="array 'id' of 1 frame: ASE"):
        mesogen.write(tmp_path / "x.xyz", frame)
    (found,) = mesogen.read(tmp_path / "x.xyz", kind="arrays")
    assert list(found.species) == ["rod", "disc"]
    same(found.arrays["id"], np.array([LARGE, 2]))
    same(found.arrays["resname"], np.array(["A", "B"]))
    same(found.arrays["wide"], np.array([1.0, 2.0]))
    same(found.info["list"], np.array([1, 2]))


def test_gsd_keeps_what_it_can(tmp_path):
    frames = [full(1), full(2)]
    path = tmp_path / "set.gsd"
    lines = told(lambda: mesogen.write(path, frames))
    assert len(lines) == 1
    for name in ("label 'texts'", "label 'empty'", "column 'names'", "column 'pairs'"):
        assert f"{name} (2 frames)" in lines[0]
    found = mesogen.read(path)[1]
    for name in ("tags", "reals", "triples"):
        same(found.arrays[name], COLUMNS[name])
    for name in ("count", "digits", "name", "integers", "reals", "matrix", "not_finite"):
        same(found.info[name], LABELS[name])
    # Logicals are numbers there.
    same(found.arrays["flags"], np.array([1, 0, 1, 1]))
    same(found.arrays["masks"], np.array([[1, 0]] * 4))
    assert found.info["flag"] == 1 and found.info["no"] == 0
    # The box is centred on the origin: from [0, 6) to [-3, 3).
    np.testing.assert_allclose(found.positions, frames[1].positions - 3, atol=1e-6)
    assert np.abs(found.positions).max() <= 3 + 1e-6
    # Nothing that is computed changes.
    options = {"cutoff": 2.5, "max_angular": 2, "max_radial": 1}
    np.testing.assert_allclose(
        mesogen.power_spectrum(found, **options),
        mesogen.power_spectrum(frames[1], **options),
        rtol=1e-3,
        atol=1e-4,
    )


def test_dump_keeps_what_it_can(tmp_path):
    frames = [full(1), full(2)]
    path = tmp_path / "set.dump"
    lines = told(lambda: mesogen.write(path, frames))
    assert len(lines) == 1
    for name in [*(f"label '{name}'" for name in LABELS), "column 'names' (text)", "column 'pairs' (text)"]:
        assert f"{name} (2 frames)" in lines[0]
    mine, theirs = mesogen.read(path)[1], io.read(path, "1", format="lammps-dump-text")
    # A dump does not say which numbers are whole.
    for name in ("tags", "reals", "flags"):
        same(mine.arrays[name], COLUMNS[name].astype(float))
    for k in range(3):
        same(mine.arrays[f"triples[{k + 1}]"], COLUMNS["triples"][:, k].astype(float))
    for found in mine, theirs:
        np.testing.assert_array_equal(found.positions, frames[1].positions)


def test_what_cannot_be_kept_is_named_once(tmp_path):
    frames = [make_atoms(4, k) for k in range(3)]
    for atoms in frames:
        atoms.info.update(
            a={"b": 1},
            none=None,
            large=2**70,
            complex=1j,
            unsigned=np.uint64(2**63),
            mixed=[1, "a"],
            ragged=[[1], [2, 3]],
            cube=np.zeros((2, 2, 2)),
            raw=b"x",
            surrogate="\ud800",
            kept=1,
        )
        atoms.info[7] = 1
        atoms.info["supercell"] = [[2, 0], [0, 2]]
        atoms.arrays["waves"] = np.full(4, 1j)
        atoms.arrays["objects"] = np.array([{}, None, 1, "a"], object)
        atoms.arrays["with:colon"] = np.arange(4)
        atoms.arrays["tensors"] = np.arange(36).reshape(4, 3, 3)
    frames[0].set_constraint(FixAtoms([0]))
    frames[1].set_celldisp([1, 0, 0])
    lines = told(lambda: mesogen.write(tmp_path / "x.xyz", frames))
    text = "\n".join(lines).replace(str(tmp_path), "")
    for part in (
        "info 'a' of 3 frames: not written: a value of type dict",
        "info 'none' of 3 frames: not written: None",
        "info 'large' of 3 frames: not written: an integer of more than 64 bits",
        "info 'complex' of 3 frames: not written: a complex number",
        "info 'unsigned' of 3 frames: not written: integers of more than 64 bits",
        "info 'mixed' of 3 frames: not written: integers and texts in one list",
        "info 'ragged' of 3 frames: not written: rows of different lengths",
        "info 'cube' of 3 frames: not written: real values in 3 dimensions",
        "info 'raw' of 3 frames: ",
        "info 'surrogate' of 3 frames: not written: text that is no Unicode",
        "info 7 of 3 frames: not written: its name is no text",
        "info 'supercell' of 3 frames: integers in two dimensions come back as real numbers",
        "array 'waves' of 3 frames: not written: complex numbers",
        "array 'objects' of 3 frames: ",
        "array 'tensors' of 3 frames: shape (3, 3) of a particle comes back as 9 values",
        "constraints of 1 frame: not written: FixAtoms",
        "celldisp of 1 frame: not written",
        "column 'with:colon', for its name (3 frames)",
    ):
        assert text.count(part) == 1, part
    assert "kept" not in text and len(lines) == 2
    found = mesogen.read(tmp_path / "x.xyz")[2]
    assert set(found.info) == {"kept", "supercell"}
    assert found.arrays["tensors"].shape == (4, 9)
    assert not {"waves", "objects", "with:colon"} & set(found.arrays)


def test_arrays_that_some_frames_have(tmp_path):
    frames = [make_atoms(count, count) for count in (3, 4, 5)]
    frames[1].arrays["tags"] = np.arange(4)
    frames[2].arrays["tags"] = np.arange(5) / 2
    frames[2].arrays["names"] = np.array(list("abcde"))
    for found in written(tmp_path / "x.xyz", frames), io.read(tmp_path / "x.xyz", ":"):
        assert "tags" not in found[0].arrays and "names" not in found[1].arrays
        same(found[1].arrays["tags"], np.arange(4))
        same(found[2].arrays["tags"], np.arange(5) / 2)
        same(found[2].arrays["names"], np.array(list("abcde")))


def test_numbers_that_are_not_finite(tmp_path):
    frames = [make_atoms(3, 1), make_atoms(3, 2)]
    frames[1].arrays["gap"] = np.array([1, np.nan, 2])
    frames[1].arrays["kept"] = np.arange(3)
    for ending in ("xyz", "dump"):
        (line,) = told(lambda: mesogen.write(tmp_path / f"x.{ending}", frames))
        assert "column 'gap', for numbers that are not finite (1 frame)" in line
        found = mesogen.read(tmp_path / f"x.{ending}")[1]
        assert "kept" in found.arrays and "gap" not in found.arrays
    same(written(tmp_path / "x.gsd", frames)[1].arrays["gap"], frames[1].arrays["gap"])


def test_results_of_a_calculator(tmp_path):
    atoms = make_atoms(4, 1)
    forces = np.random.default_rng(1).normal(size=(4, 3))
    stress = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    atoms.calc = SinglePointCalculator(atoms, energy=-1.5, forces=forces, stress=stress)
    (mine,) = written(tmp_path / "x.xyz", atoms)
    assert mine.info["energy"] == -1.5
    np.testing.assert_array_equal(mine.arrays["forces"], forces)
    np.testing.assert_array_equal(mine.info["stress"], [[1, 6, 5], [6, 2, 4], [5, 4, 3]])
    for path in ("x.xyz", "y.xyz"):
        theirs = io.read(tmp_path / path)
        assert theirs.get_potential_energy() == -1.5
        np.testing.assert_array_equal(theirs.get_forces(), forces)
        np.testing.assert_array_equal(theirs.get_stress(), stress)
        # And what ASE has read is written as it was.
        written(tmp_path / "y.xyz", theirs)


def test_stale_results_are_left_out(tmp_path):
    frames = []
    for k in range(3):
        atoms = make_atoms(4, k)
        atoms.calc = SinglePointCalculator(atoms, energy=1.0 * k, forces=np.zeros((4, 3)))
        frames.append(atoms)
    frames[1].positions[0] += 0.1
    lines = told(lambda: mesogen.write(tmp_path / "x.xyz", frames))
    assert len(lines) == 1
    assert "results of the calculator of 1 frame: not written: energy, forces (the atoms" in lines[0]
    found = mesogen.read(tmp_path / "x.xyz")
    assert found[0].info["energy"] == 0 and "forces" in found[0].arrays
    assert "energy" not in found[1].info and "forces" not in found[1].arrays
    assert found[2].info["energy"] == 2


def test_info_stands_before_a_calculator(tmp_path):
    atoms = make_atoms(4, 1)
    atoms.calc = SinglePointCalculator(atoms, energy=1.0)
    atoms.info["energy"] = 2.0
    (line,) = told(lambda: mesogen.write(tmp_path / "x.xyz", atoms))
    assert "result 'energy' of 1 frame: info 'energy' is written in its place" in line
    assert mesogen.read(tmp_path / "x.xyz")[0].info["energy"] == 2


def test_results_of_our_own_calculator(tmp_path):
    from mesogen.ase import GayBerne

    atoms = make_atoms(4, 1, edge=9)
    atoms.calc = GayBerne(cutoff=4)
    energy, stress = atoms.get_potential_energy(), atoms.get_stress()
    (mine,) = written(tmp_path / "x.xyz", atoms)
    assert mine.info["energy"] == energy
    np.testing.assert_array_equal(mine.arrays["torques"], atoms.calc.results["torques"])
    np.testing.assert_array_equal(io.read(tmp_path / "x.xyz").get_stress(), stress)


def test_odd_values_are_no_columns(tmp_path):
    """As many characters as particles are no texts of particles, and results of no kind block nothing."""
    frames = [make_atoms(3, 1), make_atoms(3, 2)]
    for atoms in frames:
        atoms.calc = SinglePointCalculator(atoms, energy=1.0)
        atoms.calc.results.update(charges="abc", forces={1: 1, 2: 2, 3: 3}, magmoms=np.float64(1))
        atoms.arrays["ragged"] = np.array([[1], [2, 3], np.array("x")], object)
    frames[1].arrays["initial_magmoms"] = np.array(["a", "b", "c"])
    frames[1].calc.atoms.arrays["initial_magmoms"] = np.array(["a", "b", "c"])
    for ending in ("xyz", "gsd", "dump"):
        text = "\n".join(told(lambda: mesogen.write(tmp_path / f"x.{ending}", frames)))
        for part in (
            "result 'charges' of 1 frame: not written",
            "result 'forces' of 1 frame: not written",
            "result 'magmoms' of 1 frame: not written",
            "array 'ragged' of 2 frames: not written",
            "results of the calculator of 1 frame: not written: energy, charges, forces, magmoms",
        ):
            assert text.count(part) == 1, part
        assert not {"charges", "forces", "ragged"} & set(mesogen.read(tmp_path / f"x.{ending}")[0].arrays)
    atoms = make_atoms(3, 1)
    atoms.info["a\0b"] = 1
    atoms.arrays["c\0d"] = np.arange(3)
    (line,) = told(lambda: mesogen.write(tmp_path / "x.gsd", atoms))
    assert "label 'a\\u{0}b', for its name (1 frame); column 'c\\u{0}d', for its name (1 frame)" in line
    assert set(mesogen.read(tmp_path / "x.gsd")[0].info) == {"timestep"}


def test_errors_name_frame_and_array(tmp_path):
    frames = [make_atoms(3, 1), make_atoms(3, 2)]
    frames[1].arrays["short"] = np.arange(2)
    with pytest.raises(ValueError, match="frame 1: the array short has 2 rows; expected 3"):
        mesogen.write(tmp_path / "x.xyz", frames)
    frame = mesogen.Frame(positions=np.zeros((2, 3)), arrays={"one": 5})
    with pytest.raises(ValueError, match="frame 0: the array one has no rows; expected 2"):
        mesogen.write(tmp_path / "x.xyz", frame)
    assert not (tmp_path / "x.xyz").exists()


PDB = """\
ATOM      1  C1  BEN A   1       0.000   1.396   0.000  1.00  0.00           C
ATOM      2  C2  BEN A   1       1.209   0.698   0.000  1.00  0.00           C
ATOM      3  C3  BEN A   1       1.209  -0.698   0.000  1.00  0.00           C
ATOM      4  C4  BEN A   1       0.000  -1.396   0.000  1.00  0.00           C
ATOM      5  C5  BEN A   1      -1.209  -0.698   0.000  1.00  0.00           C
ATOM      6  C6  BEN A   1      -1.209   0.698   0.000  1.00  0.00           C
END
"""


@pytest.mark.filterwarnings("ignore::mesogen.MesogenWarning")
def test_texts_do_not_block_computations(tmp_path):
    (tmp_path / "b.pdb").write_text(PDB)
    atoms = io.read(tmp_path / "b.pdb")
    assert atoms.arrays["residuenames"].dtype.kind == "U"
    mesogen.write(tmp_path / "b.xyz", atoms)
    (found,) = mesogen.read(tmp_path / "b.xyz")
    same(found.arrays["residuenames"], atoms.arrays["residuenames"])
    assert len(mesogen.coarse_grain(atoms)[0]) == 1
    frames = mesogen.generate.nematic(count=8, particles=16, order="0:1", seed=1)
    for k, frame in enumerate(frames):
        frame.arrays["resname"] = np.array(["A", "B"] * 8)
        frame.info["target"] = float(k)
    frames[0].arrays["tags"] = np.arange(16)
    frames[0].info["dict"] = {}
    with pytest.warns(mesogen.MesogenWarning, match="info 'dict' of 1 frame: not written"):
        mesogen.simulate(frames[0], steps=10, cutoff=3, seed=1)
    run = mesogen.simulate(frames[0], steps=10, cutoff=3, seed=1)
    same(run.frames[-1].arrays["resname"], frames[0].arrays["resname"])
    same(run.frames[-1].arrays["tags"], np.arange(16))
    learned = mesogen.learn.ridge(np.eye(8), frames, target="target", test=2, folds=2)
    assert learned.model is not None


def test_a_text_column_of_a_file_survives(tmp_path):
    (tmp_path / "a.xyz").write_text(
        "2\nProperties=species:S:1:pos:R:3:resname:S:1\nC 0 0 0 ALA\nC 1 2 3 GLY\n"
    )
    frames = mesogen.read(tmp_path / "a.xyz")
    (found,) = written(tmp_path / "b.xyz", frames)
    same(found.arrays["resname"], np.array(["ALA", "GLY"]))


def test_no_particles(tmp_path):
    frame = mesogen.Frame(
        positions=np.zeros((0, 3)), arrays={"texts": np.array([], str), "tags": np.array([], int)}
    )
    (found,) = written(tmp_path / "x.xyz", frame, kind="arrays")
    assert len(found) == 0
    same(found.arrays["texts"], np.array([], str))
    same(found.arrays["tags"], np.array([], int))


def test_names_of_all_kinds(tmp_path):
    names = [
        "a b",
        "a=b",
        'q"',
        "q'",
        "\u00e9",
        "Lattice",
        "pbc",
        "back\\slash",
        "[x]",
        "x[1]",
        "mesogen_x",
        "T",
    ]
    atoms = make_atoms(2, 1)
    atoms.info.update({name: k for k, name in enumerate(names)})
    (found,) = written(tmp_path / "x.xyz", atoms)
    assert found.info == atoms.info
    atoms.info.update({"": 1, "a\nb": 2})
    (line,) = told(lambda: mesogen.write(tmp_path / "x.xyz", atoms))
    assert "label '', for its name (1 frame); label 'a\\nb', for its name (1 frame)" in line
    assert set(mesogen.read(tmp_path / "x.xyz")[0].info) == set(names)
