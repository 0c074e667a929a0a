# The portal's commands; `make` alone lists them. Logic lives in Python: requirements/install.py, ser_portal/runner.py.
.DEFAULT_GOAL := help
.PHONY: help run test check format bench lock messages clean install install-dev python

PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { command -v $$p; break; }; done)
VENV := .venv/bin
ARGS ?=

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: python ## install what is needed and start the portal on http://127.0.0.1:8000/ (PORT=… for another)
	@$(PYTHON) -P ser_portal/runner.py preflight
	@$(PYTHON) requirements/install.py runtime
	@exec $(PYTHON) -P ser_portal/runner.py run

test: install-dev ## the whole suite: on SQLite, or on DATABASE_URL and REDIS_URL when those are set (ARGS="-k name")
	@export PORTAL_VAR="$${PORTAL_VAR:-$(CURDIR)/var/test}" && mkdir -p "$$PORTAL_VAR" && $(VENV)/python -m pytest -n 2 $(ARGS)

check: install-dev ## style, types, import contracts, migrations, production settings, templates, translations
	@$(VENV)/python .ci/check.py

format: install-dev ## put code and templates in the one style that `make check` asks for
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format --quiet .
	@$(VENV)/djade --target-version 5.2 $$(git ls-files --cached --others --exclude-standard '*.html') || test $$? -eq 1

bench: install-dev ## measure pages and the overview on generated data (ARGS="--help")
	@$(VENV)/python manage.py bench $(ARGS)

lock: install-dev ## pin the requirements again, with hashes and without index addresses (needs uv)
	@cd requirements && uv pip compile $(LOCK) runtime.in -o runtime.txt && \
		uv pip compile $(LOCK) -c runtime.txt dev.in -o dev.txt
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

messages: install-dev ## collect the texts of the screens for translation (needs gettext)
	@$(VENV)/python manage.py makemessages -l en --ignore .venv --ignore var --ignore tests --no-wrap --no-obsolete --no-location
	@$(VENV)/python manage.py compile_translations

clean: ## remove the installed packages and caches; the portal's data in var/ stay
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

install: python
	@$(PYTHON) requirements/install.py runtime
install-dev: python
	@$(PYTHON) requirements/install.py dev
python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 of nieuwer ontbreekt; installeer dat eerst (op Debian: apt-get install python3 python3-venv).' >&2; exit 1; }
