# run · test · check · bench · report: each makes what it needs; a second run starts at once.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
LOG := $(VENV)/setup.log
SAMPLE := workspaces/hlybokaye.gpkg

.PHONY: run test check bench report fuzz setup sample-data messages clean
.DEFAULT_GOAL := run

run: setup $(SAMPLE)
	@$(PY) -m planner.cli app $(SAMPLE)

test: setup
	@echo "Running the tests"
	@$(PY) -m pytest -n 2 --dist loadfile

check: setup
	@echo "Checking style, types and who imports whom"
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(BIN)/lint-imports --no-cache

bench: setup
	@$(PY) -m benchmarks

# The readers of files, for an hour unless SECONDS_LONG says otherwise; what it finds stands in out/fuzz/found.
fuzz: setup
	@$(PY) -m pip install --quiet 'atheris>=3,<4'
	@$(PY) -m tests.fuzz --seconds $(or $(SECONDS_LONG),3600)

report: setup $(SAMPLE)
	@$(PY) -m planner.cli report $(SAMPLE) --lang $(or $(LANGUAGE),ru) --format html,pdf,docx,xlsx,geojson,gpkg --out out

setup: $(VENV)/.ready

# Made only where it is missing: it may hold a planner's own layers by now. "make clean" removes it.
$(SAMPLE): | $(VENV)/.ready
	@echo "Making the sample district in $(SAMPLE)"
	@mkdir -p $(dir $(SAMPLE))
	@$(PY) -m planner.cli new $(SAMPLE) --sample

$(VENV)/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make an environment; on Debian install python3-venv"; exit 1; }
	@echo "Installing the pinned dependencies (a minute or two the first time)"
	@$(PY) -m pip install --quiet --require-hashes --requirement requirements.lock >$(LOG) 2>&1 || \
	  { echo "The dependencies cannot be installed: is there a network? Details are in $(LOG)"; exit 1; }
	@echo "Bringing the map's browser assets"
	@$(PY) -m planner.maps.vendor
	@echo "Preparing the network search and the siting"
	@$(PY) -m planner.network.prepare
	@$(PY) -m planner.coverage.prepare
	@$(PY) -m planner.siting.prepare
	@touch $@

sample-data: setup
	@$(PY) data/make_sample.py --facts ../shared/facts/hlybokaye --out data/geo

messages: setup
	@$(PY) -m planner.i18n.extract

clean:
	rm -rf $(VENV) workspaces out
