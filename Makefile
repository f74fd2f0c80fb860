VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
DATA := ../shared/data

.PHONY: run review test test-postgres check lint golden evaluate bench clean

run: $(VENV)/run.stamp
	@$(BIN)/python -m bot

review: $(VENV)/run.stamp
	@$(BIN)/python -m scripts.review_queries web

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# What searches, on the index that machines share: in a PostgreSQL that the tests start.
SHARED_TESTS := $(addprefix tests/test_,search.py snapshot.py named_documents.py places.py hidden.py \
	followup.py sample_questions.py rebuild.py closed_loop.py listed.py)

test-postgres: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --index postgres $(SHARED_TESTS)

check: lint test

golden: $(VENV)/dev.stamp
	$(BIN)/python -m tests.golden
	$(BIN)/python -m tests.scenarios
	COLUMNS=100 $(BIN)/python -m tests.readme

evaluate: $(VENV)/run.stamp
	@$(BIN)/python -m scripts.evaluate --samples $(if $(wildcard $(DATA)/*/questions*.jsonl),--sets $(DATA))

bench: $(VENV)/bench.stamp
	@$(BIN)/python -m scripts.bench $(if $(wildcard $(DATA)/*/questions*.jsonl),--sets $(DATA)) $(if $(SIZES),--sizes $(SIZES)) $(if $(PLOTS),--plots $(PLOTS)) $(if $(REUSE),--reuse)

$(VENV)/run.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)/bench.stamp: $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	@touch $@

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
