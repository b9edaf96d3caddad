#!/usr/bin/env bash
# Trains the policy of this folder with verl, on Ray. Further overrides follow on the command line:
#   bash train_verl.sh trainer.nnodes=4 trainer.n_gpus_per_node=8
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
folder="$PWD"
overrides=()
while IFS= read -r line; do overrides+=("${line//@DIR@/$folder}"); done < verl.overrides
exec python3 -m verl.trainer.main_ppo "${overrides[@]}" "$@"
