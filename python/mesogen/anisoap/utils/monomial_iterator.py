"""Monomials x^a y^b z^c of one degree."""

from __future__ import annotations

from typing import Iterator


class TrivariateMonomialIndices:
    """The exponents of all monomials of degree `deg`, falling in x, then in y: iteration gives (index, a, b, c)."""

    def __init__(self, deg: int) -> None:
        self.deg = deg
        self.exponent_list = [(a, b, deg - a - b) for a in range(deg, -1, -1) for b in range(deg - a, -1, -1)]
        self.num_indices = len(self.exponent_list)

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        return ((index, *exponents) for index, exponents in enumerate(self.exponent_list))

    def __len__(self) -> int:
        return self.num_indices

    def find_idx(self, exponents: tuple[int, int, int]) -> int:
        """The index of these exponents.

        Raises: ValueError unless they are of this degree.
        """
        return self.exponent_list.index(tuple(exponents))

    def get_exponents(self, idx: int) -> tuple[int, int, int]:
        """The exponents at an index."""
        return self.exponent_list[idx]
