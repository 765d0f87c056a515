# Works with GNU make 3.81 (macOS) and newer.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CHART := monitoring/monitor/static/chart.umd.js
SERVING := ml-api/requirements.txt monitoring/requirements.txt tools/requirements.txt

.DEFAULT_GOAL := help
.PHONY: help setup run test check train conformance

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/.run-installed $(CHART) ## Run the API and the dashboard here (API_PORT, MONITOR_PORT)
	@$(BIN)/python -m tools.run_local

setup: .venv/.all-installed $(CHART) ## Install everything, run nothing
	@sh tools/install_servers.sh

test: setup ## Run every test (ARGS="-k words" to choose, REQUIRE_REAL=1 to skip none)
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/.all-installed ## Lint, format, types, and who may import whom
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=.:ml-api:monitoring $(BIN)/lint-imports --no-logo

train: .venv/.all-installed ## Train both demo models into ml-api/artifacts
	@$(BIN)/python -m training math-score
	@$(BIN)/python -m training penguins

conformance: .venv/.all-installed ## Run both apps under Vercel's own runtime and build
	@$(BIN)/python -m pytest tests/conformance $(ARGS)

# The dashboard draws with Chart.js; without npm its tables remain.
$(CHART): monitoring/package-lock.json
	@if command -v npm >/dev/null 2>&1; then \
	    echo "Fetching Chart.js ..."; \
	    cd monitoring && npm ci --silent --no-audit --no-fund && npm run --silent vendor && touch ../$@; \
	else false; fi || \
	    echo "npm could not fetch Chart.js: the dashboard shows tables and no charts."

# A .venv that can't run (its Python is gone or too old) is made anew, and what was in it with it.
VENV_WORKS := $(shell $(BIN)/python -c "import sys, pip; print(sys.version_info >= (3, 11))" 2>/dev/null)
ifneq ($(VENV_WORKS),True)
.PHONY: $(BIN)/python
endif

$(BIN)/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { \
	    echo "Python 3.11 or newer is needed, and $(PYTHON) is not it;"; \
	    echo "name one that is: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12"; \
	    exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv

.venv/.run-installed: $(BIN)/python $(SERVING)
	@echo "Installing what both apps need ..."
	@$(PIP) $(SERVING:%=-r %)
	@touch $@

.venv/.all-installed: $(BIN)/python $(SERVING) training/requirements.txt requirements.txt
	@echo "Installing everything ..."
	@$(PIP) -r requirements.txt
	@touch $@
