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

# What a cutoff takes in: the particles nearer than that to the one in the middle (coordinates of the box).
for cutoff in 1.5 3 4.5; do
  awk -v cutoff=$cutoff '
    FNR == 2 { match($0, /Lattice="[^"]*"/); split(substr($0, RSTART + 9, RLENGTH - 10), cell, " ")
               pos = 2; middle = cell[1] / 2 }
    FNR > 2 { x[FNR] = $2; y[FNR] = $3; z[FNR] = $4; line[FNR] = $0
              d = ($2 - middle)^2 + ($3 - middle)^2 + ($4 - middle)^2
              if (best == "" || d < best) { best = d; center = FNR } }
    FNR == 2 { sub(/Lattice="[^"]*" /, ""); sub(/pbc="[^"]*"/, "pbc=\"F F F\""); header = $0 }
    END { for (k in line) if ((x[k]-x[center])^2 + (y[k]-y[center])^2 + (z[k]-z[center])^2 < cutoff^2)
            { kept[++n] = line[k] }
          print n; print header; for (i = 1; i <= n; ++i) print kept[i] }' \
    "$scratch/nematic.xyz" > "$scratch/cutoff-$cutoff.xyz"
  draw "cutoff-$cutoff"
done

# The radial functions r^(2n) exp(-r^2 / 2 sigma^2) of l = 0, each over its largest value.
awk 'BEGIN {
  width = 300; height = 150; reach = 9
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"190\" font-family=\"sans-serif\" font-size=\"12\">"
  print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
  split("1 2.5", sigmas, " "); split("#c33 #292 #33c #a5a", colors, " ")
  for (s = 1; s <= 2; ++s) {
    left = 10 + (s - 1) * (width + 20); sigma = sigmas[s]
    printf "<path d=\"M%d %dh%d\" stroke=\"#555\"/><text x=\"%d\" y=\"16\">--radial-width %s: n = 0, 2, 4, 6</text>\n", left, height + 20, width, left, sigma
    for (r = 0; r <= reach; r += 3) printf "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d</text>\n", left + width * r / reach, height + 36, r
    for (k = 0; k < 4; ++k) {
      n = 2 * k; top = n == 0 ? 1 : (2 * n * sigma^2)^n * exp(-n)
      path = ""
      for (i = 0; i <= 150; ++i) {
        r = reach * i / 150; value = r^(2 * n) * exp(-r^2 / (2 * sigma^2)) / top
        path = path (i ? "L" : "M") sprintf("%.1f %.1f", left + width * i / 150, height + 20 - (height - 5) * value)
      }
      printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"/>\n", path, colors[k + 1]
    }
  }
  print "</svg>"
}' > gallery/radial-width.svg
