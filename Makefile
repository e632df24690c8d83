# Ketnap on one machine, without Docker. `make` alone lists what there is.
# PROVINCE=<pack> or all; CONTAINERS=1 takes the tests' servers from images; ARGS=… goes to the command.
PROVINCE ?= lao-cai
PYTEST ?= --numprocesses=auto --dist=loadscope --no-loadscope-reorder
export CONTAINERS

ketnap := .venv/bin/ketnap
compile := uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header
sources = $(shell git ls-files --cached --others --exclude-standard '*.py')

.DEFAULT_GOAL := help
.PHONY: help up down status logs reset test check hooks bench torture test-compose lock env dev

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

up: env ## Start everything and load a province: make up PROVINCE=lao-cai
	@$(ketnap) up --province $(PROVINCE) $(ARGS)

down: env ## Stop everything; data stay
	@$(ketnap) down $(ARGS)

status: env ## What runs, since when, how often it was started again
	@$(ketnap) status $(ARGS)

logs: env ## The last lines of the logs: make logs ARGS="kafka --follow"
	@$(ketnap) logs $(ARGS)

reset: env ## Stop everything and delete all data, after asking
	@$(ketnap) reset $(ARGS)

test: dev ## All tests: make test CONTAINERS=1 ARGS="-k kafka"
	@.venv/bin/pytest $(PYTEST) -m "not compose" $(ARGS)

check: dev ## Format, lint, types, borders between modules
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy --no-error-summary $(sources)
	@told=$$(.venv/bin/lint-imports --no-logo) || { echo "$$told"; exit 1; }

hooks: dev ## Check what changed before each commit
	@.venv/bin/pre-commit install

bench: dev ## Measure what the README claims
	@.venv/bin/python -m benchmarks $(ARGS)

torture: dev ## Kill everything at random moments, for longer than the tests do
	@.venv/bin/pytest -m kill $(ARGS)

test-compose: dev ## Start the product with Docker Compose and walk through it
	@.venv/bin/pytest -m compose $(ARGS)

lock: dev ## Compile all locks anew
	@$(compile) pyproject.toml -o requirements.lock
	@$(compile) --all-extras pyproject.toml -o tests/requirements.lock
	@for name in postgres java node jgo; do $(compile) --no-annotate deploy/local/$$name.in -o deploy/local/$$name.lock; done
	@$(compile) --no-annotate -c requirements.lock deploy/local/build.in -o deploy/local/build.lock
	@$(ketnap) infra lock

env:
	@deploy/bootstrap

dev:
	@deploy/bootstrap --dev
