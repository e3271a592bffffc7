# Signoff: `make demo` to see it, `make test` to prove it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Signoff needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

install: $(READY) ## Make .venv with everything that development needs

demo: $(READY) ## Run the demonstration on http://127.0.0.1:8000
	@$(BIN)/signoff demo

demo-reset: $(READY) ## Run the demonstration anew, without what was done in it before
	@$(BIN)/signoff demo --reset

lint: $(READY) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## Put the code into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint ## Run everything that CI runs: lint, types, tests on both databases and in a browser
	$(BIN)/pytest -n auto --dist worksteal -m "not torture"

torture: $(READY) ## Run the long tests: races, kills, fuzzing
	$(BIN)/pytest -m torture

bench: $(READY) ## Print the benchmarks
	$(BIN)/python -m bench.public_pages
	$(BIN)/python -m bench.differences
	$(BIN)/python -m bench.suggestions
	$(BIN)/python -m bench.evidence
	$(BIN)/python -m bench.letters
	$(BIN)/python -m bench.staff

screenshots: $(READY) ## Make the README's screenshots anew
	$(BIN)/python -m docs.screenshots

.PHONY: help install demo demo-reset lint format test torture bench screenshots
