#!/usr/bin/env bash
# Every reader under libFuzzer, beginning with the whole files of `Fuzz --seeds`.
#
#   Tests/coverage-fuzz.sh FUZZ COVERAGE_FUZZ SECONDS [READER ...]
#
# Inputs that crash, take two seconds or more than 320 MB stand in the folder fuzz-found afterwards.
set -u
fuzz=$(realpath "$1") || exit 1
program=$(realpath "$2") || exit 1
seconds=$3
shift 3
readers=("$@")
[ ${#readers[@]} -gt 0 ] || readers=(xyz gz gsd traj dump data npz mts h5 csv yaml)
root=$(dirname "$program")/../corpus
seeds=$(mktemp -d)
trap 'rm -rf "$seeds"' EXIT
"$fuzz" --seeds "$seeds" > /dev/null || exit 1
mkdir -p fuzz-found
failed=0
printf '%-8s %10s %8s %8s %6s  %s\n' reader inputs edges corpus MB end
for reader in "${readers[@]}"; do
  corpus=$root/$reader
  mkdir -p "$corpus"
  cp "$seeds"/*."$reader" "$corpus" || exit 1
  log=$(mktemp)
  MESOGEN_READER=$reader SWIFT_BACKTRACE=enable=no OPENBLAS_NUM_THREADS=1 "$program" \
    -max_total_time="$seconds" -timeout=2 -rss_limit_mb=320 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="fuzz-found/$reader-" "$corpus" > "$log" 2>&1
  status=$?
  inputs=$(sed -n 's/stat::number_of_executed_units: *//p' "$log")
  edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
  memory=$(sed -n 's/stat::peak_rss_mb: *//p' "$log")
  end=good
  if [ $status != 0 ]; then
    failed=1
    end="exit code $status, $(grep -a 'Test unit written' "$log" | tail -1)"
  fi
  printf '%-8s %10s %8s %8s %6s  %s\n' "$reader" "${inputs:--}" "${edges:--}" \
    "$(find "$corpus" -type f | wc -l)" "${memory:--}" "$end"
  rm -f "$log"
done
exit $failed
