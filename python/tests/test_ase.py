"""The calculators of ASE."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import make_atoms

pytest.importorskip("ase")

import mesogen  # noqa: E402
from mesogen.ase import GayBerne, LearnedPotential  # noqa: E402


def spaced(seed=1, edge=9.0):
    """Particles on a lattice with room between them."""
    grid = np.stack(np.meshgrid(*[np.arange(3)] * 3), -1).reshape(-1, 3) * edge / 3
    atoms = make_atoms(27, seed, edge=edge, axes=(0.5, 0.6, 1.0))
    atoms.set_positions(grid + np.random.default_rng(seed).uniform(-0.2, 0.2, grid.shape))
    return atoms


def test_energy_forces_torques():
    atoms = spaced()
    atoms.calc = GayBerne(cutoff=4)
    expected = mesogen.gay_berne(atoms, cutoff=4, forces=True)
    assert atoms.get_potential_energy() == expected.energy[0]
    np.testing.assert_array_equal(atoms.get_forces(), expected.forces[0])
    np.testing.assert_array_equal(atoms.calc.results["torques"], expected.torques[0])
    np.testing.assert_array_equal(atoms.calc.get_torques(atoms), expected.torques[0])
    # Nothing is computed again, until something changes: also an orientation.
    results = atoms.calc.results
    atoms.get_forces()
    assert atoms.calc.results is results
    atoms.arrays["c_q"] = np.roll(atoms.arrays["c_q"], 1, axis=0)
    assert atoms.get_potential_energy() == mesogen.gay_berne(atoms, cutoff=4).energy[0] != expected.energy[0]


def test_forces_and_stress_are_derivatives():
    """Switched off smoothly, so that the energy has derivatives everywhere."""
    options = {"cutoff": 4, "truncation": "switched"}
    atoms = spaced(2)
    atoms.calc = GayBerne(**options)
    forces, stress = atoms.get_forces(), atoms.get_stress(voigt=False)

    def energy(change):
        moved = atoms.copy()
        change(moved)
        moved.calc = GayBerne(**options)
        return moved.get_potential_energy()

    step = 1e-5
    for particle, axis in ((0, 0), (13, 2)):

        def shift(sign):
            return energy(
                lambda moved: moved.positions.__setitem__(
                    (particle, axis), moved.positions[particle, axis] + sign * step
                )
            )

        assert (
            abs(-(shift(1) - shift(-1)) / (2 * step) - forces[particle, axis]) < 1e-6 * np.abs(forces).max()
        )
    for a, b in ((0, 0), (1, 2), (0, 1)):

        def strain(sign):
            change = np.eye(3)
            change[a, b] += sign * step / 2
            change[b, a] += sign * step / 2
            return energy(lambda moved: moved.set_cell(moved.cell.array @ change.T, scale_atoms=True))

        found = (strain(1) - strain(-1)) / (2 * step) / atoms.get_volume()
        assert abs(found - stress[a, b]) < 1e-6 * np.abs(stress).max()


def test_calculators_are_copied():
    import copy
    import pickle

    atoms = spaced(4)
    calculator = GayBerne(cutoff=4)
    for other in (copy.deepcopy(calculator), pickle.loads(pickle.dumps(calculator))):
        atoms.calc = other
        assert atoms.get_potential_energy() == mesogen.gay_berne(atoms, cutoff=4).energy[0]


def test_molecular_dynamics_of_ase():
    from ase import units
    from ase.md.verlet import VelocityVerlet

    atoms = spaced(3)
    atoms.set_masses(np.ones(27))
    atoms.calc = GayBerne(cutoff=4, truncation="switched")
    before = atoms.get_potential_energy()
    VelocityVerlet(atoms, timestep=0.001, logfile=None).run(20)
    drift = atoms.get_potential_energy() + atoms.get_kinetic_energy() - before
    assert abs(drift) < 1e-4 * abs(atoms.get_kinetic_energy()) + 1e-8
    assert units is not None


def test_what_is_refused():
    with pytest.raises(ValueError):
        GayBerne(cutoff=-1)
    with pytest.raises(TypeError, match="forces"):
        GayBerne(cutoff=3, forces=True)
    atoms = spaced()
    atoms.calc = GayBerne()
    with pytest.raises(ValueError, match="cutoff radius"):
        atoms.get_potential_energy()
    with pytest.raises(OSError):
        LearnedPotential("no-model.npz")


@pytest.mark.filterwarnings("ignore::mesogen.MesogenWarning")
def test_a_learned_potential():
    """Learned from energies and forces of the Gay-Berne potential; the calculator has what `energy` has."""
    random = np.random.default_rng(7)
    frames = [spaced(seed) for seed in range(12)]
    for frame in frames:
        frame.positions += random.uniform(-0.1, 0.1, frame.positions.shape)
    labels = mesogen.gay_berne(frames, cutoff=3, truncation="switched", forces=True)
    for k, frame in enumerate(frames):
        frame.info["label_energy"] = labels.energy[k]
        frame.arrays["label_forces"] = labels.forces[k].copy()
    features = mesogen.power_spectrum(
        frames, cutoff=3.5, smooth_cutoff=1, max_angular=2, max_radial=3, radial_width=1, labels=True
    )
    learned = mesogen.learn.ridge(
        features, frames, target="label_energy", forces="label_forces", contact_columns=8, test=2
    )
    model = learned.model
    atoms = frames[0].copy()
    atoms.calc = LearnedPotential(model)
    expected = mesogen.forces([atoms], potential=model)
    assert atoms.get_potential_energy() == expected.energy[0]
    np.testing.assert_array_equal(atoms.get_forces(), expected.forces[0])
    assert atoms.get_stress().shape == (6,) and "extrapolation" in atoms.calc.results
    from mesogen import _options

    assert _options.prepared("energy", {"potential": model, "forces": True}, "x") is _options.prepared(
        "energy", {"potential": model, "forces": True}, "x"
    )
    step = 1e-5
    sides = []
    for sign in (1, -1):
        moved = atoms.copy()
        moved.positions[3, 1] += sign * step
        moved.calc = LearnedPotential(model)
        sides.append(moved.get_potential_energy())
    found = -(sides[0] - sides[1]) / (2 * step)
    assert abs(found - expected.forces[0][3, 1]) < 1e-5 * np.abs(expected.forces[0]).max()


@pytest.mark.parametrize("name", ["quaternion", "quaternions", "c_diameter", "c_diameter1", "diameter1"])
def test_what_changes_under_another_name_is_computed_anew(name):
    atoms = spaced()
    turns, lengths = atoms.arrays.pop("c_q"), [atoms.arrays.pop(f"c_diameter[{k}]") for k in (1, 2, 3)]
    turns = {name: turns} if name.startswith("quaternion") else {"c_q": turns}
    if name == "c_diameter":
        shapes = {name: np.stack(lengths, 1)}
    else:
        stem = name[:-1] if name[-1] == "1" else "c_diameter"
        shapes = {f"{stem}{k + 1}": lengths[k] for k in range(3)}
    atoms.arrays.update({**turns, **shapes})
    atoms.calc = GayBerne(cutoff=4)
    before = atoms.get_potential_energy()
    atoms.arrays[name][:14] = atoms.arrays[name][:14][..., ::-1] * 0.9
    after = atoms.get_potential_energy()
    assert after != before
    assert after == mesogen.gay_berne(atoms, cutoff=4).energy[0]


def test_options_can_be_set():
    atoms = spaced()
    atoms.calc = GayBerne(cutoff=4)
    atoms.get_potential_energy()
    assert atoms.calc.set(cutoff=2.5, threads=1) == {"cutoff": 2.5, "threads": 1}
    assert atoms.get_potential_energy() == mesogen.gay_berne(atoms, cutoff=2.5).energy[0]
    assert atoms.calc.parameters == atoms.calc.todict() == {"cutoff": 2.5}
    with pytest.raises(TypeError, match="did you mean cutoff"):
        atoms.calc.set(cutof=3)
    with pytest.raises(ValueError, match="cutoff"):
        atoms.calc.set(cutoff=-1)
    assert atoms.calc.options == {"cutoff": 2.5}
    with pytest.raises(TypeError, match="model is None"):
        LearnedPotential(None, cutoff=4)
    assert "cutoff" in GayBerne.__init__.__doc__


def test_options_change_by_set_alone():
    calculator = GayBerne(cutoff=4, strength={"X": (1, 1)})
    with pytest.raises(AttributeError, match=r"set\(cutoff=...\)"):
        calculator.cutoff = 5
    with pytest.raises(TypeError):
        calculator.options["cutoff"] = 5
    given = {"X": (1, 1)}
    calculator = GayBerne(cutoff=4, strength=given)
    given["X"] = (5, 1)
    assert calculator.options["strength"] == {"X": (1, 1)}
    with pytest.raises(ValueError, match="expected gay-berne"):
        GayBerne(potential="re-squared")
    with pytest.raises(ValueError, match="expected a `mesogen.learn.Model`"):
        LearnedPotential("gay-berne", cutoff=4)
    with pytest.raises(ValueError, match="threads is 0"):
        GayBerne(cutoff=4, threads=0)
