#!/usr/bin/env bash
# Install the locked packages by hash, and this checkout, into .venv. Only errors are told: where a machine names further
# sources, the package client warns of every one that lacks a package.
set -euo pipefail
python=.venv/bin/python
quiet=(--quiet --quiet --disable-pip-version-check)
if command -v uv >/dev/null; then
  uv pip install --quiet --python $python --require-hashes -r requirements/dev.lock
else
  $python -m pip install "${quiet[@]}" --require-hashes -r requirements/dev.lock
fi
$python -m pip install "${quiet[@]}" --no-deps --no-build-isolation --editable .
