#!/usr/bin/env bash
# Shards on a Slurm of one node, which is started here, and under mpirun: the merged sets must have the bytes
# of one process; so must replica exchange over ranks, where the program was built with MPI (make
# machines-test MPI=1).
#
#   Tests/machines-test.sh PROGRAM
#
# Slurm needs root and the packages slurmctld slurmd slurm-client munge; mpirun comes with OpenMPI. What is
# not installed is left out, and said.
set -u
MESOGEN=$(realpath "$1")
export MESOGEN
scripts=$(realpath "$(dirname "$0")/../data/slurm")
folder=$(mktemp -d)
# shellcheck disable=SC2329
finish() {
  for file in "$folder"/*.pid; do [ -f "$file" ] && kill "$(cat "$file")" 2> /dev/null; done
  sleep 1
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder" || exit 1

cat > recipe.yaml <<RECIPE
seed: 4
datasets:
  - name: a
    generate: {phase: nematic, count: 41, particles: 60, order: 0:1}
    energy: {cutoff: 4}
    order: {cutoff: 4}
    featurize: {max-angular: 3, max-radial: 2, cutoff: 3}
  - name: b
    generate: {phase: dimers, count: 1003}
    energy: {cutoff: 10, max-energy: 0.5, above: drop}
    featurize: {max-angular: 3, max-radial: 2, cutoff: 8, average: none}
    learn: {task: ridge, target: energy}
RECIPE
"$MESOGEN" run recipe.yaml --output one --quiet || exit 1
failed=0
compare() {
  if "$MESOGEN" merge recipe.yaml --output "$1" --quiet --remove-shards && diff -r one "$1"; then
    echo "$2: the bytes of one process"
  else
    echo "$2: FAILED"
    failed=1
  fi
}

if command -v mpirun > /dev/null; then
  mpirun --allow-run-as-root --oversubscribe -n 2 "$MESOGEN" run recipe.yaml --output mpi \
    --shard next/5 --quiet || failed=1
  compare mpi "mpirun -n 2"
  if "$MESOGEN" doctor | grep -q '^MPI  *built in'; then
    "$MESOGEN" generate nematic -o start.xyz --count 2 --particles 100 --seed 1 --quiet || failed=1
    exchange=(simulate start.xyz --potential hard --ensemble npt --pressure 1
      --exchange pressure:1,1.2,1.4,1.6,1.8 --equilibrate 200 --steps 500 --every 50 --quiet)
    "$MESOGEN" "${exchange[@]}" -o alone.xyz > /dev/null || failed=1
    for count in 2 3; do
      mpirun --allow-run-as-root --oversubscribe -n $count \
        "$MESOGEN" "${exchange[@]}" -o ranks.xyz > /dev/null || failed=1
      if cmp alone.xyz ranks.xyz && cmp alone.xyz.observables.csv ranks.xyz.observables.csv \
        && cmp alone.xyz.observables.json ranks.xyz.observables.json; then
        echo "replica exchange over $count ranks: the bytes of one process"
      else
        echo "replica exchange over $count ranks: FAILED"
        failed=1
      fi
    done
    if mpirun --allow-run-as-root --oversubscribe -n 2 "$MESOGEN" "${exchange[@]}" --temperature nan \
      -o no.xyz 2> errors.txt || [ -e no.xyz ]; then
      echo "bad input over ranks: FAILED"
      failed=1
    fi
  else
    echo "built without MPI: replica exchange over ranks is left out"
  fi
else
  echo "mpirun is not installed: left out"
fi

if command -v slurmctld > /dev/null && command -v slurmd > /dev/null && command -v munged > /dev/null \
  && [ "$(id -u)" = 0 ]; then
  name=$(hostname -s)
  head -c 1024 /dev/urandom > munge.key
  mkdir munge state spool
  chmod 400 munge.key
  chmod 711 munge
  chmod 755 "$folder"
  chown -R munge: munge munge.key
  runuser -u munge -- munged --key-file="$folder/munge.key" --socket="$folder/munge/socket" \
    --pid-file="$folder/munge/munged.pid" --log-file="$folder/munge/munged.log" \
    --seed-file="$folder/munge/seed" || failed=1
  ln -s munge/munged.pid munged.pid
  cat > slurm.conf <<CONF
ClusterName=one
SlurmctldHost=$name
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmctldPort=16817
SlurmdPort=16818
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
NodeName=$name CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  slurmctld && slurmd -N "$name" || failed=1
  for _ in $(seq 30); do sinfo -h -o %t 2> /dev/null | grep -q idle && break; sleep 1; done
  variables=ALL,RECIPE=recipe.yaml,OUTPUT=array
  sbatch --wait --mem-per-cpu=0 --array=1-4 --export=$variables "$scripts/shards.sbatch" || failed=1
  compare array "Slurm array of 4"
  variables=ALL,RECIPE=recipe.yaml,OUTPUT=dynamic,SHARDS=6
  sbatch --wait --mem-per-cpu=0 --ntasks="$(nproc)" --export=$variables "$scripts/dynamic.sbatch" \
    || failed=1
  compare dynamic "Slurm, $(nproc) processes for 6 shards"
else
  echo "Slurm (slurmctld slurmd slurm-client munge) is not installed, or this is not root: left out"
fi
exit $failed
