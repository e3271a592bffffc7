# Signoff: `make demo` to see it, `make test` to prove it.
PYTHON ?= python3
VENV := .venv
PYTHONS ?= 3.11.2 3.11.7 3.12.1 3.13.0
# The one that `make torture` runs besides the default: the newest.
OTHER_PYTHON ?= 3.13.0
# What `make test-fast` runs: rules, services, evidence, the layers and the docs.
FAST ?= tests/domain tests/assist tests/evidence tests/db tests/services tests/web/test_routes.py \
	tests/project/test_architecture.py tests/project/test_docs.py
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH_READY := $(VENV)/.bench-ready
TORTURE_READY := $(VENV)/.torture-ready
# Checks pages in `make torture`, where npm and Java are found; no dependency of anything else.
NU_CHECKER := vnu-jar@26.9.27

UV := $(BIN)/pip install --quiet --disable-pip-version-check uv
# Another program's environment: what makes the list is no part of it.
CYCLONEDX := cyclonedx-bom==7.5.0
LOWEST ?= tests/domain tests/paper

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock'

.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Signoff needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(BENCH_READY): $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

$(TORTURE_READY): $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[torture]'
	@if command -v npm >/dev/null; then npm install --silent --prefix $(VENV)/nu --no-audit --no-fund $(NU_CHECKER); fi
	@touch $@

install: $(READY) ## Make .venv with everything that development needs

install-bench: $(BENCH_READY) ## Add what the benchmarks are measured against

lock: $(READY) ## Renew requirements/*.txt: exact versions with hashes
	$(UV)
	$(LOCK) --extra postgresql --output-file requirements/run.txt
	$(LOCK) --extra dev --output-file requirements/dev.txt

sbom: $(READY) ## Write sbom.json: what requirements/run.txt installs, as CycloneDX
	$(UV)
	$(BIN)/uv tool run --from $(CYCLONEDX) cyclonedx-py requirements requirements/run.txt --output-file sbom.json.draft \
		&& mv sbom.json.draft sbom.json || { rm -f sbom.json.draft; exit 1; }

lowest: $(READY) ## Run a choice of tests with the oldest versions that pyproject.toml allows
	$(UV)
	$(BIN)/uv venv --quiet --clear $(VENV)/lowest
	$(BIN)/uv pip install --quiet --python $(VENV)/lowest --resolution lowest-direct --editable '.[test]'
	$(VENV)/lowest/bin/python -m pytest -q -p no:xdist --without-postgresql -m "not torture and not browser" $(LOWEST)

dev: $(READY) ## Run the demonstration with a server that reloads when code or a page changes
	@$(BIN)/watchfiles --sigint-timeout 10 '$(BIN)/signoff demo' signoff templates config.py docs/handbook.md

run: $(READY) ## Run Signoff for real on this machine: `signoff up`, with what it makes in instance/
	@$(BIN)/signoff up

demo: $(READY) ## Run the demonstration on http://127.0.0.1:8000
	@$(BIN)/signoff demo

demo-reset: $(READY) ## Run the demonstration from the beginning, without what was done in it before
	@$(BIN)/signoff demo --reset

lint: $(READY) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint ## Run everything that CI runs: lint, types, tests on both databases and in a browser
	$(BIN)/pytest -n auto --dist worksteal -m "not torture"

test-fast: $(READY) ## Run a choice of tests in less than two minutes: on SQLite only, no browser, no servers
	$(BIN)/pytest -q -n auto --dist worksteal -m "not torture and not browser" -k "not postgresql" $(FAST)

test-matrix: $(READY) ## Run the tests on other Pythons too, without browser and PostgreSQL (PYTHONS="3.12.1 3.13")
	$(BIN)/python -m tests.matrix $(PYTHONS)

torture: $(TORTURE_READY) ## Run the long tests: races, kills, fuzzing, and the suite on another Python
	$(BIN)/pytest -m torture
	$(BIN)/python -m tests.matrix $(OTHER_PYTHON)

mutants: $(TORTURE_READY) ## Change the rules in small ways; some test must notice each (MUTANTS="300 20261129", or "signoff.domain.diff*")
	$(BIN)/python -m tests.mutants $(MUTANTS)

bench: $(BENCH_READY) ## Print the benchmarks
	$(BIN)/python -m bench.public
	$(BIN)/python -m bench.differences
	$(BIN)/python -m bench.suggestions
	$(BIN)/python -m bench.evidence
	$(BIN)/python -m bench.letters
	$(BIN)/python -m bench.letters_meanwhile
	$(BIN)/python -m bench.staff
	$(BIN)/python -m bench.names
	$(BIN)/python -m bench.waiting
	$(BIN)/python -m bench.imports
	$(BIN)/python -m bench.scale

screenshots: $(READY) ## Make the README's screenshots again
	$(BIN)/python -m docs.screenshots

.PHONY: help install install-bench lock sbom lowest dev run demo demo-reset lint format test test-fast test-matrix torture mutants bench screenshots
