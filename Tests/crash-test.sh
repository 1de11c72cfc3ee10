#!/usr/bin/env bash
# Kills mesogen with -9 at random moments of its work and starts it again: the second run must end in the
# bytes of an undisturbed one, and nothing else may be left behind.
#
#   Tests/crash-test.sh PROGRAM [KILLS] [SEED]
#
# Each kill goes to the next of the cases below. A moment is drawn between the start of the program and a
# little more than the time that the case took undisturbed; kills that came too late are not counted.
set -u
program=$(realpath "$1")
kills=${2:-200}
RANDOM=${3:-1}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT


declare -A command=(
  [generate]="generate dimers -o set.xyz --count 20000 --seed 1"
  [resume]="generate dimers -o set.xyz --count 20000 --seed 1 --resume"
  [gzip]="generate nematic -o set.xyz.gz --count 60 --particles 60 --order 0:1 --seed 1 --resume"
  [featurize]="featurize in.xyz -o set.npz --cutoff 4 --max-angular 4 --max-radial 3 --gradients positions --allow-hard-cutoff"
  [run]="run recipe.yaml --output out"
  [simulate]="simulate start.xyz -o set.xyz --steps 20000 --every 200 --seed 1 --resume"
  [tune]="learn tune in.xyz -o set.csv --target order --score ridge --cutoff 3,4 --max-angular 1,2,3 --max-radial 2"
)
cases=(generate resume gzip featurize run simulate tune)

# What the cases read.
inputs=$folder/inputs
mkdir "$inputs"
"$program" generate nematic -o "$inputs/in.xyz" --count 120 --particles 60 --order 0:1 --seed 2 --quiet || exit 1
"$program" generate nematic -o "$inputs/start.xyz" --count 1 --particles 100 --order 0.7 \
  --packing-fraction 0.3 --seed 3 --quiet || exit 1
cat > "$inputs/recipe.yaml" <<RECIPE
name: crash
seed: 4
datasets:
  - name: a
    generate: {phase: nematic, count: 40, particles: 60, order: 0:1}
    energy: {cutoff: 4}
    order: {cutoff: 4}
    featurize: {max-angular: 3, max-radial: 2, cutoff: 3}
  - name: b
    generate: {phase: dimers, count: 1000}
    energy: {cutoff: 10}
    featurize: {max-angular: 3, max-radial: 2, cutoff: 8}
    learn: {task: ridge, target: energy}
RECIPE

# A folder of its own with the inputs and a place for temporary files.
fresh() {
  rm -rf "$1"
  mkdir "$1" "$1/tmp"
  cp "$inputs"/* "$1"
}

now() { date +%s%N; }

declare -A duration
for case in "${cases[@]}"; do
  fresh "$folder/$case"
  cd "$folder/$case" || exit 1
  start=$(now)
  # shellcheck disable=SC2086
  TMPDIR=$PWD/tmp "$program" ${command[$case]} --quiet > /dev/null || { echo "$case fails undisturbed"; exit 1; }
  duration[$case]=$(($(now) - start))
done

done=0 failed=0 late=0
declare -A count
while [ "$done" -lt "$kills" ] && [ "$late" -lt $((10 * kills + 100)) ]; do
  case=${cases[$(((done + late) % ${#cases[@]}))]}
  trial=$folder/trial
  fresh "$trial"
  cd "$trial" || exit 1
  # shellcheck disable=SC2086
  TMPDIR=$PWD/tmp "$program" ${command[$case]} --quiet > /dev/null 2>&1 &
  process=$!
  moment=$((RANDOM * 32768 + RANDOM))
  nanoseconds=$((duration[$case] / 1000 * 1100 / 1073741 * (moment / 1000)))
  sleep "$((nanoseconds / 1000000000)).$(printf '%09d' $((nanoseconds % 1000000000)))"
  kill -9 "$process" 2> /dev/null
  wait "$process" 2> /dev/null
  [ $? = 137 ] || { late=$((late + 1)); continue; }
  done=$((done + 1))
  count[$case]=$((${count[$case]:-0} + 1))
  # shellcheck disable=SC2086
  if ! TMPDIR=$PWD/tmp "$program" ${command[$case]} --quiet > /dev/null 2> "$folder/errors"; then
    failed=$((failed + 1))
    echo "$case, killed after $((nanoseconds / 1000000)) ms: the next run fails: $(head -n 1 "$folder/errors")"
  elif ! diff -r "$folder/$case" "$trial" > "$folder/difference"; then
    failed=$((failed + 1))
    echo "$case, killed after $((nanoseconds / 1000000)) ms: $(head -n 1 "$folder/difference")"
  fi
done

printf '%d kills (' "$done"
for case in "${cases[@]}"; do printf '%s %d, ' "$case" "${count[$case]:-0}"; done
printf '%d more came too late), %d failed\n' "$late" "$failed"
[ "$failed" = 0 ] && [ "$done" = "$kills" ]
