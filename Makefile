# The two commands of a fresh machine: `make site` and `make test`. Both make their own virtual environment first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: site serve test format deploy-dry-run clean

site: $(VENV)/ready
	$(BIN)/python build.py
	$(BIN)/python build.py check
	@echo "To look at it: make serve, then open http://127.0.0.1:8000/"

serve: $(VENV)/ready
	$(BIN)/python build.py serve

test: $(VENV)/ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto

format: $(VENV)/ready-for-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

deploy-dry-run: $(VENV)/ready
	$(BIN)/python build.py
	$(BIN)/python build.py deploy --dry-run

clean:
	rm -rf .cache site .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/ready-for-tests: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[test]'
	touch $@ $(VENV)/ready
