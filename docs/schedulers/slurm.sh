#!/bin/bash
# A study as a job array of SLURM, from the repository, in a folder that all nodes see: sbatch docs/schedulers/slurm.sh
# What is left afterwards, such as the share of a node that failed: sbatch the same again.
#SBATCH --job-name=compare
#SBATCH --array=1-4
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
export GRAE_THREADS="$SLURM_CPUS_PER_TASK"
exec deno task compare --out runs/compare --part "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
