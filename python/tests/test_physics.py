"""Energies, order, contact, generators, files: the command line's numbers, and a few that are known."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest
from conftest import make_atoms
from test_features import command

import mesogen
from mesogen import _jobs


def test_energies_as_the_command_line(frames, tmp_path):
    mesogen.write(tmp_path / "set.xyz", frames)
    command(
        "energy",
        tmp_path / "set.xyz",
        "-o",
        tmp_path / "out.xyz",
        "--cutoff",
        3,
        "--forces",
        "--nu",
        2,
        "--gamma",
        0.5,
    )
    kept = mesogen.read(tmp_path / "out.xyz", kind="arrays")
    found = mesogen.gay_berne(frames, cutoff=3, forces=True, nu=2, gamma=0.5)
    np.testing.assert_array_equal(found.energy, [frame.info["energy"] for frame in kept])
    for index, frame in enumerate(kept):
        np.testing.assert_array_equal(found.forces[index], frame.arrays["forces"])
        np.testing.assert_array_equal(found.torques[index], frame.arrays["torques"])
        np.testing.assert_array_equal(found.virial[index], frame.info["virial"])


def test_two_spheres_are_lennard_jones():
    for distance in (0.95, 1.2, 2.0):
        spheres = mesogen.Frame([[0, 0, 0], [distance, 0, 0]], [[1, 0, 0, 0]] * 2, np.full((2, 3), 0.5))
        found = mesogen.gay_berne(spheres, forces=True)
        assert abs(found.energy[0] - 4 * (distance**-12 - distance**-6)) < 1e-12
        assert abs(found.forces[0][1, 0] - 24 * (2 * distance**-13 - distance**-7)) < 1e-10
        assert abs(found.h12[0] - (distance - 1)) < 1e-12


def test_ceilings_of_energies():
    spheres = [
        mesogen.Frame([[0, 0, 0], [d, 0, 0]], [[1, 0, 0, 0]] * 2, np.full((2, 3), 0.5))
        for d in (0.8, 1.2, 0.7, 2)
    ]
    capped = mesogen.gay_berne(spheres, max_energy=1)
    assert capped.energy[0] == 1 and capped.capped[0] == 1 and len(capped.energy) == 4
    dropped = mesogen.gay_berne(spheres, max_energy=1, above="drop", forces=True)
    assert dropped.frame.tolist() == [1, 3] and len(dropped.forces) == 2


def test_order_as_the_command_line(tmp_path):
    frames = mesogen.generate.nematic(count=3, particles=60, order="0.2:0.9", seed=5)
    mesogen.write(tmp_path / "set.xyz", frames)
    command(
        "order",
        tmp_path / "set.xyz",
        "-o",
        tmp_path / "order.csv",
        "--cutoff",
        3,
        "--weights",
        "distance",
        "--smectic",
        "--pair-correlation",
        tmp_path / "g.csv",
        "--range",
        3,
        "--bins",
        20,
    )
    kept, g = _jobs.table(str(tmp_path / "order.csv")), _jobs.table(str(tmp_path / "g.csv"))
    found = mesogen.order(
        frames, cutoff=3, weights="distance", smectic=True, pair_correlation=True, range=3, bins=20
    )
    for name in set(kept) - {"frame"}:
        mine = found.director[:, "xyz".index(name[-1])] if name.startswith("director") else found[name]
        np.testing.assert_array_equal(mine, kept[name])
    for name in ("r", "g", "g2"):
        np.testing.assert_array_equal(found[name], g[name])
    np.testing.assert_allclose(found.order, [0.2, 0.55, 0.9], atol=1e-12)
    every = mesogen.order(frames, cutoff=3, per_particle=True)
    assert all(values.shape == (60,) for values in every.particles["q6"])


def test_contacts_as_the_command_line(frames, tmp_path):
    mesogen.write(tmp_path / "set.xyz", frames)
    command("contact", tmp_path / "set.xyz", "-o", tmp_path / "contact.csv", "--cutoff", 2.5)
    kept, found = _jobs.table(str(tmp_path / "contact.csv")), mesogen.contact(frames, cutoff=2.5)
    assert list(kept) == list(found)
    for name in kept:
        np.testing.assert_array_equal(found[name], kept[name])
    spheres = mesogen.Frame([[0, 0, 0], [0, 0, 5]], [[1, 0, 0, 0]] * 2, [[1, 1, 1], [0.5, 0.5, 0.5]])
    known = mesogen.contact(spheres)
    assert abs(known.sigma_perram_wertheim[0] - 1.5) < 1e-12 and abs(known.surface_distance[0] - 3.5) < 1e-12


@pytest.mark.parametrize("phase", dir(mesogen.generate))
def test_every_phase_as_the_command_line(phase, tmp_path):
    options = {"count": 2, "seed": 3}
    command(
        "generate",
        phase.replace("_", "-"),
        "-o",
        tmp_path / "set.xyz",
        *[f"--{k}={v}" for k, v in options.items()],
    )
    kept = mesogen.read(tmp_path / "set.xyz", kind="arrays")
    found = getattr(mesogen.generate, phase)(**options, kind="arrays")
    assert len(found) == len(kept) > 0
    for mine, theirs in zip(found, kept):
        np.testing.assert_array_equal(mine.positions, theirs.positions)
        if theirs.quaternions is not None:
            # A file has quaternions of length one, to roundings.
            np.testing.assert_allclose(mine.quaternions, theirs.quaternions, atol=1e-15)
            np.testing.assert_allclose(mine.semi_axes, theirs.semi_axes, rtol=1e-15)
        assert list(mine.info) == list(theirs.info)


def test_pairs_of_sets():
    atoms, ellipsoids = mesogen.generate.molecular_crystal(count=2, pair=True, seed=1)
    assert len(atoms) == len(ellipsoids) == 2 and "c_q" in ellipsoids[0].arrays
    assert set(atoms[0].get_chemical_symbols()) == {"C", "H"}


def test_files_keep_everything(tmp_path):
    atoms = make_atoms(3, 1, symbols="XCO")
    atoms.info.update(
        energy_given=1.5,
        count=3,
        flag=True,
        name="a b",
        list=[1.0, 2.5],
        integers=[1, 2],
        matrix=np.eye(3),
        nan=float("nan"),
    )
    atoms.arrays["charges_given"] = np.array([0.1, 0.2, np.pi])
    atoms.arrays["forces_given"] = np.arange(9.0).reshape(3, 3)
    mesogen.write(tmp_path / "x.xyz", atoms)
    (found,) = mesogen.read(tmp_path / "x.xyz")
    np.testing.assert_array_equal(found.positions, atoms.positions)
    np.testing.assert_array_equal(found.cell, atoms.cell)
    assert found.pbc.all() and found.get_chemical_symbols() == ["X", "C", "O"]
    for name in ("charges_given", "forces_given", "c_diameter[2]"):
        np.testing.assert_array_equal(found.arrays[name], atoms.arrays[name])
    assert found.info["energy_given"] == 1.5 and found.info["count"] == 3 and found.info["name"] == "a b"
    assert found.info["flag"] is True and np.isnan(found.info["nan"])
    np.testing.assert_array_equal(found.info["matrix"], np.eye(3))
    np.testing.assert_array_equal(found.info["list"], [1.0, 2.5])
    # A frame need not have what others have.
    mesogen.write(tmp_path / "y.xyz", [atoms, make_atoms(3, 1)])
    assert "charges_given" not in mesogen.read(tmp_path / "y.xyz")[1].arrays


def test_ase_reads_what_is_written(tmp_path):
    io = pytest.importorskip("ase.io")
    frames = mesogen.generate.nematic(count=2, particles=16, seed=1)
    mesogen.write(tmp_path / "x.xyz", frames)
    theirs = io.read(tmp_path / "x.xyz", ":")
    np.testing.assert_array_equal(theirs[1].arrays["c_q"], frames[1].arrays["c_q"])
    options = {"cutoff": 3, "max_angular": 3}
    np.testing.assert_array_equal(
        mesogen.power_spectrum(theirs, **options), mesogen.power_spectrum(frames, **options)
    )


@pytest.mark.filterwarnings("ignore::mesogen.MesogenWarning")
def test_simulations():
    start = mesogen.generate.isotropic(count=1, particles=32, packing_fraction=0.2, seed=1)
    found = mesogen.simulate(start, potential="hard", equilibrate=20, steps=100, every=20, seed=4)
    assert len(found.frames) == 5 and found.observables.step.tolist() == [40, 60, 80, 100, 120]
    assert {"mean", "standard_error"} <= set(
        found.means["observables"]["order"] if "observables" in found.means else found.means["order"]
    )
    again = mesogen.simulate(start, potential="hard", equilibrate=20, steps=100, every=20, seed=4)
    np.testing.assert_array_equal(again.frames[-1].positions, found.frames[-1].positions)


def test_molecules():
    atoms = mesogen.generate.molecular_crystal(count=1, seed=1)
    beads = mesogen.coarse_grain(atoms, semi_axes=(1.8, 3.4, 3.4))
    assert len(beads[0]) * 12 == len(atoms[0])
    np.testing.assert_allclose(
        sorted(beads[0].arrays[f"c_diameter[{k}]"][0] for k in (1, 2, 3)), [3.6, 6.8, 6.8]
    )
    assert len(mesogen.isolate(atoms)) >= 1


WORKER = """
import sys
import sys
import warnings

import numpy as np
for header in sys.stdin:
    count, comment = int(header), sys.stdin.readline().rstrip("\\n")
    rows = [sys.stdin.readline() for _ in range(count)]
    if count == 3:
        comment += " label_error=three"
    else:
        comment += f" energy={-count / 4} energy_unit=eV"
    print(count, comment, "".join(rows), sep="\\n", end="", flush=True)
"""


def test_labels_of_another_program(tmp_path):
    worker = tmp_path / "worker.py"
    worker.write_text(WORKER)
    frames = [mesogen.Frame(np.arange(3.0 * n).reshape(n, 3), species="C") for n in (1, 2, 3, 4)]
    command = f"{sys.executable} {worker}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mesogen.MesogenWarning)
        found = mesogen.label(frames, command, workers=2, kind="arrays")
        kept = mesogen.label(frames, command, failures="drop", kind="arrays")
    assert [frame.info.get("energy") for frame in found] == [-0.25, -0.5, None, -1.0]
    assert "label_error" in found[2].info
    assert [len(frame) for frame in kept] == [1, 2, 4]
    with pytest.raises(TypeError, match="resume"):
        mesogen.label(frames, command, resume=True)


def test_convert(tmp_path):
    frames = mesogen.generate.nematic(count=3, particles=10, seed=5)
    mesogen.write(tmp_path / "a.xyz", frames)
    report = mesogen.convert(tmp_path / "a.xyz", tmp_path / "a.xyz.gz", select_frames="1:3")
    assert report["amount"].startswith("2")
    read = mesogen.read(tmp_path / "a.xyz.gz")
    assert len(read) == 2
    np.testing.assert_array_equal(read[0].positions, frames[1].positions)
    mesogen.convert(tmp_path / "a.xyz", tmp_path / "b.xyz", program="ovito")
    assert "aspherical_shape" in (tmp_path / "b.xyz").read_text()
    with pytest.raises(OSError, match="gone.xyz"):
        mesogen.convert(tmp_path / "gone.xyz", tmp_path / "c.xyz")
