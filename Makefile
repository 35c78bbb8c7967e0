# The commands of the house. `make up` on a machine with Python 3.11 or newer is all that it takes.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
# pytest's own options: make test TESTS=tests/engine ARGS="-k scale"
TESTS ?= tests
ARGS ?=

.PHONY: up install install-dev build test check format bench shots soak docs messages clean python

up: install ## run k8sviz until Ctrl-C (PORT, KUBE_PORT, DATA_DIR, REDIS_URL, DATABASE_URL)
	@exec $(BIN)/python manage.py up

install: python ## what `make up` needs: .venv, packages, front end, translations
	@$(PYTHON) scripts/install.py

install-dev: python ## and what the checks and the tests need
	@$(PYTHON) scripts/install.py --dev

build: install ## the front end and the translations

test: install-dev ## everything, real kubectl, Redis, PostgreSQL and browser included
	$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not soak" $(TESTS) $(ARGS)

check: install-dev ## format, lint, types, import contracts, Django's checks, docs current
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run simulator
	$(BIN)/python scripts/house.py
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check

format: install-dev ## let ruff do what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install-dev ## the figures, as a table and in var/bench.json
	$(BIN)/python manage.py bench $(ARGS)

shots: install-dev ## the pictures of the README
	$(BIN)/python -m scripts.shots $(ARGS)

soak: install-dev ## what takes long: the tests' long ones, then changes against a running system: make soak ARGS="--minutes 60"
	SOAK=1 $(BIN)/python -m pytest -n 2 --dist loadgroup -m "soak or longer" $(TESTS)
	$(BIN)/python -m scripts.soak $(ARGS)

docs: install ## the pages that are made from the code
	$(BIN)/python scripts/docs_reference.py

messages: install ## bring the .po files up to date with the sources
	$(BIN)/python scripts/messages.py extract
	$(BIN)/python scripts/messages.py compile

clean: ## everything that was installed or built; never DATA_DIR
	rm -rf .venv node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -exec rm -f {} +

python:
	@test -n "$(PYTHON)" || { echo "k8sviz needs Python 3.11 or newer, and there is none on PATH. Install it, or say where it is: make up PYTHON=/path/to/python3" >&2; exit 2; }
