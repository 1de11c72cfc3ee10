"""Writes hoomd.gsd: two frames, the second saying only what has changed."""
import gsd.hoomd
import numpy as np

frame = gsd.hoomd.Frame()
frame.configuration.step = 7
frame.configuration.box = [10, 8, 4, 0.5, 0.25, 0.125]
frame.particles.N = 2
frame.particles.types = ["A", "B"]
frame.particles.typeid = [1, 0]
frame.particles.type_shapes = [
    {"type": "Ellipsoid", "a": 0.5, "b": 0.75, "c": 1.5},
    {"type": "Sphere", "diameter": 1.0},
]
frame.particles.position = [[0, 0.5, -1], [1, 1.25, 1.5]]
frame.particles.orientation = [[1, 0, 0, 0], [0.5, -0.5, 0.5, 0.5]]
frame.log["energy"] = np.array([1.5])
frame.log["count"] = np.array([3], dtype=np.int64)
frame.log["director"] = np.array([0.0, 0.0, 1.0])
frame.log["particles/forces"] = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.5]])
with gsd.hoomd.open("hoomd.gsd", "w") as file:
    file.append(frame)
    frame.configuration.step = 8
    frame.particles.position = [[0, 0.5, -1.5], [1, 1.25, 1.5]]
    file.append(frame)
