# Every target calls the milepost command or another tool; what they need is installed on first use.
#
#   PYTHON=python3.12 make pdf    takes another Python than python3 (it has to be 3.11 or newer)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOGS := build/logs

# Stamps, written last, so that an interrupted step is run again.
MADE := $(VENV)/.made
RUN_READY := $(VENV)/.ready-to-run
SITE_READY := $(VENV)/.ready-for-site
DOCS_READY := $(VENV)/.ready-for-docs
TEST_READY := $(VENV)/.ready-to-test

# $(call quietly,LOG,COMMAND): the command's output is shown only where it fails.
quietly = { mkdir -p $(LOGS) && { $(2); } >$(LOGS)/$(1).log 2>&1 || { cat $(LOGS)/$(1).log >&2; exit 1; }; }
pip = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The class lsstdoc is typeset by XeLaTeX, and no other document needs that.
tex := $(if $(shell grep -sE '^ +class: *.?lsstdoc\b' milestones.yaml),xetex,tex)
engine := $(if $(filter xetex,$(tex)),xelatex,lualatex)
# Where that is; empty if it is missing.
ENGINE := $(firstword $(wildcard $(addsuffix /$(engine),$(subst :, ,$(PATH)))))

.DEFAULT_GOAL := help
.PHONY: help pdf watch rst figures site serve editions all check fmt diff review release docs test lint torture bench clean tex test-tools missing

help: ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' Makefile

pdf: $(RUN_READY) tex ## the document as PDF
	@$(BIN)/milepost build pdf

watch: $(RUN_READY) tex ## the document as PDF, built again on every change
	@$(BIN)/milepost watch pdf

rst: $(RUN_READY) ## the document as reStructuredText
	@$(BIN)/milepost build rst

figures: $(RUN_READY) ## the figures as PDF and SVG
	@$(BIN)/milepost build figures

site: $(SITE_READY) tex ## the document as a site, with its PDF: build/site/
	@$(BIN)/milepost build site

serve: $(SITE_READY) ## the site in your browser, rebuilt on every change: make serve [PORT=8000]
	@$(BIN)/milepost serve --port '$(or $(PORT),8000)'

editions: $(SITE_READY) tex ## a site for each release tag, and the draft: build/editions/site/
	@$(BIN)/milepost editions

all: $(SITE_READY) tex ## all of these
	@$(BIN)/milepost build all

check: $(RUN_READY) ## look for faults in milestones.yaml
	@$(BIN)/milepost check

fmt: $(RUN_READY) ## write milestones.yaml in its canonical form
	@$(BIN)/milepost fmt

diff: $(RUN_READY) tex ## what has changed since a revision, state or file: make diff BASE=2024-02 [NEW=...]
	@test -n '$(BASE)' || { echo "say since when, for instance: make diff BASE=2024-02" >&2; exit 1; }
	@$(BIN)/milepost diff '$(BASE)' $(if $(NEW),'$(NEW)')

release: $(RUN_READY) ## approve a version: make release VERSION=1.7 shows what would be done, WRITE=1 does it
	@test -n '$(VERSION)' || { echo "say which version, for instance: make release VERSION=1.7" >&2; exit 1; }
	@$(BIN)/milepost release '$(VERSION)' $(if $(WRITE),--write)

review: $(RUN_READY) tex ## what a board needs to decide: make review BASE=v1.6 [NEW=...]
	@test -n '$(BASE)' || { echo "say since when, for instance: make review BASE=v1.6" >&2; exit 1; }
	@$(BIN)/milepost diff --packet '$(BASE)' $(if $(NEW),'$(NEW)')

docs: $(DOCS_READY) ## the documentation of Milepost as a site: build/docs/
	@$(BIN)/python -m sphinx -q -E -W --keep-going -d build/doctrees docs build/docs
	@echo build/docs/index.html

test: test-tools lint ## lint, then run all tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(TEST_READY) ## check style and types
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --diff --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache >build/logs/imports.log || { cat build/logs/imports.log >&2; exit 1; }

torture: test-tools ## kill, damage and edit at every point, not at samples: an hour
	@MILEPOST_TORTURE=50 $(BIN)/python -m pytest -s \
	  tests/build/test_crashes.py tests/build/test_bad_moments.py tests/build/test_incremental.py \
	  tests/build/test_month.py tests/cli/schedule/test_killed_imports.py tests/latex/test_passes.py

bench: $(SITE_READY) tex ## measure how long things take: make bench [SMALL=1] leaves out 100,000 milestones
	@$(BIN)/python -m tests.benchmarks $(if $(SMALL),--small)

clean: ## remove all that was built
	@find build -mindepth 1 -maxdepth 1 ! -name .gitignore -exec rm -rf {} +

# TeX itself, which is looked for once, and again if its engine is missing or another one.
tex: $(VENV)/.ready-with-$(tex)

$(VENV)/.ready-with-$(tex): $(RUN_READY) $(or $(ENGINE),missing)
	@$(BIN)/python -m milepost.latex.toolchain $(tex)
	@touch $@

missing:

test-tools: $(TEST_READY)
	@$(BIN)/python -m milepost.latex.toolchain tex test

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, $(PYTHON) is not; try: PYTHON=python3.12 make pdf" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments; run: sudo apt-get install python3-venv" >&2; exit 1; }
	@test -e $(RUN_READY) || $(call quietly,venv,$(PYTHON) -m venv --clear $(VENV))
	@touch $@

$(RUN_READY): pyproject.toml | $(MADE)
	@echo "Setting up $(VENV): once, about a minute …" >&2
	@$(call quietly,pip,$(pip) --editable .)
	@touch $@

$(SITE_READY): $(RUN_READY)
	@echo "Adding Sphinx to $(VENV): once, half a minute …" >&2
	@$(call quietly,pip-site,$(pip) --editable '.[site]')
	@touch $@

# Dependency groups need pip 25.1; Debian 12 makes environments with pip 23.
$(DOCS_READY): $(RUN_READY)
	@echo "Adding the tools for documentation to $(VENV): once, half a minute …" >&2
	@$(call quietly,pip-docs,$(pip) 'pip>=25.1' && $(pip) --group docs)
	@touch $@

# All in one installation, which is ready for everything else, too.
$(TEST_READY): pyproject.toml | $(MADE)
	@echo "Setting up $(VENV) for tests: once, about two minutes …" >&2
	@$(call quietly,pip-test,$(pip) 'pip>=25.1' && $(pip) --editable '.[site]' --group dev)
	@touch $(RUN_READY) $(SITE_READY) $(DOCS_READY) $@
