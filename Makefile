# Every command of the project. `make` alone lists them; .ci/run calls the same ones.
PYTHON ?= $(shell command -v python3.11 || echo python3)
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
RUN := $(BIN)/python

# The suite on the embedded default must not see a server that the shell happens to name.
EMBEDDED := env -u DATABASE_URL -u REDIS_URL -u CELERY_BROKER_URL -u EMAIL_URL -u PRODUCTION -u DEBUG
SERVERS := DATABASE_URL=$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
           REDIS_URL=$${REDIS_URL:-redis://127.0.0.1:6379/1}

# Whoever has nothing left to do takes over from the other; the world of a module is made once in each process.
TOGETHER := -n 2 --dist worksteal
# Else every start compiles every module anew where this is set.
export PYTHONDONTWRITEBYTECODE :=
SUITE := not browser and not fault and not fuzz and not bench

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-postgres test-browser lint fmt messages bench drill-submissions drill-invariants fuzz screenshots walkthrough lock ci clean

help: ## List the commands
	@echo "Chenzhou Pilot. Two commands to begin with: make run, make test"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

setup: ## Make .venv, install locked packages, compile message catalogues; quick when nothing changed
	@$(PYTHON) -m tools.setup

run: setup ## Serve the site with the real data on http://127.0.0.1:8000 (PORT=…, HOST=…)
	@BIND=$(HOST):$(PORT) exec $(RUN) manage.py serve

demo: setup ## Add synthetic records and one account per role, to try the site with
	@$(RUN) manage.py prepare
	$(RUN) manage.py load_demo --bases 200 --projects 1000 --seed 1
	$(RUN) manage.py create_demo_accounts

test: setup ## The whole suite on the embedded default (SQLite), without browser and drills
	$(EMBEDDED) $(BIN)/pytest $(TOGETHER) -m "$(SUITE) and not postgres" $(ARGS)

test-postgres: setup ## The same suite on PostgreSQL and Redis (DATABASE_URL, REDIS_URL)
	@$(SERVERS) $(RUN) -m tools.servers database cache
	$(SERVERS) $(BIN)/pytest $(TOGETHER) -m "$(SUITE)" $(ARGS)

test-browser: setup ## The pages in a real headless Chromium (CHROMIUM=…), axe included
	@$(RUN) -m tools.chromium
	$(EMBEDDED) $(BIN)/pytest $(TOGETHER) -m browser $(or $(ARGS),tests/browser)

lint: setup ## Style, formatting, templates, direction of imports, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy

fmt: setup ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: setup ## Bring locale/ up to date with the code, then compile and check it
	$(RUN) -m tools.messages extract
	$(RUN) -m tools.catalogues
	$(RUN) -m tools.messages check

bench: setup ## Measure requests and search at scale (see bench/)
	$(RUN) -m bench $(ARGS)

drill-submissions: setup ## The last minute of a call: 500 submissions over HTTP on PostgreSQL, none lost, doubled or unnumbered
	@$(SERVERS) $(RUN) -m tools.servers database cache
	$(SERVERS) $(RUN) -m bench.rush $(ARGS)

drill-invariants: setup ## A long walk at random through the procedure, and races for its moves, on PostgreSQL (EXAMPLES=…, STEPS=…)
	@$(SERVERS) $(RUN) -m tools.servers database cache
	INVARIANT_EXAMPLES=$(or $(EXAMPLES),300) INVARIANT_STEPS=$(or $(STEPS),40) $(SERVERS) $(BIN)/pytest -q \
	  tests/subsidies/test_invariants.py tests/subsidies/test_invariants_at_once.py $(ARGS)

fuzz: setup ## Ask every documented operation of the API odd things (schemathesis, EXAMPLES=…)
	$(EMBEDDED) $(RUN) -m tools.fuzz --examples $(or $(EXAMPLES),50)

screenshots: setup ## Draw the pictures of docs/images anew
	@$(RUN) -m tools.chromium
	$(RUN) -m tools.screenshots
	PICTURES=$(CURDIR)/docs/images $(EMBEDDED) $(BIN)/pytest -q -m browser tests/browser/test_from_call_to_recovery.py tests/browser/test_site_checks.py

walkthrough: setup ## Walk docs/walkthrough.md in a headless Chromium, and reckon how long it takes to do and to read
	@$(RUN) -m tools.chromium
	$(RUN) -m tools.walkthrough

lock: setup ## Lock the newest allowed packages, with hashes
	for name in requirements requirements-dev requirements-node; do \
	  $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url \
	    --python-version 3.11 $$name.in --output-file $$name.txt || exit 1; done
	npm update --package-lock-only --ignore-scripts

ci: ## Everything that continuous integration runs
	@bash .ci/run

clean: ## Remove what setup and the tools made; the data in var/ stays
	rm -rf .venv node_modules staticfiles reports .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find locale -name '*.mo' -delete
