#!/usr/bin/env python3
"""Peak memory and time a frame of every command on 10^5 and on 10^6 frames of two particles.

    Tests/soak.py PROGRAM [FRAMES] [MORE FRAMES]

Memory may grow by 5 %, the processor time of a frame by 15 %; exit code 1 otherwise. Takes some minutes and, for
10^6 frames, 4 GB of disk in a temporary folder.
"""

import os
import sys
import tempfile

program = os.path.abspath(sys.argv[1])
few = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
many = int(sys.argv[3]) if len(sys.argv) > 3 else 10 * few

COMMANDS = {
    "generate": "generate dimers -o set.xyz --count {n} --seed 1",
    "generate, .gz": "generate dimers -o set.xyz.gz --count {n} --seed 1",
    "energy": "energy set.xyz -o labelled.xyz --cutoff 12 --forces",
    "order": "order set.xyz -o order.csv",
    "featurize": "featurize set.xyz -o set.npz --cutoff 8 --max-angular 3 --max-radial 3",
    "to GSD": "convert set.xyz set.gsd",
    "from GSD": "order set.gsd -o gsd.csv",
    "to chemiscope": "convert set.xyz set.json",
    "to a dump": "convert set.xyz set.dump",
    "learn ridge": "learn ridge set.npz --targets labelled.xyz --target h12 --alphas 1e-9:1:5 --stream"
    " -o model.npz",
}


def measured(command):
    """Processor seconds and peak megabytes of a child process."""
    pid = os.spawnv(os.P_NOWAIT, program, [program, *command.split(), "--quiet", "--threads", "1"])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{command}: failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


failed = False
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)
    results = {n: {name: measured(c.format(n=n)) for name, c in COMMANDS.items()} for n in (few, many)}
    print(f"{'':14} {'us a frame':>20} {'peak MB':>16}")
    print(f"{'':14} {few:>10,} {many:>9,} {few:>9,} {many:>9,}")
    for name in COMMANDS:
        (time, memory), (more_time, more_memory) = results[few][name], results[many][name]
        time, more_time = 1e6 * time / few, 1e6 * more_time / many
        wrong = more_memory > 1.05 * memory or more_time > 1.15 * time
        failed |= wrong
        print(
            f"{name:14} {time:>10.1f} {more_time:>9.1f} {memory:>9.1f} {more_memory:>9.1f}"
            + ("  grows" if wrong else "")
        )
sys.exit(1 if failed else 0)
