"""Writes ase.traj: make_trajectory.py FILE."""
import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.constraints import FixAtoms
from ase.io.trajectory import Trajectory
import sys
path = sys.argv[1]
with Trajectory(path, "w") as out:
    water = Atoms("OH2", positions=[[0, 0, 0.125], [0, 0.75, -0.5], [0, -0.75, -0.5]], cell=[[5, 0, 0], [0.5, 6, 0], [0, 0.25, 7]], pbc=[True, True, False])
    water.info.update(name="water 1", temperature=300.5, step=3, converged=True, k_points=[2, 2, 1], axis=np.array([0.0, 0.5, 1.0]), nested={"a": 1})
    water.set_tags([1, 2, 2]); water.set_momenta(np.arange(9.0).reshape(3, 3) / 8)
    water.set_initial_charges([-0.5, 0.25, 0.25]); water.set_constraint(FixAtoms([0]))
    water.calc = SinglePointCalculator(water, energy=-14.5, forces=-np.arange(9.0).reshape(3, 3) / 4, stress=[1, 2, 3, 4, 5, 6], charges=[-0.75, 0.375, 0.375])
    out.write(water)
    water = water.copy(); water.positions += 0.5; water.set_constraint(); water.info.clear(); out.write(water)
    out.write(Atoms("XC", positions=[[0, 0, 0], [1, 1, 1]], masses=[2.5, 13]))
