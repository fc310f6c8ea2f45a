# Everything sets itself up: Python 3.11 with venv and the package registries are all that has to be there.
SHELL := /bin/bash
.DELETE_ON_ERROR:
PY := .venv/bin/python
STAGE ?= before
export NODE_USE_SYSTEM_CA := 1
export UV_SYSTEM_CERTS := 1
export npm_config_fetch_retries := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.built  ## environment, locked packages, fonts, bundles, translations; never root

.venv/.installed: requirements/dev.lock pyproject.toml setup.py $(wildcard src/ballotbox/kernel/*.[ch] src/ballotbox/kernel/build.py)
	python3 -m venv .venv
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(PY) --require-hashes -r requirements/dev.lock; \
	else $(PY) -m pip install --quiet --require-hashes -r requirements/dev.lock; fi
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.installed: .venv/.installed package-lock.json
	$(PY) tools/npm.py ci --no-audit --no-fund --loglevel=error
	@touch $@

.venv/.built: .venv/.installed node_modules/.installed $(shell find src/shuping/locale src/shuping/static/booth tools -name '*.po' -o -name '*.js' -o -name '*.css' -o -name '*.py' 2>/dev/null)
	$(PY) tools/build_static.py
	$(PY) tools/fonts.py
	$(PY) tools/messages.py
	@touch $@

demo: setup  ## load the example, serve it, print a sign-in link per role (STAGE=before|ballot|results|later, LAN=1)
	.venv/bin/shuping demo --stage $(STAGE) $(if $(LAN),--lan)

setup-test: setup  ## what the tests need from Debian; as root it installs them, otherwise it says the line
	@tools/debian.sh

check: setup  ## style, types, storeys: quick
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test: setup-test check  ## everything that CI runs
	$(PY) tools/npm.py run --silent check-js
	$(PY) tools/npm.py run --silent test-js
	.venv/bin/pytest -n 2 --dist worksteal -m "not journey and not long"
	.venv/bin/pytest -n 2 --dist loadfile -m journey
	rm -rf build/rehearsal && .venv/bin/shuping rehearse --example provincial --voters 50 --seed 2 --out build/rehearsal
	$(PY) tools/verify_pyz.py build/verify.pyz && $(PY) build/verify.pyz build/rehearsal/record-*.bel

SECONDS_EACH ?= 1800
SANITIZED := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g

soak: setup  ## long runs: kernel under sanitizers against the other arithmetics, parsers against random bytes (SECONDS_EACH=1800)
	rm -rf build/soak
	BALLOTBOX_CFLAGS="$(SANITIZED)" $(PY) setup.py --quiet build_ext --build-lib build/soak --build-temp build/soak/objects
	LD_PRELOAD=$$(gcc -print-file-name=libasan.so) ASAN_OPTIONS=detect_leaks=0 PYTHONPATH=build/soak $(PY) -m tests.ballotbox.differ $(SECONDS_EACH)
	$(PY) -m tests.ballotbox.differ $(SECONDS_EACH)
	$(PY) -m tests.ballotbox.fuzz $(SECONDS_EACH)
	.venv/bin/pytest -m long

dist: setup  ## a wheel with everything in it, the auditor's verify.pyz and the pages that need no site, in dist/
	rm -rf build/lib
	$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	$(PY) tools/verify_pyz.py dist/verify.pyz
	$(PY) tools/build_standalone.py dist

bench: setup-test  ## every promise, measured
	@for script in benchmarks/*_*.py; do $(PY) $$script || exit 1; done

.PHONY: help setup demo setup-test check test soak dist bench
