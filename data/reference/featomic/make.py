"""All-atom SOAP by featomic 0.6.7, in the radial functions of the harmonic oscillator.

usage: python3 make.py          writes spheres.npz and benzene.npz beside this file

benzene.npz has the paper's setting for benzene: lmax 10, four radial functions, cutoff 7, Gaussians of
width 0.5, and the power spectrum of a carbon and a hydrogen besides their coefficients.

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


def small():
    """Seven atoms of three types in a triclinic cell."""
    positions = np.random.default_rng(3).uniform(0, 5, size=(7, 3))
    cell = [[5.0, 0, 0], [0.7, 4.6, 0], [-0.4, 0.6, 5.2]]
    return ase.Atoms(numbers=[6, 1, 8, 6, 1, 1, 6], positions=positions, cell=cell, pbc=True)


def benzene():
    """Two flat molecules in a triclinic cell, turned against each other."""
    ring = [(r * np.cos(k * np.pi / 3), r * np.sin(k * np.pi / 3), 0)
            for r in (1.39, 2.48) for k in range(6)]
    turn = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]])
    positions = np.concatenate([ring, np.array(ring) @ turn.T + [3.1, 3.4, 3.3]])
    cell = [[6.2, 0, 0], [0.9, 6.7, 0], [-0.7, 0.4, 6.6]]
    return ase.Atoms("C6H6C6H6", positions=positions, cell=cell, pbc=True)


def write(name, frame, centers, lmax, nmax, scale, width, cutoff, invariants):
    numbers, types = frame.numbers, sorted(set(frame.numbers))
    basis = featomic.basis.Explicit(
        by_angular={l: Oscillator(l=l, scale=scale, max_radial=nmax, radius=cutoff)
                    for l in range(lmax + 1)}, spline_accuracy=1e-10)
    spliner = featomic.splines.SoapSpliner(
        cutoff=featomic.cutoff.Cutoff(radius=cutoff, smoothing=featomic.cutoff.Step()),
        density=featomic.density.Gaussian(width=width), basis=basis)
    blocks = featomic.SphericalExpansion(**spliner.get_hypers()).compute(frame)
    out = {"positions": frame.positions, "numbers": numbers, "cell": np.array(frame.cell),
           "centers": np.array(centers),
           "parameters": np.array([lmax, nmax, scale, width, cutoff])}
    for l in range(lmax + 1):
        # (centre, m, n, neighbour type)
        values = np.zeros((len(centers), 2 * l + 1, nmax + 1, len(types)))
        for key, block in blocks.items():
            if key["o3_lambda"] != l:
                continue
            for row, sample in enumerate(block.samples):
                if sample["atom"] in centers:
                    place = centers.index(sample["atom"])
                    values[place, :, :, types.index(key["neighbor_type"])] = block.values[row]
        out[f"l{l}"] = values
    if invariants:
        # (centre, l, type_1, n_1, type_2, n_2), types by atomic number.
        shape = (len(centers), lmax + 1) + 2 * (len(types), nmax + 1)
        spectrum = np.zeros(shape)
        for key, block in featomic.SoapPowerSpectrum(**spliner.get_hypers()).compute(frame).items():
            a, b = (types.index(key[f"neighbor_{k}_type"]) for k in (1, 2))
            for row, sample in enumerate(block.samples):
                if sample["atom"] not in centers:
                    continue
                place = centers.index(sample["atom"])
                for value, (l, n, m) in zip(block.values[row], block.properties.values):
                    # featomic keeps type_1 <= type_2 and multiplies by sqrt 2 where they differ.
                    spectrum[place, l, a, n, b, m] = value / (1 if a == b else np.sqrt(2))
                    spectrum[place, l, b, m, a, n] = spectrum[place, l, a, n, b, m]
        out["power_spectrum"] = spectrum
    here = os.path.dirname(os.path.abspath(__file__))
    np.savez_compressed(os.path.join(here, name), **out)


if __name__ == "__main__":
    write("spheres.npz", small(), list(range(7)), 5, 4, 1.3, 0.5, 4.0, False)
    write("benzene.npz", benzene(), [2, 9], 10, 3, 1.5, 0.5, 7.0, True)
