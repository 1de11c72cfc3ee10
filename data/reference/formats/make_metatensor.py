"""Writes metatensor.mts: two blocks with components, and information."""
import numpy as np
from metatensor import Labels, TensorBlock, TensorMap, save

blocks = [
    TensorBlock(
        values=np.array([[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.5]]]),
        samples=Labels(["type", "center"], np.array([[0, 0], [0, 1], [1, 0]])),
        components=[Labels(["spherical_component_m"], np.array([[0]]))],
        properties=Labels(["n"], np.array([[0], [1]])),
    ),
    TensorBlock(
        values=np.array([[[0.1], [0.2], [0.3]]]),
        samples=Labels(["type", "center"], np.array([[0, 0]])),
        components=[Labels(["spherical_component_m"], np.array([[-1], [0], [1]]))],
        properties=Labels(["n"], np.array([[0]])),
    ),
]
keys = Labels(["types_center", "angular_channel"], np.array([[6, 0], [6, 1]]))
tensor = TensorMap(keys, blocks)
tensor.set_info("unit", 'A"')
tensor.set_info("author", "ü")
save("metatensor.mts", tensor)
