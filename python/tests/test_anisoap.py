"""The drop-in for AniSOAP, against AniSOAP's own figures block by block, and its two examples."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from conftest import REFERENCE, anisoap_cases, case_frames, make_atoms

pytest.importorskip("metatensor")
pytestmark = pytest.mark.filterwarnings("ignore:In quaternion mode")

from mesogen.anisoap import EllipsoidalDensityProjection  # noqa: E402
from mesogen.anisoap.utils import ClebschGordanReal, cg_combine, standardize_keys  # noqa: E402

# AniSOAP itself is that far off where its orthonormalisation loses digits (data/reference/anisoap).
LIMIT = 1e-9


def loaded(name):
    return np.load(REFERENCE / "anisoap" / f"{name}.npz")


def close(found, expected, limit=LIMIT):
    scale = np.abs(expected).max() if expected.size else 1
    assert found.shape == expected.shape
    # Blocks that nearly vanish hold AniSOAP's roundings of sums of larger terms.
    assert np.abs(found - expected).max(initial=0) <= limit * scale + 1e-13


@pytest.mark.parametrize("name", anisoap_cases())
def test_coefficients_block_by_block(name):
    case, kept = anisoap_cases()[name], loaded(name)
    calculator = EllipsoidalDensityProjection(**case["hyperparameters"], as_anisoap=True)
    found = calculator.transform(case_frames(kept))
    assert calculator.num_ns == case["num_radial_functions"]
    assert found.keys.names == ["types_center", "angular_channel"]
    blocks = [key for key in kept if key.startswith("nu1__") and "_l" in key and "props" not in key]
    assert len(found) == len(blocks) > 0
    for key in blocks:
        number, l = key.removeprefix("nu1__").split("_l")
        block = found.block(types_center=int(number), angular_channel=int(l))
        assert block.samples.names == ["type", "center"]
        assert block.components[0].names == ["spherical_component_m"]
        assert block.properties.names == ["n", "types_neighbor"]
        np.testing.assert_array_equal(block.samples.values, kept[f"nu1__{number}__samples"])
        close(block.values, kept[key])
        labels = f"{key}__props_as_labelled"
        if labels in kept:
            np.testing.assert_array_equal(block.properties.values, kept[labels])


@pytest.mark.parametrize("name", anisoap_cases())
def test_labels_are_what_the_columns_are(name):
    case, kept = anisoap_cases()[name], loaded(name)
    found = EllipsoidalDensityProjection(**case["hyperparameters"]).transform(case_frames(kept))
    frames = case_frames(kept)
    assert sum(len(block.samples) for key, block in found.items() if key["angular_channel"] == 0) == sum(map(len, frames))
    for key in kept:
        if key.endswith("__props_true"):
            number, l = key.removeprefix("nu1__").removesuffix("__props_true").split("_l")
            block = found.block(types_center=int(number), angular_channel=int(l))
            np.testing.assert_array_equal(block.properties.values, kept[key])


@pytest.mark.parametrize("name", anisoap_cases())
def test_power_spectra(name):
    case, kept = anisoap_cases()[name], loaded(name)
    frames = case_frames(kept)
    if "ps_avg" in kept:
        calculator = EllipsoidalDensityProjection(**case["hyperparameters"], as_anisoap=True)
        close(calculator.power_spectrum(frames), kept["ps_avg"])
    calculator = EllipsoidalDensityProjection(**case["hyperparameters"], as_anisoap=True)
    spectrum = calculator.power_spectrum(frames, mean_over_samples=False)
    assert spectrum.keys.names == ["order_nu", "angular_channel", "types_center"]
    for key in kept:
        if key.startswith("ps__") and not key.endswith("samples"):
            block = spectrum.block(types_center=int(key.removeprefix("ps__")))
            assert block.components[0].names == ["spherical_harmonics_m"]
            close(block.values[:, 0], kept[key].reshape(len(block.values), -1))


@pytest.mark.parametrize("name", anisoap_cases())
def test_pairs(name):
    case, kept = anisoap_cases()[name], loaded(name)
    keys = [key for key in kept if key.startswith("pairexact__")]
    if not keys:
        pytest.skip("no pairs are kept of this case")
    _, pairs = EllipsoidalDensityProjection(**case["hyperparameters"]).transform(case_frames(kept), return_pef=True)
    for key in keys:
        first, rest = key.removeprefix("pairexact__").split("_", 1)
        second, l = rest.split("_l")
        block = pairs.block(types_center=int(first), types_neighbor=int(second), angular_channel=int(l))
        wanted = {tuple(row): k for k, row in enumerate(kept[f"pair__{first}_{second}__samples"].tolist())}
        rows = [tuple(row) for row in block.samples.values.tolist()]
        assert sorted(rows) == sorted(wanted)
        close(block.values, kept[key][[wanted[row] for row in rows]])


def test_unnormalized_coefficients_are_the_raw_projections():
    atoms = make_atoms(4, 3, periodic=False)
    calculator = EllipsoidalDensityProjection(3, "gto", 5.0, radial_gaussian_width=1.5, max_radial=2, rotation_key="c_q")
    raw = calculator.transform([atoms], normalize=False)
    again = calculator.radial_basis.orthonormalize_basis(raw)
    whole = calculator.transform([atoms])
    for key, block in whole.items():
        close(again.block(key).values, block.values, 1e-10)
    # Of a particle alone at the origin, a sphere: <r^0 Y_00> of a Gaussian is known in closed form.
    sphere = make_atoms(1, 1, axes=(0.7, 0.7, 0.7), periodic=False)
    value = calculator.transform([sphere], normalize=False).block(types_center=0, angular_channel=0).values[0, 0, 0]
    s, sigma = 0.7, 1.5
    expected = (1 + s**2 / sigma**2) ** -1.5 / np.sqrt(4 * np.pi)
    assert abs(value - expected) < 1e-12


def test_rotations_as_matrices():
    from scipy.spatial.transform import Rotation

    atoms = make_atoms(6, 4)
    options = dict(max_angular=4, radial_basis_name="gto", cutoff_radius=4.0, radial_gaussian_width=1.5)
    expected = EllipsoidalDensityProjection(**options, rotation_key="c_q").transform([atoms])
    atoms.arrays["matrices"] = Rotation.from_quat(np.roll(atoms.arrays["c_q"], -1, axis=1)).as_matrix()
    found = EllipsoidalDensityProjection(**options, rotation_key="matrices", rotation_type="matrix").transform([atoms])
    for key, block in expected.items():
        close(found.block(key).values, block.values, 1e-12)


def test_species_are_atomic_numbers():
    atoms = make_atoms(4, 1)
    calculator = EllipsoidalDensityProjection(2, "gto", 3.0, radial_gaussian_width=1.0, rotation_key="c_q")
    expected = calculator.transform([atoms])
    atoms.arrays["species_name"] = np.array(["C6H6"] * 4)
    found = calculator.transform([atoms])
    assert found.keys == expected.keys
    close(found.block(0).values, expected.block(0).values, 0)


def test_what_is_refused():
    options = dict(max_angular=2, radial_basis_name="gto", cutoff_radius=3.0, radial_gaussian_width=1.0, rotation_key="c_q")
    for change, error in (
        ({"radial_basis_name": "other"}, NotImplementedError), ({"radial_gaussian_width": None}, ValueError),
        ({"rotation_type": "angles"}, ValueError), ({"radial_basis_name": "monomial"}, ValueError),
        ({"max_radial": [1, 2]}, ValueError), ({"max_radial": 1.5}, ValueError), ({"cutoff_radius": -1.0}, ValueError),
    ):
        with pytest.raises(error):
            EllipsoidalDensityProjection(**{**options, **change})
    EllipsoidalDensityProjection(**{**options, "cutoff_radius": 3})
    with pytest.raises(ValueError, match="integer"):
        EllipsoidalDensityProjection(**{**options, "cutoff_radius": 3}, as_anisoap=True)
    calculator = EllipsoidalDensityProjection(**options)
    atoms = make_atoms(3, 1)
    del atoms.arrays["c_q"]
    with pytest.raises(ValueError, match="frame at index 1 is missing a required attribute 'c_q'"):
        calculator.power_spectrum([make_atoms(3, 1), atoms])
    atoms.arrays["quaternion"] = np.ones((3, 4))
    with pytest.raises(ValueError, match="c_q rather than quaternion"):
        calculator.power_spectrum([atoms])


def test_one_frame_keeps_two_dimensions():
    options = dict(max_angular=2, radial_basis_name="gto", cutoff_radius=3.0, radial_gaussian_width=1.0, rotation_key="c_q")
    assert EllipsoidalDensityProjection(**options).power_spectrum([make_atoms(3, 1)]).ndim == 2
    assert EllipsoidalDensityProjection(**options, as_anisoap=True).power_spectrum([make_atoms(3, 1)]).ndim == 1


def test_example_of_invariances():
    """AniSOAP's first example, with the import changed."""
    metatensor = pytest.importorskip("metatensor")
    from scipy.spatial.transform import Rotation as R

    lmax, nmax = 5, 3
    frames = case_frames(loaded("15_benzene_ellipsoids_notebook"))[:2]
    for frame in frames:
        frame.arrays["c_diameter[1]"] = np.ones(len(frame)) * 3.0
        frame.arrays["c_diameter[2]"] = np.ones(len(frame)) * 3.0
        frame.arrays["c_diameter[3]"] = np.ones(len(frame)) * 1.0
    calculator = EllipsoidalDensityProjection(
        max_angular=lmax, max_radial=nmax, radial_basis_name="gto", rotation_type="quaternion", rotation_key="c_q",
        cutoff_radius=7.0, radial_gaussian_width=1.5, basis_rcond=1e-8, basis_tol=1e-4,
    )
    spectrum = calculator.power_spectrum(frames)
    nu1 = standardize_keys(calculator.transform(frames))
    nu2 = cg_combine(nu1, nu1, clebsch_gordan=ClebschGordanReal(lmax), lcut=0, other_keys_match=["types_center"])
    average = metatensor.mean_over_samples(nu2, sample_names="center").block().values.squeeze()
    close(average, spectrum.squeeze(), 1e-12)
    for frame in frames:
        frame.set_positions(frame.get_positions() + [2.0, 2.0, 2.0])
    close(calculator.power_spectrum(frames), spectrum, 1e-10)
    # Turned as a whole, cell and centres too, which the example leaves out: exactly invariant.
    turn = R.from_quat([1, 2, 0, -3])
    for frame in frames:
        frame.set_cell(turn.apply(frame.cell.array), scale_atoms=False)
        frame.set_positions(turn.apply(frame.get_positions()))
        old = R.from_quat(np.roll(frame.arrays["c_q"], -1, axis=1))
        frame.arrays["c_q"] = np.roll((turn * old).as_quat(), 1, axis=1)
    close(calculator.power_spectrum(frames), spectrum, 1e-10)


def test_against_anisoap_itself():
    """The package of AniSOAP where it is installed, every block; one species, since release 0.1.1 mixes the
    radial functions of several.
    """
    theirs = pytest.importorskip("anisoap.representations")
    options = dict(
        max_angular=4, radial_basis_name="gto", cutoff_radius=4.0, radial_gaussian_width=1.5, max_radial=3, rotation_key="c_q",
        basis_rcond=1e-8, basis_tol=1e-3,
    )
    frames = [make_atoms(4, 1), make_atoms(3, 2)]
    expected = theirs.EllipsoidalDensityProjection(**options).transform(frames)
    found = EllipsoidalDensityProjection(**options, as_anisoap=True).transform(frames)
    assert len(found) == len(expected)
    for key, block in expected.items():
        mine = found.block({name: int(key[name]) for name in expected.keys.names})
        np.testing.assert_array_equal(mine.samples.values, block.samples.values)
        np.testing.assert_array_equal(mine.properties.values, block.properties.values)
        assert mine.components[0].names == block.components[0].names
        close(mine.values, block.values)
