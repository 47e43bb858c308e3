# What one can do here. `make` alone lists it.

PYTHON ?= python3
# How many tests run side by side.
JOBS ?= 2
# The port of the demonstration; 8080 when left out.
PORT ?=
# Added to the command behind demo and test: make test ARGS="-k withdraw"
ARGS ?=

# Requests of the load driver, per database, of the fuzzer, per road, role and database, and runs of the state machine.
SOAK ?= 100000
FUZZ ?= 300
EXAMPLES ?= 2000
# The folder with the linter rules of the NL API Design Rules, which are not ours to ship.
ADR ?=

BIN := .venv/bin
STAMP := .venv/.installed
# An independent OpenID provider, for the tests alone: node's, by the lock beside it.
PROVIDER := tests/oidc/node_modules/.package-lock.json
PACKAGES := schemas consent audit connectors hub

.DEFAULT_GOAL := help
.PHONY: help setup demo provider test check audit soak bench messages pictures lint-api tall lock clean

help: ## list what one can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## install into .venv, exactly what the lock says

$(STAMP): requirements-test.lock pyproject.toml tools/venv.sh
	@PYTHON="$(PYTHON)" bash tools/venv.sh .venv
	@echo "Installing what requirements-test.lock says."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

demo: setup ## play with the Almere story on this machine: make demo PORT=8080
	@$(BIN)/ketenhub demo $(if $(PORT),--port $(PORT)) $(ARGS)

provider: $(PROVIDER) ## install the OpenID provider that the tests sign in at

$(PROVIDER): tests/oidc/package-lock.json
	@bash tools/need.sh npm nodejs npm
	@cd tests/oidc && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

test: setup provider ## run the tests, on SQLite and on PostgreSQL
	@bash tools/need.sh curl
	@bash tools/need.sh chromium chromium fonts-noto-core
	@$(BIN)/python -m pytest --no-header -n $(JOBS) --dist loadfile $(ARGS)

check: setup ## look at style, types, who imports whom, and whether the lock fits
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary $(PACKAGES) $(wildcard tests tools)
	@said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; exit 1; }
	@$(BIN)/python -m pip check --quiet --disable-pip-version-check
	@$(BIN)/python tools/dependencies.py
	@echo "Style, types, imports and lock are in order."

audit: ## ask the advisory databases about everything in the lock; needs the network
	@PYTHON="$(PYTHON)" bash tools/audit.sh requirements-test.lock

soak: setup ## crash and press the hub for a long time, on both databases: make soak SOAK=100000
	@$(BIN)/python -m tests.soak.crash --moments 100
	@$(BIN)/python -m tests.soak.load --requests $(SOAK) --kills 100
	@$(BIN)/python -m tests.soak.timing
	@$(BIN)/python -m tests.soak.fuzz --examples $(FUZZ)
	@HUB_TEST_SOAK_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest --no-header tests/rules/test_state_machine.py

bench: setup ## measure the hub beside a bare yardstick: make bench QUICK=1, or BIG=1
	@$(BIN)/python -m tests.bench

messages: setup ## bring the English of the screens up to date; then fill in what is empty in messages.po
	@$(BIN)/python tools/messages.py

pictures: setup ## make the pictures of the documentation anew, in a real browser
	@$(BIN)/python -m tests.web.film docs/window --for-docs
	@$(BIN)/python -m tests.web.screens docs/screens --for-docs

lint-api: setup ## hold the API document against the NL API Design Rules: make lint-api ADR=FOLDER
	@bash tools/lint-api.sh "$(ADR)"

tall: setup ## show the ten tallest files and the ten longest functions
	@$(BIN)/python tools/tall.py $(PACKAGES) $(wildcard tests tools)

lock: ## write both locks anew; make lock UPGRADE=1 looks for newer versions too
	@PYTHON="$(PYTHON)" UPGRADE="$(UPGRADE)" bash tools/lock.sh

clean: ## remove .venv, caches and what was built; never your data
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
