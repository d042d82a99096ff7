# Everything below needs Python 3.11 or newer and nothing else: the environment is made on the way.

# Names a Python; what is chosen without it stands in .ci/environment.
PYTHON ?=
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# Tests wait for servers half of their time: four processes keep two cores at work. 0: one after the other.
PROCESSES ?= 4
LOCK := uv.lock pyproject.toml
# Tests and tools start many short processes: without bytecode, each of them would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check bench bench-quick golden faults soak mutants stack-up stack-down schema schema-clients clients helm clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/dev ## Watch a worker at work on servers of its own
	$(BIN)/cart demo

test: .venv/dev ## Run every test except the soak tests, on real servers
	$(PYTEST) -n $(PROCESSES)

check: .venv/dev ## Lint, format, types, the direction of imports, what is generated
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cart schema --check

golden: .venv/dev ## Run the golden pricing cases; CASES=file for one's own
	$(BIN)/python tests/golden/run.py $(if $(CASES),"$(CASES)")

faults: .venv/dev ## Run the fault matrix: servers killed, frozen and cut off
	$(PYTEST) tests/faults -n $(PROCESSES)

soak: .venv/dev ## Run the long fault tests, a thousand random changes of each sample of the dialects, 10,000 schedules of two workers
	$(PYTEST) tests/faults tests/contract --soak -n $(PROCESSES)
	RANDOM_CHANGES=1000 $(PYTEST) tests/unit/dialects -n $(PROCESSES)
	SCHEDULES=10000 $(PYTEST) tests/properties/test_laws.py -k two_workers --timeout 7200

mutants: .venv/dev ## Plant a catalogue of bugs, one by one, and see each caught; ONLY=name for some
	$(BIN)/python tests/mutants/run.py $(if $(ONLY),"$(ONLY)")

bench: .venv/bench ## Measure throughput and latency
	$(BIN)/python -m benchmarks

bench-quick: .venv/bench ## Measure a shorter while
	$(BIN)/python -m benchmarks --quick

schema: .venv/dev ## Write what is made from the models: docs/asyncapi.json, docs/commands.md, docs/command-line.md, docs/patches.md, docs/states.md, half of the Python client
	$(BIN)/cart schema

schema-clients: .venv/dev ## Generate TypeScript, Java and Python types from docs/asyncapi.json and compile them
	PATH="$(CURDIR)/$(BIN):$$PATH" docs/schema-clients/check.sh

clients: .venv/dev ## Try every client that can be installed here against a worker; WRITE=1 writes the table, ONLY=name for some
	$(BIN)/python tests/clients/run.py $(if $(WRITE),--write) $(if $(ONLY),"$(ONLY)")

helm: .venv/dev ## Lint the Helm chart, render it, check it against the schemas of Kubernetes
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/uv run --no-project --with kubernetes-validate==1.37.0 --with pyyaml python deploy/helm/check.py

stack-up: .venv/dev ## Leave a RabbitMQ and a MongoDB running, and print their addresses
	@$(BIN)/python -m stack up

stack-down: .venv/dev ## Stop them and remove their data
	@$(BIN)/python -m stack down

clean: ## Remove the environment, caches and built files
	@if [ -d .stack ]; then $(MAKE) --no-print-directory stack-down; fi
	rm -rf .venv dist .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are as old as the last synchronisation with the lock file.
.venv/dev: $(LOCK) | $(BIN)/uv
	$(BIN)/uv sync --locked --inexact
	@touch $@

.venv/bench: $(LOCK) | $(BIN)/uv
	$(BIN)/uv sync --locked --inexact --all-groups
	@touch $@ .venv/dev

$(BIN)/uv:
	@PYTHON=$(PYTHON) sh .ci/environment
