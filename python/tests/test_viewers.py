"""chemiscope, Matplotlib, freud, OVITO."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import make_atoms
from test_features import command

import mesogen
from mesogen import viewers


def turned(quaternion, vector):
    return viewers.rotations(np.asarray([quaternion]))[0] @ vector


def test_chemiscope(tmp_path):
    pytest.importorskip("chemiscope")
    frames = [make_atoms(4, 1), make_atoms(3, 2)]
    viewers.to_chemiscope(
        frames, tmp_path / "set.json.gz", properties={"energy": [1.0, 2.0], "order": [0.1, 0.2]}
    )
    kept = json.loads(gzip.open(tmp_path / "set.json.gz").read())
    shapes = kept["shapes"]["ellipsoid"]["parameters"]["atom"]
    assert len(shapes) == 7
    assert shapes[4]["semiaxes"] == [0.6, 0.8, 1.4]
    w, x, y, z = frames[1].arrays["c_q"][0]
    np.testing.assert_allclose(shapes[4]["orientation"], [x, y, z, w])
    # The command line writes the same shapes.
    mesogen.write(tmp_path / "set.xyz", frames)
    command("convert", tmp_path / "set.xyz", tmp_path / "other.json")
    theirs = json.loads((tmp_path / "other.json").read_text())["shapes"]
    (entries,) = (entry["parameters"]["atom"] for entry in theirs.values())
    for mine, other in zip(shapes, entries):
        np.testing.assert_allclose(mine["semiaxes"], other["semiaxes"], rtol=1e-6)
        np.testing.assert_allclose(mine["orientation"], other["orientation"], atol=1e-6)
    widget = viewers.to_chemiscope(frames)
    assert widget is not None


def test_matplotlib():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    axes = mesogen.view([make_atoms(4, 1)])
    surfaces = [part for part in axes.collections if type(part).__name__ == "Poly3DCollection"]
    assert len(surfaces) == 4
    axes.figure.canvas.draw()


def test_freud():
    freud = pytest.importorskip("freud")
    frames = mesogen.generate.nematic(count=1, particles=100, order=0.6, seed=1)
    box, positions, orientations = viewers.to_freud(frames[0])
    director = np.array([turned(q, np.array([0, 0, 1.0])) for q in orientations])
    nematic = freud.order.Nematic()
    nematic.compute(director)
    assert abs(nematic.order - 0.6) < 1e-5
    # The same distances in a sheared cell.
    sheared = make_atoms(20, 3)
    sheared.set_cell([[6, 0.5, 0], [0.3, 7, 0.2], [0.4, 0.1, 6]], scale_atoms=False)
    box, positions, orientations = viewers.to_freud(sheared)
    expected = sheared.get_all_distances(mic=True)[0, 1:]
    found = [np.linalg.norm(box.wrap(positions[k] - positions[0])) for k in range(1, 20)]
    # freud wraps by fractions, which is the nearest image of near ones alone.
    near = expected < 2.5
    assert near.sum() > 3
    np.testing.assert_allclose(np.array(found)[near], expected[near], atol=1e-4)


def test_ovito():
    pytest.importorskip("ovito")
    atoms = make_atoms(5, 1)
    data = viewers.to_ovito(atoms)
    np.testing.assert_allclose(data.particles["Aspherical Shape"][0], [0.6, 0.8, 1.4], rtol=1e-6)
    np.testing.assert_allclose(
        data.particles["Orientation"][0], np.roll(atoms.arrays["c_q"][0], -1), rtol=1e-6
    )
    np.testing.assert_allclose(data.cell[:, :3], atoms.cell.array.T)
    types = viewers.to_ovito(make_atoms(3, 1, "HCO")).particles["Particle Type"]
    assert [types.type_by_id(int(number)).name for number in types] == ["H", "C", "O"]


def test_views_of_files_and_what_is_refused(tmp_path):
    pytest.importorskip("matplotlib").use("Agg")
    frames = [make_atoms(3, k) for k in range(2)]
    mesogen.write(tmp_path / "set.xyz", frames)
    assert len(mesogen.view(tmp_path / "set.xyz").collections) == 3
    with pytest.raises(IndexError, match="frame 2 was asked for; there are 2"):
        mesogen.view(frames, frame=2)
    with pytest.raises(ValueError, match="frames is empty"):
        mesogen.view([])
    with pytest.raises(TypeError, match="expected one ase.Atoms"):
        viewers.plot(frames)


def test_modules_are_found_without_an_import():
    code = "import mesogen; mesogen.viewers.plot, mesogen.ase.GayBerne; assert 'viewers' in dir(mesogen)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_package_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "chemiscope", None)
    with pytest.raises(ImportError, match="pip install chemiscope"):
        viewers.to_chemiscope([make_atoms(3, 1)])
