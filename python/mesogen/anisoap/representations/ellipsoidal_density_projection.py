"""AniSOAP's calculator on Mesogen's engine."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ... import _features, _frames
from .radial_basis import GTORadialBasis, MonomialBasis

_DIAMETERS = ("c_diameter[1]", "c_diameter[2]", "c_diameter[3]")


def _quaternions(matrices: np.ndarray) -> np.ndarray:
    """Quaternions (w, x, y, z) of rotation matrices, N x 3 x 3."""
    m = np.asarray(matrices, float)
    if m.ndim != 3 or m.shape[1:] != (3, 3):
        raise ValueError(f"rotation matrices are an array of shape {m.shape}; expected N x 3 x 3")
    if not np.allclose(np.einsum("nij,nkj->nik", m, m), np.eye(3), atol=1e-2) or (np.linalg.det(m) < 0).any():
        raise ValueError("rotation matrices are not orthogonal, or turn left into right")
    # Matrices of a text file are rounded: the nearest rotation, m (m^T m)^(-1/2).
    left, _, right = np.linalg.svd(m)
    m = left @ right
    x, y, z = m[:, 0, 0], m[:, 1, 1], m[:, 2, 2]
    # 4 q q^T by the elements of the matrix; of its rows the longest is the most accurate.
    products = np.empty((len(m), 4, 4))
    products[:, 0, 0], products[:, 1, 1] = 1 + x + y + z, 1 + x - y - z
    products[:, 2, 2], products[:, 3, 3] = 1 - x + y - z, 1 - x - y + z
    for (a, b), value in {
        (0, 1): m[:, 2, 1] - m[:, 1, 2],
        (0, 2): m[:, 0, 2] - m[:, 2, 0],
        (0, 3): m[:, 1, 0] - m[:, 0, 1],
        (1, 2): m[:, 0, 1] + m[:, 1, 0],
        (1, 3): m[:, 0, 2] + m[:, 2, 0],
        (2, 3): m[:, 1, 2] + m[:, 2, 1],
    }.items():
        products[:, a, b] = products[:, b, a] = value
    longest = np.argmax(np.einsum("nii->ni", products), axis=1)
    rows = products[np.arange(len(m)), longest]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _list(frames: Any) -> list[Any]:
    """Frames as a list; a single one makes a list of its own."""
    frames = [frames] if _frames._Atoms is not None and isinstance(frames, _frames._Atoms) else list(frames)
    if not frames:
        raise ValueError("frames is empty; expected at least one")
    for index, frame in enumerate(frames):
        if not hasattr(frame, "arrays"):
            raise TypeError(f"frames[{index}] is a {type(frame).__name__}; expected ase.Atoms")
    return frames


# What can be changed afterwards: AniSOAP looks it up at every call, and so is it done here.
_CHANGEABLE = frozenset(
    ("cutoff_radius", "subtract_center_contribution", "rotation_key", "as_anisoap", "threads")
)


class EllipsoidalDensityProjection:
    """Coefficients and power spectra of densities of ellipsoids, with AniSOAP's signature.

    max_angular: the largest l. radial_basis_name: `"gto"` (with `radial_gaussian_width`) or `"monomial"`.
    cutoff_radius: neighbours are nearer than this. subtract_center_contribution: leave out a particle's own
    density. max_radial: None for (max_angular - l) // 2 + 1 functions, n for n + 1, a list for each l.
    rotation_key: the array of rotations in frames; rotation_type: `"quaternion"` (w, x, y, z) or `"matrix"`.
    basis_rcond: eigenvalues of the radial overlap up to this are dropped. basis_tol: not needed here, where the
    basis has more digits.

    Beyond AniSOAP: integers are taken for radii and widths; `compute_gradients` makes `gradients(frames)`
    possible, with `smooth_cutoff` (the width over which weights fall to zero); `as_anisoap=True` repeats what
    AniSOAP does wrong: labels of columns with several species, no columns for neighbours that a species of centres
    never has, centres without neighbours dropped, one frame squeezed to one dimension, integers refused;
    `as_anisoap="0.1.1"` besides calls the property of neighbours `neighbor_types`, as that release does.
    `threads`: how many to use.

    `cutoff_radius`, `subtract_center_contribution` and `rotation_key` can be set afterwards, other attributes not.
    """

    _is_ready = False

    def __setattr__(self, name: str, value: Any) -> None:
        if self._is_ready and name not in _CHANGEABLE:
            raise AttributeError(
                f"{name} cannot be changed, only {', '.join(sorted(_CHANGEABLE))}: make a new "
                "EllipsoidalDensityProjection"
            )
        super().__setattr__(name, value)

    def __init__(
        self,
        max_angular: int,
        radial_basis_name: str,
        cutoff_radius: float,
        compute_gradients: bool = False,
        subtract_center_contribution: bool = False,
        radial_gaussian_width: float | None = None,
        max_radial: Any = None,
        rotation_key: str = "quaternion",
        rotation_type: str = "quaternion",
        basis_rcond: float = 0,
        basis_tol: float = 1e-8,
        *,
        as_anisoap: bool | str = False,
        smooth_cutoff: float | None = None,
        threads: int | None = None,
    ) -> None:
        if isinstance(max_angular, bool) or max_angular != int(max_angular) or max_angular < 0:
            raise ValueError(f"max_angular is {max_angular}; expected a whole number from 0 on")
        self.max_angular, self.cutoff_radius = max_angular, cutoff_radius
        self.compute_gradients, self.subtract_center_contribution = (
            compute_gradients,
            subtract_center_contribution,
        )
        self.radial_basis_name, self.rotation_key, self.rotation_type = (
            radial_basis_name,
            rotation_key,
            rotation_type,
        )
        if as_anisoap not in (True, False, "0.1.1"):
            raise ValueError(f"as_anisoap is {as_anisoap!r}; expected True, False or '0.1.1'")
        self.as_anisoap, self.threads = as_anisoap, threads
        if as_anisoap and type(cutoff_radius) is int:
            raise ValueError("r_cut is set as an integer, which could cause overflow errors. Pass in float")
        common = {
            "max_angular": max_angular,
            "cutoff_radius": float(cutoff_radius),
            "max_radial": max_radial,
            "rcond": basis_rcond,
            "tol": basis_tol,
        }
        if radial_basis_name == "gto":
            if radial_gaussian_width is None:
                raise ValueError("Gaussian width must be provided with GTO basis")
            if as_anisoap and type(radial_gaussian_width) is int:
                raise ValueError(
                    "radial_gaussian_width is set as an integer, which could cause overflow errors. Pass in float."
                )
            self.radial_basis: Any = GTORadialBasis(radial_gaussian_width=radial_gaussian_width, **common)
        elif radial_basis_name == "monomial":
            if radial_gaussian_width is not None:
                raise ValueError("Gaussian width can only be provided with GTO basis")
            self.radial_basis = MonomialBasis(**common)
        else:
            raise NotImplementedError(
                f"{radial_basis_name} is not an implemented basis. Try 'monomial' or 'gto'"
            )
        if rotation_type not in ("quaternion", "matrix"):
            raise ValueError(
                "We have only implemented transforming quaternions (`quaternion`) and rotation matrices (`matrix`)."
            )
        if rotation_type == "quaternion":
            warnings.warn(
                "In quaternion mode, quaternions are assumed to be in (w,x,y,z) format.", stacklevel=2
            )
        self.num_ns = self.radial_basis.get_num_radial_functions()
        self._options = {
            "basis": radial_basis_name,
            "max_angular": max_angular,
            "max_radial": ",".join(str(count - 1) for count in self.num_ns),
            "cutoff": float(cutoff_radius),
            "exclude_self": bool(subtract_center_contribution),
            "rcond": float(basis_rcond),
            "smooth_cutoff": smooth_cutoff,
        }
        if radial_gaussian_width is not None:
            self._options["radial_width"] = float(radial_gaussian_width)
        self._options = {name: value for name, value in self._options.items() if value is not None}
        # What cannot be computed is told at once.
        from ..._options import prepared

        prepared(
            "featurize",
            {**self._options, "correlation": 1, "average": "none"},
            "EllipsoidalDensityProjection",
            (),
        )
        self.radial_basis._is_ready = self._is_ready = True

    # Frames

    def _plain(self, frames: Any, key: str) -> list[Any]:
        """Frames with their rotations under the key, ready for the library."""
        frames = _list(frames)
        if self.rotation_type == "quaternion" and key == "c_q":
            for index, frame in enumerate(frames):
                self._need(frame, index, key)
            # Species are atomic numbers here, whatever names a frame has for them.
            if not any("species_name" in frame.arrays for frame in frames):
                return frames
        made = []
        for index, frame in enumerate(frames):
            self._need(frame, index, key)
            turns = np.asarray(frame.arrays[key])
            if self.rotation_type == "matrix":
                turns = _quaternions(turns)
            axes = np.stack([np.asarray(frame.arrays[name], float) / 2 for name in _DIAMETERS], axis=1)
            made.append(
                _frames.Frame(
                    positions=frame.get_positions(),
                    quaternions=turns,
                    semi_axes=axes,
                    species=frame.get_chemical_symbols(),
                    cell=frame.cell.array if frame.pbc.any() else None,
                    pbc=frame.pbc,
                )
            )
        return made

    def _need(self, frame: Any, index: int, key: str) -> None:
        for name in (*_DIAMETERS, key):
            if name not in frame.arrays:
                raise ValueError(f"frame at index {index} is missing a required attribute '{name}'")

    def _current(self) -> dict[str, Any]:
        """The options, with what AniSOAP looks up at every call: neighbours, and whether a particle is one of its
        own.
        """
        cutoff = float(self.cutoff_radius)
        if cutoff != self._options["cutoff"] and self.radial_basis_name == "monomial":
            raise ValueError(
                f"cutoff_radius is {cutoff} now; the monomial basis was made for {self._options['cutoff']}: make a new "
                "EllipsoidalDensityProjection"
            )
        own = bool(self.subtract_center_contribution)
        return {**self._options, "cutoff": cutoff, "exclude_self": own}

    def _compute(self, frames: list[Any], progress: bool, **options: Any) -> Any:
        return _features._featurize(
            "EllipsoidalDensityProjection",
            frames,
            {**self._current(), **options},
            self.threads,
            progress or None,
            True,
            False,
        )

    # Coefficients

    def transform(
        self,
        frames: Any,
        show_progress: bool = False,
        normalize: bool = True,
        rust_moments: bool = True,
        return_pef: bool = False,
    ) -> Any:
        """The coefficients of every particle as a TensorMap: keys (types_center, angular_channel); samples
        (type, center), `type` being the index of the frame; component spherical_component_m; properties
        (n, types_neighbor), the neighbour type fastest.

        normalize=False leaves out normalisation and orthonormalisation of the radial functions. return_pef: also
        the TensorMap of pairs, keys (types_center, types_neighbor, angular_channel). rust_moments changes nothing.
        """
        return self._transform(frames, self.rotation_key, show_progress, normalize, return_pef)

    def _transform(
        self, frames: Any, key: str, show_progress: bool, normalize: bool, return_pef: bool
    ) -> Any:
        frames = self._plain(frames, key)
        options = {} if normalize else {"rcond": 0.0}
        features = self._compute(frames, show_progress, correlation=1, average="none", **options)
        keep = self._with_neighbors(frames, features, show_progress) if self.as_anisoap else slice(None)
        met = self._met(frames, features, show_progress) if self.as_anisoap else None
        result = self._blocks(features, keep, normalize, met)
        return (result, self._pairs(frames, show_progress, normalize)) if return_pef else result

    def _with_neighbors(self, frames: list[Any], features: Any, progress: bool) -> np.ndarray:
        """The rows of particles that have a neighbour, or themselves."""
        if not self.subtract_center_contribution:
            return np.ones(len(features.values), bool)
        pairs = self._compute(frames, progress, correlation=1, pairs=True)
        known = set(zip(pairs.samples["frame"].tolist(), pairs.samples["first"].tolist()))
        return np.array(
            [
                pair in known
                for pair in zip(features.samples["frame"].tolist(), features.samples["particle"].tolist())
            ]
        )

    def _met(self, frames: list[Any], features: Any, progress: bool) -> dict[int, set[int]] | None:
        """By species of centres the species of the neighbours that any of them has; None where there is one."""
        if len(features.species) == 1:
            return None
        pairs = self._compute(frames, progress, correlation=1, pairs=True)
        first, second = self._types_of_pairs(frames, pairs)
        met: dict[int, set[int]] = {}
        for a, b in set(zip(first.tolist(), second.tolist())):
            met.setdefault(a, set()).add(b)
        return met

    @staticmethod
    def _types_of_pairs(frames: list[Any], pairs: Any) -> tuple[np.ndarray, np.ndarray]:
        """The species of both particles of every pair."""
        types = [
            np.asarray(
                frame.get_atomic_numbers()
                if hasattr(frame, "get_atomic_numbers")
                else [pairs.species[name] for name in frame._names()]
            )
            for frame in frames
        ]
        offsets = np.concatenate([[0], np.cumsum([len(part) for part in types])])
        every = np.concatenate(types)
        first, second = (
            every[offsets[pairs.samples["frame"]] + pairs.samples[name]] for name in ("first", "second")
        )
        return first, second

    @property
    def _neighbor(self) -> str:
        return "neighbor_types" if self.as_anisoap == "0.1.1" else "types_neighbor"

    def _unnormalized(self, l: int) -> np.ndarray:
        """What turns orthonormal coefficients of l into raw ones: S^(1/2) over the norms."""
        orders = self.radial_basis._orders(l)
        values, vectors = np.linalg.eigh(self.radial_basis.overlap_matrix[np.ix_(orders, orders)])
        root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
        return root / self.radial_basis.prefactor(orders)

    def _blocks(self, features: Any, keep: Any, normalize: bool, met: dict[int, set[int]] | None) -> Any:
        from metatensor import Labels, TensorBlock, TensorMap

        every = list(features.species.values())
        numbers = sorted(every)
        samples = np.stack([features.samples["frame"], features.samples["particle"]], axis=1).astype(np.int32)
        centers = features.samples["types_center"]
        kept = np.zeros(len(centers), bool)
        kept[keep] = True
        keys, blocks = [], []
        for number in numbers:
            rows = np.flatnonzero((centers == number) & kept)
            if len(rows) == 0:
                continue
            neighbors = numbers if met is None else sorted(met.get(number, ()))
            order = [every.index(neighbor) for neighbor in neighbors]
            start = 0
            for l, count in enumerate(self.num_ns):
                size = (2 * l + 1) * count * len(numbers)
                values = features.values[rows, start : start + size].reshape(len(rows), 2 * l + 1, count, -1)
                values = values[..., order] if len(numbers) > 1 else values
                if not normalize:
                    values = np.einsum("imnt,nk->imkt", values, self._unnormalized(l))
                labels = [(n, neighbor) for n in range(count) for neighbor in neighbors]
                if self.as_anisoap:
                    labels = [(n, neighbor) for neighbor in neighbors for n in range(count)]
                keys.append((number, l))
                blocks.append(
                    TensorBlock(
                        np.ascontiguousarray(values.reshape(len(rows), 2 * l + 1, -1)),
                        Labels(["type", "center"], samples[rows]),
                        [
                            Labels(
                                ["spherical_component_m"], np.arange(-l, l + 1, dtype=np.int32).reshape(-1, 1)
                            )
                        ],
                        Labels(["n", self._neighbor], np.array(labels, np.int32)),
                    )
                )
                start += size
        return TensorMap(Labels(["types_center", "angular_channel"], np.array(keys, np.int32)), blocks)

    def _pairs(self, frames: list[Any], progress: bool, normalize: bool) -> Any:
        from metatensor import Labels, TensorBlock, TensorMap

        options = {} if normalize else {"rcond": 0.0}
        pairs = self._compute(frames, progress, correlation=1, pairs=True, **options)
        names = {
            "system": "frame",
            "first_atom": "first",
            "second_atom": "second",
            "cell_shift_a": "shift_a",
            "cell_shift_b": "shift_b",
            "cell_shift_c": "shift_c",
        }
        samples = np.stack([pairs.samples[name] for name in names.values()], axis=1).astype(np.int32)
        first, second = self._types_of_pairs(frames, pairs)
        keys, blocks = [], []
        for a in np.unique(first):
            for b in np.unique(second[first == a]):
                rows = np.flatnonzero((first == a) & (second == b))
                start = 0
                for l, count in enumerate(self.num_ns):
                    size = (2 * l + 1) * count
                    values = pairs.values[rows, start : start + size].reshape(len(rows), 2 * l + 1, count)
                    if not normalize:
                        values = values @ self._unnormalized(l)
                    keys.append((a, b, l))
                    blocks.append(
                        TensorBlock(
                            np.ascontiguousarray(values),
                            Labels(list(names), samples[rows]),
                            [
                                Labels(
                                    ["spherical_component_m"],
                                    np.arange(-l, l + 1, dtype=np.int32).reshape(-1, 1),
                                )
                            ],
                            Labels(["n"], np.arange(count, dtype=np.int32).reshape(-1, 1)),
                        )
                    )
                    start += size
        return TensorMap(
            Labels(["types_center", "types_neighbor", "angular_channel"], np.array(keys, np.int32)), blocks
        )

    # Power spectra

    def power_spectrum(
        self,
        frames: Any,
        mean_over_samples: bool = True,
        show_progress: bool = False,
        rust_moments: bool = True,
    ) -> Any:
        """The power spectrum: frames x features, the mean over the particles of each frame, species by species;
        with mean_over_samples=False the TensorMap of all particles, keys (order_nu, angular_channel,
        types_center), properties with the names of `cg_combine`.

        Frames have the arrays `c_diameter[1..3]` and `c_q`, as AniSOAP demands. Rotations are those of `rotation_key`;
        where no frame has it, quaternions are those of `c_q` (AniSOAP goes on with matrices of zeros).
        """
        frames = _list(frames)
        for index, frame in enumerate(frames):
            if "quaternion" in frame.arrays:
                raise ValueError("frame should contain c_q rather than quaternion")
            self._need(frame, index, "c_q")
        key = self.rotation_key
        if self.rotation_type == "quaternion" and not any(key in frame.arrays for frame in frames):
            if key != "quaternion":
                warnings.warn(f"no frame has the rotations '{key}': those of c_q are taken", stacklevel=2)
            key = "c_q"
        if not mean_over_samples:
            from ..utils.metatensor_utils import cg_combine, standardize_keys

            coefficients = standardize_keys(self._transform(frames, key, show_progress, True, False))
            return cg_combine(coefficients, coefficients, lcut=0, other_keys_match=["types_center"])
        if self.as_anisoap:
            return self._mean_as_anisoap(frames, show_progress)
        return _features._featurize(
            "EllipsoidalDensityProjection",
            self._plain(frames, key),
            {**self._current(), "correlation": 2},
            self.threads,
            show_progress or None,
            False,
            False,
        )

    def _mean_as_anisoap(self, frames: list[Any], progress: bool) -> np.ndarray:
        """Means over the particles that have neighbours; frames without any vanish."""
        spectrum = self.power_spectrum(frames, False, progress)
        parts = []
        for block in spectrum.blocks():
            index = np.asarray(block.samples["type"])
            parts.append(np.stack([block.values[index == k, 0].mean(axis=0) for k in np.unique(index)]))
        if len({len(part) for part in parts}) > 1:
            raise ValueError(
                "species differ between frames: AniSOAP has no means then; expected as_anisoap=False"
            )
        return np.hstack(parts).squeeze()

    def gradients(
        self, frames: Any, kinds: str = "positions,orientations", show_progress: bool = False
    ) -> Any:
        """Derivatives of the power spectrum of every particle, as `mesogen.Features` has them; AniSOAP has none."""
        if not self.compute_gradients:
            raise ValueError(
                "compute_gradients is False; expected a calculator made with compute_gradients=True"
            )
        frames = _list(frames)
        frames = self._plain(frames, self.rotation_key if self.rotation_key in frames[0].arrays else "c_q")
        allow = {} if "smooth_cutoff" in self._options else {"allow_hard_cutoff": True}
        return self._compute(frames, show_progress, correlation=2, average="none", gradients=kinds, **allow)
