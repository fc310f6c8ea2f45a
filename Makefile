# Everything sets itself up: Python 3.11.2 to 3.13 with venv and the package registries are all that has to be there.
SHELL := /bin/bash
.DELETE_ON_ERROR:
PYTHON ?= python3
PY := .venv/bin/python
STAGE ?= before
export NODE_USE_SYSTEM_CA := 1
export UV_SYSTEM_CERTS := 1
export npm_config_fetch_retries := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# .venv is made anew when PYTHON names another Python than the one that made it, and when that one is gone or was replaced.
ASKED := $(if $(filter file,$(origin PYTHON)),by-itself,asked)
WANTED := $(if $(filter asked,$(ASKED)),$(shell $(PYTHON) tools/admitted.py 2>/dev/null || echo none),$(file <.venv/.python))
ifneq ($(WANTED),$(if $(wildcard .venv/.python),$(shell $(PY) tools/admitted.py 2>/dev/null)))
.PHONY: .venv/.python
endif

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.built  ## environment, locked packages, fonts, bundles, translations; PYTHON=python3.12; never root
	@:

.venv/.python:
	@tools/step.sh "1/5 environment" "5 s" tools/environment.sh $(PYTHON) $(ASKED)
	@$(PY) tools/admitted.py >$@

.venv/.installed: .venv/.python requirements/dev.lock pyproject.toml setup.py $(wildcard src/ballotbox/kernel/*.[ch] src/ballotbox/kernel/build.py)
	@tools/step.sh "2/5 Python packages" "60 s" tools/packages.sh
	@touch $@

node_modules/.installed: .venv/.installed package-lock.json
	@tools/step.sh "3/5 scripts and fonts from npm" "20 s" $(PY) tools/npm.py ci --no-audit --no-fund --loglevel=error
	@touch $@

.venv/.built: .venv/.installed node_modules/.installed $(shell find src/shuping/locale src/shuping/static/booth tools -name '*.po' -o -name '*.js' -o -name '*.css' -o -name '*.py' 2>/dev/null)
	@tools/step.sh "4/5 bundles and fonts" "10 s" $(SHELL) -c "$(PY) tools/build_static.py && $(PY) tools/fonts.py"
	@tools/step.sh "5/5 translations" "5 s" $(PY) tools/messages.py
	@touch $@

demo: setup  ## load the example, serve it, print a sign-in link per role (STAGE=before|ballot|results|later, LAN=1)
	.venv/bin/shuping demo --stage $(STAGE) $(if $(LAN),--lan)

setup-test: debian setup  ## what the tests need from Debian; as root it installs them, otherwise it says the line

debian:
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
	$(PY) tools/newest.py

test-newest: setup  ## the pure packages, start, backup, restore and a rehearsal on the newest admitted Python that is there
	$(PY) tools/newest.py

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

.PHONY: help setup demo setup-test debian check test test-newest soak dist bench
