"""Trim the Gay-Berne reference set to what the tests compare.

    python trim.py SOURCE_DIRECTORY TARGET_DIRECTORY

SOURCE_DIRECTORY holds the full files; see README.md for who computed them. Rows are cut to the first
500, columns to those that a test reads; nothing is rounded.
"""

import os
import sys

import numpy as np

COLUMNS = {
    "dimer": "r12 q1 q2 S1 S2 e1 e2 eps sigma gamma nu mu s12 h12 eta chi_lammps chi_paper Ur "
    "U_LAMMPS U_paperform f1_LAMMPS t1_LAMMPS t2_LAMMPS",
    "config": "x q L semiaxes e types sigma nu mu rc gamma eps U_LAMMPS F_LAMMPS T_LAMMPS "
    "virial_pressure_xx_yy_zz_xy_xz_yz npairs",
    "contact": "r12 q1 q2 S1 S2 sigma_GO sigma_PW lambda_PW F_PW h_GO h_PW d_true x1 x2 normal",
    "re2": "r12 q1 q2 S1 S2 e1 e2 A12 sigma U_LAMMPS f1_LAMMPS t1_LAMMPS t2_LAMMPS h12 eta chi",
}
ROWS = 500

source, target = sys.argv[1:]
for name in sorted(os.listdir(source)):
    kind = name.split("_")[0]
    if not name.endswith(".npz") or kind not in COLUMNS:
        continue
    full = np.load(os.path.join(source, name))
    short = {}
    for key in COLUMNS[kind].split():
        value = full[key]
        if value.dtype.kind == "b":
            value = value.astype(np.int64)
        short[key] = value[:ROWS] if value.ndim else value
    np.savez_compressed(os.path.join(target, name), **short)
