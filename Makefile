# Backplay. `make run` is all a new machine needs; `make help` lists the rest.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
NODE := scripts/with-node
NPM := $(NODE) npm --prefix frontend

# Each stamp lies inside what it vouches for, so that deleting that makes it again.
PYTHON_READY := .venv/.ready
DEV_READY := .venv/.ready-dev
PARITY_READY := .venv-parity/.ready
NODE_READY := frontend/node_modules/.ready
APP := static/app/index.html

# What the built front end depends on; folders too, since removing a file changes only its folder.
FRONTEND := $(shell find frontend/src frontend/public -not -name '*.test.*' 2>/dev/null) \
  $(wildcard frontend/index.html frontend/vite.config.ts frontend/tsconfig.json autograd/tape/sentences/*.json)

.PHONY: help setup run test test-python test-frontend test-browser check format bench parity docker-test screenshot lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: $(PYTHON_READY) $(APP) ## make .venv, install what is pinned, build the front end

run: setup ## start Backplay on 127.0.0.1:8000 and open it (ARGS="--no-open --port 9000")
	@$(BIN)/backplay serve $(ARGS)

test: test-python test-frontend test-browser ## run every test

test-python: $(DEV_READY) $(APP) ## test the core, the tape and the server
	$(BIN)/python -m pytest -n auto --ignore tests/parity $(ARGS)

test-frontend: $(NODE_READY) ## test the front end's logic
	$(NPM) test

test-browser: $(DEV_READY) $(APP) ## test the page in real Chromium
	@chromium=$$(scripts/find-chromium) && CHROMIUM="$$chromium" PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM) run test:browser

check: $(DEV_READY) $(NODE_READY) ## format, lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(NPM) run check

format: $(DEV_READY) $(NODE_READY) ## put the code in the form that `make check` asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NPM) run format

bench: $(DEV_READY) ## measure speed; each benchmark prints ratios against a named peer
	$(BIN)/python -m benchmarks.steps $(ARGS)
	$(BIN)/python -m benchmarks.recording

parity: $(PARITY_READY) ## compare our core with PyTorch 2.13.0, in an environment of its own
	.venv-parity/bin/python -m pytest tests/parity $(ARGS)

docker-test: ## build the image, start it, play a run through its API, stop it
	@$$(scripts/find-python) scripts/docker_test.py

screenshot: setup ## take docs/screenshot.png
	@chromium=$$(scripts/find-chromium) && CHROMIUM="$$chromium" $(NODE) node scripts/screenshot.mjs

lock: ## pin the dependencies anew (UPGRADE=1: to their newest releases)
	@scripts/lock
	npm --prefix frontend install --package-lock-only

clean: ## remove everything that these targets made here
	rm -rf .venv .venv-parity frontend/node_modules static/app *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results

# ---- what the targets above stand on

$(PYTHON_READY): requirements.txt pyproject.toml
	@scripts/make-venv .venv requirements.txt
	@touch $@

$(DEV_READY): requirements-dev.txt $(PYTHON_READY)
	@scripts/make-venv .venv requirements-dev.txt
	@touch $@

$(PARITY_READY): requirements-dev.txt requirements-parity.txt pyproject.toml
	@scripts/make-venv .venv-parity requirements-dev.txt requirements-parity.txt
	@touch $@

$(NODE_READY): frontend/package.json frontend/package-lock.json frontend/.npmrc | $(PYTHON_READY)
	@$(NODE) --ensure
	@echo "Installing the front end's packages"
	@$(NPM) ci --no-audit --no-fund
	@touch $@

$(APP): $(NODE_READY) $(FRONTEND)
	@echo "Building the front end"
	@$(NPM) run build
	@touch $@
