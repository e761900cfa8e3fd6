# The ordinary commands. Needs Python ≥ 3.11 and nothing else; everything goes into .venv and build.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
USE := .venv/installed
TEST := .venv/installed-test
FUZZ ?= 60
MUTATION := .venv/installed-mutation
BESIDE := .venv/installed-bench

.PHONY: help demo check deep mutate oracle bench new-rule clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(USE) ## check, prove and render the example shop (no cluster needed)
	@$(BIN)/python demo/run.py

check: $(TEST) ## lint, types, import contracts, all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -n auto -m "not deep"

deep: $(TEST) ## the long property tests, fuzzing for FUZZ seconds a target, and mutate
	$(BIN)/pytest -n auto -m deep
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	$(BIN)/python -m fuzz reader --seconds $(FUZZ)
	$(BIN)/python -m fuzz rules --seconds $(FUZZ)
	$(MAKE) mutate

mutate: $(MUTATION) ## change our own code in one place at a time: do the tests notice?
	$(BIN)/python -m mutation.run

oracle: $(TEST) ## fresh cases against Cilium's own policy engine (needs Go)
	$(BIN)/python -m oracle.run $(ORACLE)

bench: $(BESIDE) ## measure start-up, regular languages, reading, check, a whole cluster of 1,000 and 2,000 workloads, and one change of it
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/regular.py
	$(BIN)/python bench/reading.py
	$(BIN)/python bench/requests.py
	$(BIN)/python bench/resolve.py
	$(BIN)/python bench/proofs.py
	$(BIN)/python bench/check.py
	$(BIN)/python bench/lsp.py
	$(BIN)/python bench/changes.py
	$(BIN)/python bench/precision.py

new-rule: $(TEST) ## write the file of a new rule of `check` and its cases: RULE=group/name-of-the-bad-thing
	@$(BIN)/python tools/new_rule.py $(RULE)

clean: ## remove everything that make made
	rm -rf .venv build

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "propolis needs Python 3.11 or newer; name one: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

# Editable: a change to the sources needs no new installation, a change to the pins does.
$(USE): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[grpc,sql]'
	@touch $@

$(TEST): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $(USE) $@

$(BESIDE): $(TEST)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $@

$(MUTATION): $(TEST)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutation]'
	@touch $@
