# Works with GNU make 3.81 (macOS) and newer.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CHART := monitoring/monitor/static/chart.umd.js
SERVING := ml-api/requirements.txt monitoring/requirements.txt tools/requirements.txt

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check train mlflow conformance peers stack dashboards rules

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

# MLflow's UI and server bring 80 packages, some older than ours: they stay out of .venv.
.cache/mlflow/.installed: training/requirements-mlflow.txt | .venv/.all-installed
	@echo "Installing MLflow's server into .cache/mlflow ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .cache/mlflow
	@$(BIN)/uv pip install --quiet --python .cache/mlflow/bin/python -r $<
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

.venv/.run-installed: $(BIN)/python $(SERVING)
	@echo "Installing what both apps need ..."
	@$(PIP) $(SERVING:%=-r %)
	@touch $@

.venv/.all-installed: $(BIN)/python $(SERVING) training/requirements.txt training/requirements-track.txt requirements.txt
	@echo "Installing everything ..."
	@$(PIP) -r requirements.txt
	@touch $@
