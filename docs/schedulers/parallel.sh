#!/bin/sh
# Shares of a study as processes of one machine: docs/schedulers/parallel.sh 4 compare --threads 1
# GNU parallel would be: parallel deno task compare --threads 1 --part {}/4 ::: 1 2 3 4
shares=$1
shift
seq "$shares" | xargs -P "$shares" -I INDEX deno task "$@" --part "INDEX/$shares"
