"""Nematic order and director of the frames in a JSON file by freud, as JSON on standard output.

    python3 freud_check.py frames.json

A frame is a list of orientations (w, x, y, z, body to space) of particles whose symmetry axis is body
z. freud works in float32. Needs numpy and freud-analysis (3.4.0 was tried).
"""

import json
import sys

import freud
import numpy as np

results = []
for orientations in json.load(open(sys.argv[1])):
    w, x, y, z = np.array(orientations, float).T
    axes = np.array([2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)]).T
    nematic = freud.order.Nematic()
    nematic.compute(axes)
    results.append({"order": float(nematic.order), "director": np.array(nematic.director).tolist()})
json.dump(results, sys.stdout)
