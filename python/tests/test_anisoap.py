"""The drop-in for AniSOAP, against AniSOAP's own figures block by block, and its two examples."""

from __future__ import annotations


import numpy as np
import pytest
from conftest import REFERENCE, anisoap_cases, case_frames, make_atoms

pytest.importorskip("metatensor")
pytestmark = pytest.mark.filterwarnings("ignore:In quaternion mode")

from mesogen.anisoap import EllipsoidalDensityProjection  # noqa: E402
from mesogen.anisoap.utils import ClebschGordanReal, cg_combine, standardize_keys  # noqa: E402

# AniSOAP itself is that far off where its orthonormalisation loses digits (data/reference/anisoap).
LIMIT = 1e-9
SMALL = {"max_angular": 2, "cutoff_radius": 3.0, "radial_gaussian_width": 1.0}


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
    assert sum(len(block.samples) for key, block in found.items() if key["angular_channel"] == 0) == sum(
        map(len, frames)
    )
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
    _, pairs = EllipsoidalDensityProjection(**case["hyperparameters"]).transform(
        case_frames(kept), return_pef=True
    )
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
    calculator = EllipsoidalDensityProjection(
        3, "gto", 5.0, radial_gaussian_width=1.5, max_radial=2, rotation_key="c_q"
    )
    raw = calculator.transform([atoms], normalize=False)
    again = calculator.radial_basis.orthonormalize_basis(raw)
    whole = calculator.transform([atoms])
    for key, block in whole.items():
        close(again.block(key).values, block.values, 1e-10)
    # Of a particle alone at the origin, a sphere: <r^0 Y_00> of a Gaussian is known in closed form.
    sphere = make_atoms(1, 1, axes=(0.7, 0.7, 0.7), periodic=False)
    value = (
        calculator.transform([sphere], normalize=False)
        .block(types_center=0, angular_channel=0)
        .values[0, 0, 0]
    )
    s, sigma = 0.7, 1.5
    expected = (1 + s**2 / sigma**2) ** -1.5 / np.sqrt(4 * np.pi)
    assert abs(value - expected) < 1e-12


def test_rotations_as_matrices():
    from scipy.spatial.transform import Rotation

    atoms = make_atoms(6, 4)
    options = dict(max_angular=4, radial_basis_name="gto", cutoff_radius=4.0, radial_gaussian_width=1.5)
    expected = EllipsoidalDensityProjection(**options, rotation_key="c_q").transform([atoms])
    atoms.arrays["matrices"] = Rotation.from_quat(np.roll(atoms.arrays["c_q"], -1, axis=1)).as_matrix()
    found = EllipsoidalDensityProjection(
        **options, rotation_key="matrices", rotation_type="matrix"
    ).transform([atoms])
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
    options = dict(
        max_angular=2,
        radial_basis_name="gto",
        cutoff_radius=3.0,
        radial_gaussian_width=1.0,
        rotation_key="c_q",
    )
    for change, error in (
        ({"radial_basis_name": "other"}, NotImplementedError),
        ({"radial_gaussian_width": None}, ValueError),
        ({"rotation_type": "angles"}, ValueError),
        ({"radial_basis_name": "monomial"}, ValueError),
        ({"max_radial": [1, 2]}, ValueError),
        ({"max_radial": 1.5}, ValueError),
        ({"cutoff_radius": -1.0}, ValueError),
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
    options = dict(
        max_angular=2,
        radial_basis_name="gto",
        cutoff_radius=3.0,
        radial_gaussian_width=1.0,
        rotation_key="c_q",
    )
    assert EllipsoidalDensityProjection(**options).power_spectrum([make_atoms(3, 1)]).ndim == 2
    assert (
        EllipsoidalDensityProjection(**options, as_anisoap=True).power_spectrum([make_atoms(3, 1)]).ndim == 1
    )


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
        max_angular=lmax,
        max_radial=nmax,
        radial_basis_name="gto",
        rotation_type="quaternion",
        rotation_key="c_q",
        cutoff_radius=7.0,
        radial_gaussian_width=1.5,
        basis_rcond=1e-8,
        basis_tol=1e-4,
    )
    spectrum = calculator.power_spectrum(frames)
    nu1 = standardize_keys(calculator.transform(frames))
    nu2 = cg_combine(
        nu1, nu1, clebsch_gordan=ClebschGordanReal(lmax), lcut=0, other_keys_match=["types_center"]
    )
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
    try:
        theirs = pytest.importorskip("anisoap.representations")
    except Exception as error:
        pytest.skip(f"AniSOAP cannot be imported beside these versions: {error}")
    options = dict(
        max_angular=4,
        radial_basis_name="gto",
        cutoff_radius=4.0,
        radial_gaussian_width=1.5,
        max_radial=3,
        rotation_key="c_q",
        basis_rcond=1e-8,
        basis_tol=1e-3,
    )
    frames = [make_atoms(4, 1), make_atoms(3, 2)]
    try:
        expected = theirs.EllipsoidalDensityProjection(**options).transform(frames)
    except AttributeError as error:  # Release 0.1.1 calls what metatensor no longer has.
        pytest.skip(f"AniSOAP does not run with this metatensor: {error}")
    found = EllipsoidalDensityProjection(**options, as_anisoap="0.1.1").transform(frames)
    assert len(found) == len(expected)
    for key, block in expected.items():
        mine = found.block({name: int(key[name]) for name in expected.keys.names})
        np.testing.assert_array_equal(mine.samples.values, block.samples.values)
        np.testing.assert_array_equal(mine.properties.values, block.properties.values)
        assert mine.properties.names == block.properties.names
        assert mine.components[0].names == block.components[0].names
        close(mine.values, block.values)


@pytest.mark.parametrize("mean", [True, False])
def test_rotations_are_those_of_the_key(mean):
    options = {**SMALL, "radial_basis_name": "gto"}

    def values(atoms, **changes):
        found = EllipsoidalDensityProjection(**{**options, **changes}).power_spectrum([atoms], mean)
        return found if mean else np.hstack([block.values[:, 0] for block in found.blocks()])

    atoms, other = make_atoms(4, 1), make_atoms(4, 1)
    turns = make_atoms(4, 2).arrays["c_q"]
    expected_own, other.arrays["c_q"] = values(atoms, rotation_key="c_q"), turns
    expected = values(other, rotation_key="c_q")
    atoms.arrays["turned"] = turns
    np.testing.assert_array_equal(values(atoms, rotation_key="turned"), expected)
    with pytest.warns(UserWarning, match="no frame has the rotations"):
        np.testing.assert_array_equal(values(atoms, rotation_key="not there"), expected_own)
    from mesogen.viewers import rotations

    atoms.arrays["matrix"] = rotations(turns)
    found = values(atoms, rotation_key="matrix", rotation_type="matrix")
    np.testing.assert_allclose(found, expected, atol=1e-12 * np.abs(expected).max())
    assert np.abs(expected - expected_own).max() > 1e-3 * np.abs(expected).max()


def test_cutoff_and_center_can_be_changed_as_in_anisoap():
    calculator = EllipsoidalDensityProjection(**SMALL, radial_basis_name="gto", rotation_key="c_q")
    atoms = make_atoms(5, 1)
    for changes in ({"cutoff_radius": 2.0}, {"subtract_center_contribution": True}):
        expected = EllipsoidalDensityProjection(
            **{**SMALL, **changes}, radial_basis_name="gto", rotation_key="c_q"
        ).power_spectrum(atoms)
        before = {name: getattr(calculator, name) for name in changes}
        for name, value in changes.items():
            setattr(calculator, name, value)
        np.testing.assert_array_equal(calculator.power_spectrum(atoms), expected)
        for name, value in before.items():
            setattr(calculator, name, value)
        assert np.abs(calculator.power_spectrum(atoms) - expected).max() > 0
    monomial = EllipsoidalDensityProjection(
        max_angular=2, radial_basis_name="monomial", cutoff_radius=3.0, rotation_key="c_q"
    )
    monomial.cutoff_radius = 2.0
    with pytest.raises(ValueError, match="make a new"):
        monomial.transform([atoms])


def test_what_cannot_be_changed_is_refused():
    calculator = EllipsoidalDensityProjection(**SMALL, radial_basis_name="gto", rotation_key="c_q")
    for name in ("max_angular", "radial_basis", "rotation_maker", "num_ns"):
        with pytest.raises(AttributeError, match="make a new"):
            setattr(calculator, name, 1)
    with pytest.raises(AttributeError, match="make a new"):
        calculator.radial_basis.radial_gaussian_width = 2.0
    with pytest.warns(UserWarning, match="no frame has the rotations 'turned'"):
        calculator.rotation_key = "turned"
        calculator.power_spectrum([make_atoms(3, 1)])


def test_rounded_matrices_are_the_nearest_rotations():
    from mesogen.viewers import rotations

    options = {**SMALL, "radial_basis_name": "gto"}
    atoms = make_atoms(4, 1)
    expected = EllipsoidalDensityProjection(**options, rotation_key="c_q").power_spectrum([atoms])
    atoms.arrays["m"] = np.round(rotations(atoms.arrays["c_q"]), 4)
    calculator = EllipsoidalDensityProjection(**options, rotation_key="m", rotation_type="matrix")
    assert np.abs(calculator.power_spectrum([atoms]) - expected).max() < 1e-3 * np.abs(expected).max()
    atoms.arrays["m"] = 1.1 * atoms.arrays["m"]
    with pytest.raises(ValueError, match="not orthogonal"):
        calculator.power_spectrum([atoms])


def test_columns_of_anisoap_are_those_of_neighbors_that_occur():
    apart = make_atoms(2, 1, "HC", edge=30.0, periodic=False)
    apart.set_positions([[0, 0, 0], [9, 0, 0]])
    near = make_atoms(2, 2, "CC", edge=30.0, periodic=False)
    near.set_positions([[0, 0, 0], [1, 0, 0]])
    options = {**SMALL, "radial_basis_name": "gto", "rotation_key": "c_q", "max_radial": 1}
    every = EllipsoidalDensityProjection(**options).transform([apart, near])
    found = EllipsoidalDensityProjection(**options, as_anisoap="0.1.1").transform([apart, near])
    assert found.block(0).properties.names == ["n", "neighbor_types"]
    for key, block in found.items():
        own = int(key["types_center"])
        mine = every.block(key)
        # Each meets its own kind alone: itself, or a neighbour.
        np.testing.assert_array_equal(block.properties["neighbor_types"], [own, own])
        np.testing.assert_array_equal(
            block.values, mine.values[..., mine.properties["types_neighbor"] == own]
        )
    from metatensor import TensorMap

    copy = TensorMap(found.keys, [block.copy() for block in found.blocks()])
    basis = EllipsoidalDensityProjection(**options).radial_basis
    assert np.isfinite(basis.orthonormalize_basis(copy).block(0).values).all()


def test_moments_are_integrals():
    """Against Gauss-Hermite quadrature, which is exact for polynomials of this degree."""
    from mesogen.anisoap import utils

    random, degree = np.random.default_rng(4), 5
    nodes, weights = np.polynomial.hermite_e.hermegauss(degree + 1)
    grid = np.stack(np.meshgrid(nodes, nodes, nodes, indexing="ij"), -1).reshape(-1, 3)
    product = np.einsum("i,j,k->ijk", weights, weights, weights).ravel()
    root = random.normal(size=(3, 3)) + 2 * np.eye(3)
    center = random.normal(size=3)
    for matrix in (root @ root.T, np.diag([0.5, 1.0, 3.0])):
        # x = center + L u with L L^T = A^(-1) makes the exponent -u^2 / 2.
        lower = np.linalg.cholesky(np.linalg.inv(matrix))
        points, scale = center + grid @ lower.T, np.linalg.det(lower)
        found = utils.compute_moments_inefficient_implementation(matrix, center, degree)
        for a, b, c in np.ndindex(found.shape):
            expected = scale * product @ (points ** [a, b, c]).prod(axis=1) if a + b + c <= degree else 0.0
            assert found[a, b, c] == pytest.approx(expected, rel=1e-11, abs=1e-12)
    diagonal = utils.compute_moments_diagonal_inefficient_implementation(np.diag(matrix), center, degree)
    np.testing.assert_allclose(diagonal, found, rtol=1e-12)
    with pytest.raises(AssertionError):
        utils.compute_moments_single_variable(1.0, 0.0, 0)


def test_solid_harmonics():
    from mesogen.anisoap.utils import TrivariateMonomialIndices, spherical_to_cartesian

    point, counts = np.array([0.3, -1.2, 0.7]), [2, 1, 3, 1, 1, 1, 2]
    square = point @ point
    for l, values in enumerate(spherical_to_cartesian(6, counts)):
        powers = [coordinate ** np.arange(values.shape[2]) for coordinate in point]
        at = np.einsum("mnabc,a,b,c->mn", values, *powers)
        # The addition theorem, sum_m R_lm^2 = r^(2l), and n counts factors r^2.
        assert at[:, 0] @ at[:, 0] == pytest.approx(square**l, rel=1e-12)
        for n in range(counts[l]):
            np.testing.assert_allclose(at[:, n], square**n * at[:, 0], rtol=1e-11)
        if l == 1:
            np.testing.assert_allclose(at[:, 0], point[[1, 2, 0]], rtol=1e-14)
        if l == 2:
            assert at[0, 0] == pytest.approx(3**0.5 * point[0] * point[1])
        n = np.arange(values.shape[2])
        second = n * (n - 1)
        laplacian = sum(
            np.einsum(
                "mabc,a,b,c->m",
                values[:, 0],
                *[
                    second * coordinate ** np.maximum(n - 2, 0) if k == axis else powers[k]
                    for k, coordinate in enumerate(point)
                ],
            )
            for axis in range(3)
        )
        np.testing.assert_allclose(laplacian, 0, atol=1e-11)
    indices = TrivariateMonomialIndices(deg=2)
    assert list(indices)[:3] == [(0, 2, 0, 0), (1, 1, 1, 0), (2, 1, 0, 1)]
    assert indices.find_idx((0, 0, 2)) == 5 and indices.get_exponents(5) == (0, 0, 2) and len(indices) == 6
