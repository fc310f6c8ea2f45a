#!/usr/bin/env bash
# One step of `make setup`: a line that says which and about how long it takes, and nothing else unless it fails; then
# everything that it said.
#   tools/step.sh "1/5 environment" "5 s" COMMAND...
set -uo pipefail
echo "$1 … about $2"
said=$(mktemp)
trap 'rm -f "$said"' EXIT
"${@:3}" >"$said" 2>&1 </dev/null
status=$?
if [ $status -ne 0 ]; then
  cat "$said" >&2
  echo "$1: failed, see above." >&2
fi
exit $status
