"""Writes hoomd_defaults.gsd and hoomd_mixture.gsd: gsd stores nothing that equals the default of the
schema, or frame 0."""
import gsd.hoomd
import numpy as np

# Ellipsoids that start aligned (no chunk), turn in frame 1, and are fewer in frame 2, where the
# default holds again and not frame 0; step 0 and type A are defaults, too.
frame = gsd.hoomd.Frame()
frame.configuration.step = 0
frame.configuration.box = [10, 10, 10, 0, 0, 0]
frame.particles.N = 3
frame.particles.position = [[0, 0, 0], [1, 0, 0], [2, 0, 0]]
frame.particles.orientation = [[1, 0, 0, 0]] * 3
frame.particles.type_shapes = [{"type": "Ellipsoid", "a": 0.5, "b": 0.5, "c": 1.5}]
frame.particles.mass = [2, 2, 3]
frame.log["energy"] = np.array([1.5])
with gsd.hoomd.open("hoomd_defaults.gsd", "w") as file:
    file.append(frame)
    frame.configuration.step = 10
    frame.particles.orientation = [[0.5, 0.5, 0.5, 0.5]] * 3
    del frame.log["energy"]
    file.append(frame)
    fewer = gsd.hoomd.Frame()
    fewer.configuration.step = 20
    fewer.configuration.box = [10, 10, 10, 0, 0, 0]
    fewer.particles.N = 2
    fewer.particles.position = [[0, 0, 0], [1, 0, 0]]
    file.append(fewer)

# Type A is an ellipsoid, B a sphere, C has no shape, D one that is not read; diameters only of the
# last two types matter. Box 1 x 1 x 1 is the default.
frame = gsd.hoomd.Frame()
frame.configuration.box = [1, 1, 1, 0, 0, 0]
frame.particles.N = 4
frame.particles.types = ["A", "B", "C", "D"]
frame.particles.typeid = [0, 1, 2, 3]
frame.particles.position = [[0, 0, 0], [0.25, 0, 0], [0, 0.25, 0], [0, 0, 0.25]]
frame.particles.diameter = [1, 1, 0.5, 0.75]
frame.particles.type_shapes = [
    {"type": "Ellipsoid", "a": 0.5, "b": 0.75, "c": 1.5},
    {"type": "Sphere", "diameter": 0.25},
    {},
    {"type": "ConvexPolyhedron", "rounding_radius": 0, "vertices": [[1, 0, 0]]},
]
frame.bonds.N = 1
frame.bonds.types = ["b"]
frame.bonds.typeid = [0]
frame.bonds.group = [[0, 1]]
with gsd.hoomd.open("hoomd_mixture.gsd", "w") as file:
    file.append(frame)
