#!/bin/bash
# Makes the pictures of README.md with the program itself: docs/make-pictures.sh PROGRAM
set -euo pipefail
program=$(realpath "${1:-$(swift build -c release --show-bin-path)/mesogen}")
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
common=(--count 1 --particles 400 --aspect-ratio 3 --packing-fraction 0.42 --director 0,0,1 --seed 3)
"$program" generate nematic -o "$scratch/nematic.xyz" --order 0.7 "${common[@]}"
"$program" generate smectic -o "$scratch/smectic.xyz" --order 0.95 --smectic-order 0.97 "${common[@]}"
for phase in nematic smectic; do
  "$program" draw "$scratch/$phase.xyz" -o "$phase.svg" --size 400
done
