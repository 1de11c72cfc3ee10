"""Clebsch-Gordan products of TensorMaps, with AniSOAP's names."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import factorial, sqrt
from typing import Any

import numpy as np


@lru_cache(maxsize=None)
def _complex_coefficient(l1: int, m1: int, l2: int, m2: int, l: int) -> float:
    """<l1 m1 l2 m2 | l m1 + m2> by Racah's sum, in exact fractions up to the last square root."""
    m = m1 + m2
    if abs(m) > l or not abs(l1 - l2) <= l <= l1 + l2:
        return 0.0
    f = factorial
    square = Fraction(
        (2 * l + 1) * f(l + l1 - l2) * f(l - l1 + l2) * f(l1 + l2 - l), f(l1 + l2 + l + 1)
    ) * (f(l + m) * f(l - m) * f(l1 - m1) * f(l1 + m1) * f(l2 - m2) * f(l2 + m2))
    total = Fraction(0)
    for k in range(max(0, l2 - l - m1, l1 - l + m2), min(l1 + l2 - l, l1 - m1, l2 + m2) + 1):
        total += Fraction(
            (-1) ** k,
            f(k) * f(l1 + l2 - l - k) * f(l1 - m1 - k) * f(l2 + m2 - k) * f(l - l2 + m1 + k) * f(l - l1 - m2 + k),
        )
    if total == 0:
        return 0.0
    return (1 if total > 0 else -1) * sqrt(square * total * total)


@lru_cache(maxsize=None)
def _real2complex(l: int) -> np.ndarray:
    """From real to complex harmonics, to be applied from the left."""
    result = np.zeros((2 * l + 1, 2 * l + 1), complex)
    half = 1 / np.sqrt(2)
    for m in range(-l, l + 1):
        if m < 0:
            result[l - m, l + m], result[l + m, l + m] = half * 1j * (-1) ** m, -half * 1j
        elif m == 0:
            result[l, l] = 1
        else:
            result[l + m, l + m], result[l - m, l + m] = half * (-1) ** m, half
    return result


@lru_cache(maxsize=None)
def real_coefficients(l1: int, l2: int, l: int) -> np.ndarray:
    """Coefficients between real harmonics: (2 l1 + 1) x (2 l2 + 1) x (2 l + 1)."""
    complex_ones = np.zeros((2 * l1 + 1, 2 * l2 + 1, 2 * l + 1))
    for m1 in range(-l1, l1 + 1):
        for m2 in range(-l2, l2 + 1):
            if abs(m1 + m2) <= l:
                complex_ones[l1 + m1, l2 + m2, l + m1 + m2] = _complex_coefficient(l1, m1, l2, m2, l)
    back = np.conjugate(_real2complex(l)).T
    real = np.einsum("ai,bj,abc,kc->ijk", _real2complex(l1), _real2complex(l2), complex_ones, back)
    return np.ascontiguousarray(real.real if (l1 + l2 + l) % 2 == 0 else real.imag)


class ClebschGordanReal:
    """Clebsch-Gordan coefficients between real harmonics up to l_max; each is made when it is asked for."""

    def __init__(self, l_max: int) -> None:
        self._l_max = l_max

    def get_cg(self) -> dict[tuple[int, int, int], list[np.ndarray]]:
        """All coefficients, as AniSOAP stores them: for each (l1, l2, L) and M the m1, m2 and values."""
        kind = [("m1", ">i4"), ("m2", ">i4"), ("cg", ">f8")]
        result = {}
        for l1 in range(self._l_max + 1):
            for l2 in range(self._l_max + 1):
                for l in range(abs(l1 - l2), min(self._l_max, l1 + l2) + 1):
                    values, lists = real_coefficients(l1, l2, l), []
                    for m in range(2 * l + 1):
                        places = np.nonzero(np.abs(values[:, :, m]) > 1e-15)
                        entries = np.zeros(len(places[0]), kind)
                        entries["m1"], entries["m2"], entries["cg"] = *places, values[(*places, m)]
                        lists.append(entries)
                    result[l1, l2, l] = lists
        return result

    def combine_einsum(self, rho1: np.ndarray, rho2: np.ndarray, L: int, combination_string: str) -> np.ndarray:
        """The product of two arrays (items, m, ...) to degree L, the other axes combined as the string says."""
        l1, l2 = (rho1.shape[1] - 1) // 2, (rho2.shape[1] - 1) // 2
        if max(l1, l2, L) > self._l_max:
            raise ValueError("Requested CG entry ", (l1, l2, L), " has not been precomputed")
        if rho1.shape[0] != rho2.shape[0]:
            raise IndexError("Cannot combine feature blocks with different number of items")
        values = real_coefficients(l1, l2, L)
        shape = np.einsum(combination_string, rho1[:, 0], rho2[:, 0]).shape
        result = np.zeros((rho1.shape[0], 2 * L + 1, *shape[1:]))
        for m1, m2, m in zip(*np.nonzero(np.abs(values) > 1e-15)):
            result[:, m] += values[m1, m2, m] * np.einsum(combination_string, rho1[:, m1], rho2[:, m2])
        return result


def _remove_suffix(names: Any, new_suffix: str = "") -> list[str]:
    return [re.sub("_[0-9]?$", "", name) + new_suffix for name in names]


def standardize_keys(descriptor: Any) -> Any:
    """The TensorMap with a key `order_nu` (1) and properties that end in `_1`."""
    from metatensor import Labels, TensorBlock, TensorMap

    names = list(descriptor.keys.names)
    if "angular_channel" not in names:
        raise ValueError("Descriptor missing spherical harmonics channel key `angular_channel`")
    add = "order_nu" not in names
    keys, blocks = [], []
    for key, block in descriptor.items():
        keys.append(((1,) if add else ()) + tuple(int(part) for part in key.values))
        properties = Labels(_remove_suffix(block.properties.names, "_1"), np.asarray(block.properties.values))
        blocks.append(TensorBlock(block.values, block.samples, block.components, properties))
    return TensorMap(Labels((["order_nu"] if add else []) + names, np.array(keys, np.int32)), blocks)


def cg_combine(x_a: Any, x_b: Any, feature_names: Any = None, clebsch_gordan: Any = None, lcut: int | None = None, other_keys_match: Any = None) -> Any:
    """The Clebsch-Gordan product of two TensorMaps whose keys have `order_nu` and `angular_channel`.

    feature_names: names of the properties in place of those that follow from both factors. lcut: the largest
    degree of the product. other_keys_match: keys that must be the same in both and are kept once; of all others
    the outer product is taken, with `_a` and `_b` at their names.
    """
    from metatensor import Labels, TensorBlock, TensorMap

    special = ("angular_channel", "order_nu")
    largest = [int(np.max(x.keys["angular_channel"])) for x in (x_a, x_b)]
    lcut = sum(largest) if lcut is None else int(lcut)
    if clebsch_gordan is None:
        clebsch_gordan = ClebschGordanReal(max(lcut, *largest))
    match = list(other_keys_match or [])
    keys_a = [name for name in x_a.keys.names if name not in special]
    keys_b = [name for name in x_b.keys.names if name not in special]
    if other_keys_match is None:
        names = [name + "_a" for name in keys_a] + [name + "_b" for name in keys_b]
    else:
        names = match + [name + ("_a" if name in keys_b else "") for name in keys_a if name not in match]
        names += [name + ("_b" if name in keys_a else "") for name in keys_b if name not in match]
    if feature_names is None:
        nu = int(x_a.keys["order_nu"][0] + x_b.keys["order_nu"][0])
        feature_names = [name + "_a" for name in x_a.block(0).properties.names] + [f"k_{nu}"]
        feature_names += [name + "_b" for name in x_b.block(0).properties.names] + [f"l_{nu}"]
    parts: dict[tuple[int, ...], dict[str, Any]] = {}
    for index_a, block_a in x_a.items():
        for index_b, block_b in x_b.items():
            if any(index_a[name] != index_b[name] for name in match):
                continue
            others = tuple(int(index_a[name]) for name in match)
            others += tuple(int(index_a[name]) for name in keys_a if name not in match)
            others += tuple(int(index_b[name]) for name in keys_b if name not in match)
            l_a, l_b = int(index_a["angular_channel"]), int(index_b["angular_channel"])
            if len(block_a.properties) == 0 or len(block_b.properties) == 0 or abs(l_a - l_b) > min(lcut, l_a + l_b):
                continue
            labels = [
                np.hstack([np.asarray(block.properties.values), np.full((len(block.properties), 1), l)])
                for block, l in ((block_a, l_a), (block_b, l_b))
            ]
            count_a, count_b = (len(part) for part in labels)
            pairs = np.hstack([np.repeat(labels[0], count_b, axis=0), np.tile(labels[1], (count_a, 1))])
            for l in range(abs(l_a - l_b), min(l_a + l_b, lcut) + 1):
                values = clebsch_gordan.combine_einsum(block_a.values, block_b.values, l, "ia,ib->iab")
                key = (int(index_a["order_nu"] + index_b["order_nu"]), l, *others)
                part = parts.setdefault(key, {"values": [], "labels": [], "samples": block_b.samples})
                part["values"].append(values.reshape(*values.shape[:2], -1))
                part["labels"].append(pairs)
    blocks = []
    for key, part in parts.items():
        component = Labels(["spherical_harmonics_m"], np.arange(-key[1], key[1] + 1, dtype=np.int32).reshape(-1, 1))
        blocks.append(TensorBlock(
            np.concatenate(part["values"], axis=-1), part["samples"], [component],
            Labels(list(feature_names), np.vstack(part["labels"]).astype(np.int32)),
        ))
    return TensorMap(Labels(["order_nu", "angular_channel", *names], np.array(list(parts), np.int32)), blocks)
