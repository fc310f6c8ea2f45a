#!/usr/bin/env bash
# Make .venv by the Python that is given. One that is there is kept when that Python made it, or when nobody asked for
# another.
#   tools/environment.sh PYTHON asked|by-itself
set -euo pipefail
there=$(.venv/bin/python tools/admitted.py 2>/dev/null || true)
if [ "$2" = by-itself ] && [ -n "$there" ]; then
  exit 0
fi
given=$("$1" tools/admitted.py)
[ "$there" = "$given" ] || "$1" -m venv --clear .venv
