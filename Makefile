# Thin: what a target does is in scripts/. Everything is installed below this folder.
SHELL := /bin/bash
PYTHON ?=
export PYTHON
bin := .venv/bin

.PHONY: help run install install-dev build check test test-full format lint-fix contract lock clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: ## install, build, and start a local JupyterHub with demo people
	@scripts/install.sh run
	@exec $(bin)/python scripts/run.py

install: ## what `make run` needs, below this folder
	@scripts/install.sh run

install-dev: ## also what `make check` and `make test` need
	@scripts/install.sh dev

build: install ## the front end, if it changed

check: install-dev ## formatting, linters, types, import boundaries, contract drift
	@scripts/check.sh

test: install-dev ## every test, with small counts
	@scripts/test.sh small

test-full: install-dev ## every test, with the full counts
	@scripts/test.sh full

format: install-dev ## both languages
	@$(bin)/ruff check --quiet --fix .
	@$(bin)/ruff format .
	@PATH="$(CURDIR)/$(bin):$$PATH" jlpm format

lint-fix: format

contract: install-dev ## openapi.json and the TypeScript types, after a change of a model or route
	@scripts/contract.sh write

lock: install-dev ## requirements/*.txt again from requirements/*.in, with hashes
	@scripts/lock.sh

clean: ## what was built; not what was installed, nor any state
	rm -rf lib dist build tsconfig.tsbuildinfo jupyter_apex_ws/labextension .mypy_cache .ruff_cache .pytest_cache
