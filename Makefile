VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
CHECK_PYTHON := $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=...")'
DATA := ../shared/data
# A small install (make run SLIM=1) stays one until it is told otherwise (make run SLIM=0).
SLIM ?= $(if $(wildcard $(VENV)/slim.stamp),1)
INSTALLED := $(VENV)/$(if $(filter 1,$(SLIM)),slim,run).stamp

.PHONY: run desk review test test-postgres check lint golden evaluate bench locked hashes clean

run: $(INSTALLED)
	@$(BIN)/python -m bot

desk: $(INSTALLED)
	@$(BIN)/python -m scripts.desk

review: $(INSTALLED)
	@$(BIN)/python -m scripts.review_queries web

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# What searches, on the index that machines share: in a PostgreSQL that the tests start.
SHARED_TESTS := $(addprefix tests/,retrieval/test_pipeline.py retrieval/test_named_documents.py \
	retrieval/test_places.py retrieval/test_hidden.py retrieval/question/test_followup.py \
	retrieval/readers/test_lists.py index/snapshot/test_snapshot.py scripts/test_rebuild.py \
	end_to_end/test_sample_questions.py end_to_end/test_closed_loop.py)

test-postgres: $(VENV)/dev.stamp
	$(BIN)/python -m pytest --index postgres $(SHARED_TESTS)

check: lint test

golden: $(VENV)/dev.stamp
	$(BIN)/python -m tests.golden.passages
	$(BIN)/python -m tests.golden.scenarios
	COLUMNS=100 $(BIN)/python -m tests.golden.readme

evaluate: $(INSTALLED)
	@$(BIN)/python -m scripts.evaluate --samples $(if $(wildcard $(DATA)/*/questions*.jsonl),--sets $(DATA))

bench: $(VENV)/bench.stamp
	@$(BIN)/python -m scripts.bench $(if $(wildcard $(DATA)/*/questions*.jsonl),--sets $(DATA)) $(if $(SIZES),--sizes $(SIZES)) $(if $(PLOTS),--plots $(PLOTS)) $(if $(REUSE),--reuse)

$(VENV)/run.stamp: pyproject.toml constraints.txt
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@rm -f $(VENV)/slim.stamp
	@touch $@

# Without torch and what only it needs: the bundled model runs on onnxruntime.
$(VENV)/slim.stamp: pyproject.toml constraints.txt deploy/slim.py
	@$(CHECK_PYTHON)
	@$(PYTHON) deploy/slim.py >/dev/null
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python deploy/slim.py >$(VENV)/slim.txt
	$(PIP) --requirement $(VENV)/slim.txt
	$(PIP) --no-deps --editable .
	@rm -f $(VENV)/run.stamp
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/bench.stamp: $(VENV)/run.stamp
	$(PIP) --editable '.[bench]'
	@touch $@

# What make test installs, every package but torch only where its file has a hash that is known.
locked:
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--requirement constraints-hashes.txt
	$(MAKE) $(VENV)/dev.stamp

# After a change of constraints.txt; needs uv. The two comment lines at the head stay.
hashes:
	grep -v '^torch==' constraints.txt | uv pip compile - --no-deps --generate-hashes --quiet \
		--python-version 3.11 --no-annotate --no-header | \
		{ head -2 constraints-hashes.txt; cat; } >$(VENV)/hashes.txt
	mv $(VENV)/hashes.txt constraints-hashes.txt

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
