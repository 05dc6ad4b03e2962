# The contributor's whole vocabulary: install, study, test, check, bench. Each says what it does and how long it takes.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed

.PHONY: install study test slow check bench clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@echo "Installing underfocus into .venv: one to two minutes, mostly the download and unpacking of torch (CPU)."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "underfocus needs Python 3.11 or newer, and $$($(PYTHON) --version) was found; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[learn,cluster,test]'
	@touch $(STAMP)
	@echo "Installed: .venv/bin/underfocus"

study: install
	@echo "Starting the study on this machine alone; Ctrl-C stops it."
	@$(BIN)/underfocus study

browser: install
	@$(BIN)/python scripts/browser.py

test: install browser
	@echo "Running every check but the slow ones: ten to twenty minutes on two cores."
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest

slow: install browser
	@echo "Running the slow checks: about four minutes on two cores."
	@$(BIN)/python -m pytest -m slow

check: install
	@echo "Style, types and floors: half a minute."
	@$(BIN)/ruff check src tests bench scripts
	@$(BIN)/ruff format --check src tests bench scripts
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: install
	@$(BIN)/python -m bench

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
