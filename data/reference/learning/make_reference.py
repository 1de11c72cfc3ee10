"""Reference values of scikit-learn and scikit-matter for the learning tests.

    python3 make_reference.py LC_FEATURES.npz

Writes reference.npz and liquid_crystals.npz beside itself. LC_FEATURES.npz holds features and order
parameters of 1,000 frames of hard ellipsoids (README.md). Needs numpy, scikit-learn, skmatter.
"""

import os
import sys

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, DotProduct
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold, train_test_split
from sklearn.preprocessing import StandardScaler
from skmatter import feature_selection, metrics, sample_selection
from skmatter.decomposition import PCovR
from skmatter.linear_model import Ridge2FoldCV
from skmatter.preprocessing import StandardFlexibleScaler

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = 0x5F3759DF


def column(x):
    return np.asarray(x, float).reshape(-1, 1)


def small(out):
    rng = np.random.default_rng(7)
    latent = rng.normal(size=(80, 6))
    x = latent @ rng.normal(size=(6, 9)) + 0.1 * rng.normal(size=(80, 9)) + rng.normal(size=9)
    y = np.stack([np.sin(latent[:, 0]) + latent[:, 1], latent[:, 2] ** 2], axis=1) + 3
    train, test = train_test_split(np.arange(80), test_size=30, random_state=11)
    out.update(x=x, y=y, train=train, test=test)
    xa, ya, xb, yb = x[train], y[train], x[test], y[test]

    out["scaled_matrix"] = StandardFlexibleScaler().fit(xa).transform(xb)
    out["scaled_columns"] = StandardScaler().fit(xa).transform(xb)
    pca = PCA(4, svd_solver="full").fit(xa)
    out["pca"], out["pca_components"] = pca.transform(xb), pca.components_
    out["pca_variances"], out["pca_ratios"] = pca.explained_variance_, pca.explained_variance_ratio_

    out["ridge"] = Ridge(alpha=0.3).fit(xa, ya).predict(xb)
    out["ridge_metrics"] = np.array(
        [f(yb, out["ridge"]) for f in (root_mean_squared_error, mean_absolute_error, r2_score)]
    )
    alphas = np.geomspace(1e-4, 1e2, 13)
    out["alphas"] = alphas
    for name, scoring in (
        ("mse", "neg_mean_squared_error"),
        ("rmse", "neg_root_mean_squared_error"),
    ):
        grid = GridSearchCV(
            Ridge(), {"alpha": alphas}, scoring=scoring, cv=KFold(5, shuffle=True, random_state=3)
        ).fit(xa, ya)
        out[f"ridge_cv_scores_{name}"] = -grid.cv_results_["mean_test_score"]
        out[f"ridge_cv_alpha_{name}"] = np.array(grid.best_params_["alpha"])
        out[f"ridge_cv_{name}"] = grid.predict(xb)
    for method in ("tikhonov", "cutoff"):
        for kind in ("absolute", "relative"):
            grid = np.geomspace(1e-6, 0.9, 15)
            ridge = Ridge2FoldCV(
                alphas=grid, alpha_type=kind, regularization_method=method, random_state=SEED
            ).fit(xa, ya)
            out[f"two_fold_{method}_{kind}"] = ridge.predict(xb)
            out[f"two_fold_scores_{method}_{kind}"] = -np.array(ridge.cv_values_)

    kernels = dict(
        rbf=dict(kernel="rbf", gamma=0.02),
        polynomial=dict(kernel="polynomial", degree=3, gamma=0.05, coef0=1.0),
        linear=dict(kernel="linear"),
    )
    for name, options in kernels.items():
        out[f"kernel_{name}"] = KernelRidge(alpha=1e-2, **options).fit(xa, ya).predict(xb)
    grid = GridSearchCV(
        KernelRidge(kernel="rbf"),
        {"gamma": [0.002, 0.02, 0.2], "alpha": [1e-4, 1e-2, 1.0]},
        scoring="neg_mean_squared_error",
        cv=KFold(4, shuffle=True, random_state=5),
    ).fit(xa, ya)
    order = {(p["gamma"], p["alpha"]): -s for p, s in zip(
        grid.cv_results_["params"], grid.cv_results_["mean_test_score"])}
    out["kernel_cv_scores"] = np.array(
        [order[g, a] for g in (0.002, 0.02, 0.2) for a in (1e-4, 1e-2, 1.0)]
    )
    out["kernel_cv"] = grid.predict(xb)

    # A kernel on whitened components, and targets that are learned through a transform.
    scaler, targets = StandardFlexibleScaler().fit(xa), StandardScaler().fit(ya)
    white = PCA(4, whiten=True, svd_solver="full").fit(scaler.transform(xa))
    wa, wb = white.transform(scaler.transform(xa)), white.transform(scaler.transform(xb))
    model = KernelRidge(alpha=1e-2, kernel="rbf", gamma=0.3 / 4).fit(wa, targets.transform(ya))
    out["whitened"], out["whitened_kernel"] = wb, targets.inverse_transform(model.predict(wb))

    def well(h, sigma=1.2, gamma=0.9):
        rho = sigma / (h + gamma * sigma)
        return 4 * (rho**12 - rho**6)

    distance = 0.5 + np.abs(y[:, 0])
    pair = np.stack([distance, (1 + 0.1 * y[:, 1]) * well(distance)], axis=1)
    model = TransformedTargetRegressor(
        Ridge(alpha=0.3),
        func=lambda t: np.stack([t[:, 0], t[:, 1] / well(t[:, 0])], axis=1),
        inverse_func=lambda t: np.stack([t[:, 0], t[:, 1] * well(t[:, 0])], axis=1),
    ).fit(xa, pair[train])
    out["pair"], out["pair_ridge"] = pair, model.predict(xb)

    # The posterior of a Gaussian process without optimised hyperparameters.
    scale = 1 / np.sqrt(2 * 0.02)
    process = GaussianProcessRegressor(RBF(scale, "fixed"), alpha=1e-2, optimizer=None)
    out["posterior_rbf"] = process.fit(xa, ya[:, 0]).predict(xb, return_std=True)[1]
    process = GaussianProcessRegressor(DotProduct(0, "fixed"), alpha=0.3, optimizer=None)
    out["posterior_linear"] = process.fit(xa, ya[:, 0]).predict(xb, return_std=True)[1]

    for mixing in (0.1, 0.5, 1.0):
        sx, sy = StandardFlexibleScaler().fit(xa), StandardFlexibleScaler().fit(ya)
        pcovr = PCovR(mixing=mixing, n_components=3, svd_solver="full", space="feature")
        pcovr.fit(sx.transform(xa), sy.transform(ya))
        out[f"pcovr_{mixing}"] = pcovr.transform(sx.transform(xb))
        out[f"pcovr_y_{mixing}"] = pcovr.predict(sx.transform(xb))
    wide, few = x.T.copy(), y[:9].copy()
    wide -= wide.mean(axis=0)
    few -= few.mean(axis=0)
    wide /= np.linalg.norm(wide)
    few /= np.linalg.norm(few)
    pcovr = PCovR(mixing=0.5, n_components=2, svd_solver="full", space="sample").fit(wide, few)
    out["wide"], out["few"] = wide, few
    out["pcovr_sample"], out["pcovr_sample_y"] = pcovr.transform(wide), pcovr.predict(wide)

    out["fps_features"] = feature_selection.FPS(n_to_select=6).fit(x).selected_idx_
    out["fps_samples"] = sample_selection.FPS(n_to_select=20, initialize=3).fit(x).selected_idx_
    out["cur_features"] = feature_selection.CUR(n_to_select=6).fit(x).selected_idx_
    out["cur_samples"] = sample_selection.CUR(n_to_select=7).fit(x).selected_idx_

    pair = dict(train_idx=train, test_idx=test)
    out["gfre"] = metrics.pointwise_global_reconstruction_error(x, y, **pair)
    out["gfre_back"] = metrics.pointwise_global_reconstruction_error(y, x, **pair)
    out["grd_back"] = metrics.pointwise_global_reconstruction_distortion(y, x, **pair)
    out["lfre"] = metrics.pointwise_local_reconstruction_error(x, y, 20, **pair)
    out["permutation_50"] = np.random.RandomState(SEED).permutation(50)
    out["folds_50"] = next(KFold(4, shuffle=True, random_state=9).split(np.zeros(50)))[1]


def liquid_crystals(path, out):
    data = np.load(path)
    nu1, oop = data["anisoap_nu1"], column(data["oop"])
    nu2 = data["anisoap_nu2"]
    steinhardt = data["steinhardt_distance_mean"][:, 1:]
    train, test = train_test_split(
        np.arange(len(nu1)), test_size=0.5, train_size=0.5, random_state=SEED
    )
    pair = dict(train_idx=train, test_idx=test)
    sop = steinhardt.astype(float)
    for name, a, b in (
        ("nu1_sop", nu1, sop), ("sop_nu1", sop, nu1), ("nu1_oop", nu1, oop),
        ("sop_oop", sop, oop), ("nu2_sop", nu2, sop), ("sop_nu2", sop, nu2),
        ("nu2_oop", nu2, oop),
    ):
        out[f"gfre_{name}"] = np.array(metrics.global_reconstruction_error(a, b, **pair))
    np.savez_compressed(
        os.path.join(HERE, "liquid_crystals.npz"), nu1=nu1, oop=oop, steinhardt=steinhardt
    )


if __name__ == "__main__":
    result = {}
    small(result)
    liquid_crystals(sys.argv[1], result)
    np.savez_compressed(os.path.join(HERE, "reference.npz"), **result)
    for name, value in result.items():
        if name.startswith("gfre_"):
            print(name, float(value) if value.ndim == 0 else "")
