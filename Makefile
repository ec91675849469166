# Two commands for a newcomer: `make demo` and `make test`. Each prepares .venv by itself.
PYTHON ?= python3
SEED ?= 1
BIN := .venv/bin
PLAYED := tests/scenarios/test_rehearsal.py tests/scenarios/test_replaying.py
COMPUTED := tests/unit tests/properties tests/policies tests/architecture $(PLAYED)

.PHONY: setup demo test check fix lock docs clean

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: .venv/ready ## the main job on a simulated depot, at most two minutes
	$(BIN)/python -m simulators demo config/demo --seed $(SEED) --out out/demo

test: .venv/ready ## every test: on all cores, but for the scenarios in real time
	$(BIN)/python -X dev -m pytest --numprocesses auto --maxprocesses 4 $(COMPUTED)
	$(BIN)/python -X dev -m pytest --numprocesses 4 --dist loadfile tests/contract
	$(BIN)/python -X dev -m pytest tests/scenarios $(PLAYED:%=--ignore=%)

check: .venv/ready ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/ready ## format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## write requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
	  --custom-compile-command 'make lock' pyproject.toml -o requirements.lock

clean:
	rm -rf .venv out var

docs: .venv/ready ## write the generated pages anew
	$(BIN)/python -m orchestrator.cli.reference > docs/reference/cli.md
	$(BIN)/python -m orchestrator.cli.lint_page > docs/reference/lint.md
	$(BIN)/python -m simulators.device.quirks > docs/reference/quirks.md
	$(BIN)/orchestrator policy schema --out config/schema

.PHONY: bench-onvif bench-steering bench-watch bench-mqtt bench-thinking bench-handoff bench-policies bench-models lock-training

.PHONY: interop
interop: .venv/ready ## clients that nobody here wrote, on simulated cameras
	$(BIN)/python -m tests.interop

bench-thinking: .venv/ready ## one tick of the thinking rooms at fifty cameras
	$(BIN)/python -m tests.benchmarks.bench_thinking

bench-policies: .venv/ready ## deciding, judging, loading, rehearsing, CEL, broken files
	$(BIN)/python -m tests.benchmarks.bench_policies

bench-models: .venv/ready ## reading answers of models, and describing people
	$(BIN)/python -m tests.benchmarks.bench_models

bench-steering: .venv/ready ## every kind of head: runaways, wrong arrivals, who gets there
	$(BIN)/python -m tests.benchmarks.bench_steering

bench-onvif: .venv/ready ## a thousand cameras, hot calls, hostile answers, quirks, lock-outs
	$(BIN)/python -m tests.benchmarks.bench_onvif

bench-mqtt: .venv/ready ## from a command to its first answer, on both brokers
	$(BIN)/python -m tests.benchmarks.bench_mqtt

bench-handoff: .venv/ready ## identities over recorded sets, where the measuring material is there
	@test ! -d ../shared/data/handoff || test -n "$$SCORE_PYTHON" || test -x out/scoring/bin/python || \
	  { python3 -m venv out/scoring && out/scoring/bin/pip install --quiet numpy pandas scipy; } || true
	$(BIN)/python -m tests.benchmarks.bench_handoff

bench-watch: .venv/ready ## decoding and detecting, beside PyAV and OpenVINO's bare queue; faults; memory
	$(BIN)/python -m tests.benchmarks.bench_watch

lock-training: ## write training/requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command 'make lock-training' training/requirements.in -o training/requirements.lock
