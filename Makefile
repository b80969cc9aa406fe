# From a bare checkout with Python 3.11 or newer:
#   make run    serve, with everything that it needs
#   make test   run the tests, but for those that take long
#   make check  run those that take long: kill -9, clusters, random requests, the bench
#   make fuzz   ask the API and the rooms many thousands of random things
#   make bench  measure how fast live rooms are here (ARGS='burst --rounds 3')
#   make soak   break everything in large games and print what came of it (ARGS='--minutes 30')
#   make mutants  change the code in small ways and count what the tests notice (ARGS=game/rules)
#   make lint   check style, types and the directions of imports
#   make screenshots  take the pictures of the documentation again
#   make lock   pin the newest dependencies that pyproject.toml allows

.PHONY: run test check fuzz bench soak mutants lint screenshots lock browser typescript
.DELETE_ON_ERROR:
unexport PYTHONDONTWRITEBYTECODE # each process of tests would compile all tests again

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --requirement
PROJECT := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
UV := uv>=0.9,<1
PYTEST := $(BIN)/python -m pytest --dist worksteal --numprocesses
# Most tests wait for more than half of their time: four run on two cores. Those of `make check` start
# many processes themselves: three.
PROCESSES = $(shell expr $$(getconf _NPROCESSORS_ONLN) '*' 2)
CHECK_PROCESSES = $(shell expr $$(getconf _NPROCESSORS_ONLN) '*' 3 / 2)
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --upgrade \
	--python-version 3.11 --no-emit-index-url --no-header --no-annotate

run: .venv/installed
	@exec $(BIN)/python -m server serve

test: .venv/installed-dev browser typescript
	$(PYTEST) $(PROCESSES) -m 'not slow' $(ARGS)

check: .venv/installed-dev browser
	$(PYTEST) $(CHECK_PROCESSES) -m slow $(ARGS)

fuzz: .venv/installed-dev
	KUIS_FUZZ_EXAMPLES=300 $(PYTEST) logical --timeout 7200 \
		tests/server/api/test_fuzz.py tests/server/live/test_fuzz.py $(ARGS)

bench: .venv/installed-bench
	@$(BIN)/kuis bench $(ARGS)

soak: .venv/installed-dev
	@$(BIN)/python -m tests.faults.soak $(ARGS)

mutants: .venv/installed-mutants
	@$(BIN)/python -m tests.mutation $(ARGS)

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: .venv/installed-dev browser
	$(BIN)/python -m tests.screenshots

lock: $(BIN)/python
	$(PIP) install --quiet '$(UV)'
	$(COMPILE) --group build --output-file requirements.lock pyproject.toml
	$(COMPILE) --group build --extra bench --constraint requirements.lock \
		--output-file requirements-bench.lock pyproject.toml
	$(COMPILE) --group build --group dev --extra bench --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml
	$(COMPILE) --group mutants --constraint requirements-dev.lock \
		--output-file requirements-mutants.lock pyproject.toml

.venv/installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo 'Installing what Kuis needs (once) ...'
	@$(INSTALL) requirements.lock
	@$(PROJECT)
	@touch $@

.venv/installed-bench: requirements-bench.lock .venv/installed
	@echo 'Installing what the bench needs (once) ...'
	@$(INSTALL) requirements-bench.lock
	@touch $@

.venv/installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo 'Installing what the tests need (once) ...'
	@$(INSTALL) requirements-dev.lock
	@$(PROJECT)
	@touch $@ .venv/installed .venv/installed-bench

.venv/installed-mutants: requirements-mutants.lock .venv/installed-dev
	@echo 'Installing what changes the code (once) ...'
	@$(INSTALL) requirements-mutants.lock
	@touch $@

$(BIN)/python:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			$$python -m venv .venv && exit 0; \
			rm -rf .venv; \
			echo 'No virtual environment: on Debian and Ubuntu, apt install python3-venv.' >&2; \
			exit 1; \
		fi; \
	done; \
	echo 'Kuis needs Python 3.11 or newer; none was found.' >&2; \
	exit 1

# Debian's headless shell, in which the tests of pages take a fifth less time, else the machine's own
# Chromium, else Playwright's. Without any of them these tests say why they are skipped.
browser: .venv/installed-dev
	@command -v chromium-headless-shell >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& apt-get install -qq -y --no-install-recommends chromium-headless-shell >/dev/null; } \
	|| for program in chromium chromium-browser google-chrome google-chrome-stable; do \
		! command -v $$program >/dev/null || exit 0; \
	done; \
	command -v chromium-headless-shell >/dev/null || $(BIN)/python -m playwright install chromium \
	|| true

# The pages' JavaScript is checked by TypeScript where there is Node.js; else that test says so.
typescript:
	@! command -v npm >/dev/null || [ tests/node_modules/.package-lock.json -nt tests/package-lock.json ] \
		|| npm ci --prefix tests --silent --no-audit --no-fund || true
