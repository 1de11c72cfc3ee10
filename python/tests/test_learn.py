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


def test_bad_data(data):
    x, y = data
    for features, targets in ((x, y[:5]), (x[:, 0], y), (x.astype(str), y), (x, np.full(120, np.nan)), (x, np.array(["a"] * 120))):
        with pytest.raises(ValueError):
            learn.ridge(features, targets)
    with pytest.raises(TypeError, match="targets"):
        learn.ridge(x)
    with pytest.raises(TypeError, match="unexpected keyword"):
        learn.ridge(x, y, alpha=3)
    with pytest.raises(AttributeError, match="ridge"):
        learn.lasso
