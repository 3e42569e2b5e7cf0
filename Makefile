# Two commands: make run, make test. The others are for developers.
SHELL := /bin/sh
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
UV = $(shell tools/uv)
RUN = $(UV) run --frozen --quiet
TWICE = --reruns 1 --max-suite-reruns 4 --rerun-show-tracebacks  # docs/decisions/0029

.PHONY: run test test-database check format messages docs client fuzz lighthouse hooks

run:            ## everything, to a working service on http://127.0.0.1:8000
	@$(UV) sync --frozen --no-dev --inexact --quiet
	@exec .venv/bin/adsum run --peers $(ARGS)

test: check     ## the whole suite, browsers included
	@tools/browsers
	$(RUN) pytest -n 2 --dist loadgroup --ignore tests/shape $(TWICE)

test-database:  ## the tests that need no browser and are no laws, on ADSUM_POSTGRES_PROGRAMS or DATABASE_URL
	$(RUN) pytest -n 2 --dist loadgroup --ignore tests/shape -m "not browser" $(TWICE)

fuzz:           ## the fuzzers in their long form: every door and file, and the partners' API (an hour or more; SECONDS=1800)
	$(RUN) pytest -n 2 --hypothesis-profile long tests/fuzz $(ARGS)
	$(RUN) pytest -n0 tests/api/test_fuzzing.py --fuzz-seconds $(or $(SECONDS),1800)

check:          ## the laws: style, types, templates, imports, shape
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) djade --check --target-version 5.2 $$(git ls-files 'adsum/templates/*.html')
	$(RUN) mypy adsum tests tools peers
	$(RUN) lint-imports --no-logo
	$(RUN) pytest -n 2 tests/shape

format:         ## mend what a machine can mend
	$(RUN) ruff check --fix .
	$(RUN) ruff format .
	-$(RUN) djade --target-version 5.2 $$(git ls-files 'adsum/templates/*.html')

messages:       ## collect what is to be translated, and compile what is
	$(RUN) python -m tools.messages

docs:           ## print the pages that are made from the code
	$(RUN) python -m tools.docs

client:         ## print the partners' Python client from the API's document
	$(RUN) python -m tools.docs
	$(RUN) python -m tools.client

lighthouse:     ## before a release: Lighthouse on a phone's settings, 95 at least (needs node and a network)
	$(RUN) python -m tools.lighthouse $(ARGS)

hooks:          ## let git run make check before each commit
	$(RUN) pre-commit install
