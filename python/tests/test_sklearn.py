"""The transformer of scikit-learn."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from conftest import make_atoms

sklearn = pytest.importorskip("sklearn")

from sklearn.base import clone  # noqa: E402
from sklearn.exceptions import NotFittedError  # noqa: E402
from sklearn.linear_model import Ridge  # noqa: E402
from sklearn.model_selection import GridSearchCV  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

import mesogen  # noqa: E402
from mesogen.sklearn import AniSOAPFeatures  # noqa: E402

OPTIONS = {"cutoff": 3.0, "max_angular": 2, "max_radial": 1}


@pytest.fixture(scope="module")
def many():
    return [make_atoms(5, k) for k in range(24)]


def test_transform(many):
    transformer = AniSOAPFeatures(**OPTIONS)
    found = transformer.fit_transform(many)
    np.testing.assert_array_equal(found, mesogen.power_spectrum(many, **OPTIONS))
    names = transformer.get_feature_names_out()
    assert len(names) == found.shape[1] == transformer.n_features_out_
    assert names[1] == "l=0 n_1=0 types_neighbor_1=0 n_2=1 types_neighbor_2=0"


def test_columns_do_not_depend_on_what_is_transformed(many):
    mixed = [make_atoms(4, 1, symbols="C2O2"), make_atoms(4, 2, symbols="C4")]
    transformer = AniSOAPFeatures(**OPTIONS).fit(mixed)
    assert transformer.species_ == ["C", "O"]
    assert transformer.transform(mixed[1:]).shape[1] == transformer.n_features_out_
    with pytest.raises(ValueError, match="frame 0"):
        transformer.transform(many)
    fixed = AniSOAPFeatures(**OPTIONS, species="C,O").fit(mixed[1:])
    np.testing.assert_array_equal(fixed.transform(mixed), transformer.transform(mixed))


def test_clone_pickle_parameters(many):
    transformer = AniSOAPFeatures(**OPTIONS)
    assert clone(transformer).get_params() == transformer.get_params()
    assert transformer.get_params()["radial_width"] is None and transformer.get_params()["correlation"] == 2
    assert set(transformer.get_params()) <= set(mesogen.options("featurize")) | {"threads"}
    transformer.set_params(max_angular=3)
    assert repr(transformer).startswith("AniSOAPFeatures(")
    fitted = transformer.fit(many)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.transform(many), fitted.transform(many))
    with pytest.raises(TypeError, match="here it is max_angular"):
        AniSOAPFeatures(lmax=3)
    with pytest.raises(TypeError, match="unexpected keyword"):
        AniSOAPFeatures(average="none")
    with pytest.raises(NotFittedError):
        AniSOAPFeatures(**OPTIONS).transform(many)
    with pytest.raises(ValueError, match="expected a list of frames"):
        AniSOAPFeatures(**OPTIONS).fit(np.zeros((3, 3)))


@pytest.mark.parametrize("jobs", [None, 2])
def test_grid_search(many, jobs):
    target = mesogen.order(many).order
    pipeline = make_pipeline(AniSOAPFeatures(**OPTIONS, threads=1), StandardScaler(), Ridge())
    search = GridSearchCV(
        pipeline, {"anisoapfeatures__max_angular": [1, 2], "ridge__alpha": [1e-3, 1]}, cv=3, n_jobs=jobs
    )
    search.fit(many, target)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(many).shape == (24,)


class RowsAsFrames(AniSOAPFeatures):
    """Rows of numbers as frames of as many particles: scikit-learn's checks know nothing else."""

    def _frames(self, X, reset):
        from sklearn.utils.validation import validate_data

        rows = validate_data(self, X, reset=reset, dtype=float)
        return [
            mesogen.Frame(
                [[np.tanh(x), 0.9 * k, 0] for k, x in enumerate(row)],
                [[1, 0, 0, 0]] * len(row),
                [[0.3, 0.4, 0.5]] * len(row),
            )
            for row in rows
        ]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.no_validation, tags.input_tags.two_d_array = False, True
        return tags


@pytest.mark.filterwarnings("ignore")
def test_checks_of_scikit_learn():
    """All of scikit-learn's own checks, with rows of numbers made into frames."""
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    pytest.importorskip("sklearn", "1.6")  # Before, the checks end with the first that fails.
    estimator = RowsAsFrames(cutoff=3.0, max_angular=1, max_radial=1, threads=1)
    results = checks.check_estimator(estimator, on_fail=None, on_skip=None)
    assert {
        entry["check_name"]: str(entry["exception"]) for entry in results if entry["status"] == "failed"
    } == {}
    assert sum(entry["status"] == "passed" for entry in results) >= 40


def test_what_was_fitted_stays(many, tmp_path):
    transformer = AniSOAPFeatures(**OPTIONS).fit(many)
    expected = transformer.transform(many)
    transformer.set_params(max_angular=1)
    np.testing.assert_array_equal(transformer.transform(many), expected)
    assert transformer.fit(many).transform(many).shape[1] < expected.shape[1]
    with pytest.raises(TypeError, match="X is a generator"):
        AniSOAPFeatures(**OPTIONS).fit_transform(frame for frame in many)
    mesogen.write(tmp_path / "many.xyz", many)
    np.testing.assert_array_equal(AniSOAPFeatures(**OPTIONS).fit_transform(tmp_path / "many.xyz"), expected)
