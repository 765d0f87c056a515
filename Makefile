# Works with GNU make 3.81 (macOS) and newer.
PYTHON ?= python3
BIN := .venv/bin
MAKEFILE := $(firstword $(MAKEFILE_LIST))
CHART := monitoring/monitor/static/chart.umd.js
SERVING := ml-api/requirements.lock monitoring/requirements.lock tools/requirements.lock
REQUIREMENTS := requirements.txt $(wildcard */requirements*.txt) tests/conformance/requirements.txt

.DEFAULT_GOAL := help
# Else a command that calls make in its turn would hand on what this one was told, ARGS above all.
unexport ARGS
MAKEOVERRIDES :=
.PHONY: help run demo \
    pack \
    deploy-check deploy \
    stack mlflow \
    setup servers check test train rules dashboards references pictures lock audit \
    bench soak fuzz conformance peers

##@ Try it

help: ## Show this list
	@awk -f tools/make_help.awk $(MAKEFILE) $(MAKEFILE)
	@printf '\n%s\n%s\n' "Variables go behind the target: make run API_PORT=8010" \
	    "PYTHON=python3.12 names the Python of a .venv that is not there yet."

run: .venv/.run-installed $(CHART) ## Run the API and the dashboard here (API_PORT=8000 MONITOR_PORT=8001)
	@$(BIN)/python -m tools.run_local

demo: .venv/.run-installed $(CHART) ## Run both with simulated traffic, and open the dashboard (DEMO_SECONDS=300)
	@$(BIN)/python -m tools.demo

##@ Your own model

pack: .venv/.all-installed ## Make a bundle of your model (MODEL=model.joblib DATA=rows.csv TARGET=price NAME=house ARGS=--synthetic)
	@[ -n "$(MODEL)" ] && [ -n "$(DATA)" ] && [ -n "$(TARGET)" ] && [ -n "$(NAME)" ] || { \
	    echo "Say of what: make pack MODEL=model.joblib DATA=rows.csv TARGET=price NAME=house"; exit 1; }
	@$(BIN)/python -m training pack "$(MODEL)" --data "$(DATA)" --target "$(TARGET)" --name "$(NAME)" $(ARGS)
	@$(BIN)/python -m training pin

##@ Online

deploy-check: .venv/.all-installed ## Tell all that can be known before a deployment (ARGS="ml-api --no-build")
	@$(BIN)/python -m tools.deploy_check $(ARGS)

deploy: .venv/.all-installed ## Deploy both to Vercel, and probe what is online (API=https://... ARGS=--yes)
	@$(BIN)/python -m tools.deploy $(if $(API),--api "$(API)") $(ARGS)

##@ Watch it

stack: .venv/.run-installed $(CHART) ## Run Prometheus and Alertmanager as well (STATE=folder keeps what it knows)
	@$(BIN)/python -m tools.stack $(if $(STATE),--state "$(STATE)")

mlflow: .cache/mlflow/.installed ## Open MLflow's pages on what --track logged in mlflow.db (MLFLOW_PORT=5002)
	@$(BIN)/python -m tools.mlflow_ui

##@ Change it

setup: .venv/.all-installed $(CHART) ## Install what packing, training and all tools need

servers: .cache/mlflow/.installed ## Install what tests start, on Debian as root
	@sh tools/install_servers.sh

check: .venv/.all-installed ## Lint, format, types, and who may import whom
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@PYTHONPATH=.:ml-api:monitoring $(BIN)/lint-imports --no-logo

test: setup servers ## Run every test (ARGS="-k words" to choose, REQUIRE_REAL=1 to skip none)
	@$(BIN)/python -m pytest $(ARGS)

train: .venv/.all-installed ## Train the models that ship into ml-api/artifacts
	@$(BIN)/python -m training math-score
	@$(BIN)/python -m training penguins
	@$(BIN)/python -m training food-drive
	@$(BIN)/python -m training house-price

rules: .venv/.all-installed ## Write Prometheus's rules from the table of alerts
	@$(BIN)/python -m tools.render_rules

dashboards: .venv/.all-installed ## Write Grafana's dashboards from their code
	@$(BIN)/python -m observability.grafana.dashboards.render

references: .venv/.all-installed ## Write docs/reference from the code
	@$(BIN)/python -m tools.references

pictures: setup servers ## Draw the pictures of docs/images anew
	@$(BIN)/python -m tests.pictures

lock: $(BIN)/python ## Pin anew what is installed, with hashes (ARGS=--upgrade takes the newest)
	@$(BIN)/python tools/lock.py $(ARGS)

audit: .venv/.all-installed ## Ask whether anything that is pinned is known to be unsafe
	@$(BIN)/python -m tools.audit

##@ Measure it

bench: .venv/.all-installed ## Measure this API beside others (ARGS="--quick --only tandem,echo")
	@$(BIN)/python -m bench $(ARGS)

fuzz: .venv/.all-installed ## Try both deployments with made-up requests (CASES=10000 SEED=1)
	@$(BIN)/python -m tests.hostile.fuzz --cases $(or $(CASES),10000) \
	    $(if $(SEED),--seed $(SEED))

soak: .venv/.all-installed ## Break servers, disk and network under load (MINUTES=30 RATE=200 SEED=1)
	@$(BIN)/python -m tests.chaos.soak --minutes $(or $(MINUTES),30) \
	    --rate $(or $(RATE),200) $(if $(SEED),--seed $(SEED))

conformance: .venv/.all-installed ## Run both apps under Vercel's own runtime and build (ARGS="-k words" to choose)
	@$(BIN)/python -m pytest tests/conformance $(ARGS)

peers: .venv/.all-installed .cache/mlflow/.installed ## Compare the scoring protocol with MLflow's own server (ARGS="-k words" to choose)
	@REQUIRE_REAL=1 $(BIN)/python -m pytest -m peer $(ARGS)

.DEFAULT:
	@echo "There is nothing called $@ to make; make help lists what there is." >&2; exit 2

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
	    echo "Python 3.11 or newer is needed, and $(PYTHON) is not it;" >&2; \
	    echo "name one that is: make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12" >&2; \
	    exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv

.venv/.run-installed: $(BIN)/python $(SERVING) $(REQUIREMENTS)
	@$(BIN)/python tools/lock.py --check
	@$(BIN)/python tools/install.py $(SERVING)
	@touch $@

.venv/.all-installed: $(BIN)/python requirements.lock $(SERVING) $(REQUIREMENTS)
	@$(BIN)/python tools/lock.py --check
	@$(BIN)/python tools/install.py requirements.lock
	@touch $@
