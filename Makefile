# `make help` lists what there is. Everything happens in .venv; the system's Python is only used to make it.
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
MADE := $(VENV)/made
INSTALLED := $(VENV)/installed
INSTALLED_TEST := $(VENV)/installed-test

# The first Python from 3.11 to 3.13, the plain python3 first; `make PYTHON=/path/to/python …` chooses another.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	if $$python -c '$(SUPPORTED)' 2>/dev/null; then command -v $$python; break; fi; done)
# More settings for the command: make run ARGS="run=smoke"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint format nightly bench bench-peers docs constraints clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name words; do \
		printf '  make %-12s %s\n' "$$name" "$$words"; done

run: $(INSTALLED) ## install, then play the headline comparison (ARGS="run=smoke" for a quick look)
	@$(BIN)/marketsim compare experiment=long_run $(ARGS)

test: $(INSTALLED_TEST) ## install with the test tools, then run the tests
	@$(BIN)/python -m pytest $(ARGS)

lint: $(INSTALLED_TEST) ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict src

format: $(INSTALLED_TEST) ## put the code into the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

nightly: $(INSTALLED_TEST) ## the tests that take minutes
	@$(BIN)/python -m pytest -m nightly $(ARGS)

bench: $(INSTALLED_TEST) ## the speed ratios of benchmarks/
	@$(BIN)/python benchmarks/speed $(ARGS)

bench-peers: $(INSTALLED_TEST) ## the same funnel on other simulators, side by side (ARGS="--publish" for docs/)
	@for peer in $$(grep -v '^#' benchmarks/peers/requirements.txt); do $(PIP) "$$peer" || true; done
	@$(BIN)/python benchmarks/peers $(ARGS)

docs: $(INSTALLED_TEST) ## write the generated pages of docs/ anew
	@$(BIN)/python docs/build.py

constraints: $(INSTALLED_TEST) ## pin the newest versions that fit together (needs uv)
	@uv pip compile --quiet --universal --no-header --no-annotate --all-extras --upgrade \
		--python-version 3.11 pyproject.toml --output-file constraints.txt

clean: ## remove the environment and everything built; results/ stays
	@rm -rf $(VENV) $(VENV)-* build dist src/*.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .benchmarks
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

$(MADE):
	@test -n "$(PYTHON)" || { echo "marketsim: no Python 3.11, 3.12 or 3.13 found; install one, or say where it is:" \
		"make PYTHON=/path/to/python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "marketsim: $(PYTHON) cannot make environments;" \
		"install its venv module (Debian and Ubuntu: apt install python3-venv) and repeat" >&2; exit 1; }
	@echo "Installing into $(VENV) (once, about a minute) …" >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(INSTALLED): pyproject.toml constraints.txt | $(MADE)
	@$(PIP) --editable .
	@touch $@

$(INSTALLED_TEST): pyproject.toml constraints.txt | $(MADE)
	@$(PIP) --editable '.[test]'
	@touch $(INSTALLED) $@
