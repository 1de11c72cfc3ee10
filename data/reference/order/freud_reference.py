"""Order parameters of the frames in a JSON file by freud, as JSON on standard output.

    python3 freud_reference.py frames.json > freud.json

A frame has `lattice` (rows, lower triangular), `positions`, `orientations` (w, x, y, z, body to
space), `axis` (the body axis, 0 to 2), `cutoff`. freud works in float32. Needs numpy and
freud-analysis (made with freud 3.4.0).
"""

import itertools
import json
import sys

import freud
import numpy as np

DEGREES = [2, 3, 4, 6]


def body_axis(q, k):
    w, x, y, z = q.T
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
            [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
            [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
        ][k]
    ).T


def numbers(values):
    return np.round(np.asarray(values, float), 9).tolist()


def neighbor_list(frame, weighted):
    """All images within the cutoff; freud's own queries stop at half of the box."""
    lattice = np.array(frame["lattice"], float)
    points = np.array(frame["positions"], float)
    fractional = points @ np.linalg.inv(lattice)
    points = points - np.floor(fractional) @ lattice
    i, j, vectors = [], [], []
    for shift in itertools.product((-2, -1, 0, 1, 2), repeat=3):
        r = points[None, :] - points[:, None] + np.array(shift) @ lattice
        d = np.linalg.norm(r, axis=-1)
        a, b = np.nonzero((d < frame["cutoff"]) & (d > 0))
        i.append(a), j.append(b), vectors.append(r[a, b])
    i, j, vectors = map(np.concatenate, (i, j, vectors))
    order = np.lexsort((j, i))
    i, j, vectors = i[order], j[order], vectors[order]
    weights = np.linalg.norm(vectors, axis=1) if weighted else None
    return freud.locality.NeighborList.from_arrays(
        len(points), len(points), i, j, vectors, weights=weights
    )


def steinhardt(system, neighbors, **options):
    result = freud.order.Steinhardt(DEGREES, **options)
    result.compute(system, neighbors=neighbors)
    return numbers(np.nan_to_num(result.particle_order))


def evaluate(frame):
    lattice = np.array(frame["lattice"], float)
    box = freud.box.Box.from_matrix(lattice.T)
    points = box.wrap(np.array(frame["positions"], float))
    system = (box, points)
    axes = body_axis(np.array(frame["orientations"], float), frame["axis"])
    nematic = freud.order.Nematic().compute(axes)
    plain = neighbor_list(frame, weighted=False)
    distance = neighbor_list(frame, weighted=True)
    voronoi = freud.locality.Voronoi()
    voronoi.compute(system)
    rdf = freud.density.RDF(bins=10, r_max=frame["cutoff"]).compute(system, neighbors=plain)
    mean = freud.order.Steinhardt(list(range(7)), weighted=True)
    mean.compute(system, neighbors=distance)
    return {
        "degrees": DEGREES,
        "nematic": float(nematic.order),
        "tensor": numbers(nematic.nematic_tensor),
        "neighbor_counts": plain.neighbor_counts.tolist(),
        "mean_distance_0_to_6": numbers(np.nan_to_num(mean.particle_order).mean(axis=0)),
        "uniform": steinhardt(system, plain),
        "distance": steinhardt(system, distance, weighted=True),
        "voronoi": steinhardt(system, voronoi.nlist, weighted=True),
        "average": steinhardt(system, plain, average=True),
        "w": steinhardt(system, plain, wl=True),
        "w_normalized": steinhardt(system, plain, wl=True, wl_normalize=True),
        "w_average": steinhardt(system, plain, wl=True, average=True),
        "voronoi_volumes": numbers(voronoi.volumes),
        "rdf": numbers(rdf.rdf),
    }


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        frames = json.load(file)
    json.dump([evaluate(frame) for frame in frames], sys.stdout, separators=(",", ":"))
