# Works with GNU make 3.81 (macOS) and newer.
PYTHON ?= python3
BIN := .venv/bin
# A lock names all that is needed, with hashes: what is anything else is not installed.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
CHART := monitoring/monitor/static/chart.umd.js
SERVING := ml-api/requirements.lock monitoring/requirements.lock tools/requirements.lock
REQUIREMENTS := requirements.txt $(wildcard */requirements*.txt) tests/conformance/requirements.txt

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check train mlflow conformance peers soak bench lock audit stack dashboards rules

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: .venv/.run-installed $(CHART) ## Run the API and the dashboard here (API_PORT, MONITOR_PORT)
	@$(BIN)/python -m tools.run_local

demo: .venv/.run-installed $(CHART) ## Run both with simulated traffic, and open the dashboard (DEMO_SECONDS)
	@$(BIN)/python -m tools.demo

stack: .venv/.run-installed $(CHART) ## Run Prometheus and Alertmanager as well (STATE=folder keeps all)
	@$(BIN)/python -m tools.stack $(if $(STATE),--state "$(STATE)")

dashboards: .venv/.all-installed ## Write Grafana's dashboards from their code
	@$(BIN)/python -m observability.grafana.dashboards.render

rules: .venv/.all-installed ## Write Prometheus's rules from the table of alerts
	@$(BIN)/python -m tools.render_rules

setup: .venv/.all-installed .cache/mlflow/.installed $(CHART) ## Install everything, run nothing
	@sh tools/install_servers.sh

test: setup ## Run every test (ARGS="-k words" to choose, REQUIRE_REAL=1 to skip none)
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/.all-installed ## Lint, format, types, and who may import whom
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=.:ml-api:monitoring $(BIN)/lint-imports --no-logo

train: .venv/.all-installed ## Train the models that ship into ml-api/artifacts
	@$(BIN)/python -m training math-score
	@$(BIN)/python -m training penguins
	@$(BIN)/python -m training food-drive
	@$(BIN)/python -m training house-price

conformance: .venv/.all-installed ## Run both apps under Vercel's own runtime and build
	@$(BIN)/python -m pytest tests/conformance $(ARGS)

mlflow: .cache/mlflow/.installed ## Open MLflow's pages on what --track logged in mlflow.db (MLFLOW_PORT)
	@$(BIN)/python -m tools.mlflow_ui

peers: .venv/.all-installed .cache/mlflow/.installed ## Compare the scoring protocol with MLflow's own server
	@REQUIRE_REAL=1 $(BIN)/python -m pytest -m peer $(ARGS)

soak: .venv/.all-installed ## Break servers, disk and network under load (MINUTES=30 RATE=200 SEED=1)
	@PYTHONPATH=.:ml-api:monitoring $(BIN)/python -m tests.chaos.soak --minutes $(or $(MINUTES),30) \
	    --rate $(or $(RATE),200) $(if $(SEED),--seed $(SEED))

bench: .venv/.all-installed ## Measure this API beside others (ARGS="--quick --only tandem,echo")
	@$(BIN)/python -m bench $(ARGS)

lock: $(BIN)/python ## Pin anew what is installed, with hashes (ARGS=--upgrade takes the newest)
	@$(BIN)/python tools/lock.py $(ARGS)

audit: .venv/.all-installed ## Ask whether anything that is pinned is known to be unsafe
	@$(BIN)/python -m tools.audit

# MLflow's UI and server bring 80 packages, some older than ours: they stay out of .venv.
.cache/mlflow/.installed: training/requirements-mlflow.lock | .venv/.all-installed
	@echo "Installing MLflow's server into .cache/mlflow ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .cache/mlflow
	@$(BIN)/uv pip sync --quiet --require-hashes --python .cache/mlflow/bin/python $<
	@touch $@

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

.venv/.run-installed: $(BIN)/python $(SERVING) $(REQUIREMENTS)
	@$(BIN)/python tools/lock.py --check
	@echo "Installing what both apps need ..."
	@$(PIP) $(SERVING:%=-r %)
	@touch $@

.venv/.all-installed: $(BIN)/python requirements.lock $(SERVING) $(REQUIREMENTS)
	@$(BIN)/python tools/lock.py --check
	@echo "Installing everything ..."
	@$(PIP) -r requirements.lock
	@touch $@
