"""Cuts the reference files of LAMMPS to what the tests compare. usage: trim.py FOLDER (with the full files)"""
import sys, numpy as np, json
folder = sys.argv[1]
for name in ("step_uniaxial", "step_biaxial"):
    z = np.load(f"{folder}/{name}.npz")
    keep = [f"{k}_{n}" for n in (0, 1, 10) for k in ("x", "q", "v", "ang", "energies")]
    keep += ["f_0", "torque_0", "L", "semiaxes", "well_depths", "mu", "nu", "cutoff", "dt", "inertia"]
    np.savez_compressed(f"{name}.npz", **{k: z[k] for k in keep})
z = np.load(f"{folder}/nve_start.npz")
np.savez_compressed("nve_start.npz", **{k: z[k] for k in z})
z = np.load(f"{folder}/gay_berne_configs.npz")
np.savez_compressed("gay_berne_configs.npz", **{k: z[k] for k in z})
keys = ["name", "N", "rho", "T", "mu", "nu", "cutoff", "dt", "eq_steps", "prod_steps"]
keys += [p + k for k in ("U_per_N", "T_trans", "T_rot", "P", "S") for p in ("", "d")]
states = json.load(open(f"{folder}/gay_berne_nvt.json"))
json.dump([{k: s[k] for k in keys} for s in states], open("gay_berne_nvt.json", "w"), indent=1)
drift = {"cutoff 4": json.load(open(f"{folder}/nve_drift.json")),
         "cutoff 5.5": json.load(open(f"{folder}/nve_drift_rc5.5.json"))}
json.dump(drift, open("nve_drift.json", "w"), indent=1)
