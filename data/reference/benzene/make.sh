#!/bin/sh
# Makes crystals.xyz.gz: variants of random benzene crystals with GFN1-xTB energies, forces and stresses.
#
#   sh make.sh [MESOGEN [PYTHON [WORKERS [COUNT]]]]
#
# COUNT is 1050, or up to 2500; the first ones stay the same. PYTHON needs ase and tblite (PyPI). A crystal
# takes 0.5 s of one core of a server that has nothing else to do; what was interrupted goes on where it was.
set -e
cd "$(dirname "$0")"
mesogen=${1:-mesogen}
python=${2:-python3}
workers=${3:-1}
count=${4:-1050}
worker=../../labels/ase_worker.py
[ -f crystals.tmp.xyz ] || {
  "$mesogen" generate molecular-crystal -o raw.tmp.xyz --count 2500 --variants 5 \
    --fewest-atoms 36 --most-atoms 48 --closest-contact 0.7 --seed 13
  # Four decimals, before the energies are computed: they belong to these positions.
  awk '$1 == "C" || $1 == "H" { printf "%s %.4f %.4f %.4f %d\n", $1, $2, $3, $4, $5; next } { print }' \
    raw.tmp.xyz > crystals.tmp.xyz
}
"$mesogen" label crystals.tmp.xyz -o labelled.tmp.xyz --workers "$workers" --time-limit 300 \
  --select-frames "0:$count" --resume --reference benzene --with "$python $worker gfn1"
# Forces with three decimals, stresses with six, labels that nothing needs left out.
awk '
  $1 == "C" || $1 == "H" {
    printf "%s %s %s %s %d %.3f %.3f %.3f\n", $1, $2, $3, $4, $5, $6, $7, $8; next
  }
  /Lattice=/ {
    if (match($0, /stress="[^"]*"/)) {
      before = substr($0, 1, RSTART - 1); after = substr($0, RSTART + RLENGTH)
      n = split(substr($0, RSTART + 8, RLENGTH - 9), s, " "); text = ""
      for (i = 1; i <= n; i++) text = text (i > 1 ? " " : "") sprintf("%.6f", s[i])
      $0 = before "stress=\"" text "\"" after
    }
    gsub(/ (phase="[^"]*"|seed=[0-9]+|frame=[0-9]+|space_group_symbol=[^ ]+|space_group_found_symbol=[^ ]+)/, "")
  }
  { print }' labelled.tmp.xyz | gzip -9n > crystals.xyz.gz
