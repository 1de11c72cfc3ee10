"""Learning: the tasks of the command line, with arrays."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import mesogen
from mesogen import learn


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(3)
    x = random.normal(size=(120, 8))
    return x, x @ random.normal(size=8) + 0.5


def test_ridge_learns_a_line(data):
    x, y = data
    learned = learn.ridge(x, y, alphas=[1e-10], test=30)
    np.testing.assert_allclose(learned.predict(x), y, atol=1e-6)
    again = pickle.loads(pickle.dumps(learned.model))
    np.testing.assert_array_equal(again.predict(x), learned.predict(x))
    assert len(learned.predictions["predicted_target"]) == 30
    rows = learned.report["summary"]["rows"]
    assert [(row["part"], row["samples"]) for row in rows] == [("training", 90), ("test", 30)]
    assert all(abs(row["R2"] - 1) < 1e-9 for row in rows)


def test_as_scikit_learn(data):
    pytest.importorskip("sklearn")
    from sklearn.linear_model import Ridge

    x, y = data
    found = learn.ridge(x, {"a": y, "b": 2 * y}, alphas=[1e-12], test=20)
    predicted = found.predict(x)
    assert predicted.shape == (120, 2)
    np.testing.assert_allclose(predicted[:, 1], 2 * predicted[:, 0], atol=1e-8)
    np.testing.assert_allclose(predicted[:, 0], Ridge(alpha=1e-12).fit(x, y).predict(x), atol=1e-6)


@pytest.mark.filterwarnings("ignore::mesogen.MesogenWarning")
def test_other_tasks(data):
    x, y = data
    assert learn.kernel(x, y, test=20).model is not None
    assert {"report", "model"} <= set(learn.pca(x, components=2))
    assert "report" in learn.pcovr(x, y, test=20)
    assert len(next(iter(learn.select(x, count=3).table.values()))) == 3
    assert "report" in learn.gfre(x, x[:, :4])
    assert "report" in learn.curve(x, y, test=20)


def test_frames_and_models_of_frames(tmp_path):
    frames = mesogen.generate.dimers(count=60, seed=2)
    features = mesogen.power_spectrum(frames, cutoff=8, max_angular=2, max_radial=2, labels=True)
    learned = learn.ridge(features, frames, target="h12", test=10)
    from_features, from_frames = learned.predict(features), learned.predict(frames)
    np.testing.assert_allclose(from_features, from_frames, rtol=1e-9)
    learned.model.save(tmp_path / "model.npz")
    np.testing.assert_array_equal(learn.Model.load(tmp_path / "model.npz").predict(frames), from_frames)


def test_tune():
    frames = mesogen.generate.dimers(count=40, seed=1)
    found = learn.tune(
        frames, frames, target="h12", radial_width=[1, 2], max_angular=2, max_radial=2, cutoff=8
    )
    assert found.table.radial_width.tolist() in ([1, 2], [2, 1]) and np.isfinite(found.table.score).all()


def test_bad_data(data):
    x, y = data
    for features, targets in (
        (x, y[:5]),
        (x[:, 0], y),
        (x.astype(str), y),
        (x, np.full(120, np.nan)),
        (x, np.array(["a"] * 120)),
    ):
        with pytest.raises(ValueError):
            learn.ridge(features, targets)
    with pytest.raises(TypeError, match="targets"):
        learn.ridge(x)
    with pytest.raises(TypeError, match="unexpected keyword"):
        learn.ridge(x, y, alpha=3)
    with pytest.raises(AttributeError, match="ridge"):
        learn.lasso


def test_arguments_that_would_be_dropped_are_refused(data, tmp_path):
    x, y = data
    for name in ("output", "predictions"):
        with pytest.raises(TypeError, match=name):
            learn.ridge(x, y, **{name: str(tmp_path / "model.npz")})
    with pytest.raises(TypeError, match="takes 2 positional arguments but 3 were given"):
        learn.ridge(x, y, "more")
    with pytest.raises(TypeError, match="takes 1 positional arguments but 2 were given"):
        learn.pca(x, y)


def test_targets_by_name(data):
    x, y = data
    learned = learn.ridge(x, {"file": y, "energy of it": 2 * y}, alphas=[1e-10])
    np.testing.assert_allclose(learned.predict(x), np.stack([y, 2 * y], 1), atol=1e-5)
    np.testing.assert_allclose(learned.predict(x[:3].tolist()), learned.predict(x)[:3], atol=1e-12)
    for targets, words in (
        ({"a,b": y}, "a target is called 'a,b'"),
        ({3: y}, "a target is called 3"),
        ({"sample": y}, "column of their own"),
        ({"spread_y": y}, "column of their own"),
        ([], "target target is empty"),
        ({"y": ["a"] * 120}, "target y is of type"),
    ):
        with pytest.raises(ValueError, match=words):
            learn.ridge(x, targets)


def test_errors_do_not_name_temporary_folders(data):
    x, y = data
    with pytest.raises(ValueError, match="^targets.npz: 30 rows") as error:
        learn.ridge(x, y[:30])
    assert "mesogen-" not in str(error.value)
    assert "mesogen-" not in str(learn.gfre(x, x[:, :3]).report)


class Column:
    """What a Series of pandas and a DataFrame of one column offer."""

    def __init__(self, values, columns=None):
        self.values = values
        if columns:
            self.columns = columns

    def to_numpy(self):
        return self.values

    def __getitem__(self, name):
        return Column(self.values)


def test_targets_of_pandas(data):
    x, y = data
    expected = learn.ridge(x, y, alphas=[1e-10]).predict(x)
    for targets in (Column(y), Column(y, ["y"]), y.tolist()):
        np.testing.assert_array_equal(learn.ridge(x, targets, alphas=[1e-10]).predict(x), expected)


def test_tune_takes_the_labels_of_its_frames():
    dimers = mesogen.generate.dimers(count=40, seed=2)
    options = {"target": "h12", "radial_width": [1, 2], "cutoff": 6, "max_angular": 1, "max_radial": 1}
    with pytest.warns(mesogen.MesogenWarning) as told:
        found, expected = learn.tune(dimers, **options), learn.tune(dimers, dimers, **options)
    assert not any("/" in str(warning.message).split(": ")[0] for warning in told)
    assert found.report["summary"] == expected.report["summary"]


def test_reports_have_what_is_not_defined():
    """R2 of a single test sample is no number."""
    frames = mesogen.generate.dimers(count=6, seed=1)
    learned = learn.ridge(np.eye(6), frames, target="h12", test=1, folds=2)
    rows = learned.report["summary"]["rows"]
    assert all(isinstance(row["R2"], float) for row in rows) and any(np.isnan(row["R2"]) for row in rows)


def test_targets_are_given_once(data):
    x, y = data
    with pytest.raises(TypeError, match="multiple values for argument 'targets'"):
        learn.ridge(x, y, targets=y)
    np.testing.assert_array_equal(learn.ridge(x, targets=y).predict(x), learn.ridge(x, y).predict(x))


def test_predictions_of_covariates_are_those_of_the_target(data):
    x, y = data
    assert learn.pcovr(x, y).predict(x).shape == (120,)
    assert learn.pca(x, components=2).predict(x).shape == (120, 2)
    with pytest.raises(ValueError, match="column of their own"):
        learn.pcovr(x, {"PCov1": y})
    with pytest.raises(ValueError, match="control characters"):
        learn.ridge(x, {"a\nb": y})


def test_models_are_not_called_by_temporary_files(data):
    x, y = data
    with pytest.raises(ValueError) as error:
        mesogen.energy(mesogen.generate.dimers(count=1, seed=1), potential=learn.ridge(x, y).model)
    assert "the model" in str(error.value) and "mesogen-" not in str(error.value)


def test_tune_does_not_make_files():
    dimers = mesogen.generate.dimers(count=4, seed=2)
    for name in ("append", "resume", "concatenate", "select_frames"):
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
            learn.tune(dimers, target="h12", **{name: "x"})
