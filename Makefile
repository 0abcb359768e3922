# Each target makes .venv when it is missing. Extra words go in ARGS, e.g.  make audit ARGS="--lang en --out reports/en"
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: audit test lab bench clean

audit: $(VENV)/.installed
	$(BIN)/friendly-city audit data/futian --checklist community --period 2022 --out reports/2022 $(ARGS)

test: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n logical --dist loadfile $(ARGS)

lab: $(VENV)/.installed
	$(BIN)/jupyter lab notebooks/start.ipynb $(ARGS)

bench: $(VENV)/.installed
	$(BIN)/python -m tests.benchmarks $(ARGS)

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "friendly_city needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@
