#!/bin/bash
# Makes the pictures of README.md, the guide and the gallery with the program itself:
# docs/make-pictures.sh PROGRAM
set -euo pipefail
program=$(realpath "${1:-$(swift build -c release --show-bin-path)/mesogen}")
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p gallery

generate() { # NAME PHASE OPTIONS...
  local name=$1 phase=$2
  shift 2
  "$program" generate "$phase" -o "$scratch/$name.xyz" --count 1 --seed 3 --quiet "$@"
}
draw() { # NAME OPTIONS...
  local name=$1
  shift
  "$program" draw "$scratch/$name.xyz" -o "gallery/$name.png" --size 300 "$@"
}

# README.md
common=(--particles 400 --aspect-ratio 3 --packing-fraction 0.42)
generate nematic nematic --order 0.7 --director 0,0,1 "${common[@]}"
generate smectic smectic --order 0.95 --smectic-order 0.97 --director 0,0,1 "${common[@]}"
for phase in nematic smectic; do
  "$program" draw "$scratch/$phase.xyz" -o "$phase.svg" --size 400
done

# The gallery: every phase.
draw nematic
draw smectic
generate isotropic isotropic "${common[@]}"
draw isotropic
generate discotic nematic --order 0.8 --director 0,0,1 --particles 400 --aspect-ratio 0.33 --packing-fraction 0.42
draw discotic
generate tilted smectic --order 0.95 --smectic-order 0.97 --tilt 25 --director 0.42,0,0.91 "${common[@]}"
draw tilted
generate cholesteric cholesteric --particles 600 --half-turns 2 --packing-fraction 0.35 --director 0,0,1
draw cholesteric
generate biaxial biaxial --particles 300 --director 0,0,1
draw biaxial
generate smectic-b smectic-b --particles 300 --director 0,0,1
draw smectic-b
generate columnar columnar --particles 300 --director 0,0,1
draw columnar
generate crystal crystal --cells 6,6,2
draw crystal
generate molecular-crystal molecular-crystal --space-group 14 --pair "$scratch/pair.xyz"
draw molecular-crystal
mv "$scratch/pair.xyz" "$scratch/coarse.xyz"
draw coarse
generate dimers dimers --semi-axes 1,1.5,2 --distance 3:3
draw dimers
generate mixture nematic --order 0.6 --component A:0.5,0.5,1.5:2 --component B:0.6,0.6,0.3:1 --particles 400
draw mixture
# Equilibrium by Monte Carlo.
"$program" simulate "$scratch/nematic.xyz" -o "$scratch/equilibrium.xyz" --potential hard \
  --equilibrate 500 --steps 20 --every 20 --quiet > /dev/null 2>&1
draw equilibrium

# The guide: the densities of a neighbourhood with scaled axes.
generate neighbourhood nematic --order 0.5 --particles 24 --aspect-ratio 3 --packing-fraction 0.25
for scale in 0.5 1 2; do
  "$program" convert "$scratch/neighbourhood.xyz" "$scratch/density-$scale.xyz" --scale-axes $scale --quiet
  draw "density-$scale"
done
