"""Writes numpy_stored.npz and numpy_deflated.npz: every type of array that Mesogen reads."""
import numpy as np

arrays = {
    "f8": np.array([[0.1, -2.5e-300, 3.0], [4.0, 5.5, 1e300]]),
    "f8_fortran": np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)),
    "f4": np.array([0.5, -0.25], dtype="<f4"),
    "i8": np.array([1, -(2**62)]),
    "i4": np.array([[7], [-8]], dtype="<i4"),
    "b1": np.array([True, False, True]),
    "u1": np.array([0, 255], dtype="|u1"),
    "U": np.array([["prolate", ""], ["öblate", "x"]]),
    "U0d": np.array('{"a": 1}'),
    "empty": np.zeros((0, 3)),
}
np.savez("numpy_stored.npz", **arrays)
np.savez_compressed("numpy_deflated.npz", **arrays)
