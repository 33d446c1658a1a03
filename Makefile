# `make` lists the targets. Everything a target needs is set up by it: system packages, virtual environment, models.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .cache
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up ------------------------------------------------------------------------------------------------

$(STAMPS)/system: tools/system_packages.sh tools/system_packages.txt
	@mkdir -p $(STAMPS)
	@bash tools/system_packages.sh tools/system_packages.txt
	@touch $@

# On the Pi picamera2, libcamera and lgpio come from apt, so the environment sees the system's packages there.
$(BIN)/python: | $(STAMPS)/system
	@echo "set-up: virtual environment with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.11"; exit 1; }
	@if grep -qs "Raspberry Pi" /proc/device-tree/model; then site=--system-site-packages; else site=; fi; \
	    $(PYTHON) -m venv $$site $(VENV)

$(STAMPS)/python: requirements.lock pyproject.toml $(BIN)/python
	@mkdir -p $(STAMPS)
	@echo "set-up: Python packages, exactly those of requirements.lock"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . 2>$(STAMPS)/editable.log || \
	    { cat $(STAMPS)/editable.log; exit 1; }
	@touch $@

.PHONY: setup
setup: $(STAMPS)/system $(STAMPS)/python  ## system packages and virtual environment

# pip keeps the wheel it compiles, and the next machine may have another processor: on a PC it is built for any with
# AVX2; on a Pi for this very one.
$(STAMPS)/engine: requirements-engine.lock tools/system_packages_engine.txt | setup
	@bash tools/system_packages.sh tools/system_packages_engine.txt
	@echo "set-up: the language model's libraries; compiling llama.cpp takes about 5 minutes, on a Pi more"
	@CMAKE_ARGS="$(if $(filter x86_64,$(shell uname -m)),-DGGML_NATIVE=OFF)" \
	    $(BIN)/python -m pip install --require-hashes --progress-bar off -r requirements-engine.lock 2>&1 \
	    | sed -un -e 's/^ *Building wheel/  building/p' -e '/error/Ip'
	@touch $@

.PHONY: engine
engine: $(STAMPS)/engine  ## the language model's libraries (the model itself: make gemma)

.PHONY: models
models: setup  ## fetch and convert the model files that models/catalogue.toml names
	@$(BIN)/chestnut models fetch

.PHONY: gemma
gemma: engine  ## the language model (3 GB): shows its licence, asks, resumes, checks; MODEL=gemma-4 sees; YES=1 agrees
	@$(BIN)/chestnut models gemma $(MODEL) $(if $(YES),--yes)

# --- the device --------------------------------------------------------------------------------------------

.PHONY: run
run: models  ## the device: the real one on a Pi, elsewhere simulated; without a terminal it plays the tour
	@if grep -qs "Raspberry Pi" /proc/device-tree/model; then exec $(BIN)/chestnut run; \
	elif [ -t 0 ] && [ -t 1 ]; then exec $(BIN)/chestnut run --sim --window; \
	else exec $(BIN)/chestnut tour; fi

.PHONY: tour
tour: models  ## a guided session in the simulator; TOUR="--lang ru" for Russian
	@$(BIN)/chestnut tour $(TOUR)

.PHONY: pins
pins: setup  ## write what is generated from shared/pins.toml
	@$(BIN)/python mcu/generate.py

.PHONY: flash-mcu
flash-mcu: setup  ## put the firmware on a connected pod; PORT=/dev/ttyACM0 where it is not found
	@$(BIN)/python -m tools.pod_flash --port "$(PORT)"

.PHONY: mcu-uf2
mcu-uf2: setup  ## build/chestnut-pico.uf2 and build/chestnut-pico2.uf2, to drag onto the board
	@$(BIN)/python -m tools.pod_image

.PHONY: image
image: models  ## what goes onto a Pi's card, in build/image; and a ready image where that can be built
	@$(BIN)/python -m tools.image

# --- the hardware ------------------------------------------------------------------------------------------

HARDWARE := .venv-hardware
$(STAMPS)/hardware: hardware/requirements.lock tools/system_packages_hardware.txt $(BIN)/python
	@bash tools/system_packages.sh tools/system_packages_hardware.txt
	@echo "set-up: what the hardware is drawn with, about 1.1 GB in $(HARDWARE)"
	@test -x $(HARDWARE)/bin/python || $(PYTHON) -m venv $(HARDWARE)
	@$(HARDWARE)/bin/python -m pip install --quiet --require-hashes -r hardware/requirements.lock
	@touch $@

.PHONY: hardware
hardware: $(STAMPS)/hardware  ## case, wiring, bills, pictures, guide and viewer from their sources; ROOM=cad for one
	@PYTHONUTF8=1 PYTHONHASHSEED=0 $(HARDWARE)/bin/python -m hardware.build $(ROOM)

.PHONY: hardware-test
hardware-test: $(STAMPS)/hardware  ## walls, gaps, screws, plugs, the camera's view, pins, parts, the guide's links
	@PYTHONUTF8=1 PYTHONHASHSEED=0 $(HARDWARE)/bin/python -m pytest -n 2 --dist loadfile tests/hardware

# --- proof -------------------------------------------------------------------------------------------------

# Three at a time also on two cores: much of a test's time is speech that is waited for.
.PHONY: test
test: models engine lint  ## every test that needs no special hardware
	@$(BIN)/python -m pytest -n 3 --dist loadfile

.PHONY: test-gemma
test-gemma: engine  ## the real Gemma 3 270M (253 MB, Google's Gemma Terms) through the engine
	@$(BIN)/python -m tools.gemma_270m
	@$(BIN)/python -m pytest -m gemma

$(STAMPS)/image: tools/system_packages.sh tools/system_packages_image.txt | setup
	@bash tools/system_packages.sh tools/system_packages_image.txt
	@touch $@

.PHONY: image-test
image-test: models $(STAMPS)/image  ## the installed system in a virtual machine: ready, keys, sound, watchdog, power cuts
	@if [ "$$(id -u)" = 0 ]; then exec $(BIN)/python -m tools.image_test; \
	else exec sudo --preserve-env=HOME,XDG_CACHE_HOME,DEBIAN_MIRROR,ACCEL,SEED $(BIN)/python -m tools.image_test; fi

.PHONY: test-fast
test-fast: setup  ## the tests that take seconds and need no models
	@$(BIN)/python -m pytest tests/unit tests/wire

.PHONY: lint
lint: setup  ## ruff, ruff format, mypy, generated files, layers, locale parity
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python mcu/generate.py --check
	@$(BIN)/python -m pytest tests/unit/test_layers.py tests/unit/test_phrases.py

.PHONY: recordings
recordings: models  ## record the tours that tests/replay compares with; after a change that is meant
	@for language in en ru; do $(BIN)/chestnut tour --lang $$language --record tests/replay/tour_$$language.jsonl; done

.PHONY: bench
bench: models engine  ## the measurements of docs/latency.md on this machine, as a table and as bench/report.json
	@PYTHONPATH=tests $(BIN)/python -m bench

PRESSES ?= 20000
SEED ?= 1
.PHONY: soak
soak: setup  ## presses through a line that lies: make soak PRESSES=1000000 SEED=1 (about 20 minutes)
	@$(BIN)/python -m bench.soak --presses $(PRESSES) --seed $(SEED)

.PHONY: mcu-coverage
mcu-coverage: setup  ## which statements of the firmware the tests execute under MicroPython
	@$(BIN)/python -m tools.mcu_coverage

.PHONY: photos
photos: models  ## what is said of every licensed photo, against what a person sees (needs CHESTNUT_DATA)
	@$(BIN)/python -m bench.photos $${CHESTNUT_DATA:-../shared/data}/photos 2>/dev/null

LOCK := pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: lock
lock: setup  ## resolve pyproject.toml anew into requirements.lock
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile $(LOCK) --extra models --extra sim --extra flash --extra dev -o requirements.lock
	@$(BIN)/uv pip compile $(LOCK) --extra engine --constraints requirements.lock -o requirements-engine.lock
	@$(BIN)/uv pip compile hardware/requirements.in $(wordlist 2,99,$(LOCK)) -o hardware/requirements.lock

.PHONY: clean
clean:  ## remove what was built here; downloaded models stay in the user's cache
	@rm -rf $(STAMPS) $(VENV) $(HARDWARE) build .mypy_cache .ruff_cache .pytest_cache .hypothesis bench/report.json
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
