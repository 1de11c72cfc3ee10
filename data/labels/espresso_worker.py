#!/usr/bin/env python3
"""Labels frames of atoms with pw.x of Quantum ESPRESSO: a worker of `mesogen label`.

    espresso_worker.py [KEY=VALUE ...]

    kpoints=3,3,3        Monkhorst-Pack grid
    cutoff=40            of the wave functions, in Ry (densities: 8 times that)
    command="pw.x"       perhaps "mpirun -n 2 pw.x"
    pseudo=/usr/share/espresso/pseudo
    C=FILE H=FILE ...    pseudopotentials by element

PBE with Grimme's D3 dispersion. The defaults are the projector-augmented waves for C and H of
Debian's package quantum-espresso-data. A molecule without a cell is put into a cube with 6 angstroms
of vacuum on each side, at one k-point. Units are eV and angstroms. See ase_worker.py for what goes in
and out; this needs NumPy and ASE too.
"""

import os
import re
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ase_worker import labelled, read_frame  # noqa: E402

RYDBERG = 13.605693122994
BOHR = 0.529177210903
MASSES = {"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999}

SETTINGS = {
    "kpoints": "3,3,3",
    "cutoff": "40",
    "command": "pw.x",
    "pseudo": "/usr/share/espresso/pseudo",
    "C": "C.pbe-n-kjpaw_psl.0.1.UPF",
    "H": "H.pbe-kjpaw.UPF",
}


def job(atoms, settings, folder):
    """The input of pw.x."""
    symbols = sorted(set(atoms.get_chemical_symbols()))
    missing = [name for name in symbols if name not in settings]
    if missing:
        raise ValueError("no pseudopotential for %s; give %s=FILE" % (missing[0], missing[0]))
    kpoints = settings["kpoints"].split(",")
    if not atoms.pbc.any():
        atoms.center(vacuum=6.0)
        kpoints = ["1", "1", "1"]
    rydbergs = float(settings["cutoff"])
    lines = [
        "&control calculation='scf', tprnfor=.true., tstress=.true., outdir='%s'," % folder,
        " pseudo_dir='%s', disk_io='none' /" % settings["pseudo"],
        "&system ibrav=0, nat=%d, ntyp=%d, ecutwfc=%g, ecutrho=%g, vdw_corr='grimme-d3' /"
        % (len(atoms), len(symbols), rydbergs, 8 * rydbergs),
        "&electrons conv_thr=1e-7 /",
        "ATOMIC_SPECIES",
    ]
    lines += ["%s %g %s" % (s, MASSES.get(s, 1.0), settings[s]) for s in symbols]
    lines += ["CELL_PARAMETERS angstrom"] + ["%.10f %.10f %.10f" % tuple(v) for v in atoms.cell]
    lines += ["ATOMIC_POSITIONS angstrom"]
    lines += [
        "%s %.10f %.10f %.10f" % (s, *r)
        for s, r in zip(atoms.get_chemical_symbols(), atoms.positions)
    ]
    lines += ["K_POINTS automatic", " ".join(kpoints) + " 0 0 0"]
    return "\n".join(lines) + "\n"


def results(text, count):
    """Energy, forces and stress from the output of pw.x."""
    energy = re.findall(r"^!\s+total energy\s+=\s+(\S+) Ry", text, re.M)
    if not energy or "convergence NOT achieved" in text:
        raise ValueError("pw.x did not converge")
    rows = re.findall(r"atom\s+\d+ type\s+\d+\s+force =\s+(\S+)\s+(\S+)\s+(\S+)", text)[:count]
    if len(rows) != count:
        raise ValueError("pw.x printed %d forces of %d atoms" % (len(rows), count))
    forces = np.array(rows, float) * RYDBERG / BOHR
    block = re.search(r"total\s+stress .*\n((?:\s+\S+){18})", text)
    stress = None
    if block:
        table = np.array(block.group(1).split(), float).reshape(3, 6)[:, :3]
        # pw.x prints the pressure's sign; ASE's stress is minus that.
        stress = -table * RYDBERG / BOHR**3
    return float(energy[-1]) * RYDBERG, forces, stress


def label(lines, settings):
    import io

    from ase.io import read

    atoms = read(io.StringIO("".join(lines)), format="extxyz")
    identity = str(atoms.info.get("label_id", ""))
    given = atoms.copy()
    try:
        with tempfile.TemporaryDirectory() as folder:
            text = subprocess.run(
                settings["command"], shell=True, input=job(atoms, settings, folder), text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, check=False,
            ).stdout
        energy, forces, stress = results(text, len(atoms))
    except Exception as error:  # The asking program is told.
        reason = " ".join((type(error).__name__ + ": " + str(error)).replace('"', "'").split())
        return labelled(given, identity, ['label_error="%s"' % reason])
    labels = ["energy=" + repr(energy), "energy_unit=eV"]
    if stress is not None and given.pbc.all():
        labels.append('stress="%s"' % " ".join(repr(float(v)) for v in stress.T.ravel()))
    return labelled(given, identity, labels, forces)


def main():
    settings = dict(SETTINGS)
    for argument in sys.argv[1:]:
        key, separator, value = argument.partition("=")
        if not separator:
            sys.exit("espresso_worker.py: '%s' is not KEY=VALUE" % argument)
        settings[key] = value
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    while True:
        lines = read_frame(sys.stdin)
        if lines is None:
            return
        sys.stdout.write(label(lines, settings))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
