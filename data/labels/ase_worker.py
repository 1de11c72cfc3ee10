#!/usr/bin/env python3
"""Labels frames of atoms with any calculator of ASE: a worker of `mesogen label`.

    ase_worker.py CALCULATOR [KEY=VALUE ...]

CALCULATOR is a name that ASE knows (emt, lj, espresso, ...), one of the short names below, or
MODULE:CLASS. The values are Python literals, or text. Examples:

    ase_worker.py gfn1                                    GFN1-xTB of tblite, periodic, Gamma point
    ase_worker.py tblite.ase:TBLite method=GFN2-xTB
    ase_worker.py lj sigma=3.4 epsilon=0.01 rc=10

Frames of extended XYZ come on standard input, one after the other; each goes to standard output
with `energy`, `forces` and `stress` (in the units that ASE has: eV, eV/Angstrom, eV/Angstrom^3,
positive when the crystal wants to contract) as soon as it is done. A frame that cannot be computed
comes back with `label_error`. The labels of the frame that came are not repeated, except
`label_id`, by which the asking program knows its frame again.
"""

import ast
import importlib
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

SHORT_NAMES = {
    "gfn1": ("tblite.ase:TBLite", {"method": "GFN1-xTB", "verbosity": 0}),
    "gfn2": ("tblite.ase:TBLite", {"method": "GFN2-xTB", "verbosity": 0}),
}


def calculator(name, options):
    """The calculator of that name."""
    name, defaults = SHORT_NAMES.get(name.lower(), (name, {}))
    options = {**defaults, **options}
    if ":" in name:
        module, kind = name.split(":", 1)
        return getattr(importlib.import_module(module), kind)(**options)
    from ase.calculators.calculator import get_calculator_class

    return get_calculator_class(name)(**options)


def literal(text):
    """A Python literal, or the text itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def read_frame(lines):
    """The lines of the next frame; None at the end."""
    first = lines.readline()
    if not first.strip():
        return None
    return [first] + [lines.readline() for _ in range(int(first) + 1)]


def words(values):
    """Numbers with all their digits."""
    return " ".join(repr(float(value)) for value in values)


def labelled(atoms, identity, labels, forces=None):
    """A frame of extended XYZ."""
    header = []
    if atoms.pbc.any():
        header.append('Lattice="%s"' % words(atoms.cell.array.ravel()))
    header.append(
        "Properties=species:S:1:pos:R:3" + (":forces:R:3" if forces is not None else "")
    )
    header.append("label_id=" + identity)
    header += labels
    header.append('pbc="%s"' % " ".join("FT"[bool(flag)] for flag in atoms.pbc))
    rows = [str(len(atoms)), " ".join(header)]
    for i, (symbol, place) in enumerate(zip(atoms.get_chemical_symbols(), atoms.positions)):
        more = " " + words(forces[i]) if forces is not None else ""
        rows.append(symbol + " " + words(place) + more)
    return "\n".join(rows) + "\n"


def label(lines, calculator):
    """The reply to a frame."""
    import io

    from ase.io import read

    atoms = read(io.StringIO("".join(lines)), format="extxyz")
    identity = str(atoms.info.get("label_id", ""))
    atoms.calc = calculator
    try:
        energy = float(atoms.get_potential_energy())
        forces = atoms.get_forces()
        labels = ["energy=" + repr(energy), "energy_unit=eV"]
        if atoms.pbc.all():
            try:
                stress = atoms.get_stress(voigt=False)
                labels.append('stress="%s"' % words(stress.T.ravel()))
            except NotImplementedError:
                pass
    except Exception as error:  # A calculator may raise anything; the asking program is told.
        text = (type(error).__name__ + ": " + str(error)).replace('"', "'")
        return labelled(atoms, identity, ['label_error="%s"' % " ".join(text.split())])
    return labelled(atoms, identity, labels, forces)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    options = {}
    for argument in sys.argv[2:]:
        key, separator, value = argument.partition("=")
        if not separator:
            sys.exit("ase_worker.py: '%s' is not KEY=VALUE" % argument)
        options[key] = literal(value)
    # What calculators print must not come between the frames.
    reply = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        calculator(sys.argv[1], options)
    except ImportError as error:
        sys.exit("ase_worker.py: %s; install it, as with pip install ase tblite" % error)
    while True:
        lines = read_frame(sys.stdin)
        if lines is None:
            return
        # A calculator that remembers the frame before could give another last digit.
        reply.write(label(lines, calculator(sys.argv[1], options)))
        reply.flush()


if __name__ == "__main__":
    main()
