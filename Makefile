# make demo   the map with a made-up township, at http://127.0.0.1:8000 (PORT= to change)
# make test   every test, the real browser and PostGIS ones included
# make check  formatting, types, and which part may import which
# Each sets up first what it needs, in .venv, and only where that is out of date.

.DEFAULT_GOAL := demo
.PHONY: demo test torture bench check check-python check-page setup lock clean

PORT ?= 8000
BIN := .venv/bin

# tests start the program some hundred times: what Python compiled once is kept, in __pycache__
unexport PYTHONDONTWRITEBYTECODE

# all tests are shared out among so many processes, file by file; those that ARGS names are not
WORKERS ?= 2
SHARED_OUT = $(if $(ARGS),,-n $(WORKERS) --dist loadfile --no-loadscope-reorder)

demo: .venv/run.stamp
	@$(BIN)/mapserver demo --port $(PORT)

test: .venv/dev.stamp
	@tools/debian.sh
	@$(BIN)/python -m pytest $(SHARED_OUT) $(ARGS)

# long tests: kills, races, random edits, attacks
torture: .venv/dev.stamp .venv/scan.stamp
	@tools/debian.sh
	@$(BIN)/python -m pytest -m torture $(ARGS)

bench: .venv/bench.stamp
	@tools/debian.sh
	@$(BIN)/python -m benchmarks $(ARGS)

check: check-python check-page

check-python: .venv/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check-page: node_modules/.stamp
	npm run --silent check

setup: .venv/dev.stamp
	@tools/debian.sh

.venv/run.stamp: constraints-run.txt pyproject.toml tools/setup.sh
	@tools/setup.sh constraints-run.txt
	@touch $@

.venv/dev.stamp: constraints.txt pyproject.toml tools/setup.sh
	@tools/setup.sh constraints.txt
	@touch $@ .venv/run.stamp

# what the benchmarks compare with, beside all the rest
.venv/bench.stamp: constraints-bench.txt pyproject.toml tools/setup.sh
	@tools/setup.sh constraints-bench.txt
	@touch $@ .venv/dev.stamp .venv/run.stamp

# what attacks the server in the long tests, in an environment of its own
.venv/scan.stamp: constraints-scan.txt tools/scanners.sh
	@tools/scanners.sh constraints-scan.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	@command -v npm >/dev/null || { \
		echo "make check also needs Node 20 or later with npm (Debian: apt install nodejs npm)" >&2; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# For maintainers, with uv and npm: pins what pyproject.toml newly asks for; UPGRADE=--upgrade everything.
LOCK = uv pip compile $(UPGRADE) --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --group build pyproject.toml
lock:
	$(LOCK) --extra dev --extra oidc -o constraints.txt
	$(LOCK) -c constraints.txt -o constraints-run.txt
	$(LOCK) --extra dev --extra oidc --extra peers -c constraints.txt -o constraints-bench.txt
	uv pip compile $(UPGRADE) --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --group scan -o constraints-scan.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

clean:
	rm -rf .venv node_modules
