"""All-atom SOAP by featomic 0.6.7, in the radial functions of the harmonic oscillator.

usage: python3 make.py          writes spheres.npz beside this file

featomic's own Gaussian-type orbitals span another space (one width for each n), so that the two
programs are compared in a basis that both can have: (r / s)^l L_n^(l + 1/2)(r^2 / s^2)
exp(-r^2 / 2 s^2), normalised, tabulated for featomic. The map of conventions:

- the coefficients here belong to densities of unit square norm, exp(-r^2 / 2 w^2) / (pi w^2)^(3/4);
  Mesogen's have unit mass: multiply these by (pi w^2)^(3/4) / (2 pi w^2)^(3/2)
- both have real harmonics m = -l..l without Condon-Shortley phase
- featomic's blocks are (centre type, neighbour type), components m, properties n
- featomic counts a centre's own density, and keeps neighbours up to the cutoff; so does Mesogen
"""
import os
import numpy as np
from scipy.special import eval_genlaguerre, gammaln
import ase
import featomic


class Oscillator(featomic.basis.RadialBasis):
    def __init__(self, *, l, scale, max_radial, radius):
        super().__init__(max_radial=max_radial, radius=radius)
        self.l, self.scale = l, scale

    @property
    def integration_radius(self):
        return 12 * self.scale

    def compute_primitive(self, positions, n, *, derivative=False):
        if derivative:
            return self.finite_differences_derivative(positions, n)
        x = positions / self.scale
        norm = np.exp(0.5 * (np.log(2) + gammaln(n + 1) - 3 * np.log(self.scale)
                             - gammaln(n + self.l + 1.5)))
        return norm * x**self.l * eval_genlaguerre(n, self.l + 0.5, x * x) * np.exp(-x * x / 2)

    def compute(self, positions, *, derivative=False):
        return np.stack([self.compute_primitive(positions, n, derivative=derivative)
                         for n in range(self.size)], axis=-1)


def main():
    lmax, nmax, scale, width, cutoff = 5, 4, 1.3, 0.5, 4.0
    rng = np.random.default_rng(3)
    positions = rng.uniform(0, 5, size=(7, 3))
    numbers = [6, 1, 8, 6, 1, 1, 6]
    cell = [[5.0, 0, 0], [0.7, 4.6, 0], [-0.4, 0.6, 5.2]]
    frame = ase.Atoms(numbers=numbers, positions=positions, cell=cell, pbc=True)
    basis = featomic.basis.Explicit(
        by_angular={l: Oscillator(l=l, scale=scale, max_radial=nmax, radius=cutoff)
                    for l in range(lmax + 1)}, spline_accuracy=1e-10)
    spliner = featomic.splines.SoapSpliner(
        cutoff=featomic.cutoff.Cutoff(radius=cutoff, smoothing=featomic.cutoff.Step()),
        density=featomic.density.Gaussian(width=width), basis=basis)
    blocks = featomic.SphericalExpansion(**spliner.get_hypers()).compute(frame)
    types = sorted(set(numbers))
    out = {"positions": positions, "numbers": np.array(numbers), "cell": np.array(cell),
           "parameters": np.array([lmax, nmax, scale, width, cutoff])}
    for l in range(lmax + 1):
        # (centre, m, n, neighbour type)
        values = np.zeros((len(numbers), 2 * l + 1, nmax + 1, len(types)))
        for key, block in blocks.items():
            if key["o3_lambda"] != l:
                continue
            for row, sample in enumerate(block.samples):
                values[sample["atom"], :, :, types.index(key["neighbor_type"])] = block.values[row]
        out[f"l{l}"] = values
    here = os.path.dirname(os.path.abspath(__file__))
    np.savez_compressed(os.path.join(here, "spheres.npz"), **out)


main()
