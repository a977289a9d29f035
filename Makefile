# Needs Python 3.10 or newer and make, nothing else: everything is installed into .venv on first use.
#
#   make demo   run the rules of the projects in examples/ and show the failures
#   make test   run the test suite
#   make docs   build the documentation into site/
#   make ci     everything continuous integration runs

PYTHON ?= python3
VENV := .venv
BIN := $(if $(filter Windows_NT,$(OS)),$(VENV)/Scripts,$(VENV)/bin)
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Written when an installation is complete; whatever is older than pyproject.toml is installed again.
STAMP := $(VENV)/installed

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lint types rules ci packages clean

help:
	@sed -n 's/^#   //p' $(firstword $(MAKEFILE_LIST))

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 10) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) ..."
	@$(PIP) install -qq --upgrade 'pip>=25.1'
	@$(PIP) install -qq --editable . --group dev
	@touch $@

demo: $(STAMP)
	@$(BIN)/python scripts/demo.py

test: $(STAMP)
	@$(BIN)/python -m pytest -n auto $(ARGS)

# Not `pytest --cov`, which starts too late: pytest imports the plugin before.
coverage: $(STAMP)
	@$(BIN)/python -m coverage run -m pytest -n auto $(ARGS)
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report

lint: $(STAMP)
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m ruff format --check .

types: $(STAMP)
	@$(BIN)/python -m mypy

# This repository's own architecture rules, declared in its pyproject.toml.
rules: $(STAMP)
	@$(BIN)/python -m pytest --archguard pyproject.toml

# The documentation as a site, in site/; a broken link is an error.
docs: $(STAMP)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

# The real packages that some tests read; without them those tests are skipped (in CI they fail).
packages: $(STAMP)
	@$(BIN)/python scripts/packages.py

ci:
	@.ci/run

clean:
	rm -rf $(VENV) .nox .pytest_cache .mypy_cache .ruff_cache .hypothesis .archguard_cache .coverage .coverage.*
