"""Frames in programs that show and analyse them: chemiscope, Matplotlib, freud, OVITO.

mesogen.view(frames)                            # a widget in a notebook, Matplotlib axes elsewhere
mesogen.viewers.to_chemiscope(frames, "set.json.gz", properties={"energy": energies})
box, positions, orientations = mesogen.viewers.to_freud(frame)
data = mesogen.viewers.to_ovito(frame)
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from . import _calls, _frames
from ._plain import needed


def _listed(frames: Any) -> list[Any]:
    """Frames in memory, or those of a file, as a list."""
    listed = _calls.read(frames) if isinstance(frames, (str, os.PathLike)) else _frames.listed(frames)[0]
    if not listed:
        raise ValueError("frames is empty; expected at least one")
    return listed


def _parts(frame: Any) -> tuple[Any, ...]:
    if not isinstance(frame, (_frames.Frame, *((_frames._Atoms,) if _frames._Atoms is not None else ()))):
        raise TypeError(f"frame is a {type(frame).__name__}; expected one ase.Atoms or mesogen.Frame")
    part = _frames._of_atoms(frame) if not isinstance(frame, _frames.Frame) else _frames._of_plain(frame)
    positions, turns, axes = part[0], part[1], part[2]
    if turns is None:
        turns = np.tile([1.0, 0, 0, 0], (len(positions), 1))
    if axes is None:
        axes = np.full((len(positions), 3), 0.5)
    norms = np.linalg.norm(turns, axis=1, keepdims=True)
    if not (norms > 0).all():
        raise ValueError("a quaternion is zero or no number")
    return positions, turns / norms, axes, part[5], np.asarray(part[6], bool)


def rotations(quaternions: np.ndarray) -> np.ndarray:
    """Rotation matrices (body to space, N x 3 x 3) of unit quaternions (w, x, y, z)."""
    w, x, y, z = np.moveaxis(np.asarray(quaternions, float), -1, 0)
    return np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)], -1),
            np.stack([2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)], -1),
            np.stack([2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)], -1),
        ],
        -2,
    )


def _chemiscope_input(
    frames: Any, properties: dict[str, Any] | None
) -> tuple[list[Any], dict[str, Any], dict[str, Any], dict[str, Any]]:
    listed = _listed(frames)
    atoms = [frame.to_ase() if isinstance(frame, _frames.Frame) else frame for frame in listed]
    shapes = []
    for frame in atoms:
        _, turns, axes, _, _ = _parts(frame)
        shapes += [
            {"semiaxes": a.tolist(), "orientation": [q[1], q[2], q[3], q[0]]}
            for a, q in zip(axes, turns.tolist())
        ]
    plain = []
    for frame in atoms:
        copy = frame.copy()
        copy.info = {}
        for name in [name for name in copy.arrays if name not in ("numbers", "positions")]:
            del copy.arrays[name]
        plain.append(copy)
    known = {}
    for name, values in (properties or {}).items():
        values = np.asarray(values)
        target = "structure" if len(values) == len(atoms) else "atom"
        known[name] = {"target": target, "values": values}
    shape = {"ellipsoid": {"kind": "ellipsoid", "parameters": {"global": {}, "atom": shapes}}}
    settings = {"structure": [{"shape": "ellipsoid", "unitCell": True, "atoms": True, "bonds": False}]}
    return plain, known, shape, settings


def to_chemiscope(frames: Any, path: Any = None, properties: dict[str, Any] | None = None) -> Any:
    """The widget of chemiscope, or with a path (.json, .json.gz) a file for it; ellipsoids as they are.

    properties: values by name, one a frame or one a particle.
    """
    chemiscope = needed("chemiscope", "chemiscope")
    plain, known, shapes, settings = _chemiscope_input(frames, properties)
    if path is not None:
        chemiscope.write_input(str(path), plain, properties=known or None, shapes=shapes, settings=settings)
        return None
    mode = "default" if len(known) > 1 else "structure"
    return chemiscope.show(plain, properties=known or None, shapes=shapes, settings=settings, mode=mode)


def _in_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and "IPKernelApp" in getattr(shell, "config", {})


def view(frames: Any, properties: dict[str, Any] | None = None, *, frame: int = 0, axes: Any = None) -> Any:
    """Shows frames: in a notebook with chemiscope a widget of all, elsewhere one of them on Matplotlib's 3D axes,
    which are returned.
    """
    if axes is None and _in_notebook():
        try:
            return to_chemiscope(frames, properties=properties)
        except ImportError:
            pass
    listed = _listed(frames)
    if not -len(listed) <= frame < len(listed):
        raise IndexError(f"frame {frame} was asked for; there are {len(listed)}")
    return plot(listed[frame], axes=axes)


def plot(frame: Any, axes: Any = None, resolution: int = 12) -> Any:
    """One frame as ellipsoids on Matplotlib's 3D axes; colours tell the direction of the longest axis (x red,
    y green, z blue).
    """
    pyplot = needed("matplotlib.pyplot", "matplotlib")
    positions, turns, semi_axes, cell, _ = _parts(frame)
    if axes is None:
        axes = pyplot.figure().add_subplot(projection="3d")
    theta, phi = np.linspace(0, np.pi, resolution), np.linspace(0, 2 * np.pi, 2 * resolution)
    sphere = np.stack(
        [
            np.outer(np.sin(theta), np.cos(phi)),
            np.outer(np.sin(theta), np.sin(phi)),
            np.outer(np.cos(theta), np.ones_like(phi)),
        ],
        -1,
    )
    for center, matrix, own in zip(positions, rotations(turns), semi_axes):
        surface = (sphere * own) @ matrix.T + center
        color = np.clip(np.abs(matrix[:, int(np.argmax(own))]), 0, 1)
        axes.plot_surface(*np.moveaxis(surface, -1, 0), color=color, linewidth=0, antialiased=False)
    if np.any(cell):
        corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
        for a in corners:
            for b in corners:
                if np.abs(a - b).sum() == 1 and tuple(a) < tuple(b):
                    axes.plot(*np.stack([a @ cell, b @ cell]).T, color="0.6", linewidth=0.8)
    axes.set_aspect("equal")
    return axes


def to_freud(frame: Any) -> tuple[Any, np.ndarray, np.ndarray]:
    """Box, positions (wrapped into the box, which freud centres on the origin) and orientations (w, x, y, z) of a
    periodic frame, as freud takes them.
    """
    freud = needed("freud", "freud-analysis")
    positions, turns, _, cell, pbc = _parts(frame)
    if not pbc.all():
        raise ValueError(
            f"the frame repeats along {int(pbc.sum())} of 3 directions; freud takes periodic boxes"
        )
    if not np.linalg.det(cell) != 0:
        raise ValueError("the frame has no cell of three directions; freud takes periodic boxes")
    # freud's boxes have their first vector along x and the second in the xy plane.
    triangle, turn = _upper(cell)
    box = freud.box.Box.from_matrix(triangle)
    placed = box.wrap(positions @ turn.T - 0.5 * triangle.sum(axis=1))
    return box, placed, _rotated(turn, turns)


def _upper(cell: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lattice vectors as the columns of an upper triangular matrix, and the rotation that makes it so."""
    q, r = np.linalg.qr(np.asarray(cell, float).T)
    signs = np.sign(np.diag(r))
    q, r = q * signs, r * signs[:, np.newaxis]
    if np.linalg.det(q) < 0:
        raise ValueError("the lattice vectors are left-handed; freud takes right-handed boxes")
    return r, q.T


def _rotated(turn: np.ndarray, quaternions: np.ndarray) -> np.ndarray:
    from .anisoap.representations.ellipsoidal_density_projection import _quaternions

    if np.allclose(turn, np.eye(3)):
        return quaternions
    w, v = _quaternions(turn[np.newaxis])[0, 0], _quaternions(turn[np.newaxis])[0, 1:]
    a, b = quaternions[:, 0], quaternions[:, 1:]
    return np.concatenate(
        [(w * a - b @ v)[:, np.newaxis], w * b + a[:, np.newaxis] * v + np.cross(v, b)], axis=1
    )


def to_ovito(frame: Any) -> Any:
    """The frame as OVITO's DataCollection, with true ellipsoids."""
    data_module, ParticlesVis = needed("ovito.data", "ovito"), needed("ovito.vis", "ovito").ParticlesVis
    DataCollection, Particles, SimulationCell = (
        getattr(data_module, name) for name in ("DataCollection", "Particles", "SimulationCell")
    )
    positions, turns, axes, cell, pbc = _parts(frame)
    data = DataCollection()
    if np.any(cell):
        matrix = np.zeros((3, 4))
        matrix[:, :3] = np.asarray(cell).T
        box = SimulationCell(pbc=tuple(bool(flag) for flag in pbc))
        box[...] = matrix
        data.objects.append(box)
    particles = Particles()
    particles.create_property("Position", data=positions)
    particles.create_property("Orientation", data=np.roll(turns, -1, axis=1))
    particles.create_property("Aspherical Shape", data=axes)
    particles.vis.shape = (
        ParticlesVis.Shape.Ellipsoid
        if hasattr(ParticlesVis.Shape, "Ellipsoid")
        else ParticlesVis.Shape.Sphere
    )
    names = frame._names() if isinstance(frame, _frames.Frame) else _names_of(frame)
    kinds = list(dict.fromkeys(names))
    column = particles.create_property("Particle Type", data=[kinds.index(name) + 1 for name in names])
    for number, name in enumerate(kinds, 1):
        column.types.append(data_module.ParticleType(id=number, name=name))
    data.objects.append(particles)
    return data


def _names_of(atoms: Any) -> list[str]:
    given = atoms.arrays.get("species_name")
    symbols = atoms.get_chemical_symbols()
    return symbols if given is None else [str(name) or symbol for name, symbol in zip(given, symbols)]
