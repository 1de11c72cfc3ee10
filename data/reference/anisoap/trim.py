"""Makes the files of this folder from the full reference set: drops what no test reads.

usage: python3 trim.py FULL_SET_FOLDER
"""
import glob, os, sys
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.npz"))):
    full = np.load(path)
    kept = {k: full[k] for k in full.files
            if not k.startswith("pairraw") and not k.endswith("as_labelled")}
    np.savez_compressed(os.path.join(here, os.path.basename(path)), **kept)
