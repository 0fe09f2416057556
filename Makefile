# A fresh clone needs Python 3.11+ and GNU make; `make book` and `make test` install the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
JOBS   ?= 2
# Notebooks and tests run side by side: with one thread each they do not fight for the cores.
export OMP_NUM_THREADS ?= 1
# Empty means "do keep bytecode". Where an image has turned it off, every notebook and every worker
# compiles the package, its shape checks included, anew: six seconds each.
export PYTHONDONTWRITEBYTECODE =
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# `make book PYTHON_IN_PAGES=no` builds pages without Python: 25 MB less, and nothing fetched for it.
export PYTHON_IN_PAGES ?= yes

.DEFAULT_GOAL := help
.PHONY: help setup book test check lint types fmt serve stamp lectures constraints colab bench dist clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	@touch $@

setup: $(VENV)/.ready  ## install everything into .venv (every target below does this itself)

quick: setup  ## after an edit: lint, types and the tests nearest to what was changed, in a minute
	$(BIN)/python book/_tools/quick.py

book: setup  ## run every notebook and build the book: _build/html/index.html
	$(BIN)/python book/_tools/page_python.py
	$(BIN)/python book/_tools/execute.py --jobs $(JOBS)
	$(BIN)/jupyter-book build . --all -W --keep-going -n -q
	@echo "open _build/html/index.html, or: make serve"

# nbval judges the run that the book shows (lectures/conftest.py); files whose tests have passed with
# everything just as it is are left out (tests/unchanged.py; `make clean` forgets both).
test: book  ## build the book, then run every test: package, notebooks, pages in a browser
	$(BIN)/python -m pytest tests course_pkg lectures --nbval-lax --nbval-current-env --unless-passed -n $(JOBS) --dist loadfile -q

check: lint types test  ## everything that has to pass before a change lands

lint: setup  ## formatting, lint, clean notebooks, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python book/_tools/notebooks.py --check
	$(BIN)/lint-imports

types: setup  ## static types
	$(BIN)/basedpyright

fmt: setup  ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

serve: setup  ## show the built book on http://localhost:8000
	@test -f _build/html/index.html || $(MAKE) book
	$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

stamp: setup  ## write the repository's address from pyproject.toml into the notebooks
	$(BIN)/python book/_tools/stamp.py

lectures: setup  ## strip outputs that do not belong in git; renew the checked ones
	$(BIN)/python book/_tools/execute.py --jobs $(JOBS)
	$(BIN)/python book/_tools/notebooks.py --renew

inventories: setup  ## compare the kept lines of the libraries' inventories with their manuals
	$(BIN)/python book/_tools/inventories.py --check

constraints:  ## renew constraints.txt with the newest versions that work together
	$(PYTHON) book/_tools/constraints.py

colab:  ## run the notebooks and the package's tests with Colab's own versions (5 GB, .venv-colab)
	$(PYTHON) book/_tools/colab.py

bench: setup  ## measure against torch and in the browser; writes benchmarks/*.json
	for b in benchmarks/bench_*.py; do $(BIN)/python $$b || exit 1; done

dist: book  ## pack book, notebooks and wheel to take along: _build/dist
	$(BIN)/python book/_tools/dist.py

clean:  ## remove what was built (not .venv)
	rm -rf _build
