"""Features: the same as the command line's, bit by bit; labels, gradients, shapes of input."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest
from conftest import make_atoms

import mesogen
from mesogen import _command

OPTIONS = {"max_angular": 4, "max_radial": 3, "radial_width": 1.5, "cutoff": 4.0}


def command(*words):
    done = subprocess.run([_command.path(), *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("average", ["frame", "none"])
@pytest.mark.parametrize("nu", [1, 2, 3])
def test_as_the_command_line(frames, tmp_path, nu, average):
    mesogen.write(tmp_path / "set.xyz", frames)
    options = {**OPTIONS, "max_angular": 2, "max_radial": 1, "correlation": nu, "average": average}
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    command("featurize", tmp_path / "set.xyz", "-o", tmp_path / "set.npz", *words)
    kept = np.load(tmp_path / "set.npz")
    found = mesogen.featurize(frames, **options, labels=True)
    np.testing.assert_array_equal(found.values, kept["features"])
    for name, values in {**found.samples, **found.properties}.items():
        np.testing.assert_array_equal(values, kept[name])
    found.save(tmp_path / "again.npz")
    again = np.load(tmp_path / "again.npz")
    assert set(again) == set(kept)
    for name in set(kept) - {"hyperparameters"}:
        np.testing.assert_array_equal(again[name], kept[name])


def test_gradients_as_the_command_line(frames, tmp_path):
    mesogen.write(tmp_path / "set.xyz", frames)
    options = {**OPTIONS, "max_angular": 2, "max_radial": 1, "smooth_cutoff": 0.5}
    kinds = "positions,orientations,cell"
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    for average in ("frame", "none"):
        command("featurize", tmp_path / "set.xyz", "-o", tmp_path / "set.npz", *words, f"--gradients={kinds}", f"--average={average}")
        kept = np.load(tmp_path / "set.npz")
        found = mesogen.power_spectrum(frames, **options, gradients=kinds, average=average)
        np.testing.assert_array_equal(found.values, kept["features"])
        np.testing.assert_array_equal(found.gradient_sample, kept["gradient_sample"])
        np.testing.assert_array_equal(found.gradient_particle, kept["gradient_particle"])
        for name in kinds.split(","):
            np.testing.assert_array_equal(found.gradients[name], kept[f"gradient_{name}"])


def test_gradients_are_derivatives(atoms):
    options = {**OPTIONS, "max_angular": 2, "max_radial": 1, "smooth_cutoff": 1.0}
    found = mesogen.power_spectrum(atoms, **options, gradients="positions").gradients["positions"]
    step = 1e-5
    for particle, axis in ((0, 0), (5, 2)):
        sides = []
        for sign in (1, -1):
            moved = atoms.copy()
            moved.positions[particle, axis] += sign * step
            sides.append(mesogen.power_spectrum(moved, **options)[0])
        expected = (sides[0] - sides[1]) / (2 * step)
        # Central differences: the step's square and roundings over the step.
        np.testing.assert_allclose(found[particle, axis], expected, atol=1e-7 * np.abs(found).max())


def test_one_frame_a_list_and_plain_arrays_are_the_same(atoms):
    expected = mesogen.power_spectrum([atoms], **OPTIONS)
    assert expected.shape == (1, 5 * 16) and expected.dtype == np.float64
    plain = mesogen.Frame(
        atoms.positions, atoms.arrays["c_q"], np.stack([atoms.arrays[f"c_diameter[{k}]"] / 2 for k in (1, 2, 3)], 1),
        cell=atoms.cell.array,
    )
    entries = {"positions": plain.positions, "quaternions": plain.quaternions, "semi_axes": plain.semi_axes, "cell": plain.cell}
    for frames in (atoms, (atoms,), iter([atoms]), plain, [plain], entries, plain.to_ase(), np.array([plain], dtype=object)):
        np.testing.assert_array_equal(mesogen.power_spectrum(frames, **OPTIONS), expected)


def test_large_frames_go_the_other_way(atoms):
    """Above 256 particles arrays are passed on where they are."""
    large = make_atoms(300, 3, edge=25)
    together = mesogen.power_spectrum([large, atoms], **OPTIONS)
    np.testing.assert_array_equal(together[:1], mesogen.power_spectrum(large, **OPTIONS))
    np.testing.assert_array_equal(together[1:], mesogen.power_spectrum(atoms, **OPTIONS))


def test_arrays_of_any_layout(atoms):
    expected = mesogen.power_spectrum(atoms, **OPTIONS)
    other = atoms.copy()
    other.arrays["positions"] = np.asfortranarray(atoms.positions)
    other.arrays["c_q"] = np.repeat(atoms.arrays["c_q"], 2, axis=1)[:, ::2]
    other.arrays["c_diameter[1]"] = np.repeat(atoms.arrays["c_diameter[1]"], 3)[::3]
    np.testing.assert_array_equal(mesogen.power_spectrum(other, **OPTIONS), expected)
    other.arrays["c_q"] = atoms.arrays["c_q"].astype(np.float32)
    np.testing.assert_allclose(mesogen.power_spectrum(other, **OPTIONS), expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    big = atoms.copy()
    big.arrays["positions"] = atoms.positions.astype(">f8")
    np.testing.assert_array_equal(mesogen.power_spectrum(big, **OPTIONS), expected)
    for names in (("c_diameter1", "c_diameter2", "c_diameter3"), ("c_diameter\\[1\\]", "c_diameter\\[2\\]", "c_diameter\\[3\\]")):
        renamed = atoms.copy()
        for k, name in enumerate(names):
            renamed.arrays[name] = renamed.arrays.pop(f"c_diameter[{k + 1}]")
        np.testing.assert_array_equal(mesogen.power_spectrum(renamed, **OPTIONS), expected)


def test_results_are_not_copies(atoms):
    result = mesogen.power_spectrum(atoms, **OPTIONS)
    assert not result.flags.owndata and result.flags.writeable and result.flags.c_contiguous
    kept = result.copy()
    part = result[:, :3]
    del result
    for _ in range(50):
        mesogen.power_spectrum(atoms, **OPTIONS)
    np.testing.assert_array_equal(part, kept[:, :3])


def test_species_in_their_order():
    frames = [make_atoms(4, 1, symbols="C2O2"), make_atoms(3, 2, symbols="H3")]
    found = mesogen.expansion(frames, **OPTIONS, labels=True)
    assert found.species == {"H": 1, "C": 6, "O": 8}
    assert found.properties["types_neighbor"][:3].tolist() == [1, 6, 8]
    swapped = mesogen.expansion(frames, **OPTIONS, labels=True, species="O,C,H")
    assert list(swapped.species) == ["O", "C", "H"]
    with pytest.raises(ValueError, match="frame 0: .*O"):
        mesogen.power_spectrum(frames, **OPTIONS, species="C,H")


def test_names_of_species_that_are_no_elements(atoms):
    plain = mesogen.Frame(atoms.positions, atoms.arrays["c_q"], np.ones((8, 3)), species=["rod", "disc"] * 4)
    assert set(mesogen.power_spectrum(plain, **OPTIONS, labels=True).species) == {"rod", "disc"}
    again = plain.to_ase()
    np.testing.assert_array_equal(mesogen.power_spectrum(again, **OPTIONS), mesogen.power_spectrum(plain, **OPTIONS))


def test_metatensor(frames):
    pytest.importorskip("metatensor")
    found = mesogen.power_spectrum(frames, **OPTIONS, smooth_cutoff=1, gradients="positions,cell", average="none", metatensor=True)
    block = found.block()
    assert block.samples.names == ["system", "atom", "center_type"] and len(block.samples) == sum(map(len, frames))
    assert block.properties.names == ["l", "n_1", "types_neighbor_1", "n_2", "types_neighbor_2"]
    assert block.gradient("positions").samples.names == ["sample", "system", "atom"]
    assert block.gradient("strain").values.shape[1:3] == (3, 3)


def test_file_in_place_of_frames(frames, tmp_path):
    mesogen.write(tmp_path / "set.xyz.gz", frames)
    np.testing.assert_array_equal(mesogen.power_spectrum(tmp_path / "set.xyz.gz", **OPTIONS), mesogen.power_spectrum(frames, **OPTIONS))
    part = mesogen.power_spectrum(frames, **OPTIONS, select_frames="1:3")
    np.testing.assert_array_equal(part, mesogen.power_spectrum(str(tmp_path / "set.xyz.gz"), **OPTIONS, select_frames="1:3"))


def test_threads_change_nothing(frames):
    many = frames * 20
    np.testing.assert_array_equal(mesogen.power_spectrum(many, **OPTIONS, threads=1), mesogen.power_spectrum(many, **OPTIONS, threads=3))


def test_progress(frames):
    heard = []
    mesogen.power_spectrum(frames * 200, **OPTIONS, threads=1, progress=lambda *words: heard.append(words))
    assert heard[-1] == ("featurize", 600, 600) and len(heard) > 3
    assert [done for _, done, _ in heard] == sorted(done for _, done, _ in heard)

    def raising(*_):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        mesogen.power_spectrum(frames * 200, **OPTIONS, threads=1, progress=raising)
    pytest.importorskip("tqdm")
    mesogen.power_spectrum(frames, **OPTIONS, progress=True)


def test_calls_within_calls(frames):
    """Progress may call the library again."""
    expected = mesogen.power_spectrum(frames[0], **OPTIONS)
    inner = []
    result = mesogen.power_spectrum(frames * 200, **OPTIONS, threads=1, progress=lambda *_: inner.append(mesogen.power_spectrum(frames[0], **OPTIONS)))
    assert len(result) == 600
    for values in inner:
        np.testing.assert_array_equal(values, expected)
